package pgstore

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/storetest"
)

// usesOldPrimary: a store that does not ask whether another server was promoted goes back to the old primary, and is
// found out.
func usesOldPrimary(t *testing.T, p *pgtest.Pair) {
	old := p.Primary
	address := oldFirst(p)
	careless := openAt(t, address, Options{Shared: true, Lease: time.Hour, unguarded: true})
	tally, err := storetest.Struck(t.Context(), 1, "old primary", func(goOn func()) {
		p.Stop(t, old)
		p.Promote(t)
		startOld(t, p, old)
		goOn() // neither handle has met the promoted one by then
	}, careless, openAt(t, address, replica))
	if err == nil || !strings.Contains(err.Error(), "is Illegal") {
		t.Errorf("a store that uses an old primary comes to %+v, %v", tally, err)
	}
	if err := careless.Close(); err != nil {
		t.Error(err)
	}
	p.Stop(t, old)
	p.Follow(t, old)
}

// takesUnsureForMade: a commit of which nobody can say for a while whether it was made is unsure, and such a history can be
// explained. That of a store that takes it for made is found out.
func takesUnsureForMade(t *testing.T, p *pgtest.Pair) {
	old := p.Primary
	s := openAt(t, p.URL(), Options{Shared: true, Lease: time.Hour, settles: time.Millisecond})
	sent, stopped := make(chan struct{}), make(chan struct{})
	var next atomic.Bool
	s.sever = func(*pgx.Conn) {
		if next.CompareAndSwap(true, false) {
			close(sent)
			<-stopped
		}
	}
	store := &doubting{Store: s, unsure: make(chan struct{})}
	tally, err := storetest.Struck(t.Context(), 1, "unsure", func(goOn func()) {
		stop := sync.OnceFunc(func() { close(stopped) })
		defer stop()
		next.Store(true)
		goOn()
		<-sent
		p.Stop(t, old)
		stop()
		<-store.unsure
		p.Promote(t)
	}, store)
	if err != nil || tally.Unsure == 0 {
		t.Errorf("a store that is unsure comes to %+v, %v", tally, err)
	}
	if tally.Believed == nil || !strings.Contains(tally.Believed.Error(), "is Illegal") {
		t.Errorf("a store that takes what it is unsure of for made comes to %v", tally.Believed)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	p.Follow(t, old)
}

// doubting closes unsure once the store is.
type doubting struct {
	job.Store
	once   sync.Once
	unsure chan struct{}
}

func (d *doubting) Update(ctx context.Context, f func(Tx) error) error {
	err := d.Store.Update(ctx, f)
	if said, _ := provision.SayOf(err); said.ID == "store-unsure" {
		d.once.Do(func() { close(d.unsure) })
	}
	return err
}
