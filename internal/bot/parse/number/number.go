// Package number finds phone numbers among the words of a line, however they are written.
package number

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"calltab/internal/bot/parse/lexicon"
)

// said is the one lexicon, as of package parse.
var said = lexicon.English

// Word is a word of a line.
type Word = lexicon.Word

// Shortest is how many digits make a phone number out of a word.
const Shortest = 5

// Take takes the first phone number out; it may be written in several words: +1 (206) 555-0100. A range and a
// list of numbers stay together, so that nothing of them is lost: who reads them says whether they can be used.
func Take(words []Word) (string, []Word) {
	for i := 0; i < len(words); i++ {
		end := i
		for end < len(words) && !words[end].Quoted && (Ish(words[end].Text) || end > i && goesOn(words[end:])) {
			if isDay(words[end].Text) {
				break
			}
			end++
		}
		text := joined(words[i:end])
		if Count(text) >= Shortest {
			return text, slices.Concat(words[:i], words[end:])
		}
		i = max(i, end-1)
	}
	return "", words
}

// isDay reports a day in figures, with its year: "31.12.2026", "2026-12-31".
func isDay(text string) bool { return dayInFigures.MatchString(text) }

var dayInFigures = regexp.MustCompile(
	`^([0-3]?[0-9][./-][0-3]?[0-9][./-](19|20)[0-9]{2}|(19|20)[0-9]{2}[./-][01]?[0-9][./-][0-3]?[0-9])$`)

// joined is the words of a number, with the commas that keep the numbers of a list apart.
func joined(words []Word) string {
	var b strings.Builder
	for i, w := range words {
		b.WriteString(w.Text)
		switch {
		case i == len(words)-1:
		case w.Ends && !goesOn(words[i+1:]):
			b.WriteString(", ")
		default:
			b.WriteString(" ")
		}
	}
	return b.String()
}

// extensionMarks are how people begin an extension.
var extensionMarks = strings.Fields(said.Extensions)

// goesOn reports whether words go on with what belongs to the number before them: an extension, "x1101" or "ext. 1101",
// or the end of a range, "to 0199".
func goesOn(words []Word) bool {
	text := strings.TrimPrefix(strings.ToLower(words[0].Text), "(")
	behind := len(words) > 1 && !words[1].Quoted && Ish(words[1].Text)
	if said.Ranges[text] {
		return behind
	}
	for _, mark := range extensionMarks {
		if rest, ok := strings.CutPrefix(text, mark); ok {
			rest = strings.TrimLeft(rest, ".:=#")
			return rest != "" && Ish(rest) || rest == "" && behind
		}
	}
	return false
}

// Ish reports a word that holds digits and what stands between them, perhaps an extension, and nothing else.
func Ish(s string) bool {
	s = strings.TrimPrefix(strings.ToLower(s), "tel:")
	for _, mark := range extensionMarks {
		before, extension, ok := strings.Cut(s, mark)
		digits := extension != "" && strings.Trim(extension, "0123456789") == ""
		if ok && before != "" && digits {
			s = before
			break
		}
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsDigit(r) && !unicode.Is(unicode.Pd, r) && !strings.ContainsRune("+()./−＋", r)
	}) < 0 && s != ""
}

// Digits takes out the digits of a number or of a part of one.
func Digits(words []Word) (string, []Word) {
	var digits, rest []Word
	for _, w := range words {
		if Ish(w.Text) && Count(w.Text) > 0 {
			digits = append(digits, w)
		} else {
			rest = append(rest, w)
		}
	}
	return lexicon.Join(digits), rest
}

// Count counts the digits of a text, of any script.
func Count(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// In are the digits of a text alone.
func In(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// First splits off the end of a block that is written without spaces: "+16175550200-0220".
func First(text string) (first, rest string) {
	i := strings.LastIndexAny(text, "-–")
	if i < 1 || Count(text[:i]) < leastBeforeEnd {
		return text, ""
	}
	return strings.TrimSpace(text[:i]), strings.TrimSpace(text[i:])
}

// leastBeforeEnd is how many digits stand before the end of a block at least: more than before the last dash of a
// number.
const leastBeforeEnd = 10
