package storefile

import (
	"context"
	"log/slog"
	"time"

	"calltab/internal/provision/pgstore"
	"calltab/internal/provision/pgstore/clock"
)

// clockTime is how often a database's clock is held against this machine's.
const clockTime = 10 * time.Second

// Ahead is by how much the clock of a store's database is ahead of this machine's, by what it answered last; less than
// zero where it is behind, and zero for a file.
func Ahead(db Store) time.Duration {
	database, is := db.(*pgstore.Store)
	if !is {
		return 0
	}
	return pgstore.Ahead(database)
}

// WatchClock tells operators when a database's clock and this machine's have come apart, and when they agree again,
// until ctx ends. Which of them is wrong it does not know.
func WatchClock(ctx context.Context, db Store, log *slog.Logger) {
	if _, is := db.(*pgstore.Store); !is {
		return
	}
	var seen clock.Apart
	tick := time.NewTicker(clockTime)
	defer tick.Stop()
	for {
		tellClock(&seen, Ahead(db), log)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func tellClock(seen *clock.Apart, ahead time.Duration, log *slog.Logger) {
	seen.Tell(ahead, func() {
		log.Warn("the database's clock and this machine's are apart: what is due goes by the database's, and comes at "+
			"the wrong time where that is wrong; have both set by the network",
			"database_ahead", ahead.Round(time.Second).String())
	}, func() {
		log.Warn("the database's clock and this machine's agree again; where the database's was ahead, start each " +
			"calltab again: until then its time stands still")
	})
}
