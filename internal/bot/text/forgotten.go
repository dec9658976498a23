package text

import (
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What stands in records in the place of a name, and of words, that were forgotten. They are persisted, and package
// forget writes them: never rename one.
const (
	ForgottenName  = "(forgotten person)"
	ForgottenWords = "(forgotten)"
)

// Shown is a name, or what a person wrote, as a reader sees it: of what was forgotten it says so.
func (w *Words) Shown(text string) string {
	switch text {
	case ForgottenName:
		return w.fixed["forgotten.person"]
	case ForgottenWords:
		return w.fixed["forgotten.words"]
	}
	return text
}

// shown is Shown of all arguments of a message.
func (w *Words) shown(args map[string]string) map[string]string {
	after, copied := args, false
	for name, text := range args {
		shown := w.Shown(text)
		if shown == text {
			continue
		}
		if !copied {
			after, copied = maps.Clone(args), true
		}
		after[name] = shown
	}
	return after
}

// begin is a sentence that begins with a capital where it would begin with a forgotten person.
func (w *Words) begin(sentence string) string {
	person := w.fixed["forgotten.person"]
	if person == "" || !strings.HasPrefix(sentence, person) {
		return sentence
	}
	first, size := utf8.DecodeRuneInString(sentence)
	return string(unicode.ToUpper(first)) + sentence[size:]
}
