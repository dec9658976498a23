package lexicon

import (
	"strings"
	"testing"
)

func TestSlips(t *testing.T) {
	long := strings.Repeat("x", 40)
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"number", "number", 0}, {"numbr", "number", 1}, {"nummber", "number", 1}, {"nunber", "number", 1}, {"nubmer", "number", 1},
		{"", "abc", 3}, {"abc", "", 3}, {"straße", "strasse", 2}, {"ca", "abc", 3}, {"ab", "badc", 3}, {long + "ab", long + "ba", 1}, {long, "x", 39},
	} {
		if got := Slips([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("%q and %q: got %d, want %d", c.a, c.b, got, c.want)
		}
	}
	n := testing.AllocsPerRun(100, func() {
		if !IsSlip("assignmnet", "assignment") {
			t.Error("no slip")
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
