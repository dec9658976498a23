package bot

import (
	"testing"
	"time"

	"calltab/internal/bot/talk"
	"calltab/internal/bot/turns"
)

// A turn shows once that it works when its time is over, and nothing of it once it is answered.
func TestTyping(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind  turns.Kind
		fires bool
		want  int
	}{
		"slow": {turns.Message, true, 1}, "quick": {turns.Message, false, 0},
		"pressed": {turns.Action, true, 0}, "told of by Teams": {turns.Installed, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begun, over := 0, 0
			w := newWorld(t, func(cfg *Config) {
				cfg.After = func(d time.Duration, f func()) func() bool {
					if d != talk.Patience {
						t.Errorf("it waits %v", d)
					}
					if begun++; c.fires {
						f()
					}
					return func() bool {
						over++
						return !c.fires
					}
				}
			})
			turn := w.turn(alice, c.kind)
			turn.Text = "plans"
			w.handle(turn)
			if n := w.teams.count("typing"); n != c.want || begun != over {
				t.Errorf("it was shown %d times, want %d; %d waits began and %d ended", n, c.want, begun, over)
			}
		})
	}
}
