package names

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"calltab/internal/provision"
)

// Match is how well a typed name is a person's.
type Match int

// The matches, the weakest first.
const (
	NoMatch     Match = iota
	BeginsMatch       // each typed word begins a word of the name
	WholeMatch        // each typed word is one of the name
	FullMatch         // … and none of the display name, or of given name and surname, is missing
)

// Query is a name as a user typed it, ready to be held against people. Names are compared word by word, in any
// order, without regard to case, accents, hyphens, apostrophes and other signs; ä may be written a or ae. Single Latin
// letters are initials.
type Query struct {
	Words []string // as typed, without signs around them
	words []spellings
}

// spellings are the ways in which one word may be written, folded; the plain one first.
type spellings []string

// mostNameWords bounds how many words of a name are compared, and longestJoin how many may be written as one: Jean-Luc
// as Jeanluc.
const (
	mostNameWords = 12
	longestJoin   = 4
)

// Read reads a typed name.
func Read(text string) Query {
	var q Query
	for _, w := range nameWords(text) {
		q.Words = append(q.Words, w)
		q.words = append(q.words, spell(w))
	}
	return q
}

// Match holds the typed name against one person's display name, given name and surname, and the names in their
// addresses.
func (q Query) Match(p provision.Person) Match {
	if len(q.words) == 0 {
		return NoMatch
	}
	names := nameForms(p)
	whole := func(typed, have string) bool { return typed == have }
	letters := lettersOf(p, q)
	if q.fits(names, whole, letters) {
		if q.covers(p) {
			return FullMatch
		}
		return WholeMatch
	}
	lenient := letterForms{names.words, names.allows}
	if q.fits(names, begins, lenient) {
		return BeginsMatch
	}
	return NoMatch
}

// begins reports whether a typed word begins a word of a name. One or two Latin letters say too little: “no” is not
// Novak.
func begins(typed, have string) bool {
	return strings.HasPrefix(have, typed) && (len(typed) >= 3 || typed[0] > unicode.MaxASCII)
}

// names are all words that a person goes by.
type names struct {
	words    []spellings // with those that are written as one
	initials bool        // one of the words is a single letter
	count    int         // of the words of the display name
}

func nameForms(p provision.Person) names {
	var all names
	upn, _, _ := strings.Cut(p.UPN, "@")
	mail, _, _ := strings.Cut(p.Mail, "@")
	for i, form := range []string{p.DisplayName, p.GivenName + " " + p.Surname, p.Surname + " " + p.GivenName, upn,
		mail} {
		words := nameWords(form)
		if i == 0 {
			all.count = len(words)
		}
		for at := range words {
			for end := at + 1; end <= min(at+longestJoin, len(words)); end++ {
				all.words = append(all.words, spell(strings.Join(words[at:end], "")))
			}
			all.initials = all.initials || initial(words[at])
		}
	}
	return all
}

// letterForms are what typed words with single Latin letters among them can be.
type letterForms struct {
	words  []spellings                          // in which a letter is part of several words that are written as one
	allows func(letter string, others int) bool // a letter alone, beside so many other words
}

// lettersOf are those for a name that must match in whole words. Letters say too little: they belong to a name that is
// typed in full, as in “S. Venkat” and “Ó Murchú”, or are a middle name beside given name and surname.
func lettersOf(p provision.Person, q Query) letterForms {
	var forms letterForms
	given := nameWords(p.GivenName)
	surname := nameWords(p.Surname)
	display := nameWords(withoutBrackets(p.DisplayName))
	for _, form := range [][]string{given, surname, display, slices.Concat(given, surname),
		slices.Concat(surname, given)} {
		forms.words = append(forms.words, spell(strings.Join(form, "")))
	}
	for _, word := range slices.Concat(given, surname, display) {
		if !initial(spell(word)[0]) {
			forms.words = append(forms.words, spell(word))
		}
	}
	ends, middle := outerNames(given, surname, display)
	typed := q.joined()
	same := func(typed, have string) bool { return typed == have }
	full := !slices.ContainsFunc(ends, func(end string) bool { return !typed.have(spell(end), same) })
	forms.allows = func(letter string, _ int) bool {
		beginning := func(word string) bool { return strings.HasPrefix(spell(word)[0], letter) }
		exact := func(word string) bool { return spell(word)[0] == letter }
		return full && (slices.ContainsFunc(middle, beginning) || slices.ContainsFunc(ends, exact))
	}
	return forms
}

// outerNames are the words of given name and surname, and those of the middle names. Where the directory has only a
// display name, it is that name's first and last word.
func outerNames(given, surname, display []string) (ends, middle []string) {
	if len(given) == 0 || len(surname) == 0 {
		given, surname = display, nil
		if last := len(display) - 1; last > 0 {
			given, surname = display[:last], display[last:]
		}
	}
	first := max(slices.IndexFunc(given, func(word string) bool { return !initial(spell(word)[0]) }), 0)
	ends = slices.Clone(surname)
	for i, word := range given {
		if i == first {
			ends = append(ends, word)
		} else {
			middle = append(middle, word)
		}
	}
	for _, word := range display {
		if !slices.Contains(ends, word) {
			middle = append(middle, word)
		}
	}
	return ends, middle
}

// fits reports whether every typed word is one of the names; several that follow each other may be one: “O Neil”.
func (q Query) fits(n names, same func(typed, have string) bool, letters letterForms) bool {
	typed, real := q.words, 0
	for _, w := range typed {
		if !initial(w[0]) {
			real++
		}
	}
	for len(typed) > 0 {
		took := 0
		for length := min(longestJoin, len(typed)); length > 0 && took == 0; length-- {
			words := n
			if slices.ContainsFunc(typed[:length], func(w spellings) bool { return initial(w[0]) }) {
				words.words = letters.words
			}
			if words.have(asOne(typed[:length]), same) {
				took = length
			}
		}
		if took == 0 && initial(typed[0][0]) && real > 0 && letters.allows(typed[0][0], real) {
			took = 1
		}
		if took == 0 {
			return false
		}
		typed = typed[took:]
	}
	return true
}

// have reports whether one of the names is a word in one of its spellings.
func (n names) have(word spellings, same func(typed, have string) bool) bool {
	return slices.ContainsFunc(n.words, func(name spellings) bool {
		return slices.ContainsFunc(word, func(typed string) bool {
			return slices.ContainsFunc(name, func(have string) bool { return same(typed, have) })
		})
	})
}

// allows reports whether a typed initial can be the person's: one of their names begins so, or the directory has no
// middle name.
func (n names) allows(letter string, others int) bool {
	beginning := func(_, have string) bool { return strings.HasPrefix(have, letter) }
	return n.have(spellings{letter}, beginning) || !n.initials && n.count <= others
}

// covers reports whether nothing of the display name, or of given name and surname, is left out, but what stands in
// brackets, and initials beside two words or more. The surname alone of “S. Venkat” may be that of others.
func (q Query) covers(p provision.Person) bool {
	whole := func(typed, have string) bool { return typed == have }
	typed := q.joined()
	letters := letterForms{typed.words, func(string, int) bool { return false }}
	forms := []string{withoutBrackets(p.DisplayName)}
	if p.GivenName != "" && p.Surname != "" {
		forms = append(forms, p.GivenName+" "+p.Surname)
	}
	return slices.ContainsFunc(forms, func(form string) bool {
		have := Read(form)
		written := slices.DeleteFunc(slices.Clone(have.words), func(w spellings) bool { return initial(w[0]) })
		if len(written) > 1 {
			have.words = written
		}
		return len(have.words) > 0 && have.fits(typed, whole, letters)
	})
}

// joined are the typed words, and those that follow each other written as one.
func (q Query) joined() (typed names) {
	for at := range q.words {
		for end := at + 1; end <= min(at+longestJoin, len(q.words)); end++ {
			typed.words = append(typed.words, asOne(q.words[at:end]))
		}
	}
	return typed
}

func asOne(words []spellings) spellings {
	if len(words) == 1 {
		return words[0]
	}
	var plain, long strings.Builder
	for _, w := range words {
		plain.WriteString(w[0])
		long.WriteString(w[len(w)-1])
	}
	return spellings{plain.String(), long.String()}
}

// initial reports whether a folded word is a single Latin letter.
func initial(word string) bool { return len(word) == 1 && unicode.IsLetter(rune(word[0])) }

// withoutBrackets takes out what directories put in brackets behind a name: (EXT), (he/him).
func withoutBrackets(text string) string {
	for {
		open := strings.IndexAny(text, "([")
		if open < 0 {
			return text
		}
		length := strings.IndexAny(text[open:], ")]")
		if length < 0 {
			return text
		}
		text = text[:open] + " " + text[open+length+1:]
	}
}

// apostrophes are the signs that people write for the one within a name, and that are left out of a word.
const apostrophes = "'’‘ʼʹ´`′＇ʻʿʾ"

// nameWords are the words of a name: letters, marks and digits between other signs. Apostrophes are within a word.
func nameWords(text string) []string {
	text = strings.Map(func(r rune) rune {
		switch {
		case provision.Hidden(r) || strings.ContainsRune(apostrophes, r):
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			return r
		}
		return ' '
	}, text)
	all := strings.Fields(text)
	return all[:min(len(all), mostNameWords)]
}

// twoLetters are letters that are also written as two.
var twoLetters = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ø", "oe", "å", "aa", "æ", "ae", "œ", "oe", "ß", "ss", "þ", "th", "ð", "d", "ĳ",
	"ij")

// bare maps letters with accents to those without.
var bare = sync.OnceValue(func() map[rune]rune {
	all := map[rune]rune{}
	for _, same := range strings.Fields(bareLetters) {
		letters := []rune(same)
		for _, r := range letters[1:] {
			all[r] = letters[0]
		}
	}
	return all
})

// oneLetter are letters that stand for two and have no accent to lose.
var oneLetter = strings.NewReplacer("æ", "ae", "œ", "oe", "ß", "ss", "þ", "th", "ð", "d", "ĳ", "ij")

// marks with which an accent may be written behind its letter, and the points of vowels in Hebrew and Arabic, which
// most leave out.
func accent(r rune) bool {
	return r >= 0x300 && r <= 0x36f || r >= 0x591 && r <= 0x5c7 || r >= 0x64b && r <= 0x65f || r == 0x670 || r == 0x640
}

// composing writes a letter and the accent behind it, as some keyboards send them, as one letter.
var composing = strings.NewReplacer("a\u0308", "ä", "o\u0308", "ö", "u\u0308", "ü", "a\u030a", "å")

// spell folds a word of a name into its spellings. Most are plain letters, which have one.
func spell(word string) spellings {
	if isASCII(word) {
		return spellings{strings.ToLower(word)}
	}
	return spellAny(word)
}

func isASCII(word string) bool {
	for i := range len(word) {
		if word[i] > unicode.MaxASCII {
			return false
		}
	}
	return true
}

// spellAny is spell for words of any letters.
func spellAny(word string) spellings {
	lower := strings.Map(narrow, strings.ToLower(word))
	composed := composing.Replace(lower)
	plain := withoutAccents(oneLetter.Replace(composed))
	long := withoutAccents(twoLetters.Replace(composed))
	if plain == long {
		return spellings{plain}
	}
	return spellings{plain, long}
}

// narrow maps full-width letters and digits, as East Asian keyboards write them, to the usual ones.
func narrow(r rune) rune {
	if r >= 0xff01 && r <= 0xff5e {
		return unicode.ToLower(r - 0xfee0)
	}
	return r
}

func withoutAccents(text string) string {
	letters := bare()
	return strings.Map(func(r rune) rune {
		if accent(r) {
			return -1
		}
		if b, ok := letters[r]; ok {
			return b
		}
		return r
	}, text)
}

// Plain is a typed word as user names have it: folded, without accents.
func Plain(word string) string { return spell(word)[0] }

// Spellings are a word of a name as it is compared: folded, without accents, and, where it has letters that are also
// written as two, so as well.
func Spellings(word string) []string { return spell(word) }
