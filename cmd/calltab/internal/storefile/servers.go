package storefile

import (
	"context"
	"log/slog"

	"calltab/internal/provision/pgstore"
)

// WatchServers looks again and again at the servers that a database's URL names, where it names several, until ctx
// ends. An old primary that takes writes beside the promoted one is told to operators; the store does not use it.
func WatchServers(ctx context.Context, db Store, log *slog.Logger) {
	database, is := db.(*pgstore.Store)
	if !is {
		return
	}
	pgstore.Watch(ctx, database, func(wrong string) {
		if wrong != "" {
			log.Error("a server of the database takes writes that must not", "servers", wrong)
		}
	})
}
