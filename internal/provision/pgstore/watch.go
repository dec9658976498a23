package pgstore

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision/pgstore/line"
	"calltab/internal/provision/pgstore/reach"
)

// How often each of several servers is asked where it stands, on a connection that is kept for that, and how often
// their names are looked up. So a promotion is known within watchPause of the moment that the promoted server takes
// writes, while each server answers one short question per replica in that time.
const (
	watchPause = 3 * time.Second
	namesTime  = time.Minute
)

// Watch looks again and again at each server that the URL of a store names, where it names several, until ctx ends. A
// store whose own server turns out to be an old primary leaves it, and what was asked there is given up. tell is given
// a sentence for each old primary that takes writes, when that changes; an empty one means that there is none.
func Watch(ctx context.Context, s *Store, tell func(wrong string)) {
	w := &watch{lineage: s.lineage, cfg: s.direct, tell: tell}
	for ctx.Err() == nil {
		w.round(ctx)
	}
}

// watch is what is known of several servers.
type watch struct {
	lineage *lineage
	cfg     *pgx.ConnConfig
	tell    func(string)

	several bool // servers were named when they were looked up

	mu    sync.Mutex
	found []line.Server
	told  string
}

// round looks at the servers until their names are to be looked up again.
func (w *watch) round(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, namesTime)
	defer cancel()
	each := reach.Spots(ctx, w.cfg)
	if len(each) < 2 {
		w.rest(ctx)
		return
	}
	w.several = true
	w.mu.Lock()
	w.found = slices.DeleteFunc(w.found, func(f line.Server) bool {
		return !slices.ContainsFunc(each, func(s reach.Spot) bool { return s.Name == f.Name })
	})
	w.mu.Unlock()
	var all sync.WaitGroup
	for _, one := range each {
		all.Go(func() { w.follow(ctx, one) })
	}
	all.Wait()
}

// rest waits where there is one server. Where there were several once, their names could perhaps not be looked up, and
// soon are again.
func (w *watch) rest(ctx context.Context) {
	if w.several {
		pause, cancel := context.WithTimeout(ctx, watchPause)
		defer cancel()
		ctx = pause
	}
	<-ctx.Done()
}

// follow looks at one server, and does not wait for the others: one of them may be silent.
func (w *watch) follow(ctx context.Context, at reach.Spot) {
	tick := time.NewTicker(watchPause)
	defer tick.Stop()
	var conn *pgx.Conn
	for ctx.Err() == nil {
		conn = w.look(ctx, at, conn)
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	closeLooked(ctx, conn)
}

// look asks a server once, and returns the connection while it can be used again.
func (w *watch) look(ctx context.Context, at reach.Spot, conn *pgx.Conn) *pgx.Conn {
	asks, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	is := line.Server{Name: at.Name}
	var err error
	if conn == nil {
		conn, err = pgx.ConnectConfig(asks, at.Config)
	}
	if err == nil {
		is.At, is.Since, err = line.Ask(asks, conn.PgConn())
	}
	if ctx.Err() == nil {
		w.judge(ctx, is)
	}
	if err != nil {
		closeLooked(ctx, conn)
		return nil
	}
	return conn
}

func closeLooked(ctx context.Context, conn *pgx.Conn) {
	if conn != nil {
		_ = conn.Close(context.WithoutCancel(ctx)) // nothing is under way
	}
}

// judge takes over what a server has said, and tells what is wrong.
func (w *watch) judge(ctx context.Context, is line.Server) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if at := slices.IndexFunc(w.found, func(s line.Server) bool { return s.Name == is.Name }); at >= 0 {
		w.found[at] = is
	} else {
		w.found = append(w.found, is)
	}
	// One server of several names may have been started again between two looks, or it is another server.
	if line.Double(w.found) || w.lineage.restarted(is.At, is.Since) {
		w.found = servers(ctx, w.cfg)
		if ctx.Err() != nil {
			return
		}
	}
	old, _ := w.lineage.judge(w.found)
	said := strings.Join(old, "; ")
	if said != w.told {
		w.told = said
		w.tell(said)
	}
}
