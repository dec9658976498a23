package parse

import "slices"

// takeReporter takes out who said what a line passes on: Bruno in "Bruno said Dana left", in "according to Bruno"
// and in "Bruno asked me to remove Dana". They are not whom the line is about.
func takeReporter(all []token, names nameFinder) []Person {
	for i, t := range all {
		if t.kind != aWord || t.word.Quoted {
			continue
		}
		next := wordAt(all, i+1)
		switch {
		case t.word.Heads && said.Raisers[t.text]: // "Manager: Bruno Keller"
			if to := nameBehind(all, i+1, names); to > i+1 {
				all[i].used = true
				return takeOut(all, i+1, to, names)
			}
		case signsOff(all, i):
			for from := i; from >= 0 && (from == i || said.Warm[all[from].text]); from-- {
				all[from].used = true
			}
			return takeOut(all, i+1, len(all), names)
		case said.Tells[t.text], said.AsksTo[t.text] && said.Listener[next]:
			if from := nameBefore(all, i, names); from < i {
				return takeOut(all, from, i, names)
			}
		case said.Heard[t.text] && said.HeardFrom[next]:
			if to := nameBehind(all, i+2, names); to > i+2 {
				return takeOut(all, i+2, to, names)
			}
		}
	}
	return nil
}

// longestSignature is how many tokens stand behind "regards" at most.
const longestSignature = 8

// signsOff reports the last words of a letter: what follows names who wrote it. "Thanks, Carol" ends one as well, and
// "thanks Carol" may be said to her.
func signsOff(all []token, i int) bool {
	behind := len(all) - i - 1
	if !said.Regards[all[i].text] || behind == 0 || behind > longestSignature || all[i+1].kind != aBreak {
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
	for to < len(all) && names.couldBe(all[to]) {
		to++
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
