package between

import (
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/pauses"
)

const (
	chat  = "one/a:chat"
	other = "one/a:other"
	away  = "two/a:chat"
)

// two are two programs on a store, and the clock that both have.
func two(t *testing.T) (here, there *Programs, now *time.Time) {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "between.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return at }
	program := func() *Programs {
		return &Programs{&pauses.Keeper{Store: s, Now: clock}, clock, slog.New(slog.DiscardHandler)}
	}
	return program(), program(), &at
}

// TestPauseOfTheConnector: a pause that one program is asked for holds the other one's calls of the method to that chat,
// and where the whole app is refused those to all chats of the tenant.
func TestPauseOfTheConnector(t *testing.T) {
	t.Parallel()
	here, there, now := two(t)
	throttled := &chats.DeliveryError{Reason: chats.Busy, Status: 429, RetryAfter: time.Minute}
	wants := func(method, lane string, want time.Duration) {
		t.Helper()
		if k := there.Ahead(t.Context(), method, lane); k.Wait != want || k.Unsure {
			t.Errorf("%s to %s: %+v, want a pause of %v", method, lane, k, want)
		}
	}
	here.Came(t.Context(), "post", chat, throttled, false, false)
	wants("post", chat, time.Minute)
	wants("post", other, 0)
	wants("edit", chat, 0)
	here.Came(t.Context(), "post", chat, throttled, true, false)
	wants("post", other, time.Minute)
	wants("post", away, 0)
	*now = now.Add(time.Minute)
	wants("post", chat, 0)
	wants("post", other, 0)
	here.Came(t.Context(), "post", chat, &chats.DeliveryError{Reason: chats.Busy, Status: 503}, true, false)
	wants("post", chat, 0)
}

// TestMessageThatMayHaveBeenTaken is known to the other program until a message gets through.
func TestMessageThatMayHaveBeenTaken(t *testing.T) {
	t.Parallel()
	here, there, _ := two(t)
	here.Came(t.Context(), "post", chat, &chats.DeliveryError{Reason: chats.Busy, Status: 500}, false, true)
	if k := there.Ahead(t.Context(), "post", chat); !k.Unsure || k.Wait != 0 {
		t.Errorf("after the error: %+v", k)
	}
	there.Came(t.Context(), "post", chat, nil, false, false)
	if k := here.Ahead(t.Context(), "post", chat); k.Unsure {
		t.Error("it is still unsure")
	}
}

// TestEverythingAgain: what an operator has tried again is tried by all programs, if it failed before that.
func TestEverythingAgain(t *testing.T) {
	t.Parallel()
	here, there, now := two(t)
	if k := there.Ahead(t.Context(), "post", chat); !k.Anew.IsZero() {
		t.Errorf("before: %v", k.Anew)
	}
	here.Again(t.Context(), "one")
	said := *now
	*now = now.Add(time.Minute)
	if k := there.Ahead(t.Context(), "post", chat); !k.Anew.Equal(said) {
		t.Errorf("said at %v, and heard of %v", said, k.Anew)
	}
	if k := there.Ahead(t.Context(), "post", away); !k.Anew.IsZero() {
		t.Errorf("of another tenant: %v", k.Anew)
	}
}

// TestAgainLiftsPauses: what an operator has tried again is tried also where the connector has asked one program for a
// pause, by that one and by the others, and what it asks for then holds again.
func TestAgainLiftsPauses(t *testing.T) {
	t.Parallel()
	here, there, _ := two(t)
	throttled := &chats.DeliveryError{Reason: chats.Busy, Status: 429, RetryAfter: time.Minute}
	here.Came(t.Context(), "post", chat, throttled, true, false)
	here.Came(t.Context(), "edit", away, throttled, false, false)
	if k := there.Ahead(t.Context(), "post", chat); k.Wait != time.Minute {
		t.Fatalf("before: %+v", k)
	}
	there.Again(t.Context(), "one")
	for name, program := range map[string]*Programs{"who was asked for it": here, "who tries again": there} {
		for _, lane := range []string{chat, other} {
			if k := program.Ahead(t.Context(), "post", lane); k.Wait != 0 {
				t.Errorf("%s still waits %v for %s", name, k.Wait, lane)
			}
		}
		if k := program.Ahead(t.Context(), "edit", away); k.Wait != time.Minute {
			t.Errorf("%s does not wait in another tenant: %+v", name, k)
		}
	}
	here.Came(t.Context(), "post", chat, throttled, false, false)
	if k := there.Ahead(t.Context(), "post", chat); k.Wait != time.Minute {
		t.Errorf("after the next pause: %+v", k)
	}
}

// TestOneProgram has nobody to tell.
func TestOneProgram(t *testing.T) {
	t.Parallel()
	var alone *Programs
	alone.Came(t.Context(), "post", chat, errors.New("refused"), true, true)
	alone.Again(t.Context(), "one")
	if k := alone.Ahead(t.Context(), "post", chat); k != (Known{}) {
		t.Errorf("%+v", k)
	}
}
