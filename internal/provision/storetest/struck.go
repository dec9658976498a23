package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/anishathalye/porcupine"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// Tally is what became of the transactions of a history.
type Tally struct {
	Made    int
	Refused int // nothing was written; they were tried again
	Unsure  int // the store does not know whether they were made

	// Believed is what is wrong with the history of a store that takes what this one was unsure of for made.
	Believed error
}

const (
	struckLength = 24 // transactions of one client
	struckBefore = 3  // of them, before the fault
	mostTries    = 20 // of a transaction that is refused although the fault is over
)

// Struck has clients use the handles of one store at once, and strike happen in the middle of that: each client has
// then done some transactions, goes on with others once strike calls goOn, the first of which writes, and does its last
// one when strike has returned. It returns an error that shows the history if that is not linearizable.
//
// What is refused meanwhile is no part of the history, since nothing of it may be written; it is tried again once
// strike has returned. What the store is unsure of happens at any later moment, or as the last of all, where nobody
// sees it. Each transaction that writes also writes a key of its own, and each handle reads all keys in the end: none
// that was made can be lost unseen.
func Struck(ctx context.Context, seed uint64, name string, strike func(goOn func()),
	handles ...job.Store) (Tally, error) {
	w := &struckWindow{goesOn: make(chan struct{}), struck: make(chan struct{})}
	w.name, w.prefix = fmt.Sprintf("seed %d, %s", seed, name), name+"/"
	plans := planWindow(rand.New(rand.NewPCG(seed, seed)), struckLength)
	w.begun.Add(len(plans))
	var clients sync.WaitGroup
	failed := make([]error, len(plans))
	for client, plan := range plans {
		store := handles[client%len(handles)]
		clients.Go(func() { failed[client] = w.client(ctx, client, store, plan) })
	}
	w.begun.Wait()
	strike(func() { close(w.goesOn) })
	close(w.struck)
	clients.Wait()
	for i, store := range handles {
		failed = append(failed, w.try(ctx, len(plans)+i, store, transaction{{kind: "scan"}}))
	}
	if err := errors.Join(failed...); err != nil {
		return w.tally, err
	}
	err := w.decide()
	if err == nil && w.tally.Unsure > 0 {
		w.history = append(slices.DeleteFunc(w.history, func(o porcupine.Operation) bool { return o.Output == nil }),
			w.believed...)
		w.tally.Believed = w.decide()
	}
	return w.tally, err
}

// struckWindow is a window in which a fault happens.
type struckWindow struct {
	window
	begun  sync.WaitGroup // each client has done some
	goesOn chan struct{}  // closed when they may do others
	struck chan struct{}  // closed when the fault is over
	tally  Tally

	believed []porcupine.Operation // those that the store is unsure of, as if they were made
}

// client does a plan. It ends with one that writes, after the fault.
func (w *struckWindow) client(ctx context.Context, client int, store job.Store, plan []transaction) error {
	begun := sync.OnceFunc(w.begun.Done)
	defer begun()
	last := len(plan) - 1
	for i, ops := range plan {
		err := error(nil)
		switch i {
		case struckBefore:
			begun()
			err = wait(ctx, w.goesOn)
		case last:
			err = wait(ctx, w.struck)
		}
		if err != nil {
			return err
		}
		value := fmt.Sprintf("%d.%d", client, i)
		if i == struckBefore || i == last || ops.writes() {
			ops = append(ops, historyOp{kind: "put", key: "own " + value, value: value})
		}
		if err := w.try(ctx, client, store, ops); err != nil {
			return err
		}
	}
	return nil
}

// try does a transaction until it is made, or nobody knows whether it is.
func (w *struckWindow) try(ctx context.Context, client int, store job.Store, ops transaction) error {
	for left := mostTries; ; left-- {
		called := w.clock.Add(1)
		read, err := transact(ctx, store, w.prefix, ops)
		o := porcupine.Operation{ClientId: client, Input: ops, Call: called, Output: read, Return: w.clock.Add(1)}
		said, _ := provision.SayOf(err)
		switch {
		case err == nil:
			w.count(&w.tally.Made)
			w.note(o)
			return nil
		case said.ID == "store-unsure":
			w.count(&w.tally.Unsure)
			w.mu.Lock()
			w.believed = append(w.believed, o)
			w.mu.Unlock()
			o.Output, o.Return = nil, math.MaxInt64
			w.note(o)
			return nil
		case provision.KindOf(err) != provision.Unavailable || left == 0:
			return err
		}
		w.count(&w.tally.Refused)
		if err := wait(ctx, w.struck); err != nil {
			return err
		}
	}
}

func wait(ctx context.Context, until <-chan struct{}) error {
	select {
	case <-until:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *struckWindow) count(what *int) {
	w.mu.Lock()
	*what++
	w.mu.Unlock()
}
