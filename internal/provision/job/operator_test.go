package job_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision/job"
)

func TestOperators(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "k", Attempts: 1, Steps: []job.Step{h.undo(script("one")), h.undo(script("two", errBoom, errBoom, errBoom))}})
		h.start()
		h.add("k", "o", nil, 0)
		h.want("one:done parked(boom) two:parked")
		h.update(func(tx job.Tx) error { return h.Retry(tx, "k", "o") })
		h.want("parked(boom) two:parked")
		h.update(func(tx job.Tx) error {
			if got := h.Counts(tx)["k"]; got != (job.Count{Parked: 1}) {
				t.Errorf("counts %v", got)
			}
			return h.Undo(tx, "k", "o")
		})
		h.want("two:stop two:undone undone(boom) one:undone")
		h.wantNothing()

		h.add("k", "o", nil, 0)
		h.want("one:done parked(boom) two:parked")
		h.update(func(tx job.Tx) error { return h.Accept(tx, "k", "o") })
		h.want("")
		h.wantNothing()

		h.add("k", "o", nil, time.Hour)
		for _, row := range []struct {
			name string
			f    func(job.Tx) error
			want error
		}{
			{"accept live", func(tx job.Tx) error { return h.Accept(tx, "k", "o") }, job.ErrNotParked},
			{"accept nothing", func(tx job.Tx) error { return h.Accept(tx, "k", "p") }, job.ErrNotFound},
			{"retry nothing", func(tx job.Tx) error { return h.Retry(tx, "k", "p") }, job.ErrNotFound},
			{"undo nothing", func(tx job.Tx) error { return h.Undo(tx, "k", "p") }, job.ErrNotFound},
		} {
			if err := h.store.Update(context.Background(), row.f); !errors.Is(err, row.want) {
				t.Errorf("%s: %v, want %v", row.name, err, row.want)
			}
		}
		h.update(func(tx job.Tx) error { return h.Retry(tx, "k", "o") }) // a live one starts now
		h.want("one:done done two:done")
	})
}

func TestUndoWhileItRuns(t *testing.T) {
	inBubble(t, func(h *harness) {
		slow := h.undo(job.Step{Name: "last", Do: func(context.Context, *job.Run) error {
			time.Sleep(time.Second)
			return nil
		}})
		h.kind(job.Kind{Name: "k", Steps: []job.Step{h.undo(script("one")), slow}})
		h.start()
		h.add("k", "o", nil, 0)
		h.want("one:done")
		h.update(func(tx job.Tx) error { return h.Undo(tx, "k", "o") })
		time.Sleep(time.Second)
		h.want("last:done last:undone undone(taken back by a person) one:undone")
		h.wantNothing()
	})
}

func TestStoredJobsOfOtherPrograms(t *testing.T) {
	inBubble(t, func(h *harness) {
		old := newHarness(h.t, h.store, job.Options{})
		old.kind(job.Kind{Name: "gone", Steps: []job.Step{script("one")}})
		old.kind(job.Kind{Name: "k", Steps: []job.Step{script("renamed")}})
		old.add("gone", "a", nil, 0)
		old.add("k", "b", nil, 0)
		old.add("k", "newer", nil, 0)
		old.add("k", "broken", nil, 0)
		old.update(func(tx job.Tx) error {
			b, _ := tx.Get("jobs", "k/newer")
			tx.Put("jobs", "k/newer", bytes.Replace(b, []byte(`"v":1`), []byte(`"v":2,"future":12345678901234567890`), 1))
			tx.Put("jobs", "k/broken", []byte("{"))
			return nil
		})
		h.kind(job.Kind{Name: "k", Attempts: 1, Steps: []job.Step{script("one")}})
		h.start()
		synctest.Wait()
		if events := h.took(); !strings.Contains(events, `parked(this program knows no step "renamed" in jobs of kind "k") `) {
			t.Errorf("the kind was not told: %s", events)
		}
		var got []string
		for _, p := range h.parked() {
			got = append(got, p.Kind+"/"+p.Key+" "+p.Failure)
		}
		want := []string{"gone/a this program knows no jobs of kind \"gone\"", "k/b this program knows no step \"renamed\" in jobs of kind \"k\"",
			"k/broken stored job k/broken cannot be read", "k/newer stored job k/newer is from a newer program"}
		if !slices.EqualFunc(got, want, strings.HasPrefix) {
			t.Errorf("parked:\n got %q\nwant %q", got, want)
		}

		// The program that knows them goes on with what can be read.
		h.stop()
		h.update(func(tx job.Tx) error {
			b, _ := tx.Get("jobs", "k/newer")
			if !bytes.Contains(b, []byte(`"future":12345678901234567890`)) {
				t.Errorf("a newer record was changed: %s", b)
			}
			tx.Put("jobs", "k/newer", bytes.Replace(b, []byte(`"v":2`), []byte(`"v":1`), 1))
			for _, id := range []string{"gone/a", "k/b", "k/newer"} {
				kind, key, _ := strings.Cut(id, "/")
				if err := old.Retry(tx, kind, key); err != nil {
					t.Errorf("retry %s: %v", id, err)
				}
			}
			return nil
		})
		old.start()
		synctest.Wait()
		if got := tables(t, h.store); !slices.Equal(got, []string{"jobs k/broken", "jobs-parked k/broken"}) {
			t.Errorf("left: %q", got)
		}
	})
}
