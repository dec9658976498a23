package main

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"calltab/internal/provision/pgstore/pgtest"
)

// How long people go on undisturbed behind each fault, and how long a replica stands still: longer than its leases.
const (
	restTime  = 25 * time.Second
	pauseTime = 40 * time.Second
)

// blow is a fault, and what came of it.
type blow struct {
	name   string
	hit    []int // replicas
	strike func(b *testing.B, s *siege)

	from, over, end time.Time
	silent, before  time.Duration // the longest time without an answer, and the same in the rest before
	back            time.Duration // until the replica that was hit answered again
	turn, order     time.Duration // the slowest of those that began meanwhile
	repeats, twice  int           // calls to Microsoft and messages
	refused         int           // turns that were answered with why they cannot be done now
}

// undisturbed is the name of no fault, whose figures stand beside those of the others.
const undisturbed = "none"

// blows are all faults, each of which ends by itself.
func blows() []*blow {
	all := []int{0, 1, 2}
	return []*blow{
		{name: undisturbed, strike: func(*testing.B, *siege) {}},
		{name: "kill -9, and a new start five seconds later", hit: []int{0}, strike: killed},
		{name: "paused for 40 s", hit: []int{1}, strike: paused},
		{name: "rolling restart", hit: all, strike: rolled},
		{name: "database stopped at once, started five seconds later", hit: all, strike: databaseGone},
		{name: "all connections of one replica cut", hit: []int{2}, strike: cutOff},
		{name: "holder of the lock paused for 20 s", hit: []int{0}, strike: lockSilent},
	}
}

// strike has a fault happen, and people rest from it.
func (s *siege) strike(b *testing.B, f *blow) {
	f.from = time.Now()
	f.strike(b, s)
	f.over = time.Now()
	time.Sleep(restTime)
	f.end = time.Now()
	f.turn = s.door.slowest(f.from, f.end)
	others := slices.Clone(s.all)
	if len(f.hit) < len(s.all) {
		for _, i := range f.hit {
			others = slices.Delete(others, i, i+1)
			f.back = s.all[i].first(f.over)
		}
		for _, r := range others {
			f.silent = max(f.silent, r.silence(f.from, f.end))
			f.before = max(f.before, r.silence(f.from.Add(-restTime/2), f.from))
		}
	} else {
		together := &replica{}
		for _, r := range others {
			r.mu.Lock()
			together.answers = append(together.answers, r.answers...)
			r.mu.Unlock()
		}
		slices.SortFunc(together.answers, time.Time.Compare)
		f.silent, f.before = together.silence(f.from, f.end), together.silence(f.from.Add(-restTime/2), f.from)
	}
	s.faults = append(s.faults, f)
	b.Logf("%s: %v without an answer (before: %v), back after %v, slowest turn %v", f.name, f.silent, f.before, f.back, f.turn)
}

// first is how long after a moment a replica answered first.
func (r *replica) first(from time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, at := range r.answers {
		if at.After(from) {
			return at.Sub(from)
		}
	}
	return time.Since(from)
}

// signal sends a replica's process a signal.
func (r *replica) signal(b *testing.B, what syscall.Signal) {
	b.Helper()
	if err := r.cmd.Process.Signal(what); err != nil {
		b.Fatal(err)
	}
}

func killed(b *testing.B, s *siege) {
	r := s.all[0]
	r.signal(b, syscall.SIGKILL)
	_ = r.cmd.Wait() // says that it was killed
	time.Sleep(5 * time.Second)
	r.becomes(s.begin(b, r.name))
}

func paused(b *testing.B, s *siege) {
	r := s.all[1]
	r.signal(b, syscall.SIGSTOP)
	time.Sleep(pauseTime)
	r.signal(b, syscall.SIGCONT)
}

func rolled(b *testing.B, s *siege) {
	for _, r := range s.all {
		r.end(b)
		r.becomes(s.begin(b, r.name))
	}
}

func databaseGone(b *testing.B, s *siege) {
	pgtest.Stop(b)
	time.Sleep(5 * time.Second)
	pgtest.Start(b)
}

func cutOff(b *testing.B, s *siege) {
	cut := pgtest.Run(b, "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = '"+s.all[2].name+"'")
	if cut == "0" {
		b.Errorf("%s had no connection", s.all[2].name)
	}
}

// lockSilent has a replica stand still just as it has the lock of all commits.
func lockSilent(b *testing.B, s *siege) {
	r := s.all[0]
	_, schema, _ := strings.Cut(s.url, "search_path=")
	query := fmt.Sprintf("select count(*) from pg_locks join pg_stat_activity using (pid) where application_name = '%s' "+
		"and state = 'idle in transaction' and relation = '%s.calltab_state'::regclass and mode = 'RowShareLock'", r.name, schema)
	for range 1000 {
		r.signal(b, syscall.SIGSTOP)
		if pgtest.Run(b, query) != "0" {
			time.Sleep(20 * time.Second)
			r.signal(b, syscall.SIGCONT)
			return
		}
		r.signal(b, syscall.SIGCONT)
		time.Sleep(7 * time.Millisecond)
	}
	b.Error("it never had the lock when it was looked at")
}
