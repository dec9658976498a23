package parse

import (
	"slices"
	"strings"

	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/provision"
)

// token is a word of a line, or several that name one thing, with what they are taken for.
type token struct {
	word  Word
	text  string // in small letters, with a plain apostrophe, without the ending of an owner
	kind  tokenKind
	value string // the id of a location or plan; a number, a day as written
	name  string // of a location or plan
	user  provision.UserID
	slip  bool   // it is taken for what it nearly says
	stem  string // the word of a cue that it is a form of: "returned" of "return"
	near  string // the word of a cue that it nearly says
	// what of the cues' words these three are; see identify
	id, stemID, nearID wordID

	was  bool // something else takes its place: "from Boston", "instead of Metered"
	told bool // the cue that tells what the line is about has it
	used bool // the cue of the line, or something else, has it
}

// tokenKind is what a token is taken for.
type tokenKind int

// The kinds; a word that is nothing else comes first.
const (
	aWord tokenKind = iota
	aPerson
	aLocation
	aPlan
	aNumber
	someDigits // the end of a number
	aCount
	aState
	aDate
	anOrder    // its reference
	aReference // the number of a ticket
	anArea     // the first digits that numbers have in common
	aBreak     // and, commas, arrows
)

// kindsByName are the kinds that a cue can ask for.
var kindsByName = map[string]tokenKind{
	"location": aLocation, "plan": aPlan, "number": aNumber, "state": aState, "date": aDate, "digits": someDigits,
	"count": aCount, "area": anArea, "order": anOrder,
}

// tokens takes a line apart. What has been taken for one thing is no longer looked at for another.
func tokens(line []Word, mentions []Mention, known Vocabulary) []token {
	all := make([]token, 0, len(line))
	form := lexicon.IsForm(line)
	for i, w := range lexicon.NumberSigns(line) {
		for _, part := range apart(w) {
			all = append(all, token{word: part, text: lexicon.Spelt(folded(part.Text))})
			all = takeHeading(all, form)
		}
		switch {
		case i == len(line)-1 && !w.Ends:
		case stops(w):
			all = append(all, token{text: sentenceEnd, kind: aBreak})
		case w.Ends:
			all = append(all, token{text: ",", kind: aBreak})
		}
	}
	for i, t := range all {
		if !t.word.Quoted && said.Breaks[t.text] {
			all[i].kind = aBreak
		}
		all[i].used = t.text == "not" && wordAt(all, i-1) == "or" // "used or not"
	}
	all = takeMentions(all, mentions)
	all = takeDays(all)
	all = takeStates(all)
	all = takeNumbers(all)
	all = known.takeOther(takeNamed(all, known))
	takeOrigins(all)
	for i, t := range all {
		switch {
		case t.kind == aWord && (t.word.Quoted || IsUPN(t.word.Text)):
			all[i].kind = aPerson
			all[i].value = t.word.Text
			if !t.word.Quoted {
				all[i].value = lexicon.UserName(t.word.Text) // "(dana.reyes@example.com)"
			}
		case t.kind == aWord && isTicket(t.text):
			all[i].kind = aReference
		case t.kind == aWord && isReference(t.text):
			all[i].kind = anOrder
			all[i].value = t.word.Text
		case t.kind == aWord && states[t.text] != "":
			all[i].kind = aState
			all[i].value = string(states[t.text])
		}
	}
	return all
}

// apart splits signs off that people write without a space: "ruth+sven", "henry->unlimited".
func apart(w Word) []Word {
	if name, value, ok := lexicon.Field(w); ok {
		return append([]Word{{Text: name, Heads: said.Headings[folded(name)]}},
			apart(Word{Text: value, Asks: w.Asks, Heads: w.Heads})...)
	}
	if w.Quoted || !strings.ContainsAny(w.Text, "->=→&+/|") || IsUPN(w.Text) || Numberish(w.Text) {
		return []Word{w}
	}
	var parts []Word
	for _, p := range strings.Fields(spaced.Replace(w.Text)) {
		part := Word{Text: p, Asks: w.Asks}
		if _, _, ok := lexicon.Field(part); ok && p != w.Text {
			parts = append(parts, apart(part)...)
			continue
		}
		parts = append(parts, part)
	}
	parts[len(parts)-1].Heads = w.Heads
	return parts
}

// spaced puts spaces around signs.
var spaced = strings.NewReplacer("->", " -> ", "=>", " => ", ">", " -> ", "→", " → ", "&", " & ", "+", " + ",
	"/", " / ", "|", " | ")

// merged puts tokens together as one, in the place of the tokens that it is given.
func merged(all []token, from, to int, kind tokenKind, value string) []token {
	words := make([]Word, 0, to-from)
	asks := false
	for _, t := range all[from:to] {
		words = append(words, t.word)
		asks = asks || t.word.Asks
	}
	one := token{word: Word{Text: Join(words), Asks: asks}, kind: kind, value: value}
	one.text = folded(one.word.Text)
	all[from] = one
	return slices.Delete(all, from+1, to)
}

func takeMentions(all []token, mentions []Mention) []token {
	for _, m := range mentions {
		name := Split(m.Name)
		for i := 0; len(name) > 0 && i+len(name) <= len(all); i++ {
			same := true
			for j, w := range name {
				same = same && all[i+j].text == folded(w.Text)
			}
			if same {
				all = merged(all, i, i+len(name), aPerson, m.Name)
				all[i].user = m.User
			}
		}
	}
	return all
}

// isReference reports the reference of an order: eight to ten letters and digits, and both of them.
func isReference(s string) bool {
	const shortest, longest = 8, 10
	if len(s) < shortest || len(s) > longest || DigitsIn(s) == "" || DigitsIn(s) == s {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// isTicket reports the number of a ticket in one word: "INC0041233".
func isTicket(s string) bool {
	kind := strings.TrimRight(s, "0123456789")
	return kind != s && said.Reference[strings.TrimRight(kind, "-#")]
}

// takeOrigins marks the locations and plans whose place another of the line takes.
func takeOrigins(all []token) {
	places := map[tokenKind]int{}
	for _, t := range all {
		if !t.was {
			places[t.kind]++
		}
	}
	for i := range all {
		kind := all[i].kind
		switch {
		case kind != aLocation && kind != aPlan || all[i].was:
		case wordAt(all, i-1) == "off" && kind == aPlan, // "took him off Metered"
			wordAt(all, i-1) == "from" && wordAt(all, i-2) == "away": // "I'm moving away from Boston"
			all[i].was = true
			places[kind]--
		case places[kind] > 1 && (wasBefore(all, i) || isNow(all, i) || refused(all, i) || corrected(all, i)):
			all[i].was = true
			places[kind]--
		}
	}
}

// isNow reports what a line says to be so now, or too little: "I'm on Metered", "Metered is too small for her",
// "Metered > Unlimited".
func isNow(all []token, i int) bool {
	if i+2 < len(all) && all[i+1].text == "->" && all[i+2].kind == all[i].kind {
		return true
	}
	is := said.Being[wordAt(all, i+1)] && said.Too[wordAt(all, i+2)]
	return is || wordAt(all, i-1) == "on" && said.Being[wordAt(all, i-2)]
}

// corrected reports a token whose place the next of its kind takes: "in Boston, no wait, Seattle".
func corrected(all []token, i int) bool {
	for j := i + 1; j < len(all); j++ {
		switch {
		case all[j].kind == all[i].kind:
			return false
		case all[j].kind == aWord && said.Corrects[all[j].text]:
			rest := all[j+1:]
			if !slices.ContainsFunc(rest, func(t token) bool { return t.kind == all[i].kind }) {
				return false
			}
			for k := j; k > i && (all[k].kind == aBreak || said.Corrects[all[k].text] || said.Not[all[k].text]); k-- {
				all[k].used = true
			}
			return true
		}
	}
	return false
}

// wasBefore reports what stands behind words that take it for what was: "from Boston", "old site Boston".
func wasBefore(all []token, i int) bool {
	before := wordAt(all, i-1)
	switch {
	case before == "of":
		return said.BeforeOrigin[wordAt(all, i-2)]
	case said.Origins[before]:
		return true
	}
	return behindFormer(all, i)
}

// behindFormer reports what is said to be the old one: "old site Boston", "current: 0140".
func behindFormer(all []token, i int) bool {
	from := i - 1
	for from > 0 && (said.Kept[wordAt(all, from)] || all[from].ends()) {
		from--
	}
	return said.Former[wordAt(all, from)]
}

// takeStates finds states in several words: "in use", "not assigned".
func takeStates(all []token) []token {
	for _, s := range lexicon.StatePhrases {
		for i := 0; i+len(s.Words) <= len(all); i++ {
			before := wordAt(all, i-1)
			if saysAt(all, i, s.Words) && !said.BeforeNot[before] && !said.Not[before] {
				all = merged(all, i, i+len(s.Words), aState, string(s.State))
			}
		}
	}
	return all
}

// takeNamed finds what names a location or plan in full.
func takeNamed(all []token, known Vocabulary) []token {
	for i := 0; i < len(all); i++ {
		if all[i].kind == anArea {
			if at, ok := known.inArea(all[i].value); ok {
				all[i].kind = aLocation
				all[i].value = at.id
				all[i].name = at.name
			}
			continue
		}
		n, length := known.at(all[i:])
		if length == 0 {
			continue
		}
		to := i + length
		theirs := said.Office
		if !n.location {
			theirs = said.Tariff
		}
		if said.Our[wordAt(all, i-1)] { // "the Boston office"
			i--
			if theirs[wordAt(all, to)] {
				to++
			}
		}
		all = merged(all, i, to, n.kind(), n.id)
		all[i].name = n.name
	}
	return all
}

func (n named) kind() tokenKind {
	if n.location {
		return aLocation
	}
	return aPlan
}

// takeAnyOf takes the words by which a line says that any number will do: some wherever they stand, and others at its
// end.
func takeAnyOf(all []token) bool {
	end := len(all)
	for end > 0 && said.Courtesy[all[end-1].text] && all[end-1].text != "you" {
		end--
	}
	found := false
	for _, phrase := range anyAnywhere {
		for i := 0; i+len(phrase) <= len(all); i++ {
			if saysAt(all, i, phrase) {
				markAll(all[i : i+len(phrase)])
				found = true
			}
		}
	}
	for _, phrase := range anyAtEnd {
		if i := end - len(phrase); !found && i > 0 && saysAt(all, i, phrase) {
			markAll(all[i:end])
			found = true
		}
	}
	return found
}

// anyAnywhere and anyAtEnd are the words by which a line says that any number will do.
var anyAnywhere, anyAtEnd = lexicon.Phrases(said.AnyAnywhere), lexicon.Phrases(said.AnyNumber)

// saysAt reports whether the words of a phrase stand in a line from a token on.
func saysAt(all []token, from int, phrase []string) bool {
	for i, w := range phrase {
		t := all[from+i]
		place := w == "#location" && t.kind == aLocation
		if !place && (t.text != w || t.kind != aWord && t.kind != aState) {
			return false
		}
	}
	return true
}

func markAll(some []token) {
	for i := range some {
		some[i].used = true
	}
}

// isPast reports a word of what is over, and stopWord one that carries nothing by itself.
func (t token) isPast() bool    { return t.kind == aWord && said.Past[t.text] }
func stopWord(text string) bool { return said.Stop[text] }
