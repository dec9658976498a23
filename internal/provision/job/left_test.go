package job_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision/job"
)

// unlike makes two runners of two versions on one store: two knows a kind and a step that one does not know. upgrading is
// whether one is told of that.
func unlike(t *testing.T, log io.Writer, test func(one, two *harness, upgrading *atomic.Bool)) {
	var upgrading atomic.Bool
	upgrading.Store(true)
	inBubble(t, func(h *harness) {
		told := func(job.Tx) bool { return upgrading.Load() }
		one := newHarness(h.t, h.store, job.Options{Shared: true, Unlike: told, Log: slog.New(slog.NewTextHandler(log, nil))})
		two := newHarness(h.t, h.store, job.Options{Shared: true, Unlike: told})
		one.Register(job.Kind{Name: "k", Steps: []job.Step{script("assign"), script("verify")}})
		two.Register(job.Kind{Name: "k", Steps: []job.Step{script("warn"), script("assign"), script("verify")}})
		two.Register(job.Kind{Name: "new", Steps: []job.Step{script("do")}})
		err := h.store.Update(context.Background(), func(tx job.Tx) error {
			if err := two.Add(tx, "new", "a", nil, time.Now()); err != nil {
				return err
			}
			return two.Add(tx, "k", "a", nil, time.Now())
		})
		if err != nil {
			h.t.Fatal(err)
		}
		test(one, two, &upgrading)
	})
}

func parked(t *testing.T, h *harness) (all []string) {
	t.Helper()
	err := h.store.View(context.Background(), func(tx job.Tx) error {
		all = nil
		for p := range h.Parked(tx) {
			all = append(all, p.Kind)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A job of which an older program does not know the kind or the step waits for the newer one, for as long as that lives.
func TestJobOfANewerProgram(t *testing.T) {
	var log bytes.Buffer // of which slog writes one line at a time
	unlike(t, &log, func(one, two *harness, _ *atomic.Bool) {
		one.start()
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := strings.Count(log.String(), "left to a program of another version"); n != 2 {
			t.Errorf("of two jobs the log says %d times that they are left", n)
		}
		if got := parked(t, one); len(got) > 0 || len(one.events) > 0 {
			t.Errorf("the older program has parked %q, and run %q", got, one.events)
		}
		two.start()
		time.Sleep(time.Minute)
		synctest.Wait()
		want := []string{"assign:done", "do:done", "verify:done", "warn:done"}
		got := slices.Sorted(slices.Values(slices.Concat(one.events, two.events)))
		if !slices.Equal(got, want) {
			t.Errorf("run were %q", got)
		}
	})
}

// Once no other program is left, nobody but a person can tell what becomes of it.
func TestJobOfNobody(t *testing.T) {
	unlike(t, io.Discard, func(one, _ *harness, upgrading *atomic.Bool) {
		one.start()
		time.Sleep(time.Minute)
		upgrading.Store(false)
		time.Sleep(time.Minute)
		if got := parked(t, one); !slices.Equal(got, []string{"k", "new"}) {
			t.Errorf("parked are %q", got)
		}
	})
}

// A record of a newer form is left as well.
func TestRecordOfANewerProgram(t *testing.T) {
	unlike(t, io.Discard, func(one, _ *harness, upgrading *atomic.Bool) {
		err := one.store.Update(context.Background(), func(tx job.Tx) error {
			tx.Put("jobs", "k/a", []byte(`{"v":1000,"step":"assign","due":"2000-01-01T00:00:00Z"}`))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		one.start()
		time.Sleep(time.Minute)
		if got := parked(t, one); len(got) > 0 {
			t.Errorf("parked are %q", got)
		}
		upgrading.Store(false)
		time.Sleep(time.Minute)
		if got := parked(t, one); !slices.Contains(got, "k") {
			t.Errorf("with nobody else parked are %q", got)
		}
	})
}
