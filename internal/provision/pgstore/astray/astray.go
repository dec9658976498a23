// Package astray is for connections of a pool whose servers may not answer any more.
package astray

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Count counts connections that have left a pool and are being closed. The zero value counts none.
type Count struct{ n atomic.Int64 }

// GiveBack gives a connection back. For one that is closed since its server has not answered, the pool would wait until
// that has let it go, up to 15 seconds, and have none in its place meanwhile: it leaves the pool, as long as no more
// than most have left that are not yet closed.
func (c *Count) GiveBack(conn *pgxpool.Conn, most int64) {
	if !conn.Conn().IsClosed() {
		conn.Release()
		return
	}
	if c.n.Add(1) > most {
		c.n.Add(-1)
		conn.Release()
		return
	}
	gone := conn.Hijack()
	go func() {
		<-gone.PgConn().CleanupDone()
		c.n.Add(-1)
	}()
}

// asking is in a context of Asking.
type asking struct{}

// Asking has the pool not ask whether a connection answers, for who asks at once, and takes another one if not.
func Asking(ctx context.Context) context.Context { return context.WithValue(ctx, asking{}, true) }

// ShouldPing asks a connection of a pool that was not used for a second.
func ShouldPing(ctx context.Context, p pgxpool.ShouldPingParams) bool {
	return ctx.Value(asking{}) == nil && p.IdleDuration > time.Second
}
