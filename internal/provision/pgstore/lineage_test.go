package pgstore

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision"
	"calltab/internal/provision/pgstore/pgtest"
)

// TestLines: a line is refused once a later one of the same cluster was met, and what was remembered of another one is no
// answer.
func TestLines(t *testing.T) {
	t.Parallel()
	l := newLineage()
	meet := func(at line, old bool) {
		t.Helper()
		before := l.memory
		err := l.meet(at)
		if errors.Is(err, ErrOldPrimary) != old || (err != nil) != old {
			t.Errorf("%+v: %v", at, err)
		}
		if after := l.newest == at; !old && at.known() && !after || old && l.memory != before {
			t.Errorf("%+v: the newest is %+v", at, l.newest)
		}
	}
	meet(line{}, false)
	meet(line{7, 1}, false)
	of := l.memory
	meet(line{7, 1}, false)
	meet(line{7, 0}, false) // a standby, which commands may read
	if l.memory != of {
		t.Error("it has forgotten what is so")
	}
	meet(line{7, 3}, false)
	if l.memory == of {
		t.Error("it remembers what was so on another line")
	}
	meet(line{7, 2}, true)
	meet(line{}, false)
	meet(line{8, 1}, false) // a cluster that was made anew
	meet(line{7, 2}, true)
}

// TestApart: of several servers each is asked alone, and one that takes writes is wanted unless the URL says otherwise.
func TestApart(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		url    string
		names  string
		wanted bool
	}{
		{"postgres://a@127.0.0.1:5433/x", "127.0.0.1:5433", false},
		{"postgres://a@127.0.0.1:5433,[::1]:5434/x", "127.0.0.1:5433 [::1]:5434", true},
		{"postgres://a@db1.example.com,db2.example.com/x?target_session_attrs=any", "db1.example.com:5432 db2.example.com:5432", false},
		{"postgres://a@/x?host=/tmp/one,/tmp/two", "/tmp/one/.s.PGSQL.5432 /tmp/two/.s.PGSQL.5432", true},
	} {
		cfg, err := parse(row.url)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, one := range apart(cfg.ConnConfig) {
			names = append(names, serverName(one.Host, one.Port))
		}
		if got := strings.Join(names, " "); got != row.names || (cfg.ConnConfig.ValidateConnect != nil) != row.wanted {
			t.Errorf("%s: %s, wants one that is written: %v", row.url, got, cfg.ConnConfig.ValidateConnect != nil)
		}
	}
}

// TestStandbys: what a commit that waits for a standby comes to, and what becomes of the old primary when the standby is
// promoted. It has servers of its own, since a setting for one test is one for all.
func TestStandbys(t *testing.T) {
	t.Parallel()
	p := pgtest.NewPair(t, false)
	s := openAt(t, p.URL(), Options{Shared: true, Lease: time.Hour})
	if err := put(t, s, "before"); err != nil {
		t.Fatal(err)
	}
	waitsForStandby(t, p, s)

	old := p.Primary
	p.WaitFor(t, "")
	p.Promote(t)
	told, err := Survey(t.Context(), s)
	if err != nil || len(told) != 1 || !strings.Contains(told[0], "takes writes: it is an old primary") {
		t.Errorf("of two primaries it says %q, %v", told, err)
	}
	commits := func() string { return p.Run(t, old, "select commits from paired.calltab_state") }
	before := commits()
	fresh := openAt(t, p.URL(), Options{Shared: true, Lease: time.Hour}) // the URL names the old one first
	err = errors.Join(put(t, s, "after"), put(t, fresh, "fresh"))
	if err != nil || !has(t, s, "fresh") || !has(t, fresh, "after") || commits() != before {
		t.Errorf("after the promotion: %v; the old primary was at commit %s, and is at %s", err, before, commits())
	}
	if state, err := Look(t.Context(), p.URL()); err != nil || !strings.Contains(state.Old, "it is an old primary") {
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
}

// waitsForStandby: a commit whose answer was lost, or whose wait was cancelled, is not said to be made before the standby
// has it.
func waitsForStandby(t *testing.T, p *pgtest.Pair, s *Store) {
	t.Helper()
	done := make(chan error, 1)
	const waiters = "from pg_stat_activity where wait_event = 'SyncRep'"
	// waiting returns who waits for a standby with a commit, once another one does than before. It fails where the Update
	// has ended although it must not.
	waiting := func(before string) (pid string) {
		t.Helper()
		for pid == "" || pid == before {
			select {
			case err := <-done:
				t.Fatalf("no standby has it, and it comes to: %v", err)
			default:
			}
			pid = p.Run(t, p.Primary, "select coalesce(max(pid)::text, '') "+waiters)
		}
		return pid
	}
	begin := func(key string) (pid string) {
		t.Helper()
		p.WaitFor(t, "nobody")
		go func() { done <- put(t, s, key) }()
		return waiting("")
	}
	end := func(key string) {
		t.Helper()
		p.WaitFor(t, "")
		if err := <-done; err != nil || !has(t, s, key) {
			t.Errorf("once no standby is waited for: %v", err)
		}
	}

	s.sever = func(c *pgx.Conn) {
		s.sever = nil
		if half, ok := c.PgConn().Conn().(*net.UnixConn); ok {
			half.CloseRead()
		}
	}
	first := begin("lost")
	// As the end of its server does, this has the commit be made without the standby.
	p.Run(t, p.Primary, fmt.Sprintf("select pg_terminate_backend(%s, 5000)", first))
	waiting(first) // it is asked for, with a commit behind it
	end("lost")

	// As an operator does who sees a statement hang. PostgreSQL answers that the commit was made. The question after it is
	// cancelled as well.
	first = begin("cancelled")
	p.Run(t, p.Primary, fmt.Sprintf("select pg_cancel_backend(%s)", first))
	second := waiting(first)
	p.Run(t, p.Primary, fmt.Sprintf("select pg_cancel_backend(%s)", second))
	waiting(second)
	end("cancelled")
}
