package pgstore

import (
	"strings"
	"sync"
	"testing"

	"calltab/internal/provision/job"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/storetest"
)

// place gives each folder of the suite a schema.
type places struct {
	mu   sync.Mutex
	urls map[string]string
}

func (p *places) url(t testing.TB, dir string) string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.urls == nil {
		p.urls = map[string]string{}
	}
	if p.urls[dir] == "" {
		p.urls[dir] = pgtest.URL(t)
	}
	return p.urls[dir]
}

func openAt(t testing.TB, url string, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), url, o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// shared opens a handle that writes beside others.
var shared = Options{unleased: true}

func TestStore(t *testing.T) {
	t.Parallel()
	pgtest.URL(t) // skips here, and not in each part
	var p places
	storetest.Run(t, func(t *testing.T, dir string) storetest.Store { return openAt(t, p.url(t, dir), Options{}) },
		func(t *testing.T, dir string) storetest.Store { return openAt(t, p.url(t, dir), shared) })
}

// TestStoreWithoutValidationIsCaught: the histories find what the check of what was read is for, with one handle and
// with two.
func TestStoreWithoutValidationIsCaught(t *testing.T) {
	t.Parallel()
	for _, count := range []int{1, 2} {
		url := pgtest.URL(t)
		var handles []job.Store
		for range count {
			handles = append(handles, openAt(t, url, Options{unleased: true, unchecked: true}))
		}
		err := storetest.Linearizable(t.Context(), 1, 60, handles...)
		if err == nil || !strings.Contains(err.Error(), "is Illegal") {
			t.Errorf("%d handles: %v", count, err)
		}
	}
}
