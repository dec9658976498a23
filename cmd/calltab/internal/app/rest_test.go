package app

import "testing"

// Memory is given back twice behind work, not during it, and not for what a scrape takes; and once a minute where there
// is little to do for long.
func TestMemoryIsGivenBackAtRest(t *testing.T) {
	t.Parallel()
	var l looks
	now := uint64(0)
	look := func(what string, more uint64, want bool) {
		t.Helper()
		now += more
		if got := l.rests(now); got != want {
			t.Errorf("%s, %d bytes more: %t", what, more, got)
		}
	}
	for _, step := range []struct {
		what  string
		more  uint64
		rests bool
	}{
		{"start", 0, false}, {"scrape", 40 << 10, false}, // the start is another one's to tidy
		{"turns", 8 << 20, false}, {"turns", 3 << 20, false},
		{"rest", 40 << 10, true}, {"rest", 40 << 10, true}, {"rest", 40 << 10, false}, {"rest", 40 << 10, false},
		{"a job", 700 << 10, false}, {"rest", 0, false}, // too little for it
		{"a job", 700 << 10, false}, {"rest", 0, true}, {"turns", 9 << 20, false}, {"rest", 0, true}, {"rest", 0, true},
	} {
		look(step.what, step.more, step.rests)
	}
	for i := range 2 * restApart {
		look("jobs that try again", 1<<20, i%restApart == restApart-1)
	}
	for range 3 * restApart {
		look("turns all the time", 9<<20, false)
	}
}
