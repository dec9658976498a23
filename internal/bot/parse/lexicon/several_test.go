package lexicon

import (
	"slices"
	"strings"
	"testing"
)

// TestTogether: people are taken together only where a line says the same of all of them, and nobody of a row of names
// is dropped.
func TestTogether(t *testing.T) {
	t.Parallel()
	known := []string{"dana", "erin", "carol", "ben"}
	goes := func(word string) bool { return word == "boston" || word == "metered" }
	free := func(word string) bool { return slices.Contains([]string{"bob", "zzz", "foster", "cc", "ping"}, word) }
	for line, want := range map[string]string{
		"remove dana and erin":                        "dana erin |",
		"add carol in boston, erin on metered":        "carol erin |",
		"remove dana, bob and erin":                   "dana erin bob |",
		"add carol, erin and zzz in boston":           "carol erin zzz |",
		"add carol, ben foster, erin boston":          "carol erin ben_foster |",
		"release dana and keep erin":                  "dana erin | keep",
		"release erin, dana asked for it":             "dana erin | asked",
		"remove dana, cc erin":                        "dana erin | cc",
		"remove dana, ping the erin":                  "dana erin | ping",
		"phone for carol, not erin":                   "carol erin | not",
		"dana and erin have left the company":         "dana erin |",
		"take the number from dana and give it erin":  "dana erin | give it",
		"remove dana, \"boston\" and erin":            "dana erin | boston",
		"release danas and erin's number, thanks bob": "dana erin |",
	} {
		words := Split(line)
		var people []string
		for _, name := range known {
			is := func(w Word) bool { return Folded(w.Text) == name || Folded(w.Text) == name+"s" }
			if slices.ContainsFunc(words, is) {
				people = append(people, name)
			}
		}
		g := Together(words, people, goes, free)
		for i, name := range g.Names {
			g.Names[i] = strings.ReplaceAll(name, " ", "_")
		}
		got := strings.TrimSpace(strings.Join(g.Names, " ")) + " | " + strings.Join(g.Strange, " ")
		if fields := strings.Fields(got); !sameWords(fields, strings.Fields(want)) {
			t.Errorf("%q: %s, not %s", line, got, want)
		}
	}
}

func sameWords(a, b []string) bool {
	a = slices.Sorted(slices.Values(a))
	b = slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// FuzzTogether: every person that a line is read for stays one, and no word is asked about that it does not have.
func FuzzTogether(f *testing.F) {
	f.Add("release dana, bob and keep erin's")
	f.Fuzz(func(t *testing.T, line string) {
		words := Split(line)
		g := Together(words, []string{"dana", "erin"}, func(w string) bool { return len(w) == 2 },
			func(w string) bool { return len(w) == 3 })
		if len(g.Names) < 2 || !strings.HasPrefix(g.Names[0], "dana") || !strings.HasPrefix(g.Names[1], "erin") {
			t.Errorf("%q: %q", line, g.Names)
		}
		for _, w := range g.Strange {
			if !slices.ContainsFunc(words, func(of Word) bool { return of.Text == w }) {
				t.Errorf("%q does not say %q", line, w)
			}
		}
	})
}
