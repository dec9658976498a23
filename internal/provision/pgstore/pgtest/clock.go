package pgtest

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Skewed is the URL of an empty schema to whose programs the database's clock is wrong. set says by how much it is
// ahead; it begins with nothing.
func Skewed(tb testing.TB) (url string, set func(ahead time.Duration)) {
	tb.Helper()
	url = URL(tb)
	_, schema, _ := strings.Cut(url, "search_path=")
	set = func(ahead time.Duration) {
		tb.Helper()
		Run(tb, fmt.Sprintf("create or replace function %s.clock_timestamp() returns timestamptz language sql "+
			"volatile as $$ select pg_catalog.clock_timestamp() + interval '%d seconds' $$",
			schema, int(ahead.Seconds())))
	}
	set(0)
	return url + ",pg_catalog", set // its function stands before PostgreSQL's
}
