package pgstore

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"calltab/internal/provision/pgstore/pgtest"
)

// TestTimeoutsOfTheRole: what a database or a role allows other programs does not bound the store's own transactions,
// and holds again after them, also on a connection that a pooler gives to others.
func TestTimeoutsOfTheRole(t *testing.T) {
	t.Parallel()
	s := openAt(t, pgtest.URL(t)+"&statement_timeout=3s&idle_in_transaction_session_timeout=2s&lock_timeout=1s", Options{})
	bound := func(c *pgx.Conn) [3]string {
		answers, err := ask(t.Context(), c, sql("select current_setting('statement_timeout'), "+
			"current_setting('idle_in_transaction_session_timeout'), current_setting('lock_timeout')"))
		if err != nil {
			t.Error(err)
			return [3]string{}
		}
		row := answers[0][0]
		return [3]string{string(row[0]), string(row[1]), string(row[2])}
	}
	check := func(what string, got, want [3]string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: statements, pauses and locks may take %v, want %v", what, got, want)
		}
	}
	own := [3]string{"3s", "2s", "1s"}
	for range 3 { // prepared or not
		m, err := s.snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		check("reading", bound(m.pool.Conn()), [3]string{"0", "1h", "0"})
		m.end()
		var writing [3]string
		s.sever = func(c *pgx.Conn) { writing = bound(c) }
		if err := put(t, s, "k"); err != nil {
			t.Fatal(err)
		}
		check("writing", writing, [3]string{"0", "5s", "8s"})
		check("after writing", bound(s.conn), own)
	}
	err := s.pool.AcquireFunc(t.Context(), func(c *pgxpool.Conn) error {
		check("after reading", bound(c.Conn()), own)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
