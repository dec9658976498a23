package parse

import (
	"slices"
	"strings"
)

// takeReporter takes out who said what a line passes on: Bruno in "Bruno said Dana left", in "according to Bruno", in
// "Bruno asked me to remove Dana", and in "raised by Bruno". They are not whom the line is about.
func takeReporter(all []token, names nameFinder) (found []Person) {
	for i, t := range all {
		if t.kind != aWord || t.word.Quoted {
			continue
		}
		next := wordAt(all, i+1)
		from, to := i, i
		if end := nameBehind(all, i+1, names); greetsAt(all, i) && end < len(all) && all[end].kind == aBreak {
			takeOut(all, i+1, end, names) // "Hi Alice, please remove Dana"
			continue
		}
		switch {
		case signsOff(all, i, names):
			for at := i; at >= 0 && (at == i || said.Warm[all[at].text]); at-- {
				all[at].used = true
			}
			return append(found, takeOut(all, i+1, len(all), names)...)
		case t.word.Heads && said.Raisers[t.text] && !said.From[wordAt(all, i-1)],
			t.text == "by" && said.Raising[wordAt(all, i-1)], t.text == "with" && said.Discussed[wordAt(all, i-1)],
			t.text == "per": // "as per Bruno"
			from, to = i+1, firstBehind(all, i+1, names) // "Manager: Bruno Keller"
		case t.text == "behalf" && next == "of": // "on behalf of Bruno"
			from, to = i+2, firstBehind(all, i+2, names)
			all[i+1].used = true
		case t.text == "behalf": // "on Bruno's behalf"
			from = nameBefore(all, i, names)
		case i == opening(all) && behindName(all, i, names): // "Bruno: please add Dana"
			from, to = i, nameBehind(all, i, names)
		case t.text == "for" && i <= opening(all) && behindName(all, i+1, names): // "for Bruno: add Dana"
			from, to = i+1, nameBehind(all, i+1, names)
		case bracketed(all, i): // "(agent Bruno K.)"
			from = i + 1
			for to = from; to < len(all) && !closes(all[to-1]) && !all[to].ends(); {
				to++
			}
		case said.Raisers[t.text] && i > 1 && strings.HasPrefix(t.word.Text, "("): // "Bruno Keller (manager)"
			from, to = nameBefore(all, i, names), i
		case (said.From[t.text] || said.Raisers[t.text]) && all[nameBehind(all, i+1, names)-1].word.Heads:
			from, to = i+1, nameBehind(all, i+1, names) // "Ticket from Bruno Keller:"
		case said.Tells[t.text], said.AsksTo[t.text] && said.Listener[next], names.wishesFor(all, i):
			to = beforeHas(all, to)
			from = nameBefore(all, to, names)
		case said.Heard[t.text] && said.HeardFrom[next]:
			from, to = i+2, firstBehind(all, i+2, names)
		}
		if from >= to {
			continue
		}
		some := takeOut(all, from, to, names)
		if len(some) == 0 {
			continue
		}
		found = append(found, some...)
		for at := i; at >= 0 && wordAt(all, at) != "" && (at == i || said.Raising[all[at].text]); at-- {
			all[at].used = true
		}
	}
	return found
}

// behindName reports a name with a colon behind it, and what is to be done: "Bruno: add Dana".
func behindName(all []token, i int, names nameFinder) bool {
	end := nameBehind(all, i, names)
	if end == i || !all[end-1].word.Heads {
		return false
	}
	for end < len(all) && (all[end].kind == aBreak || said.Requesting[wordAt(all, end)]) {
		end++
	}
	kind, _ := OrderOf(Message(wordAt(all, end), nil))
	return kind != "" || wordAt(all, end) == "change"
}

// beforeHas is the place before "has" and the like.
func beforeHas(all []token, to int) int {
	for to > 0 && said.Has[wordAt(all, to-1)] {
		to--
	}
	return to
}

// wishesFor reports a verb by which one person wishes something for another: "Bruno wants Dana on Unlimited", "Bruno
// asked for a phone for Dana", "Bruno approved Unlimited for Dana". What is Dana's, or like Dana's, Bruno may want for
// himself.
func (f nameFinder) wishesFor(all []token, i int) bool {
	would := all[i].text == "like" && wordAt(all, i-1) == "would" // and not "a phone like Dana's"
	allows := said.Decides[all[i].text]
	if !would && !said.WishesFor[all[i].text] && (!allows || isQuestion(all)) {
		return false
	}
	for j := i + 1; j < len(all) && !all[j].parts() && all[j].kind != aBreak; j++ {
		if all[j].kind != aPerson && (!f.free(all[j]) || f.owner(nameOf(all[j:j+1])) == "") {
			continue
		}
		text := strings.ReplaceAll(all[j].word.Text, "’", "'")
		owned := strings.HasSuffix(text, "'s") || all[j].kind != aPerson && !f.is(nameOf(all[j:j+1]))
		before := wordAt(all, j-1)
		kind, _ := OrderOf(Message(before, nil))
		return !owned && (before == "for" || j == i+1 && !allows || kind != "" || said.Classes["give"][before])
	}
	return false
}

// passesOn reports a line that says on whose behalf it is.
func passesOn(all []token) bool {
	for i, t := range all {
		raised := t.text == "by" && said.Raising[wordAt(all, i-1)]
		if t.kind == aWord && !t.word.Quoted && (t.text == "behalf" || t.text == "per" || raised) {
			return true
		}
	}
	return false
}

// greetsAt reports the last word of a greeting with which a line begins.
func greetsAt(all []token, i int) bool {
	if i == 1 {
		return said.Good[all[0].text] && said.DayParts[all[1].text]
	}
	return i == 0 && said.Greetings[all[0].text]
}

// bracketed reports the beginning of what stands in brackets and says who wrote a line.
func bracketed(all []token, i int) bool {
	if i < 2 || !strings.HasPrefix(all[i].word.Text, "(") || closes(all[i]) {
		return false
	}
	writes := func(text string) bool { return said.Raisers[text] || said.Clerks[text] }
	return writes(all[i].text) || writes(wordAt(all, i+1))
}

// closes reports a word that ends what stands in brackets.
func closes(t token) bool { return strings.ContainsRune(t.word.Text, ')') }

// longestSignature is how many tokens stand behind "regards" at most.
const longestSignature = 8

// signsOff reports the last words of a letter: what follows names who wrote it. "Thanks, Carol" ends one as well, and
// "thanks Carol" may be said to her.
func signsOff(all []token, i int, names nameFinder) bool {
	behind := len(all) - i - 1
	kindly := said.Closing[wordAt(all, i-1)] && nameBehind(all, i+1, names) == len(all) // "Kind regards Carol"
	if !said.Regards[all[i].text] || behind == 0 || behind > longestSignature || !kindly && all[i+1].kind != aBreak {
		return false
	}
	return i > 0 && (all[i-1].kind == aBreak || said.Courtesy[all[i-1].text] || said.Warm[all[i-1].text])
}

func wordAt(all []token, i int) string {
	if i < 0 || i >= len(all) || all[i].kind != aWord {
		return ""
	}
	return all[i].text
}

// nameBefore is where the name begins that ends before a token; the token's place where there is none.
func nameBefore(all []token, end int, names nameFinder) int {
	from := end
	for from > 0 && names.couldBe(all[from-1]) {
		from--
	}
	return from
}

// nameBehind is where the name ends that begins at a token.
func nameBehind(all []token, from int, names nameFinder) int {
	to := from
	for to < len(all) && names.couldBe(all[to]) && (to == from || !all[to-1].word.Heads) {
		to++
	}
	return to
}

// firstBehind is nameBehind for the first person, where another one's name goes on: "per Carol Dana gets Unlimited".
func firstBehind(all []token, from int, names nameFinder) int {
	to := nameBehind(all, from, names)
	if from >= to || all[from].kind == aPerson {
		return min(from+1, to)
	}
	if found, _ := names.run(all[from:to]); len(found) > 1 && names.owner(nameOf(all[from:from+1])) != "" {
		return from + len(strings.Fields(found[0].Text))
	}
	return to
}

// couldBe reports a person, or a word that may be part of a name.
func (f nameFinder) couldBe(t token) bool { return t.kind == aPerson || f.free(t) }

// takeOut finds the people among some tokens, which are none of the line's any more.
func takeOut(all []token, from, to int, names nameFinder) []Person {
	people, _ := names.people(slices.Clone(all[from:to]))
	people = slices.DeleteFunc(people, func(p Person) bool { return !p.Found })
	if len(people) == 0 {
		return nil
	}
	for i := from; i < to; i++ {
		all[i].kind = aBreak
	}
	return people
}

// refuse leaves out who is not meant: "not Erin, Felix", "Erin, sorry, Felix".
func (r *Reading) refuse(all []token) {
	for i := range all {
		if len(r.Persons) < 2 {
			return
		}
		p := r.personAt(all, i)
		if p < 0 {
			continue
		}
		before := wordAt(all, i-1)
		not := before == "not" && i+1 < len(all) && (all[i+1].kind == aBreak || wordAt(all, i+1) == "but")
		end := i + len(strings.Fields(r.Persons[p].Text))
		next := end
		for next < len(all) && all[next].kind == aBreak {
			next++
		}
		to := next
		corrects := false
		for to < len(all) && (said.Corrects[wordAt(all, to)] || said.Not[wordAt(all, to)] || wordAt(all, to) == "i" ||
			wordAt(all, to) == "that" || all[to].kind == aBreak) {
			corrects = corrects || said.Corrects[wordAt(all, to)]
			to++
		}
		changed := corrects && to < len(all) && r.personAt(all, to) >= 0 && r.personAt(all, to) != p
		switch {
		case not:
			all[i-1].used = true
		case changed:
			markAll(all[next:to])
		default:
			continue
		}
		r.Persons = slices.Delete(slices.Clone(r.Persons), p, p+1)
		all[i].used = true
	}
}
