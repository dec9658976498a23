package teams

import (
	"context"
	"fmt"
	"testing"
	"time"

	"calltab/internal/provision"
)

func TestStrangersAreToldOfOnceAnHour(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	told, unnamed := map[provision.UserID]int{}, 0
	s := &strangers{now: func() time.Time { return now }}
	s.refused = func(_ context.Context, u provision.UserID, more int) {
		told[u]++
		unnamed += more
	}
	for range 3 {
		s.tell(t.Context(), "eve")
		s.tell(t.Context(), "")
	}
	now = now.Add(time.Hour)
	s.tell(t.Context(), "eve")
	if len(told) != 1 || told["eve"] != 2 {
		t.Errorf("told of %v", told)
	}
	(&strangers{now: s.now}).tell(t.Context(), "eve") // nobody wants to know

	// Of very many people the first ones are named, and the others counted and told of with the next one who is.
	for range 2 {
		for i := range 10_000 {
			s.tell(t.Context(), provision.UserID(fmt.Sprint(i)))
		}
	}
	if len(told) != mostTold || unnamed != 0 {
		t.Errorf("%d are named, and %d counted, within the hour; want %d and 0", len(told), unnamed, mostTold)
	}
	now = now.Add(time.Hour)
	s.tell(t.Context(), "mallory")
	if want := 2 * (10_000 - (mostTold - 1)); told["mallory"] != 1 || unnamed != want {
		t.Errorf("mallory is named %d times, with %d more; want 1 and %d", told["mallory"], unnamed, want)
	}
	now = now.Add(-2 * time.Hour) // the clock was ahead
	s.tell(t.Context(), "mallory")
	if told["mallory"] != 2 {
		t.Errorf("mallory is named %d times", told["mallory"])
	}
}
