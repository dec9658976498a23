package bot

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"calltab/internal/bot/talk"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// While nothing can be recorded nothing is begun: a button says so each time, a chat once, and then all is as before.
func TestWhileNothingCanBeRecorded(t *testing.T) {
	t.Parallel()
	var failing atomic.Bool
	trouble := &provision.Error{Op: "commit", Kind: provision.Unavailable, Say: provision.Say(talk.Unwritable), Err: errors.New("no space left on device")}
	w := newWorld(t, func(c *Config) {
		c.Unwritable = func() error {
			if failing.Load() {
				return trouble
			}
			return nil
		}
	})
	want := w.words.Say(talk.Unwritable)
	told := func() (n int) {
		for _, p := range w.teams.posts() {
			if p.text == want {
				n++
			}
		}
		return n
	}
	for round := 1; round <= 2; round++ {
		failing.Store(true)
		before := len(w.teams.posts())
		for range 3 {
			w.say(alice, "add dana reyes")
			button := w.turn(alice, turns.Action)
			button.Verb, button.Data = view.VerbSave, map[string]string{"order": "o1", "rev": "1"}
			if a := w.handle(button); a.Error != want || a.Card != nil {
				t.Errorf("pressed: %+v", a)
			}
		}
		if sent := len(w.teams.posts()) - before; sent != 1 || told() != round {
			t.Errorf("%d messages were sent, and it was said %d times, want 1 and %d", sent, told(), round)
		}
		failing.Store(false)
		if p := only(t, w.say(alice, "status")); p.text == want || strings.Contains(p.text, "went wrong") {
			t.Errorf("and then: %v", p)
		}
	}
}

// A message that is edited meanwhile is told like a new one, and read when it is edited once more.
func TestEditedWhileNothingCanBeRecorded(t *testing.T) {
	t.Parallel()
	var failing atomic.Bool
	trouble := &provision.Error{Op: "commit", Kind: provision.Unavailable, Say: provision.Say(talk.Unwritable), Err: errors.New("no space left on device")}
	w := newWorld(t, func(c *Config) {
		c.Unwritable = func() error {
			if failing.Load() {
				return trouble
			}
			return nil
		}
	})
	edit := func(of, text string) []posting {
		before := len(w.teams.posts())
		turn := w.turn(alice, turns.Edited)
		turn.Of, turn.Text = of, text
		w.handle(turn)
		return w.teams.posts()[before:]
	}
	first := w.turn(alice, turns.Message)
	first.Text = "qwertz uiop"
	w.handle(first)
	failing.Store(true)
	if p := only(t, edit(first.ID, "status")); p.text != w.words.Say(talk.Unwritable) {
		t.Errorf("told %v", p)
	}
	if p := edit(first.ID, "status"); len(p) != 0 {
		t.Errorf("told again: %v", p)
	}
	failing.Store(false)
	if p := only(t, edit(first.ID, "status")); p.text == w.words.Say(talk.Unwritable) || p.text == w.words.Say("edited-not-read") {
		t.Errorf("read again: %v", p)
	}
}
