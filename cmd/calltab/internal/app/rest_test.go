package app

import "testing"

// Memory is given back once behind work, not during it, and not for what a scrape takes.
func TestMemoryIsGivenBackAtRest(t *testing.T) {
	t.Parallel()
	var l looks
	now := uint64(0)
	for i, step := range []struct {
		more  uint64
		rests bool
	}{
		{0, false}, {40 << 10, false}, // the start is another one's to tidy
		{8 << 20, false}, {3 << 20, false}, // turns
		{40 << 10, true}, {40 << 10, false}, {40 << 10, false},
		{700 << 10, false}, {0, false}, // too little for it
		{700 << 10, false}, {0, true},
	} {
		now += step.more
		if got := l.rests(now); got != step.rests {
			t.Errorf("step %d, %d bytes more: %t", i, step.more, got)
		}
	}
}
