package text

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

func TestSay(t *testing.T) {
	t.Parallel()
	c, err := load(fstest.MapFS{
		"words/a.en.json": {Data: []byte(`{"plain": "Hello.", "named": "Hello {{.person}}.", "maybe": "A{{if .b}} and {{.b}}{{end}}.",
			"counted": {"one": "{{.count}} number", "other": "{{.count}} numbers"}}`)},
		"words/b.en.json": {Data: []byte(`{"only.english": "Only here."}`)},
		"words/a.de.json": {Data: []byte(`{"plain": "Hallo.", "named": "Hallo {{.person}}.", "counted": {"one": "eine Nummer", "other": "{{.count}} Nummern"}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		locale, id string
		pairs      []string
		want       string
	}{
		{"en", "plain", nil, "Hello."},
		{"en-US", "plain", []string{"person", "unused"}, "Hello."},
		{"", "plain", nil, "Hello."},
		{"tlh", "plain", nil, "Hello."},
		{"not a locale", "plain", nil, "Hello."},
		{"de-AT", "plain", nil, "Hallo."},
		{"de", "named", []string{"person", "Ada <b>"}, "Hallo Ada <b>."},
		{"en", "named", []string{"person", "{{.person}}"}, "Hello {{.person}}."},
		{"en", "named", nil, "Hello ."},
		{"en", "named", []string{"person"}, "Hello ."},
		{"en", "maybe", nil, "A."},
		{"en", "maybe", []string{"b", "C"}, "A and C."},
		{"en", "counted", []string{"count", "1"}, "1 number"},
		{"en", "counted", []string{"count", "0"}, "0 numbers"},
		{"en", "counted", []string{"count", "many"}, "many numbers"},
		{"de", "counted", []string{"count", "1"}, "eine Nummer"},
		{"de", "counted", []string{"count", "2"}, "2 Nummern"},
		{"de", "only.english", nil, "Only here."},
		{"en", "unknown", []string{"a", "b"}, "unknown"},
		{"de", "", nil, ""},
	} {
		if got := c.For(tt.locale).Say(tt.id, tt.pairs...); got != tt.want {
			t.Errorf("%q: Say(%q, %q) = %q, want %q", tt.locale, tt.id, tt.pairs, got, tt.want)
		}
	}
	if got := strings.Join(c.ids, " "); got != "counted maybe named only.english plain" {
		t.Errorf("ids are %s", got)
	}
	if !c.Has("plain") || c.Has("unknown") || !c.For("de").Has("only.english") || c.For("de").Has("unknown") {
		t.Error("Has does not tell known ids from unknown ones")
	}
}

func TestLoadRefusesBrokenFiles(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fstest.MapFS{
		"no JSON":     {"words/a.en.json": {Data: []byte(`{"a": `)}},
		"an id twice": {"words/a.en.json": {Data: []byte(`{"a": "1"}`)}, "words/b.en.json": {Data: []byte(`{"a": "2"}`)}},
	} {
		if _, err := load(files); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSayConcurrently(t *testing.T) {
	t.Parallel()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			w := c.For("en-GB")
			for _, id := range c.ids {
				if w.Say(id, "count", "2", "number", "+12065550100", "plan", "Metered") == "" {
					t.Errorf("%s says nothing", id)
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkSay(b *testing.B) {
	c, err := New()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("fixed", func(b *testing.B) {
		for b.Loop() {
			c.For("en-US").Say("help.title")
		}
	})
	b.Run("with an argument", func(b *testing.B) {
		w := c.For("en-US")
		for b.Loop() {
			w.Say("help.example", "example", "add dana")
		}
	})
}
