package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// How long a replica stands still, which is longer than its leases, and how long two builds of the program are at work
// together after each replica that is replaced.
const (
	pauseTime = 40 * time.Second
	mixedTime = 3 * time.Second
)

// blow is a fault, and what came of it.
type blow struct {
	name   string
	hit    []int // replicas
	strike func(b *testing.B, s *siege, f *blow)

	from, over, end time.Time     // over: when what was hit could work again; set by strike or at its end
	silent, before  time.Duration // the longest time without an answer, and the same in the rest before
	back            time.Duration // until all replicas that were hit had answered again
	unready         time.Duration // how long one said that it is not ready, at most
	turn, order     time.Duration // the slowest of those that began meanwhile
	repeats, twice  int           // calls to Microsoft and messages
	refused         int           // turns that were answered with why they cannot be done now
}

// undisturbed is the name of no fault, whose figures stand beside those of the others.
const undisturbed = "none"

// blows are all faults, each of which ends by itself.
func blows(b *testing.B) []*blow {
	all := []int{0, 1, 2}
	faults := []*blow{
		{name: undisturbed, strike: func(*testing.B, *siege, *blow) {}},
		{name: "kill -9, and a new start five seconds later", hit: []int{0}, strike: killed},
		{name: "paused for 40 s", hit: []int{1}, strike: paused},
		{name: "rolling restart", hit: all, strike: rolled},
		{name: "database stopped at once, started five seconds later", hit: all, strike: databaseGone},
		{name: "all connections of one replica cut", hit: []int{2}, strike: cutOff},
		{name: "holder of the lock paused for 20 s", hit: []int{0}, strike: lockSilent},
		{name: "one replica's connections silent for 30 s", hit: []int{1}, strike: silentOne},
		{name: "all connections silent for 30 s", hit: all, strike: silentAll},
		{name: "database full for 30 s", hit: all, strike: full},
		{name: "only synchronous standby lost, back after 40 s", hit: all, strike: standbyBack},
		{name: "only synchronous standby lost, given up after 20 s", hit: all, strike: standbyGivenUp},
		{name: "primary stopped at once, standby promoted", hit: all, strike: promoted},
		{name: "standby lost, 20 s later the primary, the standby promoted", hit: all, strike: bothLost},
		{name: "old primary back after a promotion, taking writes", hit: all, strike: oldPrimaryBack},
		{name: "standby promoted, while the primary goes on", hit: all, strike: twoPrimaries},
		{name: "primary silent, standby promoted", hit: all, strike: primarySilent},
		{name: "network cut in two for 30 s, the standby promoted in the part without the primary", hit: []int{0}, strike: networkSplit},
	}
	if _, err := os.Stat(*benchBefore); err != nil {
		b.Logf("no replica is replaced by one of the version before: BEFORE=PATH names that (%v)", err)
		return faults
	}
	return append(faults, &blow{name: "rolling downgrade to the version before", hit: all, strike: downgraded},
		&blow{name: "rolling upgrade from the version before", hit: all, strike: upgraded})
}

// strike has a fault happen, and people rest from it.
func (s *siege) strike(b *testing.B, f *blow) {
	f.from = time.Now()
	f.strike(b, s, f)
	if f.over.IsZero() {
		f.over = time.Now()
	}
	time.Sleep(*siegeRest)
	f.end = time.Now()
	f.turn = s.door.slowest(f.from, f.end)
	others := slices.Clone(s.all)
	if len(f.hit) < len(s.all) {
		for _, i := range f.hit {
			others = slices.Delete(others, i, i+1)
		}
		for _, r := range others {
			f.silent = max(f.silent, r.silence(f.from, f.end))
			f.before = max(f.before, r.silence(f.from.Add(-*siegeRest/2), f.from))
		}
	} else {
		together := &replica{}
		for _, r := range others {
			r.mu.Lock()
			together.answers = append(together.answers, r.answers...)
			r.mu.Unlock()
		}
		slices.SortFunc(together.answers, time.Time.Compare)
		f.silent, f.before = together.silence(f.from, f.end), together.silence(f.from.Add(-*siegeRest/2), f.from)
	}
	for _, i := range f.hit {
		f.back = max(f.back, s.all[i].first(f.over))
		f.unready = max(f.unready, s.all[i].notReady(f.from, f.end))
	}
	s.faults = append(s.faults, f)
	s.note(b, "%s: %v without an answer (before: %v), back after %v, not ready for %v, slowest turn %v", f.name, f.silent, f.before,
		f.back, f.unready, f.turn)
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

func killed(b *testing.B, s *siege, _ *blow) {
	s.kill(b, s.all[0])
	time.Sleep(5 * time.Second)
	s.begin(b, s.all[0], *benchProgram)
}

func (s *siege) kill(b *testing.B, r *replica) {
	r.signal(b, syscall.SIGKILL)
	_ = r.cmd.Wait() // says that it was killed
}

func paused(b *testing.B, s *siege, _ *blow) {
	r := s.all[1]
	r.signal(b, syscall.SIGSTOP)
	time.Sleep(pauseTime)
	r.signal(b, syscall.SIGCONT)
}

func rolled(b *testing.B, s *siege, _ *blow)     { s.roll(b, *benchProgram) }
func downgraded(b *testing.B, s *siege, _ *blow) { s.roll(b, *benchBefore) }
func upgraded(b *testing.B, s *siege, _ *blow)   { s.roll(b, *benchProgram) }

// roll replaces one replica after the other.
func (s *siege) roll(b *testing.B, program string) {
	for _, r := range s.all {
		r.end(b)
		s.begin(b, r, program)
		time.Sleep(mixedTime)
	}
}

func databaseGone(b *testing.B, s *siege, _ *blow) {
	s.pair.Stop(b, s.pair.Primary)
	time.Sleep(5 * time.Second)
	s.pair.Start(b, s.pair.Primary)
}

func cutOff(b *testing.B, s *siege, _ *blow) {
	if s.cut(b, s.all[2]) == 0 {
		b.Errorf("%s had no connection", s.all[2].name)
	}
}

// cut has the database end the connections of a replica, and returns how many there were.
func (s *siege) cut(b *testing.B, r *replica) int {
	cut := s.run(b, "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = '"+r.name+"'")
	n, err := strconv.Atoi(cut)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// run has the primary run statements.
func (s *siege) run(b *testing.B, statements string) string {
	return s.pair.Run(b, s.pair.Primary, statements)
}

// lockSilent has a replica stand still just as it has the lock of all commits.
func lockSilent(b *testing.B, s *siege, _ *blow) {
	r := s.all[0]
	query := fmt.Sprintf("select count(*) from pg_locks join pg_stat_activity using (pid) where application_name = '%s' "+
		"and state = 'idle in transaction' and relation = 'paired.calltab_state'::regclass and mode = 'RowShareLock'", r.name)
	for range 1000 {
		r.signal(b, syscall.SIGSTOP)
		if s.run(b, query) != "0" {
			time.Sleep(20 * time.Second)
			r.signal(b, syscall.SIGCONT)
			return
		}
		r.signal(b, syscall.SIGCONT)
		time.Sleep(7 * time.Millisecond)
	}
	b.Error("it never had the lock when it was looked at")
}
