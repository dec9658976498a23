package doubt

import (
	"testing"
	"time"
)

func TestDoubt(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var d Doubt
	for i := range 10 {
		if d.Believe(now) {
			t.Errorf("believed after %d times within a moment", i+1)
		}
	}
	if !d.Believe(now.Add(BelievedAfter)) {
		t.Error("not believed after minutes")
	}
	rare := Doubt{}
	rare.Believe(now)
	if rare.Believe(now.Add(time.Hour)) {
		t.Error("believed after two times in an hour")
	}
}
