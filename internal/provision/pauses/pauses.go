// Package pauses keeps the pauses that other services ask for. Who calls too often is told to wait, as by Retry-After,
// and that is meant for all callers of the tenant: while one waits, the others would only be refused as well, and make
// it last longer. So there is one gate a tenant and service, which one answer closes for everybody.
//
// A program that has its store alone keeps the pauses in memory and writes nothing: after a restart the first call is
// refused, and closes the gate again. Several programs on a store keep them there, at the cost of a read for each call
// and of a commit for each pause.
//
// It decides nothing about what waits: who is held gets the error of one who was refused, and tries again by it.
package pauses

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"calltab/internal/provision"
)

// Table has the pauses, by tenant and service. It is persisted.
const Table = "pauses"

// noteTime is how long is waited for the store to take a pause, as who was refused may be a person's turn. The pause is
// kept here in any case.
const noteTime = 2 * time.Second

// Keeper keeps the pauses of one program. It is safe for concurrent use.
type Keeper struct {
	Store provision.Store  // shared with other programs; nil: this program has its store alone
	Now   func() time.Time // business time

	mu   sync.Mutex
	here map[string]pause
}

// pause is one as the store has it.
type pause struct {
	Until time.Time     `json:"until"`
	Asked time.Duration `json:"asked"` // how long it was to last
}

// left is how much of it is still to come. A clock that was ahead makes no pause longer than what was asked for.
func (p pause) left(now time.Time) time.Duration {
	return min(max(p.Until.Sub(now), 0), p.Asked)
}

func key(tenant provision.TenantID, service string) string { return string(tenant) + "/" + service }

// Left is for how long nobody of a tenant may call a service; zero: everybody may. While the store cannot be read, it
// is what this program was told itself.
func (k *Keeper) Left(ctx context.Context, tenant provision.TenantID, service string) time.Duration {
	at := key(tenant, service)
	if k.Store == nil {
		return k.known(at)
	}
	var stored pause
	err := k.Store.View(ctx, func(tx provision.Tx) (err error) {
		stored, err = read(tx, at)
		return err
	})
	if err == nil {
		k.learn(at, stored)
	}
	return k.known(at)
}

// Ask notes that a service asked a tenant's callers to wait. The error is that the other programs on the store have not
// been told.
func (k *Keeper) Ask(ctx context.Context, tenant provision.TenantID, service string, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	at := key(tenant, service)
	asked := pause{k.Now().Add(d).UTC(), d}
	if !k.learn(at, asked) || k.Store == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer cancel()
	return k.Store.Update(ctx, func(tx provision.Tx) error {
		stored, err := read(tx, at)
		if err == nil && stored.left(k.Now()) >= d {
			return nil
		}
		raw, err := json.Marshal(asked)
		if err == nil {
			tx.Put(Table, at, raw)
		}
		return err
	})
}

// known is how much of a pause is still to come, as far as this program knows.
func (k *Keeper) known(at string) time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.here[at].left(k.Now())
}

// learn keeps a pause where it lasts longer than the one that is known, and reports that.
func (k *Keeper) learn(at string, p pause) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.Now()
	if p.left(now) <= k.here[at].left(now) {
		return false
	}
	if k.here == nil {
		k.here = map[string]pause{}
	}
	k.here[at] = p
	return true
}

// read is the pause that is stored; the zero value where there is none.
func read(tx provision.Tx, at string) (p pause, err error) {
	raw, there := tx.Get(Table, at)
	if !there {
		return p, nil
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return pause{}, fmt.Errorf("the pause %s cannot be read: %w", at, err)
	}
	return p, nil
}
