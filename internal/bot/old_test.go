package bot

import (
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// TestOldPressChangesNothing: a button pressed more than an hour ago shows the order as it is now, also where its
// revision is current.
func TestOldPressChangesNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range []turns.Kind{turns.Action, turns.Submit} {
		w := newWorld(t)
		p := only(t, w.say(alice, "add dana reyes seattle metered +12065550115"))
		before := w.sheet("o1").Order
		turn := w.turn(alice, kind)
		turn.Verb, turn.ReplyTo, turn.Data = view.VerbSave, p.activity, dataOf(t, p.card, view.VerbSave)
		turn.At = w.clock().Add(-mostAge - time.Second)
		a := w.handle(turn)
		shown := string(a.Card)
		if kind == turns.Submit {
			shown = string(w.teams.posts()[len(w.teams.posts())-1].card)
		}
		if !strings.Contains(shown, "more than an hour late") || !strings.Contains(shown, "Dana Reyes") {
			t.Errorf("%s: got %s", kind, shown)
		}
		if after := w.sheet("o1").Order; after.State != provision.Draft || after.Revision != before.Revision {
			t.Errorf("%s: the order is %s of revision %d", kind, after.State, after.Revision)
		}
		turn.ID, turn.At = "again", w.clock().Add(-mostAge)
		w.handle(turn)
		if after := w.sheet("o1").Order; after.State == provision.Draft {
			t.Errorf("%s: an hour is not too late: the order is %s", kind, after.State)
		}
	}
}

// TestOldLinesDoNothing: what was written long ago is answered with a line, and a turn that does not say when it was
// sent is taken.
func TestOldLinesDoNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	turn := w.turn(alice, turns.Message)
	turn.Text, turn.At = "block +12065550115", w.clock().Add(-2*time.Hour)
	w.handle(turn)
	last := w.teams.posts()[len(w.teams.posts())-1]
	if !strings.Contains(last.text, "more than an hour late") {
		t.Errorf("told %q", last.text)
	}
	if !strings.Contains(w.log.String(), "result=old") {
		t.Errorf("log: %s", w.log)
	}
	turn = w.turn(alice, turns.Action)
	turn.Verb, turn.Data, turn.At = view.VerbFree, map[string]string{view.DataNumber: "+12065550115"}, w.clock().Add(-2*time.Hour)
	if a := w.handle(turn); !strings.Contains(a.Toast, "Press again") {
		t.Errorf("told %+v", a)
	}
	removed := w.turn(alice, turns.Removed)
	removed.At = w.clock().Add(-2 * time.Hour)
	w.handle(removed)
	if p := w.say(alice, "add dana reyes"); len(p) != 1 {
		t.Errorf("a turn without a time: %v", p)
	}
}

// TestOldByOneClockAlone: a turn is done where business time, which is the database's, is hours ahead of the machine's,
// and where it is the machine's that is wrong.
func TestOldByOneClockAlone(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{2 * time.Hour, -2 * time.Hour} {
		var w *world
		w = newWorld(t, func(c *Config) { c.Wall = func() time.Time { return w.clock().Add(-ahead) } })
		turn := w.turn(alice, turns.Message)
		turn.Text, turn.At = "status", w.clock().Add(-max(ahead, 0))
		w.handle(turn)
		last := w.teams.posts()[len(w.teams.posts())-1]
		if strings.Contains(last.text, "hour late") || strings.Contains(w.log.String(), "result=old") {
			t.Errorf("%v ahead: told %q", ahead, last.text)
		}
	}
}

// TestOldPressOfAStranger shows nothing of an order to a person who may not see it.
func TestOldPressOfAStranger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := only(t, w.say(alice, "add dana reyes seattle metered +12065550115"))
	turn := w.turn(mallory, turns.Action)
	turn.Verb, turn.Data, turn.At = view.VerbSave, dataOf(t, p.card, view.VerbSave), w.clock().Add(-2*time.Hour)
	if a := w.handle(turn); a.Card != nil || a.Toast == "" {
		t.Errorf("got %+v", a)
	}
}

// TestLogTellsWhoLookedUpWhom: by ids, never by names or whole numbers.
func TestLogTellsWhoLookedUpWhom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for line, about := range map[string]string{
		"find dana reyes":         string(dana),
		"why dana reyes":          string(dana),
		"history dana reyes":      string(dana),
		"who +12065550115":        "…15",
		"history +12065550115":    "…15",
		"who had +1 206 555 0115": "…15",
	} {
		before := len(w.log.String())
		w.say(alice, line)
		log := w.log.String()[before:]
		if !strings.Contains(log, "user="+string(alice)) || !strings.Contains(log, "activity_id=act") || !strings.Contains(log, "about=") ||
			!strings.Contains(log, about) {
			t.Errorf("%s: %s", line, log)
		}
		if strings.Contains(log, "Reyes") || strings.Contains(log, "5550115") {
			t.Errorf("%s: %s", line, log)
		}
	}
}
