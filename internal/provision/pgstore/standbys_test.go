package pgstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision"
	"calltab/internal/provision/pgstore/line"
	"calltab/internal/provision/pgstore/pgtest"
)

// replica is a handle beside others, whose lease need not be renewed while a test lasts.
var replica = Options{Shared: true, Lease: time.Hour}

// TestStandbys: what becomes of a store whose server has a synchronous standby, when that is lost or promoted. The
// servers are of this test alone, since a setting for one test is one for all; each part finds a primary and its
// standby, and leaves them so.
func TestStandbys(t *testing.T) {
	t.Parallel()
	p := pgtest.NewPair(t, false)
	for _, part := range []struct {
		name string
		test func(*testing.T, *pgtest.Pair)
	}{
		{"a commit without an answer waits for the standby", waitsForStandby},
		{"a commit whose wait is cancelled waits for the standby", waitsAgain},
		{"a full disk", staysInTrouble},
		{"the primary goes on", oldGoesOn},
		{"a commit that the old primary has answered", replacedMeanwhile},
		{"a pooler keeps its connections", poolerKeeps},
		{"both are promoted", bothPromoted},
		{"a store that uses an old primary is caught", usesOldPrimary},
		{"a store that takes what it is unsure of for made is caught", takesUnsureForMade},
	} {
		if !t.Run(part.name, func(t *testing.T) { part.test(t, p) }) {
			return
		}
	}
}

// waitsForStandby: a commit whose answer was lost is not said to be made before the standby has it.
func waitsForStandby(t *testing.T, p *pgtest.Pair) {
	s := openAt(t, p.URL(), replica)
	done := putsAndWaits(t, p, s, "waits", func() {
		s.sever = func(c *pgx.Conn) {
			s.sever = nil
			if half, ok := c.PgConn().Conn().(*net.UnixConn); ok {
				half.CloseRead()
			}
		}
	})
	pid := p.Run(t, p.Primary, "select pid from pg_stat_activity where wait_event = 'SyncRep'")
	// As the end of its server does, this has the commit be made without the standby.
	p.Run(t, p.Primary, fmt.Sprintf("select pg_terminate_backend(%s, 5000)", pid))
	waiting(t, p, done) // it is asked for, with a commit behind it
	p.WaitFor(t, "")
	if err := <-done; err != nil || !has(t, s, "waits") {
		t.Errorf("once no standby is waited for: %v", err)
	}
	p.Rejoin(t)
}

// oldGoesOn: a primary that goes on after its standby was promoted is left, wherever the URL names it.
func oldGoesOn(t *testing.T, p *pgtest.Pair) {
	address := oldFirst(p)
	s := openAt(t, address, replica)
	old := p.Primary
	givesUp(t, p, s)
	commits := func() string { return p.Run(t, old, "select commits from paired.calltab_state") }
	before := commits()
	fresh := openAt(t, address, replica)
	err := errors.Join(put(t, s, "after"), put(t, fresh, "fresh"))
	if err != nil || !has(t, s, "fresh") || !has(t, fresh, "after") || commits() != before {
		t.Errorf("after the promotion: %v; the old primary was at commit %s, and is at %s", err, before, commits())
	}
	if state, err := Look(t.Context(), address); err != nil || !strings.Contains(state.Old, "it is an old primary") {
		t.Errorf("a look says %+v, %v", state, err)
	}

	// Where only the old one can be reached, it is not used, and that is said.
	p.Stop(t, p.Primary)
	err = put(t, s, "old")
	if !errors.Is(err, ErrOldPrimary) || !errors.Is(s.Trouble(), ErrOldPrimary) || provision.KindOf(err) != provision.Unavailable {
		t.Errorf("beside the old primary alone: %v, and the trouble is %v", err, s.Trouble())
	}
	if commits() != before {
		t.Error("it was written there")
	}
	p.Start(t, p.Primary)
	if err := put(t, s, "again"); err != nil || s.Trouble() != nil {
		t.Errorf("the promoted one is back: %v", err)
	}
	p.Stop(t, old)
	p.Follow(t, old)
}

// bothPromoted: two servers that were promoted in the place of the same primary have the same timeline. The one in use is
// used on, the other one is not, wherever the URL names it; who does not know which is right uses neither.
func bothPromoted(t *testing.T, p *pgtest.Pair) {
	address := oldFirst(p)
	s := openAt(t, address, replica)
	old := p.Primary
	p.Stop(t, old)
	p.Promote(t)
	if err := put(t, s, "before"); err != nil {
		t.Fatal(err)
	}
	p.Rival(t, old)
	ctx, stop := context.WithCancel(t.Context())
	told := make(chan string, 10)
	var watching sync.WaitGroup
	watching.Go(func() { Watch(ctx, s, func(wrong string) { told <- wrong }) })
	if said := <-told; !strings.Contains(said, "both take writes") {
		t.Errorf("of two that were promoted it says %q", said)
	}
	stop()
	watching.Wait()
	commits := func() string { return p.Run(t, old, "select commits from paired.calltab_state") }
	before := commits()
	p.Run(t, p.Primary, "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' "+
		"and pid <> pg_backend_pid()")
	if err := put(t, s, "after"); err != nil || !has(t, s, "before") || commits() != before {
		t.Errorf("beside the other one: %v; that was at commit %s, and is at %s", err, before, commits())
	}
	if _, err := Open(t.Context(), address, replica); err == nil || !strings.Contains(err.Error(), "both take writes") {
		t.Errorf("who begins beside both: %v", err)
	}
	if state, err := Look(t.Context(), address); err == nil || !strings.Contains(err.Error(), "both take writes") {
		t.Errorf("a look says %+v, %v", state, err)
	}
	p.Stop(t, p.Primary)
	if err := put(t, s, "other"); !errors.Is(err, line.ErrTwin) || commits() != before {
		t.Errorf("beside the other one alone: %v", err)
	}
	p.Stop(t, old)
	p.Start(t, p.Primary)
	if err := put(t, s, "again"); err != nil {
		t.Error(err)
	}
	p.Follow(t, old)
}

// givesUp promotes the standby of a primary that goes on, and at which a commit waits for that standby. The watch finds
// it: the commit is given up there, and made at the promoted one.
func givesUp(t *testing.T, p *pgtest.Pair, s *Store) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	told := make(chan string, 10)
	var watching sync.WaitGroup
	watching.Go(func() { Watch(ctx, s, func(wrong string) { told <- wrong }) })
	defer watching.Wait()
	defer stop()
	done := putsAndWaits(t, p, s, "given up", func() {})
	p.Promote(t)
	promoted := time.Now()
	if said := <-told; !strings.Contains(said, "takes writes: it is an old primary") || strings.Count(said, "takes writes") != 1 {
		t.Errorf("of two primaries it says %q", said)
	}
	if err := <-done; err != nil || !has(t, s, "given up") {
		t.Errorf("a commit that waited: %v", err)
	}
	t.Logf("it was made at the promoted one %v after that took writes", time.Since(promoted))
}

// staysInTrouble: on a full disk the store is in trouble until what was refused has room, whatever else finds some.
func staysInTrouble(t *testing.T, p *pgtest.Pair) {
	s := openAt(t, p.URL(), replica)
	free := p.Fill(t)
	fillUp(t, s)
	small := put(t, s, "small")
	if s.Trouble() == nil {
		t.Errorf("a small commit came to %v, and the store is in no trouble", small)
	}
	if err := s.Probe(t.Context()); err == nil || s.Trouble() == nil {
		t.Errorf("a probe comes to %v, and the trouble is %v", err, s.Trouble())
	}
	free()
	if err := s.Probe(t.Context()); err != nil || s.Trouble() != nil {
		t.Errorf("once there is room: %v, and the trouble is %v", err, s.Trouble())
	}
	if err := putLarge(t, s, "again"); err != nil {
		t.Error(err)
	}
	if left := p.Run(t, p.Primary, "select count(*) from paired.kv where t = '_room'"); left != "0" {
		t.Errorf("%s rows of the probe are left", left)
	}
}

// putLarge writes more than a full disk has room for, unless there was room within the tables.
func putLarge(t *testing.T, s *Store, name string) error {
	return s.Update(t.Context(), func(tx Tx) error {
		for i := range 100 {
			tx.Put("t", fmt.Sprint(name, " ", i), make([]byte, 1500))
		}
		return nil
	})
}

// fillUp writes to a full disk until that is refused.
func fillUp(t *testing.T, s *Store) {
	t.Helper()
	for i := range 50 {
		err := putLarge(t, s, fmt.Sprint("large ", i))
		if provision.KindOf(err) == provision.Unavailable {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("a full disk takes all")
}

// startOld starts an old primary again as what it was, so that it waits for nobody, and cuts each connection to the
// promoted one: all are made again beside it.
func startOld(t *testing.T, p *pgtest.Pair, old int) {
	t.Helper()
	p.Start(t, old)
	p.SetWait(t, old, "")
	p.Run(t, p.Primary, "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' "+
		"and pid <> pg_backend_pid()")
}

// oldFirst is a URL of both servers that names the one first that is the primary now.
func oldFirst(p *pgtest.Pair) string {
	first, second := filepath.Dir(p.Socket(p.Primary)), filepath.Dir(p.Socket(1-p.Primary))
	return p.At(url.Values{"host": {first + "," + second}})
}

// replacedMeanwhile: a commit that a primary has answered in whose place another server was promoted meanwhile is not
// taken for made: it is made at the promoted one.
func replacedMeanwhile(t *testing.T, p *pgtest.Pair) {
	old := p.Primary
	s := openAt(t, oldFirst(p), replica)
	if err := put(t, s, "before"); err != nil {
		t.Fatal(err)
	}
	p.WaitFor(t, "")
	s.sever = func(c *pgx.Conn) {
		s.sever = nil
		p.Promote(t)
		at := line.Of(c)
		at.Timeline++
		s.lineage.mu.Lock()
		s.lineage.met[at.System] = at // too late for the question to be given up
		s.lineage.mu.Unlock()
	}
	err := put(t, s, "replaced")
	if err != nil || !has(t, openAt(t, p.URL(), replica), "replaced") {
		t.Errorf("a commit on a primary that was replaced meanwhile: %v, and the promoted one has it: %v", err, err != nil)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	p.Stop(t, old)
	p.Follow(t, old)
}

// waitsAgain: an operator cancels a statement that hangs, which is a commit that waits for its standby, and then the
// question after it. PostgreSQL answers each as one that was made.
func waitsAgain(t *testing.T, p *pgtest.Pair) {
	s := openAt(t, p.URL(), replica)
	done := putsAndWaits(t, p, s, "cancelled", func() {})
	for range 2 {
		const waiter = "select max(pid) from pg_stat_activity where wait_event = 'SyncRep'"
		cancelled := p.Run(t, p.Primary, waiter)
		p.Run(t, p.Primary, fmt.Sprintf("select pg_cancel_backend(%s)", cancelled))
		for cancelled == p.Run(t, p.Primary, waiter) {
			continue // it takes the database a moment
		}
		waiting(t, p, done)
	}
	p.WaitFor(t, "")
	if err := <-done; err != nil || !has(t, s, "cancelled") {
		t.Errorf("once no standby is waited for: %v", err)
	}
	p.Rejoin(t)
}

// putsAndWaits has commits wait for a standby that is not there, and returns once one of a key does. The server reads that
// setting a moment after it was told to: until then a commit is made, and the key is written again.
func putsAndWaits(t *testing.T, p *pgtest.Pair, s *Store, key string, arm func()) <-chan error {
	t.Helper()
	p.WaitFor(t, "nobody")
	for range 50 {
		arm()
		done := make(chan error, 1)
		go func() { done <- put(t, s, key) }()
		err, ended := waits(t, p, done)
		if !ended {
			return done
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("no commit waits for a standby")
	return nil
}

// waiting returns once a commit waits for a standby, and not if the Update has ended although it must not.
func waiting(t *testing.T, p *pgtest.Pair, done <-chan error) {
	t.Helper()
	if err, ended := waits(t, p, done); ended {
		t.Fatalf("no standby has it, and it comes to: %v", err)
	}
}

// waits returns once a commit waits for a standby, or the Update has ended.
func waits(t *testing.T, p *pgtest.Pair, done <-chan error) (err error, ended bool) {
	t.Helper()
	for p.Run(t, p.Primary, "select count(*) from pg_stat_activity where wait_event = 'SyncRep'") != "1" {
		select {
		case err := <-done:
			return err, true
		default:
		}
	}
	return nil, false
}
