package lexicon

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Word is one word of what a person wrote, or what stood in quotes.
type Word struct {
	Text   string
	Quoted bool
	Ends   bool // a comma or a semicolon follows
	Asks   bool // a question mark follows
	Stops  bool // what ends a sentence follows: a full stop, a question mark, the end of a written line
	Heads  bool // a colon follows
}

// What is read of a message: nobody writes more to a bot on purpose.
const (
	LongestLine = 2000 // bytes
	MostWords   = 64
)

// closing gives the end of each kind of quotation mark. Apostrophes belong to names.
var closing = map[rune]rune{'"': '"', '“': '”', '„': '“', '«': '»', '”': '”'}

// link is a link as Markdown writes it. Only its words are read: where it leads is nobody's name.
var link = regexp.MustCompile(`\[([^\[\]\n]+)\]\([a-z]+:[^()\s]*\)`)

// Split reads a line: words between spaces, commas and semicolons, with quotes kept together. It takes any text.
func Split(line string) []Word {
	line = strings.ToValidUTF8(line[:min(len(line), LongestLine)], "")
	line = unwrapped(link.ReplaceAllString(line, "$1"))
	var words []Word
	for line != "" && len(words) < MostWords {
		after := strings.TrimLeftFunc(line, separates)
		if last := len(words) - 1; last >= 0 {
			between := line[:len(line)-len(after)]
			words[last].Ends = words[last].Ends || strings.ContainsAny(between, ",;")
			words[last].Stops = words[last].Stops || strings.Contains(between, "\n")
		}
		line = after
		first, size := FirstRune(line)
		if end, quote := closing[first]; quote {
			inside, rest, closed := strings.Cut(line[size:], string(end))
			if closed {
				if inside = strings.TrimSpace(inside); inside != "" {
					words = append(words, Word{Text: inside, Quoted: true})
				}
				line = rest
				continue
			}
			line = line[size:] // a quote that never ends is no quote
		}
		end := strings.IndexFunc(line, separates)
		if end < 0 {
			end = len(line)
		}
		w := trim(line[:end])
		if last := len(words) - 1; w == "" && last >= 0 && strings.HasSuffix(line[:end], "?") {
			words[last].Asks = true
		}
		if w != "" {
			words = append(words, marked(w, line[:end]))
		}
		line = line[end:]
	}
	return words
}

// unwrapped is a line without the quotes that stand around all of it, as those of a line that was copied from an
// answer: “release Dana Reyes”. A name in quotes keeps them.
func unwrapped(line string) string {
	text := strings.TrimSpace(line)
	first, size := FirstRune(text)
	end, quote := closing[first]
	if first == '`' { // code, as chats mark it
		end = first
		quote = true
	}
	inside, found := strings.CutSuffix(text[size:], string(end))
	if !quote || !found || strings.ContainsRune(inside, end) || !begins(inside) {
		return line
	}
	return inside
}

// begins reports a text that begins with a command.
func begins(text string) bool {
	words := strings.Fields(text)
	if len(words) < 2 {
		return false
	}
	first := strings.ToLower(strings.Trim(words[0], "/:"))
	return slices.ContainsFunc(English.Commands, func(c Command) bool {
		return c.Name == first || slices.Contains(strings.Fields(c.Aliases), first)
	})
}

// marked is a word with what its last sign says.
func marked(text, written string) Word {
	w := Word{Text: text}
	switch {
	case strings.HasSuffix(written, "?"):
		w.Asks = true
		w.Stops = true
	case strings.HasSuffix(written, ".."): // words trail off in the middle of a sentence
		w.Ends = true
	case strings.HasSuffix(written, "."), strings.HasSuffix(written, "!"):
		w.Stops = true
	case strings.HasSuffix(written, ":"):
		w.Heads = true
	}
	return w
}

// Cut reports whether a line has more than is read of one.
func Cut(line string) bool {
	return len(line) > LongestLine || len(strings.FieldsFunc(line, separates)) > MostWords
}

// FirstRune is the first letter of a text, and its size in bytes; both zero where there is none.
func FirstRune(s string) (rune, int) {
	for _, r := range s {
		return r, len(string(r))
	}
	return 0, 0
}

func separates(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == ',' || r == ';'
}

// trim takes off what people put around words: a full stop, a question mark, the brackets of a mail address, an @
// before a name.
func trim(s string) string {
	if s == "->" || s == "=>" {
		return s
	}
	s = strings.TrimLeft(s, "<'@")
	s = strings.TrimPrefix(s, "mailto:")
	return strings.TrimRight(s, ".!?:>'\"”")
}

// Join is the words as one text.
func Join(words []Word) string {
	var b strings.Builder
	for _, w := range words {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.Text)
	}
	return b.String()
}

// Written is the words as a line that is read as the same words: what stood in quotes is put into quotes again.
func Written(words []Word) string {
	var parts []string
	for _, w := range words {
		text := w.Text
		if w.Quoted {
			text = `"` + text + `"`
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}
