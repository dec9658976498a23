package chats

import (
	"fmt"
	"testing"
	"time"
)

// However many answers are fresh, most turns only put their activity at the end.
func TestSeenIsTrimmedSeldom(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var r Record
	trimmed := 0
	const turns = 10 * seenAnswers
	for i := range turns {
		before := r.Seen.size()
		r.Saw(fmt.Sprint("i", i), true, now)
		if r.Seen.size() != before+1 {
			trimmed++
		}
		if r.Seen.size() > seenAnswers {
			t.Fatalf("%d activities after %d turns", r.Seen.size(), i)
		}
	}
	if trimmed == 0 || trimmed > turns/seenSlack {
		t.Errorf("trimmed %d times in %d turns", trimmed, turns)
	}
}
