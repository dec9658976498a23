package pgstore

import (
	"slices"
	"testing"

	"calltab/internal/provision/pgstore/pgtest"
)

// poolerKeeps: a pooler keeps its connections to a primary that goes on while its standby is promoted, and
// makes new ones to that. Once the store has met the promoted server, it takes nothing from the other one, writes nothing
// there, and has the pooler end those connections.
func poolerKeeps(t *testing.T, p *pgtest.Pair) {
	address, turn := p.Pooled(t)
	s := openAt(t, address, replica)
	if err := put(t, s, "before"); err != nil {
		t.Fatal(err)
	}
	together(t, s) // each of the pooler's connections is made
	old := p.Primary
	p.WaitFor(t, "")
	p.Promote(t)
	turn()
	direct := openAt(t, p.URL(), replica)
	for _, key := range []string{"direct", "too"} {
		if err := put(t, direct, key); err != nil {
			t.Fatal(err)
		}
	}
	// One of them ends, as each does sooner or later.
	p.Run(t, old, "select pg_terminate_backend(pid, 5000) from pg_stat_activity where backend_type = 'client backend' "+
		"and pid <> pg_backend_pid() limit 1")
	together(t, s)
	commits := func() string { return p.Run(t, old, "select commits from paired.calltab_state") }
	before := commits()
	renewed := s.renew(t.Context(), nil)
	if err := put(t, s, "after"); err != nil || !has(t, s, "direct") || !has(t, direct, "after") || s.Trouble() != nil {
		t.Errorf("behind the pooler: %v, and the trouble is %v", err, s.Trouble())
	}
	if renewed == nil {
		t.Error("the lease was not renewed")
	} else if err := renewed.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if got := commits(); got != before {
		t.Errorf("the old primary was at commit %s, and is at %s", before, got)
	}
	p.Stop(t, old)
	p.Follow(t, old)
}

// together has as many snapshots at once as the pooler has connections. The one that was made last is given back first,
// so that a pooler takes an older one next.
func together(t *testing.T, s *Store) {
	t.Helper()
	var held []*moment
	for range 3 {
		m, err := s.snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, m)
	}
	for _, m := range slices.Backward(held) {
		m.end()
	}
}
