package job_test

import (
	"testing"
	"time"

	"calltab/internal/provision/job"
)

// TestStandings: the head of each kind's line, what is parked, and what has failed so far, for as many as are looked at.
func TestStandings(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "k", Attempts: 2, Steps: []job.Step{h.undo(script("one", errBoom, errBoom, errBoom, errBoom))}})
		h.kind(job.Kind{Name: "idle", Steps: []job.Step{h.undo(script("one"))}})
		begun := time.Now()
		h.add("k", "later", nil, time.Hour)
		h.add("k", "first", nil, time.Minute)
		h.update(func(tx job.Tx) error {
			all := job.Standings(tx, h.Runner, 5)
			if got := all["k"]; !got.Due.Equal(begun.Add(time.Minute)) || got.Parked != 0 {
				t.Errorf("two that wait: %+v", got)
			}
			if got := all["idle"]; got != (job.Standing{}) {
				t.Errorf("a kind without jobs: %+v", got)
			}
			n, _, err := h.Stuck(tx, "k", 5)
			if n != 0 || err != nil {
				t.Errorf("%d are stuck, %v", n, err)
			}
			return nil
		})
		h.start()
		time.Sleep(2 * time.Hour)
		h.update(func(tx job.Tx) error {
			if got := job.Standings(tx, h.Runner, 5)["k"]; got.Parked != 2 || !got.Due.IsZero() {
				t.Errorf("two parked: %+v", got)
			}
			if got := job.Standings(tx, h.Runner, 1)["k"]; got.Parked != 1 {
				t.Errorf("one that is looked at: %+v", got)
			}
			n, since, err := h.Stuck(tx, "k", 5)
			if n != 2 || err != nil || !since.Equal(begun.Add(time.Minute)) {
				t.Errorf("stuck: %d since %v, %v", n, since, err)
			}
			n, _, err = h.Stuck(tx, "k", 1)
			if n != 1 || err != nil {
				t.Errorf("stuck, of one: %d, %v", n, err)
			}
			return nil
		})
	})
}
