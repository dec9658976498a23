package job_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision/fence"
	"calltab/internal/provision/job"
	"calltab/internal/provision/storetest"
)

// leaseTime is how long a claim lasts in these tests: as where nothing is set.
const leaseTime = 20 * time.Second

// beside makes two runners on one store, in a bubble. Each gets a store of its own to lose.
func beside(t *testing.T, test func(one, two *harness, lost *severed)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t)
		lost := &severed{Store: store}
		one := newHarness(t, lost, job.Options{Shared: true})
		two := newHarness(t, store, job.Options{Shared: true})
		test(one, two, lost)
	})
}

// severed is a store that cannot be reached for a while.
type severed struct {
	job.Store
	cut atomic.Bool
}

var errSevered = errors.New("no route to host")

func (s *severed) View(ctx context.Context, f func(job.Tx) error) error {
	if s.cut.Load() {
		return errSevered
	}
	return s.Store.View(ctx, f)
}

func (s *severed) Update(ctx context.Context, f func(job.Tx) error) error {
	if s.cut.Load() {
		return errSevered
	}
	return s.Store.Update(ctx, f)
}

// A runner that cannot renew its claim stops calling before the claim ends, another one takes the step over when it
// has ended, and what the first one brings later is not recorded: neither its result nor what it wants to write.
func TestStalledRunnerRecordsNothing(t *testing.T) {
	beside(t, func(one, two *harness, lost *severed) {
		began := time.Now()
		hang := make(chan struct{})
		var stopped, taken time.Duration
		steps := func(h *harness, do func(context.Context, *job.Run) error) []job.Step {
			return []job.Step{{Name: "assign", Do: func(ctx context.Context, r *job.Run) error {
				r.Commit(func(tx job.Tx) error { return appendLog(tx, fmt.Sprintf("%p", h)) })
				return do(ctx, r)
			}}, script("verify")}
		}
		one.Register(job.Kind{Name: "k", Steps: steps(one, func(ctx context.Context, r *job.Run) error {
			if err := fence.Alive(ctx); err != nil {
				t.Errorf("at the beginning: %v", err)
			}
			lost.cut.Store(true)
			<-ctx.Done()
			stopped = time.Since(began)
			if err := fence.Alive(ctx); !job.IsWeather(err) {
				t.Errorf("Alive after the end: %v", err)
			}
			<-hang
			lost.cut.Store(false)
			if err := r.Checkpoint(context.Background(), nil); err == nil {
				t.Error("a checkpoint was taken")
			}
			return nil
		})})
		two.Register(job.Kind{Name: "k", Steps: steps(two, func(context.Context, *job.Run) error {
			taken = time.Since(began)
			return nil
		})})
		one.start()
		one.add("k", "o", nil, 0)
		synctest.Wait()
		two.start()
		time.Sleep(time.Minute)
		two.want("assign:done verify:done")
		close(hang)
		one.want("")
		if stopped >= leaseTime || taken < leaseTime || taken > leaseTime+5*time.Second {
			t.Errorf("it stopped after %v and was taken over after %v", stopped, taken)
		}
		if log := readLog(t, two.store); len(log) != 1 || log[0] != fmt.Sprintf("%p", two) {
			t.Errorf("written: %q", log)
		}
		two.wantNothing()
	})
}

// A step that takes longer than a claim is left alone by the others, as long as its runner lives.
func TestClaimIsRenewed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t)
		o := job.Options{Shared: true, StepTimeout: time.Hour}
		one, two := newHarness(t, store, o), newHarness(t, store, o)
		for _, h := range []*harness{one, two} {
			h.Register(job.Kind{Name: "k", Steps: []job.Step{{Name: "long", Do: func(ctx context.Context, _ *job.Run) error {
				h.note("begin")
				time.Sleep(10 * leaseTime)
				return errors.Join(ctx.Err(), fence.Alive(ctx))
			}}}})
		}
		one.start()
		one.add("k", "o", nil, 0)
		synctest.Wait()
		two.start()
		time.Sleep(time.Hour)
		one.want("begin long:done")
		two.want("")
		one.wantNothing()
	})
}

// A job that a runner has in hand is listed at its claim's end, whatever is added to it meanwhile: others find it then,
// and not before.
func TestWokenJobStaysInHand(t *testing.T) {
	beside(t, func(one, two *harness, _ *severed) {
		for _, h := range []*harness{one, two} {
			h.Register(job.Kind{Name: "k", Steps: []job.Step{{Name: "edit", Do: func(context.Context, *job.Run) error {
				h.note("begin")
				time.Sleep(time.Second)
				return nil
			}}}})
		}
		one.start()
		one.add("k", "o", nil, 0)
		synctest.Wait()
		due := func() (entry string) {
			for _, key := range tables(t, two.store) {
				if strings.HasPrefix(key, "jobs-due") {
					entry = key
				}
			}
			return entry
		}
		before := due()
		for what, wake := range map[string]func(tx job.Tx) error{
			"Add":   func(tx job.Tx) error { return two.Add(tx, "k", "o", nil, time.Now()) },
			"Wake":  func(tx job.Tx) error { return two.Wake(tx, "k", "o") },
			"Retry": func(tx job.Tx) error { return two.Retry(tx, "k", "o") },
		} {
			two.update(wake)
			if after := due(); after != before {
				t.Errorf("%s moved it from %s to %s", what, before, after)
			}
		}
		two.start()
		time.Sleep(time.Minute)
		one.want("begin edit:done begin edit:done") // once more, since it was woken
		two.want("")
		one.wantNothing()
	})
}

// Of a kind with a limit no more jobs run at once than that, on all runners together, and a place of a runner that has
// died is free when its claim ends.
func TestLimitOfAllRunners(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t)
		var now, most, died atomic.Int64
		dying := &severed{Store: store}
		var all []*harness
		for i, s := range []job.Store{dying, store, store} {
			h := newHarness(t, s, job.Options{Shared: true, StepTimeout: time.Hour})
			h.Register(job.Kind{Name: "read", Limit: 2, Steps: []job.Step{{Name: "page", Do: func(ctx context.Context, _ *job.Run) error {
				if i == 0 {
					dying.cut.Store(died.Add(1) == 2)
					<-ctx.Done()
					return ctx.Err()
				}
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(leaseTime * 2)
				now.Add(-1)
				return nil
			}}}})
			all = append(all, h)
		}
		for i := range 10 {
			all[1].add("read", fmt.Sprint(i), nil, 0)
		}
		all[0].start()
		synctest.Wait()
		all[1].start()
		all[2].start()
		time.Sleep(time.Hour)
		if died.Load() != 2 || most.Load() != 2 {
			t.Errorf("%d died at work, and at most %d were at work at once, want 2 and 2", died.Load(), most.Load())
		}
		if left := tables(t, store); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
		for _, key := range keysOf(t, store, "jobs-slots") {
			t.Errorf("the place %s is not given back", key)
		}
	})
}

func keysOf(t *testing.T, s job.Store, table string) (keys []string) {
	t.Helper()
	err := s.View(t.Context(), func(tx job.Tx) error {
		keys = nil
		for key := range tx.Scan(table, "", "") {
			keys = append(keys, key)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return keys
}

// Business time that jumps ends no claim, and sets no runner spinning.
func TestBusinessTimeJumpsOverAClaim(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t)
		var jump atomic.Int64
		o := job.Options{Shared: true, Now: func() time.Time { return time.Now().Add(time.Duration(jump.Load())) }}
		one, two := newHarness(t, store, o), newHarness(t, store, o)
		for _, h := range []*harness{one, two} {
			h.Register(job.Kind{Name: "k", Steps: []job.Step{{Name: "assign", Do: func(context.Context, *job.Run) error {
				h.note("begin")
				time.Sleep(leaseTime / 2)
				return nil
			}}}})
		}
		one.start()
		one.add("k", "o", nil, 0)
		synctest.Wait()
		jump.Store(int64(24 * time.Hour))
		two.start()
		time.Sleep(time.Minute)
		one.want("begin assign:done")
		two.want("")
		one.wantNothing()
	})
}

// What was in hand when a program that had the store alone was killed goes on at once.
func TestClaimOfADeadOwner(t *testing.T) {
	inBubble(t, func(h *harness) {
		died := make(chan struct{})
		first := newHarness(h.t, storetest.CrashAfter(h.store, 2, func() { close(died) }), job.Options{Shared: true})
		kind := job.Kind{Name: "k", Steps: []job.Step{script("one")}}
		first.Register(kind)
		first.add("k", "o", nil, 0)
		first.start()
		<-died // the claim is committed, and no more
		first.stop()
		began := time.Now()
		h.Register(kind)
		h.start()
		h.want("one:done")
		if took := time.Since(began); took != 0 {
			t.Errorf("it waited for %v", took)
		}
		h.wantNothing()
	})
}

// TestCrashBesideALiveRunner kills one of two runners right after, and right before, each of its commits: the other one
// brings the job to the end of an undisturbed run, with no more than one call repeated.
func TestCrashBesideALiveRunner(t *testing.T) {
	t.Parallel()
	wantLog, undisturbed, _ := liveBeside(t, func(s job.Store, _ func()) job.Store { return s })
	crashes := map[string]func(job.Store, int, func()) job.Store{"after": storetest.CrashAfter, "before": storetest.CrashBefore}
	for when, crash := range crashes {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			died := true
			for n := 2; died; n++ { // the first one adds the job
				var log []string
				var world *phone
				log, world, died = liveBeside(t, func(s job.Store, die func()) job.Store { return crash(s, n, die) })
				if !slices.Equal(log, wantLog) || !maps.Equal(world.facts, undisturbed.facts) {
					t.Fatalf("crash %s commit %d:\n got %q %v\nwant %q %v", when, n, log, world.facts, wantLog, undisturbed.facts)
				}
				if more := world.calls() - undisturbed.calls(); more > 1 {
					t.Errorf("crash %s commit %d: %d calls were repeated", when, n, more)
				}
			}
		})
	}
}

// calls is how often the outside world was asked for anything.
func (p *phone) calls() (n int) {
	for _, asked := range p.asked {
		n += asked
	}
	return n
}

// liveBeside runs one doomed job with a runner that crashes, and one that begins a moment later and does not.
func liveBeside(t *testing.T, crash func(job.Store, func()) job.Store) (log []string, world *phone, died bool) {
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t)
		world = &phone{facts: map[string]bool{}, asked: map[string]int{}}
		dead := make(chan struct{})
		quiet := job.Options{Shared: true, Observe: func(context.Context, job.Tried) {}}
		one := newHarness(t, crash(store, func() { died = true; close(dead) }), quiet)
		two := newHarness(t, store, quiet)
		one.Register(assignKind(world, true))
		two.Register(assignKind(world, true))
		one.add("assign", "o1", nil, 0)
		one.start()
		synctest.Wait()
		two.start()
		select {
		case <-dead:
			one.stop()
		case <-time.After(time.Hour):
		}
		time.Sleep(time.Hour)
		if left := tables(t, store); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
		log = readLog(t, store)
	})
	return log, world, died
}

// What a step commits may wake its own job: the job then runs once more, and leaves nothing behind at its end.
func TestStepWakesItsOwnJob(t *testing.T) {
	for _, shared := range []bool{false, true} {
		t.Run(fmt.Sprint("shared ", shared), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarness(t, openStore(t), job.Options{Shared: shared})
				wakes := 0
				wake := func(tx job.Tx) error {
					return h.Add(tx, "k", "o", nil, time.Now().Add(time.Second))
				}
				h.Register(job.Kind{Name: "k", Steps: []job.Step{{Name: "edit", Do: func(ctx context.Context, r *job.Run) error {
					wakes++
					switch wakes {
					case 1:
						r.Commit(wake)
					case 2:
						time.Sleep(10 * time.Second)
						return r.Checkpoint(ctx, wake)
					}
					return nil
				}}}})
				h.start()
				h.add("k", "o", nil, 0)
				time.Sleep(time.Hour)
				h.want("edit:done edit:done edit:done")
				h.wantNothing()
			})
		})
	}
}
