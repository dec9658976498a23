package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision/pgstore"
)

// While the store cannot be written it is tried after a pause, which doubles, and the log says so
// again after logStoreTime.
const (
	firstProbe   = time.Second
	longestProbe = 5 * time.Second // people read meanwhile that nothing can be written
	logStoreTime = 10 * time.Minute
	markTime     = 10 * time.Minute
)

// held reports that nothing can be recorded at the moment.
func (a *App) held() bool { return a.Store.Trouble() != nil }

// watchStore waits for commits to fail, then tries until one works, and lets the work go on. It returns an error, which
// ends the program, when the store is broken.
func (a *App) watchStore(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.Store.Broken():
			return a.Store.Trouble()
		case <-a.Store.Failed():
		}
		if err := a.awaitStore(ctx); err != nil {
			return err
		}
	}
}

// awaitStore returns nil when a commit works, or ctx ends.
func (a *App) awaitStore(ctx context.Context) error {
	waited, logged := time.Duration(0), time.Duration(0)
	for pause := firstProbe; ; pause = min(2*pause, longestProbe) {
		trouble := a.Store.Trouble()
		if trouble == nil {
			a.log.Info("the store can be written again")
			a.Runner.Kick()
			return nil
		}
		if waited == 0 || waited-logged >= logStoreTime {
			a.log.Error("the store cannot be written: no work is begun until it can", "error", trouble)
			logged = waited
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-a.Store.Broken():
			timer.Stop()
			return a.Store.Trouble()
		case <-timer.C:
		}
		waited += pause
		_ = a.Store.Probe(ctx) // the store notes what came of it
	}
}

// markOnceBroken has markEarlier run as soon as the store is broken, while what is in hand ends: a program that is
// killed before that leaves no mark. The function that it returns says what came of it.
func (a *App) markOnceBroken(ctx context.Context) (marked func() error) {
	over, done := make(chan struct{}), make(chan error, 1)
	go func() {
		select {
		case <-a.Store.Broken():
		case <-over:
		}
		done <- a.markEarlier(ctx)
	}()
	return func() error {
		close(over)
		return <-done
	}
}

// markEarlier marks a database that has gone back to an earlier state under the program, to which that writes nothing
// any more: the next start, which nobody may begin by hand, then compares the numbers that were given since. While
// another database takes the place of this one, it may be read-only for minutes: it is tried again until ctx ends, or
// markTime has passed.
func (a *App) markEarlier(ctx context.Context) error {
	if !errors.Is(a.Store.Trouble(), pgstore.ErrEarlierState) {
		return nil
	}
	if err := a.Store.Close(); err != nil { // its connections may be dead, and the mark comes by another one
		a.log.Warn("the lease on the database was not given back, and ends by itself", "error", err)
	}
	ctx, cancel := context.WithTimeout(ctx, markTime)
	defer cancel()
	trying := context.WithoutCancel(ctx) // it is tried once in any case
	for first := true; ; first = false {
		err := a.mark(trying)
		if err == nil {
			a.log.Warn("the database is marked as restored: the next start compares all numbers with Microsoft's")
			return nil
		}
		if first {
			a.log.Error("the database cannot be marked as restored yet: it is tried again, and nothing else is done",
				"error", err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("before the next start have calltab restore mark it, which was tried: %w", err)
		case <-time.After(firstProbe):
		}
	}
}

// mark marks the database, beside other replicas too: one that has seen nothing of what is lost goes on, and its orders
// wait for the comparison.
func (a *App) mark(ctx context.Context) error {
	purpose := storefile.Writing
	if a.leases != nil {
		purpose = storefile.Sharing
	}
	db, err := storefile.Open(ctx, a.cfg.Store, purpose)
	if err != nil {
		return err
	}
	_, err = admin.MarkRestored(ctx, db, a.Service.Now())
	return errors.Join(err, db.Close())
}
