package pgstore

import (
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision"
	"calltab/internal/provision/pgstore/pgtest"
)

func put(t *testing.T, s *Store, key string) error {
	return s.Update(t.Context(), func(tx Tx) error { tx.Put("t", key, []byte("v")); return nil })
}

func has(t *testing.T, s *Store, key string) (found bool) {
	t.Helper()
	err := s.View(t.Context(), func(tx Tx) error { _, found = tx.Get("t", key); return nil })
	if err != nil {
		t.Error(err)
	}
	return found
}

// schemaOf is the name of a URL's schema.
func schemaOf(t *testing.T, url string) string {
	t.Helper()
	_, name, ok := strings.Cut(url, "search_path=")
	if !ok {
		t.Fatalf("no schema in %s", url)
	}
	return name
}

// TestCommitWithoutAnswer: a connection is cut as a commit is sent, before the database has it or after. The caller is
// told what became of it, and what was written is there once.
func TestCommitWithoutAnswer(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openAt(t, url, Options{})
	if sent := commitsWhenCut(t, s, "before it is sent", func(c *pgx.Conn) { c.PgConn().Conn().Close() }); sent != 2 {
		t.Errorf("cut before: %d commits were sent, want 2", sent)
	}
	// The statements go out and their answers never come: the database has committed when the lock is free. At times the
	// driver sees the cut before it has sent all; then the commit is sent again, as above.
	const tries = 20
	for try := range tries {
		sent := commitsWhenCut(t, s, fmt.Sprint("after it is sent, ", try), func(c *pgx.Conn) {
			half, ok := c.PgConn().Conn().(*net.UnixConn)
			if !ok {
				t.Errorf("a %T cannot be cut", c.PgConn().Conn())
				return
			}
			half.CloseRead()
		})
		if sent == 1 {
			return
		}
	}
	t.Errorf("no commit of %d arrived", tries)
}

// commitsWhenCut writes one letter under a key, with the connection cut as the first commit is sent, and returns how many
// were sent.
func commitsWhenCut(t *testing.T, s *Store, key string, cut func(*pgx.Conn)) (sent int) {
	t.Helper()
	s.sever = nil
	for range 2 { // so that its statements are prepared: else they are asked for before
		if err := put(t, s, "other"); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan struct{})
	s.sever = func(c *pgx.Conn) {
		sent++
		if sent == 1 {
			cut(c)
			close(done)
		}
	}
	err := s.Update(t.Context(), func(tx Tx) error {
		v, _ := tx.Get("t", key)
		tx.Put("t", key, append(v, 'x'))
		return nil
	})
	<-done
	if err != nil {
		t.Errorf("%s: %v", key, err)
	}
	err = s.View(t.Context(), func(tx Tx) error {
		if v, _ := tx.Get("t", key); string(v) != "x" {
			t.Errorf("%s: it was written %q", key, v)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return sent
}

// TestConnectionsThatEnded: the database has ended all of them, as one that was started again.
func TestConnectionsThatEnded(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openAt(t, url, Options{})
	if err := put(t, s, "before"); err != nil {
		t.Fatal(err)
	}
	pid := s.conn.PgConn().PID()
	pgtest.Run(t, fmt.Sprintf("select pg_terminate_backend(%d, 5000)", pid))
	if err := put(t, s, "after"); err != nil || !has(t, s, "after") {
		t.Errorf("the connection of the commits has ended: %v", err)
	}
}

// TestConnectionCutWhileReading: a connection that is cut in the middle of a transaction harms nobody else. What writes
// runs again on another one; what only reads is told, and the store is in no trouble.
func TestConnectionCutWhileReading(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	name := "cut_" + schemaOf(t, url)
	s := openAt(t, url+"&application_name="+name, Options{})
	cut := func() {
		pgtest.Run(t, "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = '"+name+
			"' and state = 'idle in transaction'")
	}
	runs := 0
	err := s.Update(t.Context(), func(tx Tx) error {
		if runs++; runs == 1 {
			cut()
		}
		v, _ := tx.Get("t", "written")
		tx.Put("t", "written", append(v, 'x'))
		return nil
	})
	if err != nil || runs != 2 || !has(t, s, "written") {
		t.Errorf("an Update, after %d runs: %v", runs, err)
	}
	err = s.View(t.Context(), func(tx Tx) error {
		cut()
		tx.Get("t", "read")
		return nil
	})
	if provision.KindOf(err) != provision.Unavailable || s.Trouble() != nil {
		t.Errorf("a View: %v, and the store's trouble is %v", err, s.Trouble())
	}
	select {
	case <-s.Failed():
		t.Error("commits are said to fail")
	default:
	}
}

// TestRenewalConnectionCut: the lease is renewed although the connection for that was cut since the last time.
func TestRenewalConnectionCut(t *testing.T) {
	t.Parallel()
	s := openAt(t, pgtest.URL(t), Options{Lease: time.Hour})
	conn := s.renew(t.Context(), nil)
	pgtest.Run(t, fmt.Sprintf("select pg_terminate_backend(%d, 5000)", conn.PgConn().PID()))
	conn = s.renew(t.Context(), conn)
	if err := s.Trouble(); conn == nil || err != nil {
		t.Fatalf("the store is in trouble: %v", err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestTrouble: while the database refuses what is written, callers are told in a sentence for people, and the store
// says so; when it takes it again, a probe shows it. What a function does wrong is no trouble.
func TestTrouble(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openAt(t, url, Options{})
	schema := schemaOf(t, url)
	for _, bad := range []string{"", strings.Repeat("k", longestKey+1)} {
		if err := put(t, s, bad); err == nil {
			t.Errorf("a key of %d bytes was taken", len(bad))
		}
	}
	if err := s.Trouble(); err != nil {
		t.Errorf("before: %v", err)
	}
	pgtest.Run(t, "alter schema "+schema+" rename to away_"+schema)
	for what, err := range map[string]error{
		"Update": put(t, s, "k"), "Probe": s.Probe(t.Context()), "Trouble": s.Trouble(),
		"View": s.View(t.Context(), func(Tx) error { return nil }),
	} {
		if said, _ := provision.SayOf(err); said.ID != "store-not-writable" || provision.KindOf(err) != provision.Unavailable {
			t.Errorf("%s: %v", what, err)
		}
	}
	select {
	case <-s.Failed():
	default:
		t.Error("Failed says nothing")
	}
	pgtest.Run(t, "alter schema away_"+schema+" rename to "+schema)
	if err := s.Probe(t.Context()); err != nil || s.Trouble() != nil {
		t.Errorf("after: %v, %v", err, s.Trouble())
	}
	if err := put(t, s, "k"); err != nil {
		t.Error(err)
	}
}

// TestLease: one process has the store. A second one is refused while the first renews its lease, takes over when that
// has ended, and from then on the first writes nothing and says why.
func TestLease(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	long := Options{Lease: time.Hour}
	first := openAt(t, url, long)
	if err := put(t, first, "k"); err != nil {
		t.Fatal(err)
	}
	schema := schemaOf(t, url)
	// The second one waits for the end that it has seen, or for another one: the first renews.
	seen, refused := make(chan struct{}), make(chan error)
	go func() {
		close(seen)
		_, err := Open(t.Context(), url, Options{Lease: 15 * time.Millisecond})
		refused <- err
	}()
	<-seen
	var err error
	for err == nil {
		select {
		case err = <-refused:
		default:
			conn := first.renew(t.Context(), nil)
			conn.Close(t.Context())
		}
	}
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "process ") {
		t.Errorf("second Open: %v", err)
	}
	read := openAt(t, url, Options{Reading: true})
	if !has(t, read, "k") {
		t.Error("who only reads sees nothing")
	}
	if err := put(t, read, "l"); !errors.Is(err, errReading) {
		t.Errorf("who only reads writes: %v", err)
	}

	pgtest.Run(t, "update "+schema+".calltab_lease set until = clock_timestamp() - interval '1 second'")
	second := openAt(t, url, long)
	if err := put(t, first, "l"); err == nil || !strings.Contains(err.Error(), "has taken the store over") {
		t.Errorf("the first one still writes: %v", err)
	}
	<-first.Broken()
	if err := first.View(t.Context(), func(Tx) error { return nil }); err == nil || first.Trouble() == nil {
		t.Error("the first one goes on")
	}
	if has(t, second, "l") {
		t.Error("what the first one wrote is there")
	}
	if err := errors.Join(first.Close(), put(t, second, "l")); err != nil {
		t.Errorf("the first one's end took the second one's lease: %v", err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
	third := openAt(t, url, long) // at once, since the second one gave it back
	if !has(t, third, "l") {
		t.Error("what the second one wrote is gone")
	}
}

// TestLeaseThatEndsUnrenewed: a process that could not renew does nothing more, and goes on when it could again.
func TestLeaseThatEndsUnrenewed(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openAt(t, url, Options{Lease: time.Hour})
	schema := schemaOf(t, url)
	pgtest.Run(t, "alter table "+schema+".calltab_lease rename to away")
	if conn := s.renew(t.Context(), nil); conn != nil {
		t.Error("the lease was renewed")
	}
	if s.Trouble() == nil {
		t.Error("a lease that is not renewed is no trouble")
	}
	pgtest.Run(t, "alter table "+schema+".away rename to calltab_lease")
	s.health.renewed(time.Now().Add(-time.Second))
	if err := s.Trouble(); err == nil || !strings.Contains(err.Error(), "has ended before it could be renewed") {
		t.Errorf("a lease that has ended: %v", err)
	}
	conn := s.renew(t.Context(), nil)
	if conn == nil || s.Trouble() != nil {
		t.Fatalf("renewed: %v", s.Trouble())
	}
	conn.Close(t.Context())
	if err := put(t, s, "k"); err != nil {
		t.Error(err)
	}
}

// TestFunctionsRunAtTheirCaller: also those that run again while another goroutine commits. One that panics or ends its
// goroutine takes nobody with it.
func TestFunctionsRunAtTheirCaller(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	one, two := openAt(t, url, shared), openAt(t, url, shared)
	for i, end := range []func(){func() { panic("boom") }, runtime.Goexit} {
		key := fmt.Sprint(i)
		var wg sync.WaitGroup
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil && p != "boom" {
					t.Errorf("the panic became %v", p)
				}
			}()
			runs := 0
			err := one.Update(t.Context(), func(tx Tx) error {
				tx.Get("t", key)
				tx.Put("t", "bad", nil)
				if runs++; runs == 1 {
					return put(t, two, key) // what it has read is no more so
				}
				end()
				return nil
			})
			t.Errorf("Update returned: %v", err)
		})
		wg.Wait()
		if has(t, one, "bad") {
			t.Error("what it wrote is there")
		}
		if err := put(t, one, "good"); err != nil {
			t.Errorf("the next one: %v", err)
		}
	}
}

// TestGroupWithOneRefused: what the database refuses of one does not harm the others of its commit.
func TestGroupWithOneRefused(t *testing.T) {
	t.Parallel()
	s := openAt(t, pgtest.URL(t), Options{})
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			table := "t"
			if i%8 == 0 {
				table = "no\x00text"
			}
			err := s.Update(t.Context(), func(tx Tx) error { tx.Put(table, fmt.Sprint(i), nil); return nil })
			if (i%8 == 0) != (err != nil) {
				t.Errorf("Update %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	for i := range 40 {
		if has(t, s, fmt.Sprint(i)) != (i%8 != 0) {
			t.Errorf("%d is there: %v", i, i%8 == 0)
		}
	}
}

// TestMistakesPanic: as in the embedded store.
func TestMistakesPanic(t *testing.T) {
	t.Parallel()
	s := openAt(t, pgtest.URL(t), Options{})
	var kept Tx
	if err := s.Update(t.Context(), func(x Tx) error { kept = x; x.Put("t", "k", nil); return nil }); err != nil {
		t.Fatal(err)
	}
	panics := func(name string, f func()) {
		defer func() {
			if recover() == nil {
				t.Errorf("%s: no panic", name)
			}
		}()
		f()
	}
	panics("use after the end", func() { kept.Get("t", "k") })
	panics("write during a scan", func() {
		s.Update(t.Context(), func(x Tx) error {
			for range x.Scan("t", "", "") {
				x.Delete("t", "k")
			}
			return nil
		})
	})
	for _, table := range []string{"", "_calltab"} {
		err := s.Update(t.Context(), func(x Tx) error { x.Put(table, "k", nil); return nil })
		if !errors.Is(err, errTableName) {
			t.Errorf("table %q: %v", table, err)
		}
	}
}

// TestDamagedRecordIsNoAnswer: one that was changed by hand, and one that was moved to another key.
func TestDamagedRecordIsNoAnswer(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openAt(t, url, Options{})
	for _, k := range []string{"changed", "fine", "moved"} {
		if err := put(t, s, k); err != nil {
			t.Fatal(err)
		}
	}
	schema := schemaOf(t, url)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	pgtest.Run(t, "update "+schema+".kv set v = v || 'x' where k = 'changed'")
	pgtest.Run(t, "update "+schema+".kv set k = 'elsewhere' where k = 'moved'")
	s = openAt(t, url, Options{})
	for _, k := range []string{"changed", "elsewhere"} {
		err := s.View(t.Context(), func(tx Tx) error { tx.Get("t", k); return nil })
		if err == nil || provision.KindOf(err) != provision.Internal || strings.Contains(err.Error(), k) {
			t.Errorf("%s: %v", k, err)
		}
	}
	if s.Trouble() != nil {
		t.Errorf("a damaged record keeps all others from being written: %v", s.Trouble())
	}
	var told []string
	err := s.Snapshot(t.Context(), func(snap *Snapshot) error {
		sound, err := snap.CheckValues(func(table, key string) { told = append(told, table+" "+key) })
		if sound {
			t.Error("it is sound")
		}
		return err
	})
	if err != nil || strings.Join(told, ", ") != "t changed, t elsewhere" {
		t.Errorf("the check tells %v, %v", told, err)
	}
}

// TestReadsAfterRestart: the database has ended all connections that wait to be used. Who reads next is answered, and
// nothing is thought wrong.
func TestReadsAfterRestart(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openAt(t, url, Options{})
	if err := put(t, s, "k"); err != nil {
		t.Fatal(err)
	}
	var held []*moment
	for range connections {
		m, err := s.snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, m)
	}
	end := ""
	for _, m := range held {
		end += fmt.Sprintf("select pg_terminate_backend(%d, 5000);", m.conn.PgConn().PID())
		m.end()
	}
	pgtest.Run(t, end)
	if !has(t, s, "k") {
		t.Error("it is not there")
	}
	if err := s.Trouble(); err != nil {
		t.Error(err)
	}
}

// TestNoConnection: what stands in the way of a connection is said once, in one line.
func TestNoConnection(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), "postgres://a@127.0.0.1:1/x", Options{})
	want := "store postgres://a@127.0.0.1:1/x: cannot connect: 127.0.0.1:1 (127.0.0.1): dial error: dial tcp 127.0.0.1:1: " +
		"connect: connection refused"
	if err == nil || err.Error() != want {
		t.Errorf("it says %v", err)
	}
}
