package parse

import (
	"slices"
	"strings"
	"unicode"
)

// ShortestNumber is how many digits make a phone number out of a word.
const ShortestNumber = 5

// TakeNumber takes the first phone number out; it may be written in several words: +1 (206) 555-0100. A range and a
// list of numbers stay together, so that nothing of them is lost: who reads them says whether they can be used.
func TakeNumber(words []Word) (string, []Word) {
	for i := 0; i < len(words); i++ {
		end := i
		for end < len(words) && !words[end].Quoted && (Numberish(words[end].Text) || end > i && goesOn(words[end:])) {
			end++
		}
		text := joinNumbers(words[i:end])
		if CountDigits(text) >= ShortestNumber {
			return text, slices.Concat(words[:i], words[end:])
		}
		i = max(i, end-1)
	}
	return "", words
}

// joinNumbers is the words of a number, with the commas that keep the numbers of a list apart.
func joinNumbers(words []Word) string {
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
	behind := len(words) > 1 && !words[1].Quoted && Numberish(words[1].Text)
	if said.Ranges[text] {
		return behind
	}
	for _, mark := range extensionMarks {
		if rest, ok := strings.CutPrefix(text, mark); ok {
			rest = strings.TrimLeft(rest, ".:=#")
			return rest != "" && Numberish(rest) || rest == "" && behind
		}
	}
	return false
}

// Numberish words hold digits and what stands between them, perhaps an extension, and nothing else.
func Numberish(s string) bool {
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

// TakeDigits takes out the digits of a number or of a part of one.
func TakeDigits(words []Word) (string, []Word) {
	var digits, rest []Word
	for _, w := range words {
		if Numberish(w.Text) && CountDigits(w.Text) > 0 {
			digits = append(digits, w)
		} else {
			rest = append(rest, w)
		}
	}
	return Join(digits), rest
}

// How many digits of a number's end people write.
const (
	shortestEnding = 3
	longestEnding  = ShortestNumber - 1
)

// TakeEnding takes the end of a number out, such as 0144, where a line has no whole number: the first word that is
// three or four digits and no part of what a location or plan is called.
func TakeEnding(words []Word, known Vocabulary) (digits string, rest []Word) {
	if number, _ := TakeNumber(words); number != "" {
		return "", words
	}
	for i, w := range words {
		text := strings.TrimLeft(w.Text, ".…x#")
		n := len(text)
		if w.Quoted || n < shortestEnding || n > longestEnding || digitsIn(text) != text || known.has(text) {
			continue
		}
		return text, slices.Concat(words[:i], words[i+1:])
	}
	return "", words
}

// CountDigits counts the digits of a text, of any script.
func CountDigits(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
