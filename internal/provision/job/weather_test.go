package job_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision/job"
)

// TestWeather: an outage of any length parks nothing and uses no attempt, and a failure before it
// stays counted after it.
func TestWeather(t *testing.T) {
	inBubble(t, func(h *harness) {
		weather := job.Weather(errBoom)
		h.kind(job.Kind{Name: "k", Attempts: 2, Steps: []job.Step{script("s", errBoom, weather, weather, weather, weather, errBoom)}})
		h.start()
		h.add("k", "o", nil, 0)
		time.Sleep(time.Minute)
		h.want("s:retry s:weather s:weather s:weather s:weather parked(boom) s:parked")
	})
}

// TestWeatherForEver: the pauses grow to the longest one and stay there, for ten days.
func TestWeatherForEver(t *testing.T) {
	inBubble(t, func(h *harness) {
		var down atomic.Bool
		var tries atomic.Int64
		down.Store(true)
		h.kind(job.Kind{Name: "k", Attempts: 1, Steps: []job.Step{{Name: "s", Do: func(_ context.Context, r *job.Run) error {
			tries.Add(1)
			if r.Attempt() != 1 {
				t.Errorf("attempt %d", r.Attempt())
			}
			if down.Load() {
				return job.Weather(errBoom)
			}
			return nil
		}}}})
		h.start()
		h.add("k", "o", nil, 0)
		time.Sleep(240 * time.Hour)
		synctest.Wait()
		if n := tries.Load(); n < 240*4 || n > 240*4+20 {
			t.Errorf("%d tries, want one each quarter of an hour", n)
		}
		down.Store(false)
		time.Sleep(15 * time.Minute)
		synctest.Wait()
		if got := h.took(); !strings.HasSuffix(got, "s:weather done s:done") || strings.Contains(got, "parked") {
			t.Errorf("it ended so: %s", got[max(0, len(got)-60):])
		}
		h.wantNothing()
	})
}

type later struct{}

func (later) Error() string             { return "busy" }
func (later) RetryDelay() time.Duration { return time.Hour }

// TestWeatherAsks: the time that the other side names is kept, and an Add does not go before it.
func TestWeatherAsks(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "k", Steps: []job.Step{script("s", job.Weather(later{}))}})
		h.start()
		h.add("k", "o", nil, 0)
		time.Sleep(time.Minute)
		h.add("k", "o", nil, 0)
		time.Sleep(58 * time.Minute)
		h.want("s:weather")
		time.Sleep(2 * time.Minute)
		h.want("done s:done")
	})
}

// TestElapsed: what a step measures leaves out each outage, also across a restart and where nobody ran the
// job, and nothing else.
func TestElapsed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t)
		weather := job.Weather(errBoom)
		results := []error{job.Wait(10 * time.Minute), weather, weather, weather, weather, weather, weather, weather, weather, weather, job.Wait(5 * time.Minute), job.Wait(2 * time.Hour), nil}
		var elapsed []time.Duration
		var outages []bool
		kind := job.Kind{Name: "k", Steps: []job.Step{{Name: "s", Do: func(_ context.Context, r *job.Run) error {
			elapsed, outages = append(elapsed, r.Elapsed(r.Since())), append(outages, !r.Outage().IsZero())
			err := results[0]
			results = results[1:]
			return err
		}}}}
		live := func() *harness {
			h := newHarness(t, store, job.Options{})
			h.kind(kind)
			h.start()
			return h
		}
		h := live()
		h.add("k", "o", nil, 0)
		time.Sleep(12 * time.Minute)
		h.stop()
		time.Sleep(time.Hour)
		h = live()
		time.Sleep(20 * time.Minute)
		h.stop() // and it does not run when the job is due again
		time.Sleep(10 * time.Hour)
		live()
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if len(results) > 0 {
			t.Fatalf("%d tries left", len(results))
		}
		for i, is := range outages {
			if want := i > 1 && i < 11; is != want {
				t.Errorf("try %d: in an outage %t, want %t", i, is, want)
			}
			want := []time.Duration{0, 10 * time.Minute}[min(i, 1)]
			if i == 11 {
				want = 15 * time.Minute
			}
			if i == 12 {
				want = 2*time.Hour + 15*time.Minute
			}
			if got := elapsed[i].Truncate(time.Minute); got != want {
				t.Errorf("try %d: %s have passed, want %s", i, got, want)
			}
		}
	})
}

// TestStoreWeather: the trouble of a store is an outage; what its function says, or that it panics, is not.
func TestStoreWeather(t *testing.T) {
	inBubble(t, func(h *harness) {
		ctx, none := t.Context(), func(job.Tx) error { return nil }
		if err := h.Store().Update(ctx, func(job.Tx) error { return errBoom }); job.IsWeather(err) || !errors.Is(err, errBoom) {
			t.Errorf("the function's own error: %v", err)
		}
		broken := job.New(brokenStore{}, job.Options{Now: time.Now, Rand: func() float64 { return 0 }}).Store()
		if err := broken.Update(ctx, none); !job.IsWeather(err) || !errors.Is(err, errBoom) {
			t.Errorf("a commit that fails: %v", err)
		}
		if err := broken.View(ctx, none); !job.IsWeather(err) {
			t.Errorf("a look that fails: %v", err)
		}
	})
}

// brokenStore runs each function and then fails.
type brokenStore struct{}

func (b brokenStore) View(ctx context.Context, f func(job.Tx) error) error { return b.Update(ctx, f) }

func (brokenStore) Update(_ context.Context, f func(job.Tx) error) error {
	_ = f(nil)
	return errBoom
}

// TestManyOutages: of a day of short outages, and of months of them, limits of time leave out each, from whatever time
// the step measures, and what the job keeps of them stays small.
func TestManyOutages(t *testing.T) {
	t.Parallel()
	for name, between := range map[string]time.Duration{"hourly": time.Hour, "one after another": 5 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(h *harness) {
				const outages = 300
				type marks struct{ First, Asked time.Time }
				var uptime, first, asked time.Duration
				n := 0
				h.kind(job.Kind{Name: "k", Steps: []job.Step{{Name: "s", Do: func(_ context.Context, r *job.Run) error {
					var m marks
					if err := r.Load(&m); err != nil {
						return err
					}
					r.Measures(m.First, m.Asked)
					if m.First.IsZero() {
						m.First, m.Asked = r.Now(), r.Now()
					}
					for at, want := range map[time.Time]time.Duration{r.Since(): uptime, m.First: uptime - first, m.Asked: uptime - asked} {
						if got := r.Elapsed(at); got != want {
							t.Errorf("try %d: %s have passed since %s, want %s", n, got, at, want)
						}
					}
					n++
					switch {
					case n == 7*outages:
						return nil
					case n%7 != 0: // six tries of an outage
						return job.Weather(errBoom)
					}
					if n%(7*37) == 0 {
						m.Asked, asked = r.Now(), uptime
					}
					if n == 7*51 {
						m.First, first = r.Now(), uptime
					}
					uptime += between
					r.Measures(m.First, m.Asked)
					if err := r.Save(m); err != nil {
						return err
					}
					return job.Wait(between)
				}}}})
				h.start()
				h.add("k", "o", nil, 0)
				for range outages - 1 {
					time.Sleep(between + 10*time.Minute)
					synctest.Wait()
					err := h.store.View(t.Context(), func(tx job.Tx) error {
						if b, ok := tx.Get("jobs", "k/o"); ok && strings.Count(string(b), `"from"`) > 3 {
							t.Errorf("the record keeps %s", b)
						}
						return nil
					})
					if err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(outages * time.Hour)
				synctest.Wait()
				if n != 7*outages {
					t.Errorf("%d tries", n)
				}
			})
		})
	}
}
