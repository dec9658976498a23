package outbox

import (
	"calltab/internal/bot/chats"
	"errors"
	"testing"
	"time"
)

// laneWorld is lanes with a clock of their own.
func laneWorld(t *testing.T) (*lanes, *time.Time) {
	t.Helper()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	b := New(Config{Now: func() time.Time { return now }})
	return b.lanes, &now
}

func TestLaneLetsOneTry(t *testing.T) {
	t.Parallel()
	l, now := laneWorld(t)
	down := &chats.DeliveryError{Reason: chats.Busy, Status: 503}
	for range 3 {
		if _, held := l.enter(t.Context(), methodPost, "chat", true); held != nil {
			t.Fatalf("held before it is known to fail: %v", held)
		}
	}
	err := l.leave(t.Context(), methodPost, "chat", down)
	if _, held := l.enter(t.Context(), methodPost, "chat", true); held == nil || chats.Delay(held) != firstLanePause {
		t.Errorf("not held for %v: %v", firstLanePause, held)
	}
	if _, held := l.enter(t.Context(), methodPost, "other", true); held != nil {
		t.Errorf("another chat is held: %v", held)
	}
	if _, held := l.enter(t.Context(), methodEdit, "chat", true); held != nil {
		t.Errorf("an edit is held: %v", held)
	}
	if _, held := l.enter(t.Context(), methodPost, "chat", false); held != nil {
		t.Errorf("a turn is held: %v", held)
	}
	l.wait(err, jobID{kindPost, "a"})
	*now = now.Add(time.Minute)
	unsure, held := l.enter(t.Context(), methodPost, "chat", true)
	if held != nil || !unsure {
		t.Errorf("the try after the pause: unsure %v, %v", unsure, held)
	}
	if _, held := l.enter(t.Context(), methodPost, "chat", true); held == nil {
		t.Error("two try at once")
	}
	l.leave(t.Context(), methodPost, "chat", nil)
	if len(l.woken) != 1 || len(l.all) != 0 {
		t.Errorf("woken %v, lanes %v", l.woken, l.all)
	}
}

// TestLaneInDoubt: where a message may have been taken, one tries again and the others wait, although its lane itself has
// not failed.
func TestLaneInDoubt(t *testing.T) {
	t.Parallel()
	l, now := laneWorld(t)
	if _, held := l.enter(t.Context(), methodPost, "chat", true); held != nil {
		t.Fatal(held)
	}
	l.leave(t.Context(), methodPost, "chat", &chats.DeliveryError{Reason: chats.Busy, Err: errors.New("connection reset")})
	*now = now.Add(time.Minute)
	if _, held := l.enter(t.Context(), methodPost, "other", true); held != nil {
		t.Fatal(held)
	}
	l.leave(t.Context(), methodPost, "other", nil)
	if unsure, held := l.enter(t.Context(), methodPost, "chat", true); held != nil || !unsure {
		t.Errorf("the next try: unsure %v, %v", unsure, held)
	}
	if _, held := l.enter(t.Context(), methodPost, "chat", true); held == nil {
		t.Error("two try at once")
	}
	l.reopen(*now)
	l.reopen(*now)
	if _, held := l.enter(t.Context(), methodPost, "chat", true); held != nil {
		t.Errorf("held after an operator had all tried again: %v", held)
	}
	l.reopen(*now)
	if _, held := l.enter(t.Context(), methodPost, "chat", true); held == nil {
		t.Error("asked once, it is tried twice at once")
	}
}

func TestLaneOfTheApp(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"no answer":         &chats.DeliveryError{Reason: chats.Busy, Err: errors.New("connection refused")},
		"no token is taken": &chats.DeliveryError{Reason: chats.Busy, Status: 401},
	} {
		l, _ := laneWorld(t)
		l.leave(t.Context(), methodPost, "chat", err)
		if _, held := l.enter(t.Context(), methodPost, "other", true); held == nil {
			t.Errorf("%s: another chat is not held", name)
		}
	}
	l, now := laneWorld(t)
	throttled := &chats.DeliveryError{Reason: chats.Busy, Status: 429, RetryAfter: time.Minute}
	for i, chat := range []string{"a", "b", "c"} {
		if _, held := l.enter(t.Context(), methodPost, "d", true); held != nil {
			t.Errorf("held after %d throttled chats", i)
		}
		l.leave(t.Context(), methodPost, chat, throttled)
	}
	if _, held := l.enter(t.Context(), methodPost, "d", false); held == nil || chats.Delay(held) != time.Minute {
		t.Errorf("a limit of the app holds turns too: %v", held)
	}
	*now = now.Add(time.Minute)
	if _, held := l.enter(t.Context(), methodPost, "d", true); held != nil {
		t.Errorf("held when the time is over: %v", held)
	}
}
