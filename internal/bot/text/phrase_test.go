package text

import (
	"testing"
	"text/template"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// A phrase says what its template would.
func FuzzPhrase(f *testing.F) {
	for _, seed := range []string{"Hello {{.person}}.", "{{.a}}{{.b}}", "{{ .a }}", "{{.a", "}}{{.a}}", "{{if .a}}x{{end}}", "{{.a.b}}", "{{.1}}",
		"{{- .a}}", "{{/* c */}}", "a{{.}}b", "{{{.a}}}", "{{.a}}\n {{.missing}}", "{{.ä}}", ""} {
		f.Add(seed, "an <arg> {{.b}}")
	}
	f.Fuzz(func(t *testing.T, words, arg string) {
		p, ok := phraseOf(&i18n.Message{ID: "x", Other: words})
		if !ok {
			return
		}
		parsed, err := template.New("").Option("missingkey=zero").Parse(words)
		if err != nil {
			t.Fatalf("%q is no template, but a phrase: %v", words, err)
		}
		args := map[string]string{"a": arg, "b": "B", "person": "Ada"}
		want := &writer{}
		if err := parsed.Execute(want, args); err != nil {
			t.Fatal(err)
		}
		if got := p.say(func(name string) string { return args[name] }); got != string(want.all) {
			t.Errorf("%q says %q, expected %q", words, got, want.all)
		}
	})
}

type writer struct{ all []byte }

func (w *writer) Write(b []byte) (int, error) {
	w.all = append(w.all, b...)
	return len(b), nil
}

func TestMostMessagesArePhrases(t *testing.T) {
	t.Parallel()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	w := c.words[0]
	if len(w.phrases) < 5*len(w.templates) {
		t.Errorf("%d phrases and %d templates", len(w.phrases), len(w.templates))
	}
}
