package forget

import (
	"slices"
	"strings"
	"unicode"

	"calltab/internal/provision"
	"calltab/internal/provision/names"
)

// What stands in the place of a name, and of words. Package text shows both in the reader's language. They are
// persisted: never rename one.
const (
	Name  = "(forgotten person)"
	Words = "(forgotten)"
)

// term is a name as words that follow one another, each with its spellings.
type term [][]string

// shortestAlone is how many letters a name of one word has at least that is looked for in texts: a shorter one is a
// word of every day too often.
const shortestAlone = 5

// terms are what texts are searched for.
type terms struct {
	words    []term   // the longest first
	verbatim []string // names in scripts that put no space between words
}

// add adds the ways in which texts name a person.
func (t *terms) add(p provision.Person) {
	given, family := p.GivenName, p.Surname
	texts := []string{p.UPN, p.Mail, p.DisplayName, given + " " + family, family + " " + given}
	for _, address := range []string{p.UPN, p.Mail} {
		if local, _, is := strings.Cut(address, "@"); is {
			texts = append(texts, local)
		}
	}
	for _, text := range texts {
		if isUnspaced(text) {
			t.verbatim = append(t.verbatim, strings.TrimSpace(text))
		}
		one := termOf(text)
		if len(one) > 1 || len(one) == 1 && len([]rune(one[0][0])) >= shortestAlone {
			t.addTerm(one)
		}
	}
}

// addParts adds each word of a person's names and user name.
func (t *terms) addParts(p provision.Person) {
	local, _, _ := strings.Cut(p.UPN, "@")
	for _, text := range []string{p.DisplayName, p.GivenName, p.Surname, local} {
		if isUnspaced(text) {
			t.verbatim = append(t.verbatim, strings.TrimSpace(text))
		}
		for _, spellings := range termOf(text) {
			if len([]rune(spellings[0])) > 1 {
				t.addTerm(term{spellings})
			}
		}
	}
}

func (t *terms) addTerm(one term) {
	if !slices.ContainsFunc(t.words, one.same) {
		t.words = append(t.words, one)
	}
	slices.SortStableFunc(t.words, func(a, b term) int { return len(b) - len(a) })
}

// isUnspaced reports a name of at least two signs of a script without spaces.
func isUnspaced(text string) bool {
	n := 0
	for _, r := range text {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai) {
			n++
		}
	}
	return n > 1
}

func termOf(text string) (t term) {
	for _, w := range wordsIn(text) {
		t = append(t, w.spellings)
	}
	return t
}

func (t term) same(other term) bool {
	return slices.EqualFunc(t, other, func(a, b []string) bool { return a[0] == b[0] })
}

// word is a word of a text, and where it stands.
type word struct {
	from, to  int
	spellings []string
}

// apostrophes are left out of a word.
var apostrophes = strings.NewReplacer("'", "", "’", "", "‘", "", "`", "", "´", "")

// wordsIn are the words of a text: letters, marks, digits, apostrophes and what nobody sees, between other signs.
func wordsIn(text string) (all []word) {
	from := -1
	end := func(at int) {
		if from < 0 {
			return
		}
		bare := apostrophes.Replace(provision.Visible(text[from:at]))
		if s := names.Spellings(bare); s[0] != "" {
			all = append(all, word{from, at, s})
		}
		from = -1
	}
	for i, r := range text {
		inside := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || provision.Hidden(r) ||
			from >= 0 && strings.ContainsRune("'’‘`´", r)
		switch {
		case !inside:
			end(i)
		case from < 0:
			from = i
		}
	}
	end(len(text))
	return all
}

// begins reports whether words begin with the term, as it is or with the s of a possessive.
func (t term) begins(all []word) bool {
	if len(all) < len(t) {
		return false
	}
	for i, spellings := range t {
		alike := slices.ContainsFunc(all[i].spellings, func(s string) bool {
			return slices.Contains(spellings, s) || slices.Contains(spellings, strings.TrimSuffix(s, "s"))
		})
		if !alike {
			return false
		}
	}
	return true
}

// in reports whether a text has one of the names.
func (t *terms) in(text string) bool {
	_, found := t.without(text)
	return found
}

// without is a text with what stands for a name in the place of each name.
func (t *terms) without(text string) (after string, found bool) {
	for _, name := range t.verbatim {
		if strings.Contains(text, name) {
			text, found = strings.ReplaceAll(text, name, Name), true
		}
	}
	var b strings.Builder
	kept := 0
	all := wordsIn(text)
	for i := 0; i < len(all); i++ {
		at := slices.IndexFunc(t.words, func(one term) bool { return one.begins(all[i:]) })
		if at < 0 {
			continue
		}
		found = true
		b.WriteString(text[kept:all[i].from])
		b.WriteString(Name)
		i += len(t.words[at]) - 1
		kept = all[i].to
	}
	if kept == 0 {
		return text, found
	}
	b.WriteString(text[kept:])
	return b.String(), true
}
