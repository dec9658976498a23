package pgstore

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision/pgstore/bounds"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/pgstore/values"
)

// TestPrepared: what is asked again is prepared, and no plan that is kept reads a table from end to end that was small
// when it was made.
func TestPrepared(t *testing.T) {
	t.Parallel()
	conn := often(t, pgtest.URL(t))
	answers, err := ask(t.Context(), conn, sql("set plan_cache_mode = force_generic_plan"),
		sql("select name, statement, coalesce(cardinality(parameter_types), 0)::bigint from pg_prepared_statements"))
	if err != nil {
		t.Fatal(err)
	}
	plans := 0
	for _, row := range answers[1] {
		if !strings.Contains(string(row[1]), "kv") {
			continue
		}
		plans++
		call := string(row[0])
		if values := values.Number(row[2]); values > 0 {
			call += "(null" + strings.Repeat(", null", int(values)-1) + ")"
		}
		plan, err := ask(t.Context(), conn, sql("explain execute "+call))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range plan[0] {
			if strings.Contains(string(line[0]), "Seq Scan on kv") {
				t.Errorf("%s: %s", row[1], line[0])
			}
		}
	}
	const kinds = 11 // get, fetch, insert, delete, and eight pages less the one of fetch
	if plans < kinds {
		t.Errorf("%d statements with the table are prepared, want at least %d", plans, kinds)
	}
}

// TestNothingIsPreparedBehindPooler: a pooler gives each transaction another connection, on which no name is known.
func TestNothingIsPreparedBehindPooler(t *testing.T) {
	t.Parallel()
	conn := often(t, pgtest.Pooled(t, pgtest.URL(t)))
	answers, err := ask(t.Context(), conn, sql("select count(*) from pg_prepared_statements"))
	if err != nil {
		t.Fatal(err)
	}
	if n := values.Number(answers[0][0][0]); n != 0 {
		t.Errorf("%d statements are prepared", n)
	}
}

// often is a connection on which what a store asks again and again was asked three times.
func often(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	s := openAt(t, url, Options{})
	pooled, err := s.pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pooled.Release)
	conn := pooled.Conn()
	written := newWrites()
	written.put(place{"t", "k"}, []byte("v"))
	written.put(place{"t", "gone"}, nil)
	queries := append([]query{sql("begin"), sql(bounds.Writing), lockAll(conn), countOn(conn), sql(getRow, "t", key("k"))},
		s.statements(1, written)...)
	queries[len(queries)-1] = sql("rollback")
	for _, to := range []string{"", "z"} {
		for _, most := range []int{0, firstPage} {
			at := span{"t", "a", to}
			queries = append(queries, pageOf(at, false, most), pageOf(at, true, most))
		}
	}
	wanted := newTrace()
	wanted.places[place{"t", "k"}] = nil
	for round := range 3 {
		if _, err := ask(t.Context(), conn, queries...); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if _, err := ask(t.Context(), conn, readingOf(wanted).queries...); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}
