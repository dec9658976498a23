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
	told := map[provision.UserID]int{}
	s := &strangers{refused: func(_ context.Context, u provision.UserID) { told[u]++ }, now: func() time.Time { return now }}
	for range 3 {
		s.tell(t.Context(), "eve")
		s.tell(t.Context(), "")
	}
	now = now.Add(time.Hour)
	s.tell(t.Context(), "eve")
	if len(told) != 1 || told["eve"] != 2 {
		t.Errorf("told of %v", told)
	}
	for i := range 3 * mostTold {
		s.tell(t.Context(), provision.UserID(fmt.Sprint(i)))
	}
	if len(s.told) > mostTold {
		t.Errorf("it keeps %d", len(s.told))
	}
	(&strangers{now: s.now}).tell(t.Context(), "eve") // nobody wants to know
}
