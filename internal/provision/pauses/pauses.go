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
	"maps"
	"strings"
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
	here map[string]known
}

// known is a pause as this program knows it.
type known struct {
	pause
	untold bool // it is not in the store yet
}

// pause is one as the store has it.
type pause struct {
	Until time.Time     `json:"until"`
	Asked time.Duration `json:"asked"` // how long it was to last
}

// left is how much of it is still to come. One that a clock which was ahead has noted is dropped, as nobody knows when it
// would end.
func (p pause) left(now time.Time) time.Duration {
	if provision.Ahead(p.Until.Add(-p.Asked), now) {
		return 0
	}
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
	var p pause
	err := k.Store.View(ctx, func(tx provision.Tx) (err error) {
		p, err = stored(tx, at)
		return err
	})
	if err == nil {
		k.read(at, p)
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
	err := k.Store.Update(ctx, func(tx provision.Tx) error {
		p, err := stored(tx, at)
		if err == nil && p.left(k.Now()) >= d {
			return nil
		}
		k.sweep(tx, tenant)
		raw, err := json.Marshal(asked)
		if err == nil {
			tx.Put(Table, at, raw)
		}
		return err
	})
	if err == nil {
		k.read(at, asked)
	}
	return err
}

// End ends a pause before its time.
func (k *Keeper) End(ctx context.Context, tenant provision.TenantID, service string) error {
	at := key(tenant, service)
	k.mu.Lock()
	delete(k.here, at)
	k.mu.Unlock()
	if k.Store == nil {
		return nil
	}
	return k.Store.Update(ctx, func(tx provision.Tx) error {
		if _, there := tx.Get(Table, at); there {
			tx.Delete(Table, at)
		}
		return nil
	})
}

// EndAll ends the pauses of a tenant's services whose names begin with a prefix before their time.
func (k *Keeper) EndAll(ctx context.Context, tenant provision.TenantID, prefix string) error {
	all := key(tenant, prefix)
	k.mu.Lock()
	maps.DeleteFunc(k.here, func(at string, _ known) bool { return strings.HasPrefix(at, all) })
	k.mu.Unlock()
	for more := k.Store != nil; more; {
		err := k.Store.Update(ctx, func(tx provision.Tx) error {
			var some []string
			for at := range tx.Scan(Table, all, "") {
				if some = append(some, at); len(some) == mostSwept {
					break
				}
			}
			for _, at := range some {
				tx.Delete(Table, at)
			}
			more = len(some) == mostSwept
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// mostSwept bounds how many pauses one commit looks at, and mostKept how many a program remembers before it forgets
// those that are over.
const (
	mostSwept = 100
	mostKept  = 1000
)

// sweep deletes pauses of a tenant that are over, as a service may be one of very many.
func (k *Keeper) sweep(tx provision.Tx, tenant provision.TenantID) {
	var over []string
	looked := 0
	for at, raw := range tx.Scan(Table, key(tenant, ""), "") {
		var p pause
		if json.Unmarshal(raw, &p) != nil || p.left(k.Now()) == 0 {
			over = append(over, at)
		}
		if looked++; looked == mostSwept {
			break
		}
	}
	for _, at := range over {
		tx.Delete(Table, at)
	}
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
	k.put(at, known{p, true})
	return true
}

// read takes over what is in the store. What could not be told stays.
func (k *Keeper) read(at string, p pause) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if old := k.here[at]; !old.untold || old.pause == p || old.left(k.Now()) == 0 {
		k.put(at, known{pause: p})
	}
}

// put keeps what is known. The caller holds the lock.
func (k *Keeper) put(at string, p known) {
	now := k.Now()
	if p.left(now) == 0 {
		delete(k.here, at)
		return
	}
	if len(k.here) >= mostKept {
		maps.DeleteFunc(k.here, func(_ string, old known) bool { return old.left(now) == 0 })
	}
	if k.here == nil {
		k.here = map[string]known{}
	}
	k.here[at] = p
}

// stored is the pause that the store has; the zero value where there is none.
func stored(tx provision.Tx, at string) (p pause, err error) {
	raw, there := tx.Get(Table, at)
	if !there {
		return p, nil
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return pause{}, fmt.Errorf("the pause %s cannot be read: %w", at, err)
	}
	return p, nil
}
