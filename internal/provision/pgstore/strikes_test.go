package pgstore

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision/job"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/storetest"
)

var strikeRounds = flag.Int("strikes", 3, "how many rounds TestStrikes has, in each of which every fault happens")

// scene is two servers of the database, and three handles of one store on them.
type scene struct {
	*pgtest.Pair
	handles []*struck
	goOn    func() // lets the clients do what comes while the fault lasts
}

// struck is a handle that reaches the servers over wires of its own.
type struck struct {
	job.Store
	store *Store
	wires []*pgtest.Wire
	ended chan struct{}          // has a value for each Update that has come to something
	stops atomic.Pointer[func()] // called once as a commit is sent, while the handle has the lock
}

func (h *struck) Update(ctx context.Context, f func(Tx) error) error {
	err := h.store.Update(ctx, f)
	select {
	case h.ended <- struct{}{}:
	default: // nobody counts them
	}
	return err
}

func newStruck(t *testing.T, p *pgtest.Pair) *struck {
	t.Helper()
	h := &struck{wires: p.Wires(t), ended: make(chan struct{}, 1)}
	h.store = openAt(t, p.Wired(h.wires), Options{Shared: true, Lease: time.Hour, settles: 2 * time.Second})
	h.Store = h.store
	h.store.sever = func(*pgx.Conn) {
		if stop := h.stops.Swap(nil); stop != nil {
			(*stop)()
		}
	}
	return h
}

// ends returns once an Update has come to something since the clients went on. Each client does one then.
func (h *struck) ends(t *testing.T) {
	t.Helper()
	select {
	case <-h.ended:
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}

// ends returns once an Update of each handle has come to something since the clients went on.
func (s *scene) ends(t *testing.T) {
	t.Helper()
	for _, h := range s.handles {
		h.ends(t)
	}
}

// strike is a fault of the servers, or of the way to them. It ends with a primary and its standby.
type strike struct {
	name  string
	fault func(t *testing.T, s *scene)
	after func(t *testing.T, s *scene) // once the clients have ended; nil: nothing
}

var strikes = []strike{
	{"connections reset", connectionsReset, nil},
	{"a handle's connections silent", handleSilent, nil},
	{"the holder of the lock stands still", holderStands, nil},
	{"primary started again", primaryRestarts, nil},
	{"disk full", diskFull, nil},
	{"standby lost, and back", standbyReturns, nil},
	{"standby lost, and given up", standbyGivenUp, standbyAnew},
	{"standby lost, then the primary", bothLost, standbyAnew},
	{"standby promoted", standbyPromoted, standbyAnew},
	{"primary silent, standby promoted", primarySilent, oldPrimaryFollows},
	{"standby promoted, old primary back", oldPrimaryBack, oldPrimaryFollows},
}

// TestStrikes: what clients of three handles read and write can be explained by an order of their transactions, also
// while each fault happens, and afterwards. Each round has servers of its own.
func TestStrikes(t *testing.T) {
	t.Parallel()
	for round := range *strikeRounds {
		t.Run(fmt.Sprint("round ", round), func(t *testing.T) {
			t.Parallel()
			strikeAll(t, uint64(round))
		})
	}
}

func strikeAll(t *testing.T, round uint64) {
	s := &scene{Pair: pgtest.NewPair(t, false)}
	var handles []job.Store
	for range 3 {
		h := newStruck(t, s.Pair)
		s.handles = append(s.handles, h)
		handles = append(handles, h)
	}
	for i, f := range strikes {
		tally := s.struck(t, 100*round+uint64(i), f, handles)
		t.Logf("%s: %d transactions made, %d refused, %d unsure", f.name, tally.Made, tally.Refused, tally.Unsure)
	}
	if err := storetest.Linearizable(t.Context(), 1000+round, 3, handles...); err != nil {
		t.Fatal(err)
	}
}

// struck has a fault happen in the middle of a history.
func (s *scene) struck(t *testing.T, seed uint64, f strike, handles []job.Store) storetest.Tally {
	t.Helper()
	tally, err := storetest.Struck(t.Context(), seed, fmt.Sprint(f.name, " ", seed), func(goOn func()) {
		for _, h := range s.handles {
			select {
			case <-h.ended: // before the fault
			default:
			}
		}
		s.goOn = goOn
		f.fault(t, s)
	}, handles...)
	if err != nil {
		t.Fatal(err)
	}
	if f.after != nil {
		f.after(t, s)
	}
	return tally
}

// connectionsReset resets the connections of one handle after the other, while its clients are at work.
func connectionsReset(t *testing.T, s *scene) {
	s.goOn()
	for _, h := range s.handles {
		h.ends(t)
		for _, w := range h.wires {
			w.Reset()
		}
	}
}

// handleSilent: as a handle sends a commit, the way between it and the servers falls silent, until the handle has given
// up what is under way. The server ends the transaction, so that the others are served meanwhile.
func handleSilent(t *testing.T, s *scene) {
	silence := func(on bool) {
		for _, w := range s.handles[0].wires {
			w.Silence(on)
		}
	}
	ended := s.commits(t, func() { silence(true) }, func() {})
	s.goOn()
	s.ends(t)
	silence(false)
	<-ended
}

// holderStands: a handle stands still as it has the lock of all commits. The server ends its transaction, so that
// the others are served.
func holderStands(t *testing.T, s *scene) {
	goesOn := make(chan struct{})
	ended := s.commits(t, func() {}, func() { <-goesOn })
	s.goOn()
	s.handles[1].ends(t)
	s.handles[2].ends(t)
	close(goesOn)
	<-ended
}

// commits has the first handle commit something beside what its clients do, and returns once first has been called, as
// the handle has the lock and is about to send the commit. It then calls last.
func (s *scene) commits(t *testing.T, first, last func()) (ended <-chan struct{}) {
	t.Helper()
	begun, done := make(chan struct{}), make(chan struct{})
	stop := func() {
		first()
		close(begun)
		last()
	}
	s.handles[0].stops.Store(&stop)
	go func() {
		defer close(done)
		_ = put(t, s.handles[0].store, "beside") // no client reads whether it is there
	}()
	select {
	case <-begun:
	case <-done:
		t.Fatal("nothing was sent")
	}
	return done
}

func primaryRestarts(t *testing.T, s *scene) {
	s.goOn()
	s.Stop(t, s.Primary)
	s.Start(t, s.Primary)
	s.Synced(t)
}

// diskFull: a handle is in trouble, since the server had no room for what it has written.
func diskFull(t *testing.T, s *scene) {
	free := s.Fill(t)
	fillUp(t, s.handles[0].store)
	s.goOn()
	for _, h := range s.handles {
		h.ends(t)
	}
	free()
	if err := s.handles[0].store.Probe(t.Context()); err != nil {
		t.Errorf("once there is room: %v", err)
	}
}

// loseStandby stops the standby, and returns once a commit waits for it.
func loseStandby(t *testing.T, s *scene) {
	t.Helper()
	s.Stop(t, 1-s.Primary)
	s.goOn()
	for s.Run(t, s.Primary, "select count(*) from pg_stat_activity where wait_event = 'SyncRep'") == "0" {
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
	}
}

func standbyReturns(t *testing.T, s *scene) {
	loseStandby(t, s)
	s.Start(t, 1-s.Primary)
	s.Synced(t)
}

func standbyGivenUp(t *testing.T, s *scene) {
	loseStandby(t, s)
	s.WaitFor(t, "")
}

func bothLost(t *testing.T, s *scene) {
	loseStandby(t, s)
	s.Stop(t, s.Primary)
	s.Start(t, 1-s.Primary)
	s.Promote(t)
}

func standbyPromoted(t *testing.T, s *scene) {
	s.goOn()
	s.Stop(t, s.Primary)
	s.Promote(t)
}

// primarySilent: the primary answers nobody any more, and refuses nobody, as where its machine stands still. Its standby
// is promoted, and each handle goes on there, as it watches.
func primarySilent(t *testing.T, s *scene) {
	old := s.Primary
	silence := func(on bool) {
		for _, h := range s.handles {
			h.wires[old].Silence(on)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	for _, h := range s.handles {
		watching.Go(func() { Watch(ctx, h.store, func(string) {}) })
	}
	ended := s.commits(t, func() { silence(true) }, func() {})
	s.goOn()
	s.Promote(t)
	promoted := time.Now()
	s.ends(t)
	t.Logf("all went on %v after the standby took writes", time.Since(promoted))
	stop()
	watching.Wait()
	silence(false)
	<-ended
}

func standbyAnew(t *testing.T, s *scene) { s.Follow(t, 1-s.Primary) }

func oldPrimaryBack(t *testing.T, s *scene) {
	standbyPromoted(t, s)
	startOld(t, s.Pair, 1-s.Primary)
}

func oldPrimaryFollows(t *testing.T, s *scene) {
	s.Stop(t, 1-s.Primary)
	s.Follow(t, 1-s.Primary)
}
