package parse

import (
	"slices"
	"strings"
)

// nameFinder finds who is named among the words of a line.
type nameFinder struct {
	known func(string) bool
	asked map[string]bool
}

// mostAsked bounds how often the directory is asked about one line.
const mostAsked = 24

func (f nameFinder) is(text string) bool {
	if f.known == nil {
		return false
	}
	answer, asked := f.asked[text]
	if !asked && len(f.asked) < mostAsked {
		answer = f.known(text)
		f.asked[text] = answer
	}
	return answer
}

// about reports whether a line names a person or a number. It looks at single words, which are asked about anyway.
func (f nameFinder) about(all []token) subject {
	if f.known == nil {
		return unknownSubject
	}
	for _, t := range all {
		switch {
		case t.kind == aPerson, t.kind == aNumber, t.kind == someDigits, t.kind == anOrder:
			return someoneNamed
		case t.kind == aWord && (said.Self[t.text] || said.Own[t.text]):
			return unknownSubject
		case f.free(t) && f.owner(nameOf([]token{t})) != "":
			return someoneNamed
		}
	}
	return nobodyNamed
}

// longer takes places and plans into a name that the directory knows: Jack London, Max Metered.
func (f nameFinder) longer(all []token) []token {
	for i := 0; i < len(all); i++ {
		if all[i].kind != aLocation && all[i].kind != aPlan {
			continue
		}
		if namesPerson(all, i) && f.is(nameOf(all[i:i+1])) {
			all[i].kind = aPerson
			all[i].value = nameOf(all[i : i+1])
			continue
		}
		for _, span := range [][2]int{{i - 1, i + 1}, {i, i + 2}} {
			from, to := span[0], span[1]
			if from < 0 || to > len(all) {
				continue
			}
			other := all[from]
			if from == i {
				other = all[to-1]
			}
			if other.kind != aWord || said.Stop[other.text] || other.word.Quoted {
				continue
			}
			text := nameOf(all[from:to])
			if f.is(text) {
				all = merged(all, from, to, aPerson, text)
				break
			}
		}
	}
	return all
}

// namesPerson reports a place that stands where a person does, in a line that names another: "give Sydney a phone in
// Boston".
func namesPerson(all []token, i int) bool {
	gives := said.Classes["give"][wordAt(all, i-1)]
	return gives && slices.ContainsFunc(all, func(t token) bool {
		return t.kind == aLocation && t.value != all[i].value
	})
}

func nameOf(all []token) string {
	var words []string
	for _, t := range all {
		text := t.word.Text
		plain := strings.ReplaceAll(text, "’", "'")
		if rest, ok := strings.CutSuffix(plain, "'s"); ok {
			text = rest
		}
		words = append(words, strings.Trim(text, "()[],"))
	}
	return strings.Join(words, " ")
}

// people finds the names among the words that nothing else has: the longest run that the directory knows. A run in
// which it knows nobody is a name that nobody goes by where it stands alone, else it is left over.
func (f nameFinder) people(all []token) (found []Person, left []string) {
	all = f.surnameFirst(all)
	var unknown []string
	for i := 0; i < len(all); {
		t := all[i]
		if t.kind == anOrder {
			found = append(found, Person{Text: t.value})
			i++
			continue
		}
		if t.kind == aPerson {
			there := t.user != "" || IsUPN(t.value) || f.is(t.value)
			found = append(found, Person{Text: t.value, User: t.user, Found: there})
			i++
			continue
		}
		if !f.free(t) {
			i++
			continue
		}
		end := i
		for end < len(all) && f.free(all[end]) {
			end++
		}
		some, rest := f.run(all[i:end])
		end = f.goesOn(all, end, some, rest)
		found = append(found, some...)
		unknown = append(unknown, rest...)
		i = end
	}
	found = distinct(found)
	if len(found) == 0 && len(unknown) > 0 {
		for _, name := range unknown {
			found = append(found, Person{Text: name})
		}
		return found, nil
	}
	return found, unknown
}

// distinct leaves out people who are named again, in full or by a part of the name: "Zoe Grant ... Zoe".
func distinct(all []Person) (once []Person) {
	for i, p := range all {
		again := func(q Person) bool { return p.User == q.User && partOf(p.Text, q.Text) }
		longer := func(q Person) bool {
			return again(q) && (!partOf(q.Text, p.Text) || IsUPN(q.Text) && !IsUPN(p.Text))
		}
		if !slices.ContainsFunc(once, again) && !slices.ContainsFunc(all[i+1:], longer) {
			once = append(once, p)
		}
	}
	return once
}

// partOf reports whether each word of a name is one of another. A user name is part of no other.
func partOf(name, of string) bool {
	if IsUPN(name) && IsUPN(of) {
		return strings.EqualFold(name, of)
	}
	have := nameWords(of)
	for _, w := range nameWords(name) {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return true
}

// nameWords are the words of a name, or of a user name that is made of one: "dana.reyes@example.com".
func nameWords(name string) []string {
	local, _, _ := strings.Cut(strings.ToLower(name), "@")
	return strings.FieldsFunc(local, func(r rune) bool { return r == ' ' || r == '.' })
}

// goesOn puts a word that could be a cue's to the name before it, where the directory knows both together: Zoe Grant.
// It returns where the line goes on.
func (f nameFinder) goesOn(all []token, end int, some []Person, rest []string) int {
	last := len(some) - 1
	if last < 0 || end == len(all) || all[end].kind != aWord || all[end].used || len(rest) > 0 {
		return end
	}
	longer := f.owner(some[last].Text + " " + nameOf(all[end:end+1]))
	if longer == "" {
		return end
	}
	some[last].Text = longer
	all[end].used = true
	return end + 1
}

// surnameFirst puts "Reyes, Dana" together, where the directory knows Dana Reyes.
func (f nameFinder) surnameFirst(all []token) []token {
	for i := 0; i+2 < len(all); i++ {
		if !f.free(all[i]) || all[i+1].kind != aBreak || all[i+1].text != "," || !f.free(all[i+2]) {
			continue
		}
		name := nameOf(all[i+2:i+3]) + " " + nameOf(all[i:i+1])
		if f.is(name) {
			all = merged(slices.Clone(all), i, i+3, aPerson, name)
		}
	}
	return all
}

// free reports a word that may be part of a name.
func (f nameFinder) free(t token) bool {
	return t.kind == aWord && !t.used && t.text != "" && !said.Stop[t.text] && (!inCues(t.text) || t.word.Quoted)
}

// run finds the names within words that follow each other: a word that the directory knows, and what goes on with it.
func (f nameFinder) run(words []token) (found []Person, unknown []string) {
	var rest []token
	flush := func() {
		if len(rest) > 0 {
			unknown = append(unknown, nameOf(rest))
			rest = nil
		}
	}
	for i := 0; i < len(words); {
		name := f.owner(nameOf(words[i : i+1]))
		if name == "" {
			rest = append(rest, words[i])
			i++
			continue
		}
		flush()
		end := i + 1
		for end < len(words) && end-i < longestName {
			longer := f.owner(nameOf(words[i : end+1]))
			if longer == "" {
				break
			}
			name = longer
			end++
		}
		found = append(found, Person{Text: name, Found: true})
		i = end
	}
	flush()
	return found, unknown
}

// owner is a name that the directory knows, perhaps without the s of an owner: "danas phone". Empty where it is none.
func (f nameFinder) owner(name string) string {
	if f.is(name) {
		return name
	}
	short, owned := strings.CutSuffix(name, "s")
	if owned && len(short) > 2 && f.is(short) {
		return short
	}
	return ""
}
