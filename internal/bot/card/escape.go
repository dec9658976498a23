package card

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lookalikes are characters that some client gives a meaning, and what is shown in their place. Backslashes would be
// the Markdown way, but clients draw the same text as Markdown in one place and plainly in another (a compact list, a
// notification), where backslashes would be seen. Adaptive Cards in Teams know a part of Markdown, and <at> mentions:
// https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
var lookalikes = map[rune]rune{
	'*': '∗', '`': 'ˋ', '\\': '∖', '<': '‹', '>': '›', '[': '(', ']': ')', '~': '∼',
}

// maxMarks is how many combining marks may follow each other: scripts need up to three or four, towers of them
// draw over other lines.
const maxMarks = 4

// Escape makes a text inert: no Markdown, HTML, mention, link or date function in it takes effect, it stays on one
// line, and it holds no invisible characters and none that turn the direction of what follows. Ordinary names,
// addresses and phone numbers come out as they went in. Escaping twice is the same as once.
func Escape(text string) string {
	if plain(text) {
		return disarmStart(text)
	}
	text = Clean(text)
	var b strings.Builder
	b.Grow(len(text))
	for i, r := range text {
		rest := text[i+utf8.RuneLen(r):]
		switch {
		case lookalikes[r] != 0:
			b.WriteRune(lookalikes[r])
		case r == '_' && !inside(text[:i], rest):
			b.WriteRune('ˍ') // inside a word, as in user names, it has no meaning
		case r == '&' && entity(rest):
			b.WriteString("& ")
		case r == ':' && strings.HasPrefix(rest, "//"):
			b.WriteRune('∶') // some clients make links of addresses
		case (r == '{' || r == '$') && strings.HasPrefix(rest, "{"):
			b.WriteRune(r) // {{DATE(…)}} is a function, ${…} a template
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return disarmStart(b.String())
}

// harmless are the ASCII characters that mean nothing to any client by themselves.
var harmless = func() (set [utf8.RuneSelf]bool) {
	for c := byte(' '); c < 0x7f; c++ {
		set[c] = !strings.ContainsRune("_&", rune(c)) && lookalikes[rune(c)] == 0
	}
	return set
}()

// plain reports whether a text has nothing to escape but perhaps its start. Most of what is shown are Calltab's own
// words: they are worth the shorter road.
func plain(text string) bool {
	space := true
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf || !harmless[c] || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return (!space || text == "") && !strings.Contains(text, "://") && !strings.Contains(text, "{{") &&
		!strings.Contains(text, "${")
}

// Clean takes out what no text of one line holds: control and other invisible characters, marks of direction, towers
// of combining marks, and every space but single ones between words. Invalid UTF-8 becomes U+FFFD.
func Clean(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	space, marks := false, 0
	for _, r := range text {
		if unicode.IsSpace(r) {
			space = b.Len() > 0
			continue
		}
		if invisible(r) {
			continue
		}
		marks++
		if r < utf8.RuneSelf || !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
		}
		if marks > maxMarks {
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// invisible reports characters that draw nothing: controls, formats such as marks of direction, private and broken
// ones, and the letters that are blanks.
func invisible(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u2800', '\u3164', '\uffa0':
		return true
	}
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)
}

// inside reports whether what stands between the two texts is inside a word.
func inside(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	return word(last) && word(first)
}

func word(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// entity reports whether what follows an ampersand makes it a character of HTML: "lt;", "#60;".
func entity(rest string) bool {
	end := strings.IndexByte(rest, ';')
	if end < 1 || end > 32 {
		return false
	}
	return !strings.ContainsFunc(rest[:end], func(r rune) bool { return r != '#' && !word(r) })
}

// disarmStart changes what would make a heading, a list or a rule of the whole text: "# ", "- ", "+ ", "1. ", "1) ",
// "---". Markdown looks for a space after the mark, and a no-break space is none.
func disarmStart(text string) string {
	if strings.HasPrefix(text, "--") {
		return "‐" + text[1:]
	}
	mark, rest, _ := strings.Cut(text, " ")
	if mark == "" {
		return text
	}
	digits := strings.TrimRight(mark, ".)")
	numbered := len(digits) == len(mark)-1 && strings.Trim(digits, "0123456789") == ""
	if mark == "-" || mark == "+" || strings.Trim(mark, "#") == "" || numbered {
		return mark + "\u00a0" + rest
	}
	return text
}

// clip shortens a text to at most n characters, the last of which says that it was longer.
func clip(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	runes := []rune(text)
	return strings.TrimRight(string(runes[:n-1]), " ") + "…"
}
