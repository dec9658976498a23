// Package lease has one of several programs on a store do a thing that only one may do at a time: answer an activity,
// read the organisation file, do the hourly work. A lease has a name, an owner and an end, and stands in the store.
// Who stops without giving it back keeps it until its end, and nobody waits for longer.
//
// It is not for jobs, which are claimed in their own records. A holder that has slept over its end may go on beside the
// next one: what is done in a context of [Lease.Fence] then calls nobody any more and writes nothing. What is done in
// another one does no harm when it is done twice.
//
// A program that has its store alone has a nil Keeper, which gives everything at once and writes nothing.
package lease

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"sync/atomic"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/fence"
)

// Table has the leases, by name. It is persisted.
const Table = "leases"

// look is how long who waits for a lease waits between two looks.
const look = 50 * time.Millisecond

// Keeper takes leases for one program. nil is that of a program that has its store alone.
type Keeper struct {
	Store provision.Store
	Wall  func() time.Time // one clock for all programs on the store, that does not jump
	Name  string           // of the program, different for each that runs

	taken atomic.Uint64
}

// ErrLost is what is met under a lease that has ended: another program may have it.
var ErrLost = errors.New("the lease has ended, and another program may have it")

// Lease is one that was had. Give it back.
type Lease struct {
	k           *Keeper
	name, owner string
	calls       atomic.Pointer[time.Time] // until when calls may begin under it
}

// stored is a lease as the store has it.
type stored struct {
	Owner string    `json:"owner"`
	Ends  time.Time `json:"ends"`
}

// Try takes the lease of a name for a time. It returns nil where it is taken, and until when. also is done in the
// transaction that takes it.
func (k *Keeper) Try(ctx context.Context, name string, d time.Duration,
	also ...func(provision.Tx) error) (had *Lease, ends time.Time, err error) {
	if k == nil {
		return &Lease{}, time.Time{}, nil
	}
	l := &Lease{k: k, name: name, owner: k.Name + "/" + strconv.FormatUint(k.taken.Add(1), 10)}
	l.extend(k.Wall(), d)
	err = k.Store.Update(ctx, func(tx provision.Tx) error {
		had = nil
		held, err := read(tx, name)
		if err != nil {
			return err
		}
		now := k.Wall()
		if ends = held.Ends; ends.After(now) {
			return nil
		}
		had = l
		for _, f := range also {
			if err := f(tx); err != nil {
				return err
			}
		}
		return write(tx, name, stored{l.owner, now.Add(d).UTC()})
	})
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("take the lease %s: %w", name, err)
	}
	return had, ends, nil
}

// Take waits for the lease of a name and takes it for a time, as Try does, or returns ctx's error.
func (k *Keeper) Take(ctx context.Context, name string, d time.Duration,
	also ...func(provision.Tx) error) (*Lease, error) {
	for {
		l, _, err := k.Try(ctx, name, d, also...)
		if err != nil || l != nil {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the lease %s, which another program has: %w", name, ctx.Err())
		case <-time.After(look):
		}
	}
}

// Over waits until the leases whose names begin with a prefix, as they are had now, have been given back or have ended,
// or returns ctx's error.
func (k *Keeper) Over(ctx context.Context, prefix string) error {
	if k == nil {
		return nil
	}
	waited, err := k.had(ctx, prefix)
	for now := waited; err == nil && len(now) > 0; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
		if now, err = k.had(ctx, prefix); err != nil {
			return err
		}
		maps.DeleteFunc(now, func(owner string, _ struct{}) bool {
			_, before := waited[owner]
			return !before
		})
	}
	return err
}

// had are the owners of the leases whose names begin with a prefix.
func (k *Keeper) had(ctx context.Context, prefix string) (owners map[string]struct{}, err error) {
	err = k.Store.View(ctx, func(tx provision.Tx) error {
		owners = map[string]struct{}{}
		now := k.Wall()
		for _, raw := range tx.Scan(Table, prefix, "") {
			var held stored
			if err := json.Unmarshal(raw, &held); err == nil && held.Ends.After(now) {
				owners[held.Owner] = struct{}{}
			}
		}
		return nil
	})
	return owners, err
}

// Give gives the lease back. One that another program has by now is left to it.
func (l *Lease) Give(ctx context.Context) error {
	if l.k == nil {
		return nil
	}
	return l.k.Store.Update(ctx, func(tx provision.Tx) error {
		held, err := read(tx, l.name)
		if err == nil && held.Owner == l.owner {
			tx.Delete(Table, l.name)
		}
		return err
	})
}

// Renew keeps the lease for a time from now, and reports whether it was still had.
func (l *Lease) Renew(ctx context.Context, d time.Duration) (had bool, err error) {
	if l.k == nil {
		return true, nil
	}
	asked := l.k.Wall()
	err = l.k.Store.Update(ctx, func(tx provision.Tx) error {
		held, err := read(tx, l.name)
		had = err == nil && held.Owner == l.owner
		if !had {
			return err
		}
		held.Ends = l.k.Wall().Add(d).UTC()
		return write(tx, l.name, held)
	})
	if had && err == nil {
		l.extend(asked, d)
	}
	return had && err == nil, err
}

// extend notes that the lease was asked for at a time. With its last part gone no call begins: the clocks of two
// programs may differ, and a call that has begun takes a while.
func (l *Lease) extend(asked time.Time, d time.Duration) {
	until := asked.Add(d - d/renewals)
	l.calls.Store(&until)
}

// Fence is a context for what is done under the lease: once its time is over no call begins in it, and once another
// program has the lease nothing is written with it.
func (l *Lease) Fence(ctx context.Context) context.Context {
	if l.k == nil {
		return ctx
	}
	return fence.Around(ctx, l.alive, l.mine)
}

func (l *Lease) alive() error {
	if l.k.Wall().Before(*l.calls.Load()) {
		return nil
	}
	return ErrLost
}

func (l *Lease) mine(tx provision.Tx) error {
	held, err := read(tx, l.name)
	if err == nil && held.Owner != l.owner {
		return ErrLost
	}
	return err
}

// renewals is how often Do renews a lease within its time.
const renewals = 4

// Do waits for the lease of a name, and runs f while it is had: its context ends when the lease is lost.
func (k *Keeper) Do(ctx context.Context, name string, d time.Duration, f func(context.Context) error) error {
	l, err := k.Take(ctx, name, d)
	if err != nil {
		return err
	}
	held, lose := context.WithCancel(l.Fence(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.keep(held, d, lose)
	}()
	err = f(held)
	lose()
	<-done
	if given := l.Give(context.WithoutCancel(ctx)); err == nil {
		err = given
	}
	return err
}

// keep renews the lease until ctx ends, and ends it where the lease is lost.
func (l *Lease) keep(ctx context.Context, d time.Duration, lose func()) {
	if l.k == nil {
		return
	}
	until := l.k.Wall().Add(d)
	tick := time.NewTicker(d / renewals)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		asked := l.k.Wall()
		had, err := l.Renew(ctx, d)
		if had {
			until = asked.Add(d)
		}
		if err == nil && !had || until.Sub(l.k.Wall()) < d/renewals {
			lose()
			return
		}
	}
}

func read(tx provision.Tx, name string) (held stored, err error) {
	raw, there := tx.Get(Table, name)
	if !there {
		return stored{}, nil
	}
	if err := json.Unmarshal(raw, &held); err != nil {
		return stored{}, fmt.Errorf("the lease %s cannot be read: %w", name, err)
	}
	return held, nil
}

func write(tx provision.Tx, name string, l stored) error {
	raw, err := json.Marshal(l)
	if err == nil {
		tx.Put(Table, name, raw)
	}
	return err
}
