// Package text is the message catalogue: every word that a person reads is a message here, under an
// id, once per language.
//
// The files under words are go-i18n message files, one per part of the program and language (cards.en.json): a new
// language is a new set of files, and a message that it lacks is shown in English. Messages are plain text: no
// Markdown, no HTML. What they say obeys the rules of voice at the top of package view.
//
// The package knows nothing of orders or cards. Its callers pick the id and escape what they show: an argument is put
// into a sentence as it is.
package text

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed words/*.json
var files embed.FS

// Catalogue holds the messages of all languages. It is safe for concurrent use.
type Catalogue struct {
	ids     []string // of the default language, sorted
	words   []*Words // in the order of the matcher's tags; the default language is first
	matcher language.Matcher

	mu    sync.RWMutex
	known map[string]*Words // by locale: matching one costs as much as ten sentences
}

// How many locales are remembered, and up to which length. There are not so many; but clients name them, and may make
// some up.
const (
	mostKnown     = 512
	longestLocale = 35 // which RFC 5646 (4.4.1) says is enough
)

// New reads the embedded message files, once in a process: a catalogue never changes. It fails only where
// one of them is broken.
var New = sync.OnceValues(func() (*Catalogue, error) { return load(files) })

func load(fsys fs.FS) (*Catalogue, error) {
	paths, err := fs.Glob(fsys, "words/*.json")
	if err != nil {
		return nil, fmt.Errorf("list the message files: %w", err)
	}
	bundle := i18n.NewBundle(language.English)
	said := map[language.Tag]map[string]*i18n.Message{}
	for _, path := range paths {
		buf, err := fs.ReadFile(fsys, path)
		if err != nil {
			return nil, fmt.Errorf("read the messages: %w", err)
		}
		file, err := i18n.ParseMessageFileBytes(buf, path, nil)
		if err != nil {
			return nil, fmt.Errorf("read the messages: %s: %w", path, err)
		}
		if said[file.Tag] == nil {
			said[file.Tag] = map[string]*i18n.Message{}
		}
		var templates []*i18n.Message
		for _, m := range file.Messages {
			if said[file.Tag][m.ID] != nil {
				return nil, fmt.Errorf("read the messages: %s: %q is there twice", path, m.ID)
			}
			said[file.Tag][m.ID] = m
			if _, simple := phraseOf(m); !simple {
				templates = append(templates, m)
			}
		}
		if err := bundle.AddMessages(file.Tag, templates...); err != nil {
			return nil, fmt.Errorf("read the messages: %s: %w", path, err)
		}
	}
	tags := bundle.LanguageTags()
	c := &Catalogue{matcher: language.NewMatcher(tags), known: map[string]*Words{}}
	for _, tag := range tags {
		c.words = append(c.words, newWords(bundle, tag, said[language.English], said[tag]))
	}
	for id := range said[language.English] {
		c.ids = append(c.ids, id)
	}
	slices.Sort(c.ids)
	return c, nil
}

// For returns the words of the best language for a locale such as "de-DE". Anything unknown, and "", is English.
func (c *Catalogue) For(locale string) *Words {
	c.mu.RLock()
	words := c.known[locale]
	c.mu.RUnlock()
	if words != nil {
		return words
	}
	_, i := language.MatchStrings(c.matcher, locale)
	words = c.words[i]
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) < mostKnown && len(locale) <= longestLocale {
		c.known[strings.Clone(locale)] = words
	}
	return words
}

// Has reports whether there is a message with the id.
func (c *Catalogue) Has(id string) bool { return c.words[0].Has(id) }

// fixed reports whether a message is the same whatever its arguments are.
func fixed(m *i18n.Message) bool {
	return m.Zero+m.One+m.Two+m.Few+m.Many == "" && !strings.Contains(m.Other, "{{")
}
