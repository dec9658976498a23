package pgstore

import (
	"strings"
	"testing"

	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/report"
)

// TestOwnersAtOnce: those who make tables and views, and grant rights, at once wait for each other, on a database that
// has nothing and on one that has everything.
func TestOwnersAtOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	schema := schemaOf(t, url)
	server, reader := "at_once_"+schema, "at_once_reader_"+schema
	pgtest.Run(t, "create role "+server+" login; create role "+reader+" login")
	const owners = 4
	for range 2 {
		done := make(chan error)
		for range owners {
			go func() {
				_, err := Raise(t.Context(), url, Owned{Views: report.Views, Names: report.Names, Serve: []string{server},
					Report: []string{reader}})
				done <- err
			}()
		}
		for range owners {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
	s := openAt(t, strings.Replace(url, "postgres@", server+"@", 1), Options{})
	if err := put(t, s, "k"); err != nil {
		t.Error(err)
	}
}
