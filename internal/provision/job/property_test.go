package job_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"calltab/internal/provision/job"
)

// plot is a job's whole fate: what each call of each step answers (done when the list is used up), and what a person
// does when it is parked.
type plot struct {
	attempts int
	forward  [][]string // by step
	backward [][]string // by step; nil: no Undo
	operator []string   // accept when used up
	restarts []int      // minutes at which the process is replaced
}

var (
	answers = rapid.SliceOfN(rapid.SampledFrom([]string{"done", "wait", "fail", "fail", "weather", "weather", "panic", "refuse", "stop"}), 0, 5)
	plots   = rapid.Custom(func(rt *rapid.T) plot {
		steps := rapid.IntRange(1, 5).Draw(rt, "steps")
		return plot{
			attempts: rapid.IntRange(1, 4).Draw(rt, "attempts"),
			forward:  rapid.SliceOfN(answers, steps, steps).Draw(rt, "forward"),
			backward: rapid.SliceOfN(rapid.OneOf(answers, rapid.Just([]string(nil))), steps, steps).Draw(rt, "backward"),
			operator: rapid.SliceOfN(rapid.SampledFrom([]string{"retry", "undo"}), 0, 4).Draw(rt, "operator"),
			restarts: rapid.SliceOfN(rapid.IntRange(0, 30), 0, 3).Draw(rt, "restarts"),
		}
	})
)

// TestAnyFate compares what the runner does with a few lines that say what it should do.
func TestAnyFate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		p := plots.Draw(rt, "plot")
		want := p.expect()
		got := p.play(t)
		if !slices.Equal(got, want) {
			rt.Fatalf("%+v\n got %s\nwant %s", p, strings.Join(got, " "), strings.Join(want, " "))
		}
	})
}

func next(list *[]string, otherwise string) string {
	if len(*list) == 0 {
		return otherwise
	}
	first := (*list)[0]
	*list = (*list)[1:]
	return first
}

func clone(lists [][]string) [][]string {
	c := make([][]string, len(lists))
	for i := range lists {
		c[i] = slices.Clone(lists[i])
	}
	return c
}

// expect is the specification: calls in order, and how it ends.
func (p plot) expect() (events []string) {
	forward, backward, operator := clone(p.forward), clone(p.backward), slices.Clone(p.operator)
	step, undoing, failures := 0, false, 0
	turnRound := func() { undoing, failures = true, 0 }
	for {
		for undoing && step >= 0 && p.backward[step] == nil {
			step--
		}
		if step < 0 {
			return append(events, "undone")
		}
		if step == len(p.forward) {
			return append(events, "done")
		}
		var answer string
		if undoing {
			answer = next(&backward[step], "done")
			events = append(events, fmt.Sprintf("undo%d", step))
		} else {
			answer = next(&forward[step], "done")
			events = append(events, fmt.Sprintf("do%d", step))
		}
		parked := false
		switch answer {
		case "done":
			failures = 0
			if undoing {
				step--
			} else {
				step++
			}
		case "wait":
			failures = 0
		case "weather": // counts for nothing, and forgives nothing
		case "stop":
			if parked = undoing; !parked {
				turnRound()
			}
		default:
			failures++
			parked = failures == p.attempts
		}
		if !parked {
			continue
		}
		events = append(events, "parked")
		switch next(&operator, "accept") {
		case "retry":
			failures = 0
		case "undo":
			turnRound()
		default:
			return append(events, "accepted")
		}
	}
}

// play runs the plot for real.
func (p plot) play(t *testing.T) (events []string) {
	forward, backward, operator := clone(p.forward), clone(p.backward), slices.Clone(p.operator)
	note := func(format string, args ...any) { events = append(events, fmt.Sprintf(format, args...)) }
	over := false
	kind := job.Kind{Name: "k", Attempts: p.attempts, Ended: func(_ job.Tx, _ *job.Run, outcome job.Outcome, _ error) error {
		note("%s", outcome)
		over = outcome != job.Parked
		return nil
	}}
	for i := range p.forward {
		s := job.Step{Name: fmt.Sprint(i), Do: func(_ context.Context, r *job.Run) error {
			note("do%d", i)
			return answer(r, next(&forward[i], "done"))
		}}
		if p.backward[i] != nil {
			s.Undo = func(_ context.Context, r *job.Run) error {
				note("undo%d", i)
				return answer(r, next(&backward[i], "done"))
			}
		}
		kind.Steps = append(kind.Steps, s)
	}
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t)
		var h *harness
		began := time.Now()
		restart := func() {
			if h != nil {
				h.stop()
			}
			h = newHarness(t, store, job.Options{Observe: func(context.Context, job.Tried) {}})
			h.Register(kind)
			h.start()
		}
		restart()
		h.add("k", "o", nil, 0)
		for synctest.Wait(); !over; synctest.Wait() {
			for _, parked := range h.parked() {
				what := next(&operator, "accept")
				h.update(func(tx job.Tx) error {
					switch what {
					case "retry":
						return h.Retry(tx, parked.Kind, parked.Key)
					case "undo":
						return h.Undo(tx, parked.Kind, parked.Key)
					}
					return h.Accept(tx, parked.Kind, parked.Key)
				})
				if what == "accept" {
					note("accepted")
					over = true
				}
			}
			time.Sleep(time.Minute)
			if slices.Contains(p.restarts, int(time.Since(began)/time.Minute)) {
				restart()
			}
			if time.Since(began) > 100*time.Hour {
				note("stuck")
				return
			}
		}
		if left := tables(t, store); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	})
	return events
}

// answer does what the plot says, in every way a step can do it.
func answer(r *job.Run, what string) error {
	switch what {
	case "wait":
		return job.Wait(90 * time.Second)
	case "fail":
		return errBoom
	case "weather":
		return job.Weather(errBoom)
	case "panic":
		panic("as told")
	case "refuse":
		r.Commit(func(job.Tx) error { return errors.New("refused") })
	case "stop":
		return job.Stop(errBoom)
	}
	return nil
}
