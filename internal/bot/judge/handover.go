package judge

import (
	"slices"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/lexicon"
)

// handing are the intents that a line may be read as in which one person is to get another's number. What only asks or
// decides is none of them.
var handing = []string{
	"find", "add", "order-own", "change-number", "change-plan", "move", "release", "remove", "reserve", "give-back",
	"why", parse.Unclear,
}

// HandsOver says who is to get whose number in a line that names two people: "give Dana's number to Henry", "Henry takes
// over 0144 from Dana", "release Dana and give her number to Henry". ok is false where a line says something else, says
// not to, asks, depends on something, has a number for each of them, or does not say which of the two has the number.
func HandsOver(r parse.Reading, line []lexicon.Word) (from, to parse.Person, ok bool) {
	ported := r.Intent == "explain" && r.Topic == "port"
	if len(r.Persons) != 2 || Found(r) != 2 || r.Cue != "" && !ported && !slices.Contains(handing, r.Intent) {
		return from, to, false
	}
	if r.Doubt == parse.DoubtNot || slices.ContainsFunc(line, forbids) || newNumber(line) {
		return from, to, false
	}
	if slices.ContainsFunc(line, takesBack.Has) {
		return from, to, false
	}
	if len(r.Rows) > 0 || len(NumbersOf(r)) > 1 || asks(line) || depends(line) {
		return from, to, false
	}
	one := named{line, r, r.Persons[0], placesOf(line, r.Persons[0])}
	other := named{line, r, r.Persons[1], placesOf(line, r.Persons[1])}
	if len(one.at) == 0 || len(other.at) == 0 {
		return from, to, false
	}
	switch first, second := one.handsTo(other), other.handsTo(one); {
	case first && !second:
		return one.Person, other.Person, true
	case second && !first:
		return other.Person, one.Person, true
	}
	return from, to, false
}

// Many reports a line with more than one person, location, plan or number where one is used. One number is not for
// several people, and whose number a line names is not always whom it is about: "new starter Henry, Dana's number".
func Many(r parse.Reading, line []lexicon.Word) bool {
	several := len(r.Persons) > 1 && parse.Orders(r.Intent)
	if len(r.Rows) > 0 {
		return several && ownsOne(r, line)
	}
	return r.Doubt == parse.DoubtMany || several && (len(NumbersOf(r)) > 0 || ownsOne(r, line))
}

// ownsOne reports a line by which people get a number, and that names the number of some of them alone. Where it joins
// those whose number changes, it is about each of them.
func ownsOne(r parse.Reading, line []lexicon.Word) bool {
	if r.Intent != "add" && r.Intent != "change-number" { // "remove Dana's phone and Henry"
		return false
	}
	owners := 0
	for _, p := range r.Persons {
		n := named{line, r, p, placesOf(line, p)}
		if _, _, ok := n.numberAt(); ok {
			owners++
		}
	}
	joined := r.Intent != "add" && slices.ContainsFunc(line, said.Joins.Has)
	return owners > 0 && owners < len(r.Persons) && !joined
}

// NumbersOf are the numbers that a line names, and the ends of numbers.
func NumbersOf(r parse.Reading) []string {
	all := slices.Clone(r.Numbers)
	for _, n := range slices.Concat([]string{r.Digits, r.Origin}, r.Left) {
		if n != "" && n != r.Date && parse.Numberish(n) {
			all = append(all, n)
		}
	}
	return all
}

// asks reports a question, but not "when Dana leaves", which says when something is to be.
func asks(line []lexicon.Word) bool {
	if !parse.IsQuestion(line, nil, nil) {
		return false
	}
	return parse.IsAsked(line) || len(line) < 2 || !said.Conditions.Has(line[0]) || said.Asks.Has(line[1])
}

// forbids reports a word such as "don't", whichever apostrophe it has.
func forbids(w lexicon.Word) bool { return !w.Quoted && said.Not[lexicon.Folded(w.Text)] }

// depends reports a line that is so only if something else is: "if she agrees", "maybe".
func depends(line []lexicon.Word) bool {
	return slices.ContainsFunc(line, func(w lexicon.Word) bool {
		when := slices.Contains([]string{"when", "once", "after", "before"}, lexicon.Folded(w.Text))
		return said.Conditions.Has(w) && !when
	})
}

// named is a person with the places of their name in a line.
type named struct {
	line []lexicon.Word
	r    parse.Reading
	parse.Person
	at []int
}

// placesOf are the places of the words of a name, as they are or as an owner's: "dana", "Dana's", "danas".
func placesOf(line []lexicon.Word, p parse.Person) (at []int) {
	one := parse.Reading{Persons: []parse.Person{p}}
	for i, w := range line {
		text := lexicon.Folded(w.Text)
		if ofPerson(one, text) || ofPerson(one, strings.TrimSuffix(text, "s")) || strings.EqualFold(w.Text, p.Text) {
			at = append(at, i)
		}
	}
	return at
}

// handsTo reports that a line gives what is this person's to the other one.
func (n named) handsTo(other named) bool { return n.passes(other) || n.handsOn(other) }

// passes reports that a line gives the number that it says to be this person's to the other one: "give Henry Dana's
// number", "Henry takes over 0144 from Dana", "the number of Dana goes to Henry".
func (n named) passes(other named) bool {
	from, to, ok := n.numberAt()
	if !ok {
		return false
	}
	getter := other.at[0]
	behind := getter > to && n.isTo(getter-1) && !n.ends(to, getter) && !other.ownedAt(last(other))
	at := from - 1
	for at >= 0 && (other.has(at) || fills(n.line, at)) && !n.ends(at, at+1) {
		at--
	}
	verb := wordAt(n.line, at)
	between := getter > at && last(other) < from
	command := parse.Message(verb, nil).Command
	switch {
	case at < 0 || n.ends(at, at+1): // "Dana's number goes to Henry", "Henry, Dana's number"
		return behind && !slices.ContainsFunc(n.line[to+1:getter-1], func(w lexicon.Word) bool { return !goes(w) })
	case n.r.Intent == "find": // "show Dana's number to Henry"
		return false
	case n.getsBy(other, at, to):
		return true
	case gives(n.line, at) || takesOver(n.line, at):
		return behind || gives(n.line, at) && between && n.givesAll(to)
	case verb == "with" || said.To[verb]: // "add Henry London with Dana's number", "change Henry to Dana's number"
		first := parse.Message(wordAt(n.line, 0), nil).Command
		return last(other) < at && (first == "add" || first == "change")
	}
	return behind && (said.Keeping[verb] || command == "reserve" || command == "release" || verb == "free")
}

// numberAt is where a line says a number to be this person's: "Dana's old number", "the number of Dana", "0144 from
// Dana".
func (n named) numberAt() (from, to int, ok bool) {
	for _, i := range n.at {
		first := i
		for n.has(first - 1) {
			first--
		}
		behind := i + 1
		for behind < len(n.line) && (said.SameOne.Has(n.line[behind]) || said.Former.Has(n.line[behind])) {
			behind++
		}
		what := first - 2
		for said.Back[wordAt(n.line, what)] || wordAt(n.line, what) == "over" || wordAt(n.line, what) == "away" {
			what--
		}
		switch before := wordAt(n.line, first-1); {
		case n.ownedAt(i) && n.number(behind):
			return first, behind, true
		case said.Articles[wordAt(n.line, what-1)]: // "a phone from Dana"
		case n.number(what) && (before == "of" || before == "from" || before == "off"):
			return what, i, true
		}
	}
	return 0, 0, false
}

// goes reports a word between the number of a person and the one who gets it: "should go over to".
func goes(w lexicon.Word) bool {
	text := lexicon.Folded(w.Text)
	helps := said.BeforeNot[text] || said.Being[text]
	return said.HandsOn[text] || helps || text == "go" || text == "over" || text == "given"
}

// has reports a place of the name.
func (n named) has(i int) bool { return slices.Contains(n.at, i) }

// isTo reports a word before the person who gets something.
func (n named) isTo(i int) bool {
	return slices.Contains([]string{"to", "for", "->", "=>", "→"}, wordAt(n.line, i))
}

// ends reports that a clause ends within some words.
func (n named) ends(from, to int) bool {
	return slices.ContainsFunc(n.line[from:to], func(w lexicon.Word) bool {
		return w.Ends || w.Stops || said.Joins.Has(w)
	})
}

// fills reports a word that may stand between a verb and the number that is given: "over", "the", "old".
func fills(line []lexicon.Word, i int) bool {
	w := wordAt(line, i)
	return said.Objects[w] || said.SameOne[w] || said.Former[w] || said.Back[w] || w == "over" || w == "on" || w == "up"
}

func (n named) ownedAt(i int) bool {
	text := strings.ReplaceAll(strings.ToLower(n.line[i].Text), "’", "'")
	plain := strings.TrimSuffix(text, "s")
	one := parse.Reading{Persons: []parse.Person{n.Person}}
	return strings.HasSuffix(text, "'s") || strings.HasSuffix(text, "s'") || plain != text && ofPerson(one, plain)
}

// number reports a word for a number, or a number, at a place.
func (n named) number(i int) bool {
	return i >= 0 && i < len(n.line) && (ofLine(n.line[i]) || isNumber(n.line[i]))
}

// handsOn reports that behind this person's name a line gives their number to the other one: "Dana leaves, Henry takes
// over her number", "take 0144 off Dana and give it to Henry".
func (n named) handsOn(other named) bool {
	const near = 4
	for what := range n.line {
		if !isObject(n.line, what) || wordAt(n.line, what) != "it" && !n.number(what+1) {
			continue
		}
		for verb := what - 1; verb >= max(0, what-near); verb-- {
			if replaces := said.Replaces[wordAt(n.line, verb)]; replaces && n.at[0] > verb && last(other) == verb-1 {
				return true // "Henry replaces Dana, same number"
			}
			if n.at[0] > verb || !gives(n.line, verb) && !takesOver(n.line, verb) {
				continue
			}
			first := other.at[0]
			between := first > verb && last(other) < what && n.givesAll(n.lastOf(what))
			subject := n.getsBy(other, verb, n.lastOf(what))
			behind := first > what && wordAt(n.line, first-1) == "to" && gives(n.line, verb)
			kept := first > what && wordAt(n.line, first-1) == "for" && said.Keeping[wordAt(n.line, verb)]
			if between || subject || behind || kept {
				return true
			}
			break
		}
	}
	return false
}

// getsBy reports that the other person gets the number, by the verb at one place of the line; the number ends at another.
// Who has or uses a number now is not to get it, and who wants a phone may want something done with it: "Carol wants
// Dana's phone fixed".
func (n named) getsBy(other named, verb, end int) bool {
	subject := beforeModals(n.line, verb-1)
	if !takesOver(n.line, verb) || last(other) != subject {
		return false
	}
	text := wordAt(n.line, verb)
	holds := holding[text]
	if holds && !slices.ContainsFunc(n.line[subject+1:verb], obliges.Has) {
		return false
	}
	placed := !holds && !said.Classes["need"][text]
	return n.closes(end+1, placed)
}

// holding are words by which a person gets something only behind one of those that oblige: "Henry has Dana's phone",
// "Henry should have Dana's phone".
var (
	holding = lexicon.SetOf("have", "has", "use", "uses", "keep", "keeps")
	obliges = lexicon.SetOf("must", "should", "shall", "can", "could", "would", "will", "to")
)

// closes reports that a clause ends before a place, or says from there on only when something is to be, and where it
// is placed with which location and plan.
func (n named) closes(at int, placed bool) bool {
	beside := " " + strings.ToLower(n.r.Date) + " on from by as of please "
	if placed && n.r.LocationName != "" {
		beside += strings.ToLower(n.r.LocationName) + " in at "
	}
	if placed && n.r.PlanName != "" {
		beside += strings.ToLower(n.r.PlanName) + " with the plan "
	}
	for ; at < len(n.line) && !n.line[at-1].Ends && !n.line[at-1].Stops; at++ {
		w := n.line[at]
		if said.Conditions.Has(w) {
			return true
		}
		if !n.number(at) && !said.Courtesy.Has(w) && !strings.Contains(beside, " "+lexicon.Folded(w.Text)+" ") {
			return false
		}
	}
	return true
}

// givesAll reports that a line says to give what ends at a place, and not something of it or what is to be done with
// it: "give Henry her phone details".
func (n named) givesAll(end int) bool {
	for n.number(end + 1) {
		end++
	}
	return end+1 < len(n.line) && said.Joins.Has(n.line[end+1]) || n.closes(end+1, true)
}

// lastOf is the last place of what is named at a place: "it", "her number".
func (n named) lastOf(what int) int {
	if n.number(what + 1) {
		return what + 1
	}
	return what
}

// takesBack are words by which a line says that something is not to go on.
var takesBack = lexicon.SetOf("cancel", "cancels", "cancelling", "canceling", "undo", "stop", "unreserve", "abort",
	"revert")

func last(n named) int { return n.at[len(n.at)-1] }

// beforeModals is the place before "should", "is to" and the like.
func beforeModals(line []lexicon.Word, i int) int {
	for i >= 0 && (said.BeforeNot[wordAt(line, i)] || said.Being[wordAt(line, i)] || said.To[wordAt(line, i)]) {
		i--
	}
	return i
}

// isObject reports a word that stands for what was named before: "it", "her", "the".
func isObject(line []lexicon.Word, i int) bool {
	return said.Pronouns[wordAt(line, i)] || said.Objects[wordAt(line, i)] && !said.Articles[wordAt(line, i)]
}

// gives and takesOver report a word by which a number is given on, or got.
func gives(line []lexicon.Word, i int) bool {
	text := wordAt(line, i)
	return said.Classes["give"][text] || said.Classes["giveback"][text] || said.HandsOn[text]
}

func takesOver(line []lexicon.Word, i int) bool { return said.TakesOver[wordAt(line, i)] }

// isNumber reports the digits of a number or of its end.
func isNumber(w lexicon.Word) bool {
	const least = 3
	return !w.Quoted && parse.Numberish(w.Text) && parse.CountDigits(w.Text) >= least
}

// wordAt is a word of a line in small letters; empty beyond its ends.
func wordAt(line []lexicon.Word, i int) string {
	if i < 0 || i >= len(line) || line[i].Quoted {
		return ""
	}
	return lexicon.Folded(line[i].Text)
}

// handsOver are the commands by which a line may begin that gives the number of one person to another.
var handsOver = []string{"add", "change", "move", "release", "remove", "reserve"}

// MayHandOver reports a line of a command that says whose number it is about, as one has that gives the number to
// another: "assign Dana's number to Henry".
func MayHandOver(command string, line []lexicon.Word) bool {
	if !slices.Contains(handsOver, command) {
		return false
	}
	for i := range line {
		if i+1 >= len(line) {
			continue
		}
		next := line[i+1]
		if !ofLine(next) && !isNumber(next) && !said.SameOne.Has(next) && !said.Former.Has(next) {
			continue
		}
		text := strings.ReplaceAll(strings.ToLower(line[i].Text), "’", "'")
		owned := strings.HasSuffix(text, "'s") || strings.HasSuffix(text, "s'")
		if owned || strings.HasSuffix(text, "s") && !parse.IsCue(text) {
			return true
		}
	}
	of := func(i int) bool {
		return wordAt(line, i) == "of" || wordAt(line, i) == "from" || wordAt(line, i) == "off"
	}
	for i := 1; i+1 < len(line); i++ {
		if of(i) && (ofLine(line[i-1]) || isNumber(line[i-1])) {
			return true
		}
	}
	return false
}
