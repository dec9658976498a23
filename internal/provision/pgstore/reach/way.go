package reach

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// How long one of several machines may take to take a connection, before the next is tried. One that is only busy may
// take longer to let a connection in, unless the URL says connect_timeout: all replicas come at once where it was away.
const (
	dialTime = 3 * time.Second
	letTime  = 10 * time.Second
)

// keptAlive finds out within half a minute that an idle connection leads nowhere any more, as behind a firewall that
// has forgotten it.
var keptAlive = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

// way is how the servers of a configuration are reached. There are several where it names several, or where a name that
// it has turns out to have several addresses.
type way struct {
	names   pgconn.LookupFunc
	several atomic.Bool
	limit   time.Duration // of one of several machines; 0: as the URL says
}

func newWay(cfg *pgx.ConnConfig, names pgconn.LookupFunc) *way {
	w := &way{names: names}
	w.several.Store(len(Apart(cfg)) > 1)
	return w
}

// take has a configuration use the way. said is that the URL says which servers are wanted.
func (w *way) take(cfg *pgx.ConnConfig, said bool) {
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = letTime
		w.limit = dialTime
	}
	cfg.LookupFunc = w.look
	cfg.DialFunc = w.dial
	if !said && (w.several.Load() || isName(cfg.Host)) {
		cfg.ValidateConnect = w.validate
	}
}

// isName reports whether a host is a name that may stand for several servers, and neither an address nor a socket.
func isName(host string) bool {
	return !strings.HasPrefix(host, "/") && net.ParseIP(host) == nil && host != "localhost"
}

func (w *way) look(ctx context.Context, host string) ([]string, error) {
	addresses, err := w.names(ctx, host)
	if len(addresses) > 1 && isName(host) {
		w.several.Store(true)
	}
	return addresses, err
}

func (w *way) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{KeepAliveConfig: keptAlive}
	if w.several.Load() {
		dialer.Timeout = w.limit
	}
	return dialer.DialContext(ctx, network, address)
}

// validate wants the one of several that takes writes: none of the others is of use.
func (w *way) validate(ctx context.Context, conn *pgconn.PgConn) error {
	if !w.several.Load() {
		return nil
	}
	return pgconn.ValidateConnectTargetSessionAttrsReadWrite(ctx, conn)
}

// Once is a configuration that reaches a server for one connection, and not again after made is called: to cancel what
// is asked on a connection, pgx makes another one.
func Once(to *pgx.ConnConfig) (cfg *pgx.ConnConfig, made func()) {
	cfg = to.Copy()
	dial := cfg.DialFunc
	var done atomic.Bool
	cfg.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		if done.Load() {
			return nil, errors.New("nothing is cancelled")
		}
		return dial(ctx, network, address)
	}
	return cfg, func() { done.Store(true) }
}
