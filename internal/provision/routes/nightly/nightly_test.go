package nightly

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/routes"
	"calltab/internal/provision/storetest"
)

const tenant = provision.TenantID("00000000-0000-4000-8000-000000000001")

// snapshots is a Microsoft that makes them within a minute. From some moment on Metered leads nowhere.
type snapshots struct {
	mu     sync.Mutex
	jobs   []routes.Job
	done   map[string]time.Time
	made   []string
	broken time.Time
}

func (s *snapshots) Snapshots(context.Context, provision.TenantID) ([]routes.Job, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.jobs), nil
}

func (s *snapshots) CreateSnapshot(_ context.Context, _ provision.TenantID, name string, _ []string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := fmt.Sprint(len(s.made))
	s.made = append(s.made, name)
	s.jobs = append(s.jobs, routes.Job{ID: id, Name: name})
	s.done[id] = time.Now().Add(time.Minute)
	return id, nil
}

func (s *snapshots) SnapshotJob(_ context.Context, _ provision.TenantID, id string) (routes.Job, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.jobs, func(j routes.Job) bool { return j.ID == id })
	if i < 0 {
		return routes.Job{}, &provision.Error{Kind: provision.NotFound}
	}
	j := s.jobs[i]
	if !time.Now().Before(s.done[id]) {
		j.State, j.Content = routes.JobDone, id
	}
	return j, nil
}

func (s *snapshots) Snapshot(context.Context, provision.TenantID, string) ([]byte, error) {
	gateways := `["sbc.example"]`
	if time.Now().After(s.broken) {
		gateways = "[]"
	}
	return []byte(`{"resources":[{"resourceType":"microsoft.teams.voiceroutingpolicy","properties":{"Identity":"Metered","OnlinePstnUsages":["Out"]}},
		{"resourceType":"microsoft.teams.voiceroute","properties":{"Identity":"All","OnlinePstnUsages":["Out"],"OnlinePstnGatewayList":` + gateways + `}}]}`), nil
}

func (s *snapshots) DropSnapshot(_ context.Context, _ provision.TenantID, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs = slices.DeleteFunc(s.jobs, func(j routes.Job) bool { return j.ID == id })
	return nil
}

// dying is a store that commits some more times, and then never again.
type dying struct {
	job.Store
	left atomic.Int64
}

var errDead = errors.New("dead")

func (d *dying) Update(ctx context.Context, f func(job.Tx) error) error {
	if d.left.Add(-1) < 0 {
		return errDead
	}
	return d.Store.Update(ctx, f)
}

// nights runs a program on a store until a moment, or until the store dies with it.
func nights(t *testing.T, store job.Store, s *snapshots, told *atomic.Int64, until time.Time) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	runner := job.New(store, job.Options{Now: time.Now, Wall: time.Now, Rand: func() float64 { return 0 }, Log: slog.New(slog.DiscardHandler), Name: "a program"})
	n := &Reader{Microsoft: s, Store: runner.Store(),
		Plans: func(provision.Tx, provision.TenantID) ([]provision.Plan, error) {
			return []provision.Plan{{ID: "metered", Name: "Metered", VoiceRoutingPolicy: "Metered"}}, nil
		},
		Changed: func(tx provision.Tx, _ provision.TenantID, c routes.Changes) error {
			tx.Put("told", c.Since.String(), nil)
			return nil
		}}
	runner.Register(n.JobKind())
	waits := false
	err := store.View(ctx, func(tx job.Tx) (err error) {
		waits, err = Waits(tx, tenant, runner.Parked(tx))
		return err
	})
	if err == nil && waits {
		err = runner.Store().Update(ctx, func(tx job.Tx) error { return n.Begin(tx, runner, tenant, time.Now()) })
	}
	if err == nil {
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = runner.Run(ctx)
		}()
		time.Sleep(time.Until(until))
		stop()
		<-done
	}
	stop()
	told.Store(0)
	_ = store.View(t.Context(), func(tx job.Tx) error {
		for range tx.Scan("told", "", "") {
			told.Add(1)
		}
		return nil
	})
}

// TestDies: wherever a program dies, each night asks for one snapshot, keeps and deletes it, and the change of the
// second night is told once.
func TestDies(t *testing.T) {
	t.Parallel()
	for commits := range int64(14) {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			s := &snapshots{done: map[string]time.Time{}, broken: start.Add(20 * time.Hour)}
			memory := storetest.Memory()
			var told atomic.Int64
			first := &dying{Store: memory}
			first.left.Store(commits)
			nights(t, first, s, &told, start.Add(4*time.Hour))
			nights(t, memory, s, &told, start.Add(5*time.Hour))
			second := &dying{Store: memory}
			second.left.Store(commits)
			nights(t, second, s, &told, start.Add(28*time.Hour))
			nights(t, memory, s, &told, start.Add(72*time.Hour))
			days := slices.Compact(slices.Sorted(slices.Values(s.made)))
			if len(days) != len(s.made) || len(s.made) < 3 {
				t.Errorf("after %d commits: it made %q", commits, s.made)
			}
			if len(s.jobs) > 0 || told.Load() != 1 {
				t.Errorf("after %d commits: %d are left, and it was told %d times", commits, len(s.jobs), told.Load())
			}
		})
	}
}

// TestOlderProgram: one that does not know the job parks it, and the next start of a newer one lets it go on.
func TestOlderProgram(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := &snapshots{done: map[string]time.Time{}, broken: start.Add(72 * time.Hour)}
		memory := storetest.Memory()
		var told atomic.Int64
		nights(t, memory, s, &told, start.Add(time.Hour))
		ctx, stop := context.WithCancel(t.Context())
		older := job.New(memory, job.Options{Now: time.Now, Wall: time.Now, Rand: func() float64 { return 0 }, Log: slog.New(slog.DiscardHandler), Name: "older"})
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = older.Run(ctx)
		}()
		time.Sleep(4 * time.Hour)
		stop()
		<-done
		parked := 0
		_ = memory.View(t.Context(), func(tx job.Tx) error {
			for range older.Parked(tx) {
				parked++
			}
			return nil
		})
		nights(t, memory, s, &told, start.Add(28*time.Hour))
		if parked != 1 || len(s.made) != 1 || len(s.jobs) > 0 {
			t.Errorf("%d were parked, and the night after made %q", parked, s.made)
		}
	})
}

func TestNextNight(t *testing.T) {
	t.Parallel()
	minutes := map[int]bool{}
	for i := range 200 {
		id := provision.TenantID(fmt.Sprintf("00000000-0000-4000-8000-%012d", i))
		now := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 17 * time.Minute)
		next := nextNight(id, now)
		if !next.After(now) || next.Sub(now) > 24*time.Hour || next.Hour() != hour {
			t.Errorf("after %s comes %s", now, next)
		}
		if again := nextNight(id, next); again.Sub(next) != 24*time.Hour {
			t.Errorf("after %s comes %s", next, again)
		}
		minutes[next.Minute()] = true
	}
	if len(minutes) < 30 {
		t.Errorf("all tenants come in %d minutes", len(minutes))
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	e := &provision.Error{Kind: provision.Invalid, RetryAfter: time.Minute, Err: errors.New("400 BadRequest")}
	if words(e) != "400 BadRequest" || asked(e) != time.Minute || words(errDead)+words(nil) != "" || asked(errDead) != 0 {
		t.Error(words(e), asked(e))
	}
}

// TestPersistedNames: what is in stores is never renamed.
func TestPersistedNames(t *testing.T) {
	t.Parallel()
	got := strings.TrimSpace(fmt.Sprintln(Kind, stepNight, routes.FailedPermission, routes.FailedAnswer, routes.FailedFull, routes.FailedRefused, routes.FailedJob,
		routes.FailedPartial, routes.FailedEndless, routes.FailedUnreadable, routes.NoVoicePolicy, routes.NoUsages, routes.NoRoutes, routes.NoGateways,
		routes.IdleUsages, routes.NoDialPlan, routes.NoCallingPolicy, routes.NoCalls, routes.NoCallsByDefault))
	const want = "read-routes read-snapshot permission no-answer full refused job-failed partial endless unreadable no-voice-policy no-usages no-routes " +
		"no-gateways idle-usages no-dial-plan no-calling-policy no-calls no-calls-by-default"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
