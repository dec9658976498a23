package job_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision/job"
)

func TestAddIsNoticedAtTheCommit(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "k", Steps: []job.Step{script("one")}})
		h.start()
		synctest.Wait()
		err := h.Store().Update(context.Background(), func(tx job.Tx) error {
			if err := h.Add(tx, "k", "never", nil, time.Now()); err != nil {
				t.Error(err)
			}
			return errBoom
		})
		if err != errBoom {
			t.Errorf("Update: %v", err)
		}
		time.Sleep(time.Hour)
		h.want("")

		began := time.Now()
		h.add("k", "o", nil, 0)
		h.want("done one:done")
		if took := time.Since(began); took != 0 {
			t.Errorf("started after %v", took)
		}

		// Behind its back: found by the runner itself.
		err = h.store.Update(context.Background(), func(tx job.Tx) error { return h.Add(tx, "k", "p", nil, time.Time{}) })
		if err != nil {
			t.Error(err)
		}
		h.want("")
		time.Sleep(30 * time.Second)
		h.want("done one:done")
	})
}

func TestDueInOrder(t *testing.T) {
	inBubble(t, func(h *harness) {
		note := func(_ context.Context, r *job.Run) error { h.note("%s/%s", r.Kind(), r.Key()); return nil }
		h.Register(job.Kind{Name: "edit", Steps: []job.Step{{Name: "s", Do: note}}})
		h.Register(job.Kind{Name: "edit-card", Steps: []job.Step{{Name: "s", Do: note}}})
		h.add("edit", "b/1", nil, 3*time.Minute)
		h.add("edit-card", "a", nil, 2*time.Minute)
		h.add("edit", "a", nil, 4*time.Minute)
		h.add("edit", "c", nil, time.Minute)
		began := time.Now()
		at, ok, err := h.Next(context.Background())
		if !at.Equal(began.Add(time.Minute)) || !ok || err != nil {
			t.Errorf("Next = %v, %v, %v", at, ok, err)
		}
		h.start()
		time.Sleep(time.Hour)
		h.want("edit/c s:done edit-card/a s:done edit/b/1 s:done edit/a s:done")
		if _, ok, err := h.Next(context.Background()); ok || err != nil {
			t.Errorf("Next of nothing: %v, %v", ok, err)
		}
	})
}

// A wake is followed by a whole run of a step that began after it.
func TestWake(t *testing.T) {
	inBubble(t, func(h *harness) {
		results := []error{nil, nil, job.Wait(time.Hour), errBoom, nil}
		h.Register(job.Kind{Name: "k", Attempts: 2, Steps: []job.Step{{Name: "edit", Do: func(_ context.Context, r *job.Run) error {
			var state string
			if err := r.Load(&state); err != nil {
				t.Error(err)
			}
			h.note("begin(%s)", state)
			time.Sleep(time.Second)
			err := results[0]
			results = results[1:]
			return err
		}}}})
		h.start()
		h.add("k", "o", "first", 0)
		h.want("begin(first)")
		h.add("k", "o", "second", 0) // while it runs
		h.add("k", "o", "third", time.Minute)
		time.Sleep(time.Second)
		h.want("edit:done begin(first)")
		time.Sleep(time.Hour)
		h.want("edit:done")
		h.wantNothing()

		h.add("k", "o", "again", 0)
		time.Sleep(time.Minute)
		h.want("begin(again) edit:wait")
		h.add("k", "o", nil, 2*time.Hour) // later than it would look anyway
		time.Sleep(time.Minute)
		h.want("")
		h.add("k", "o", nil, 0) // while it waits
		h.want("begin(again)")
		time.Sleep(time.Second)
		h.want("edit:retry")
		h.add("k", "o", nil, 0) // while it backs off: it keeps its time
		h.want("")
		time.Sleep(time.Hour)
		h.want("begin(again) edit:done")
		h.wantNothing()
	})
}

func TestWakeLaterWhileItRuns(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.Register(job.Kind{Name: "k", Steps: []job.Step{{Name: "edit", Do: func(context.Context, *job.Run) error {
			time.Sleep(time.Second)
			return nil
		}}}})
		h.start()
		h.add("k", "o", nil, 0)
		synctest.Wait()
		h.add("k", "o", nil, time.Minute)
		time.Sleep(50 * time.Second)
		h.want("edit:done")
		time.Sleep(time.Minute)
		h.want("edit:done")
		h.wantNothing()
	})
}

func TestWakeParked(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "k", Attempts: 1, Steps: []job.Step{script("one"), script("two", errBoom)}})
		h.start()
		h.add("k", "o", nil, 0)
		h.want("one:done parked(boom) two:parked")
		h.add("k", "o", nil, 0)
		h.want("done two:done")
		h.wantNothing()
	})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t, openStore(t), job.Options{Workers: 5})
		var mu sync.Mutex
		now, most := map[string]int{}, map[string]int{}
		count := func(kind string, by int) {
			mu.Lock()
			defer mu.Unlock()
			now[kind] += by
			now["all"] += by
			for k, n := range now {
				most[k] = max(most[k], n)
			}
		}
		for kind, limit := range map[string]int{"narrow": 2, "wide": 0} {
			h.Register(job.Kind{Name: kind, Limit: limit, Steps: []job.Step{{Name: "s", Do: func(context.Context, *job.Run) error {
				count(kind, 1)
				time.Sleep(time.Second)
				count(kind, -1)
				return nil
			}}}})
		}
		for i := range 20 {
			h.add("narrow", fmt.Sprint(i), nil, -time.Hour) // earlier than the others, and must not block them
			h.add("wide", fmt.Sprint(i), nil, 0)
		}
		counts := map[string]job.Count{}
		h.update(func(tx job.Tx) error { counts = h.Counts(tx); return nil })
		if want := map[string]job.Count{"narrow": {Live: 20}, "wide": {Live: 20}}; !maps.Equal(counts, want) {
			t.Errorf("counts %v, want %v", counts, want)
		}
		began := time.Now()
		h.start()
		if err := h.Idle(context.Background()); err != nil {
			t.Error(err)
		}
		if want := map[string]int{"narrow": 2, "wide": 5, "all": 5}; most["narrow"] != 2 || most["all"] != 5 || most["wide"] < 3 {
			t.Errorf("most at once: %v, want about %v", most, want)
		}
		if took := time.Since(began); took > 12*time.Second {
			t.Errorf("40 seconds of work took 5 workers %v", took)
		}
		h.wantNothing()
	})
}

func TestClockThatStandsStillAndJumps(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
		clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
		h := newHarness(t, openStore(t), job.Options{Now: clock})
		h.kind(job.Kind{Name: "k", Steps: []job.Step{script("one", job.Wait(24*time.Hour), job.Wait(time.Millisecond))}})
		h.start()
		h.update(func(tx job.Tx) error { return h.Add(tx, "k", "o", nil, now) })
		h.want("one:wait")
		time.Sleep(10 * time.Hour) // real time does nothing
		h.want("")
		advance := func(d time.Duration) {
			mu.Lock()
			now = now.Add(d)
			mu.Unlock()
			h.Kick()
			if err := h.Idle(context.Background()); err != nil {
				t.Error(err)
			}
		}
		advance(23 * time.Hour)
		h.want("")
		advance(time.Hour)
		h.want("one:wait")
		time.Sleep(time.Minute)
		h.want("")
		advance(time.Hour)
		h.want("done one:done")
	})
}

func TestIdle(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "k", Steps: []job.Step{{Name: "one", Do: func(context.Context, *job.Run) error {
			time.Sleep(time.Second)
			return nil
		}}, script("two", job.Wait(time.Hour))}})
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := h.Idle(ctx); err != nil {
			t.Errorf("Idle with nothing to do: %v", err)
		}
		h.add("k", "o", nil, 0)
		if err := h.Idle(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Idle while nobody runs the job: %v", err)
		}
		h.start()
		if err := h.Idle(context.Background()); err != nil {
			t.Error(err)
		}
		if got := h.took(); got != "one:done two:wait" {
			t.Errorf("idle after %q", got)
		}
	})
}

func TestRegisterPanics(t *testing.T) {
	t.Parallel()
	good := job.Kind{Name: "k", Steps: []job.Step{script("one")}}
	for name, kinds := range map[string][]job.Kind{
		"twice":          {good, good},
		"nameless":       {{Steps: good.Steps}},
		"slash":          {{Name: "a/b", Steps: good.Steps}},
		"no steps":       {{Name: "k"}},
		"same step":      {{Name: "k", Steps: []job.Step{script("one"), script("one")}}},
		"nameless step":  {{Name: "k", Steps: []job.Step{script("")}}},
		"step without a": {{Name: "k", Steps: []job.Step{{Name: "one"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			r := job.New(nil, job.Options{})
			for _, k := range kinds {
				r.Register(k)
			}
		})
	}
}

func TestAddRefuses(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "k", Steps: []job.Step{script("one")}})
		for name, f := range map[string]func(job.Tx) error{
			"unknown kind": func(tx job.Tx) error { return h.Add(tx, "x", "o", nil, time.Now()) },
			"no key":       func(tx job.Tx) error { return h.Add(tx, "k", "", nil, time.Now()) },
			"bad state":    func(tx job.Tx) error { return h.Add(tx, "k", "o", func() {}, time.Now()) },
		} {
			if err := h.store.Update(context.Background(), f); err == nil {
				t.Errorf("%s: no error", name)
			}
		}
		h.wantNothing()
	})
}

func TestLogLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		handler := slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}})
		h := newHarness(t, openStore(t), job.Options{Log: slog.New(handler), Workers: 1})
		h.kind(job.Kind{Name: "k", Steps: []job.Step{script("one", errBoom, job.Wait(time.Second))}})
		h.start()
		h.add("k", "o", nil, 0)
		time.Sleep(time.Minute)
		h.stop()
		want := `level=WARN msg=step job_kind=k job_key=o step=one result=retry attempt=1 took=0s error=boom
level=INFO msg=step job_kind=k job_key=o step=one result=done attempt=1 took=0s
`
		if got := log.String(); got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	})
}
