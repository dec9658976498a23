package text

import (
	"maps"
	"strconv"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

// Words says messages in one language. It is safe for concurrent use.
type Words struct {
	localizer *i18n.Localizer
	templates map[string]bool   // the ids of messages that are neither phrases nor fixed
	phrases   map[string]phrase // messages with arguments
	fixed     map[string]string // messages without: most of them, so they are worth not rendering each time
}

// parser reads messages as text/template, with nothing in the place of an argument that is missing.
var parser = &template.TextParser{Option: "missingkey=zero"}

func newWords(bundle *i18n.Bundle, tag language.Tag, fallback, own map[string]*i18n.Message) *Words {
	all := maps.Clone(fallback)
	maps.Copy(all, own)
	w := &Words{
		localizer: i18n.NewLocalizer(bundle, tag.String()),
		templates: map[string]bool{},
		phrases:   map[string]phrase{},
		fixed:     map[string]string{},
	}
	for id, m := range all {
		p, simple := phraseOf(m)
		switch {
		case fixed(m):
			w.fixed[id] = m.Other
		case simple:
			w.phrases[id] = p
		default:
			w.templates[id] = true
		}
	}
	return w
}

// Say returns the message with the id, with its arguments as name, value pairs. The argument "count" also chooses
// between singular and plural. An unknown id is returned as it is, so that a mistake is seen and nothing breaks.
func (w *Words) Say(id string, pairs ...string) string {
	if s, ok := w.fixed[id]; ok {
		return s
	}
	if p, ok := w.phrases[id]; ok {
		return w.begin(p.say(func(name string) string { return w.Shown(argument(pairs, name)) }))
	}
	args := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return w.SayArgs(id, args)
}

// argument is the value of a name, the last one where it is given twice.
func argument(pairs []string, name string) string {
	value := ""
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			value = pairs[i+1]
		}
	}
	return value
}

// SayArgs is [Words.Say] with the arguments in a map, as the core keeps them.
func (w *Words) SayArgs(id string, args map[string]string) string {
	if s, ok := w.fixed[id]; ok {
		return s
	}
	if p, ok := w.phrases[id]; ok {
		return w.begin(p.say(func(name string) string { return w.Shown(args[name]) }))
	}
	args = w.shown(args)
	config := i18n.LocalizeConfig{MessageID: id, TemplateData: args, TemplateParser: parser}
	if n, err := strconv.Atoi(args["count"]); err == nil {
		config.PluralCount = n
	}
	s, err := w.localizer.Localize(&config)
	if err != nil && s == "" {
		return id
	}
	return s
}

// Has reports whether there is a message with the id.
func (w *Words) Has(id string) bool {
	_, plain := w.fixed[id]
	_, simple := w.phrases[id]
	return plain || simple || w.templates[id]
}
