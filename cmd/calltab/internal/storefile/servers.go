package storefile

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"calltab/internal/provision/pgstore"
)

// surveyTime is how often it is looked for a server that takes writes and must not.
const surveyTime = 15 * time.Second

// WatchServers looks again and again at the servers that a database's URL names, where it names several, until ctx
// ends. An old primary that takes writes beside the promoted one is told to operators; the store does not use it.
func WatchServers(ctx context.Context, db Store, log *slog.Logger) {
	database, is := db.(*pgstore.Store)
	if !is {
		return
	}
	tick := time.NewTicker(surveyTime)
	defer tick.Stop()
	for told := ""; ; {
		old, err := pgstore.Survey(ctx, database)
		said := strings.Join(old, "; ")
		if err != nil {
			said = err.Error()
		}
		if said != told && said != "" && ctx.Err() == nil {
			log.Error("a server of the database takes writes that must not", "servers", said)
		}
		told = said
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
