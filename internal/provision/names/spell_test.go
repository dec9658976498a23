package names

import (
	"slices"
	"testing"
)

// Words of plain letters take a shorter way to the same spellings.
func FuzzSpell(f *testing.F) {
	for _, word := range []string{"", "Dana", "O'Neil", "JEAN-luc", "a.b_c", "\x7f", "Zoë"} {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		if got, want := spell(word), spellAny(word); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	})
}
