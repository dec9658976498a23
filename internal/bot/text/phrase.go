package text

import (
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// phrase is a message of one form that puts its arguments between fixed words, taken apart: nearly all messages with
// arguments are such, and running a template for each was a twentieth of some turns.
type phrase []part

// part is some words, and the name of the argument that follows them; the last one may have none.
type part struct{ words, name string }

// phraseOf takes a message apart. ok is false for one with a plural, or with more in its braces than names.
func phraseOf(m *i18n.Message) (p phrase, ok bool) {
	if m.Zero+m.One+m.Two+m.Few+m.Many+m.LeftDelim+m.RightDelim != "" {
		return nil, false
	}
	rest := m.Other
	for rest != "" {
		words, after, more := strings.Cut(rest, "{{")
		if !more {
			return append(p, part{words: words}), true
		}
		inside, behind, closed := strings.Cut(after, "}}")
		name, dotted := strings.CutPrefix(inside, ".")
		if !closed || !dotted || !plainName(name) {
			return nil, false
		}
		p = append(p, part{words, name})
		rest = behind
	}
	return p, true
}

// plainName reports whether a name is one that a template takes as the key of a map.
func plainName(name string) bool {
	for _, r := range name {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (r < '0' || r > '9') {
			return false
		}
	}
	return name != "" && (name[0] < '0' || name[0] > '9')
}

// say puts the arguments into the phrase; one that is missing is nothing.
func (p phrase) say(arg func(name string) string) string {
	var b strings.Builder
	for _, part := range p {
		b.WriteString(part.words)
		if part.name != "" {
			b.WriteString(arg(part.name))
		}
	}
	return b.String()
}
