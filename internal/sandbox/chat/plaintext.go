package chat

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// dates finds {{DATE(2017-02-14T06:08:39Z, SHORT)}} and {{TIME(…)}}, which a
// client turns into local time (learn.microsoft.com/adaptive-cards/authoring-cards/text-features).
var dates = regexp.MustCompile(`\{\{(DATE|TIME)\(([0-9-]{10})T([0-9]{2}:[0-9]{2})[^)}]*\)\}\}`)

// plainLines is plainText, line by line.
func plainLines(markdown string) []string {
	markdown = strings.ReplaceAll(markdown, "\r", "")
	lines := strings.Split(strings.TrimRight(markdown, "\n"), "\n")
	for i := range lines {
		lines[i] = plainText(lines[i])
	}
	return lines
}

// plainText drops the markdown of one line, lightly: emphasis, links (the text
// stays), escapes, entities, dates and mention tags.
func plainText(line string) string {
	line = dates.ReplaceAllStringFunc(line, func(s string) string {
		part := dates.FindStringSubmatch(s)
		if part[1] == "DATE" {
			return part[2]
		}
		return part[3]
	})
	line = strings.NewReplacer("<at>", "@", "</at>", "").Replace(line)
	return unmark(line, 0)
}

// maxDepth bounds how deep emphasis and links are looked into.
const maxDepth = 8

// unmark reads markdown from left to right; what is escaped stays as it is.
func unmark(s string, depth int) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		inner := ""
		n := 0
		skip := 1
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && isMark(s[i+1]):
			b.WriteByte(s[i+1])
			i += 2
			continue
		case c == '&':
			if end := strings.IndexByte(s[i:], ';'); end > 0 && end < 10 {
				b.WriteString(html.UnescapeString(s[i : i+end+1]))
				i += end + 1
				continue
			}
		case depth < maxDepth && c == '[':
			inner, n = link(s[i:])
		case depth < maxDepth && (c == '*' || c == '_'):
			before, _ := utf8.DecodeLastRuneInString(s[:i])
			skip = run(s[i:])
			if i == 0 || !isWord(before) {
				inner, n = emphasis(s[i:], skip)
			}
		}
		if n > 0 {
			b.WriteString(unmark(inner, depth+1))
			i += n
			continue
		}
		b.WriteString(s[i : i+skip])
		i += skip
	}
	return b.String()
}

// link reads "[text](address)" and answers the text and the length of it all;
// 0 when s does not start with a link.
func link(s string) (inner string, n int) {
	end := closing(s, 1, "](")
	if end < 0 {
		return "", 0
	}
	tail := closing(s, end+2, ")")
	if tail < 0 {
		return "", 0
	}
	return s[1:end], tail + 1
}

// run is how often the first character of s comes in a row, at most three times.
func run(s string) int {
	n := 1
	for n < len(s) && n < 3 && s[n] == s[0] {
		n++
	}
	return n
}

// emphasis reads "*text*", "**text**" and the same with '_'.
func emphasis(s string, run int) (inner string, n int) {
	mark := s[:run]
	if run == len(s) || s[run] == ' ' {
		return "", 0
	}
	end := closing(s, run, mark)
	if end <= run || s[end-1] == ' ' {
		return "", 0
	}
	if next, _ := utf8.DecodeRuneInString(s[end+run:]); end+run < len(s) && isWord(next) {
		return "", 0
	}
	return s[run:end], end + run
}

// closing finds mark in s from index i on, skipping what is escaped; -1 when
// it is not there.
func closing(s string, i int, mark string) int {
	for ; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if strings.HasPrefix(s[i:], mark) {
			return i
		}
	}
	return -1
}

func isMark(c byte) bool { return c < 0x80 && (unicode.IsPunct(rune(c)) || unicode.IsSymbol(rune(c))) }

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
