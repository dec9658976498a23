package main

import (
	"context"
	"time"
)

// While the store cannot be written it is tried after a pause, which doubles, and the log says so
// again after logStoreTime.
const (
	firstProbe   = time.Second
	longestProbe = 30 * time.Second
	logStoreTime = 10 * time.Minute
)

// held reports that nothing can be recorded at the moment.
func (a *app) held() bool { return a.db.Trouble() != nil }

// watchStore waits for commits to fail, then tries until one works, and lets the work go on. It returns an error, which
// ends the program, when the store is broken.
func (a *app) watchStore(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.db.Broken():
			return a.db.Trouble()
		case <-a.db.Failed():
		}
		if err := a.awaitStore(ctx); err != nil {
			return err
		}
	}
}

// awaitStore returns nil when a commit works, or ctx ends.
func (a *app) awaitStore(ctx context.Context) error {
	waited, logged := time.Duration(0), time.Duration(0)
	for pause := firstProbe; ; pause = min(2*pause, longestProbe) {
		trouble := a.db.Trouble()
		if trouble == nil {
			a.log.Info("the store can be written again")
			a.runner.Kick()
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
		case <-a.db.Broken():
			timer.Stop()
			return a.db.Trouble()
		case <-timer.C:
		}
		waited += pause
		_ = a.db.Probe(ctx) // the store notes what came of it
	}
}
