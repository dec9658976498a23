package pgstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision/pgstore/line"
	"calltab/internal/provision/pgstore/reach"
)

// lookTime bounds the look at one of several servers, beside the others: one that is silent must not hold up a start.
const lookTime = 5 * time.Second

// servers are those that a configuration names and that take writes, where it names several.
func servers(ctx context.Context, cfg *pgx.ConnConfig) []line.Server {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	each := reach.Spots(ctx, cfg)
	if len(each) < 2 {
		return nil
	}
	found := make([]line.Server, len(each))
	var all sync.WaitGroup
	for i, one := range each {
		all.Go(func() {
			conn, err := pgx.ConnectConfig(ctx, one.Config)
			if err != nil {
				return // who uses it is told
			}
			defer conn.Close(ctx)
			at, since, err := line.Ask(ctx, conn.PgConn())
			if err == nil {
				found[i] = line.Server{Name: one.Name, At: at, Since: since}
			}
		})
	}
	all.Wait()
	return found
}

// survey looks at all servers that a configuration names, so that the lineage knows the newest line, and says which are
// old primaries. It refuses several that have nothing to do with one another.
func (l *lineage) survey(ctx context.Context, cfg *pgx.ConnConfig) (old []string, err error) {
	found := servers(ctx, cfg)
	if line.Double(found) { // one server of two names may have been started again meanwhile
		found = servers(ctx, cfg)
	}
	return l.judge(found)
}

// judge is survey for servers that were looked at. Those of another identity than the one in use do not keep it from
// knowing which of the rest is the newest, nor does a second primary beside the one in use: that is met by nobody.
func (l *lineage) judge(found []line.Server) (old []string, err error) {
	found = slices.DeleteFunc(slices.Clone(found), func(s line.Server) bool { return !s.At.Known() })
	l.mu.Lock()
	system, since := l.newest.System, l.since
	known := maps.Clone(l.twins)
	l.mu.Unlock()
	found, wrong := line.Foreign(found, system)
	rest, twins, doubt, double := line.Twins(found, since, known)
	if doubt { // an old primary is none the better for it
		l.replaced(found)
	}
	l.refuse(twins)
	slices.SortStableFunc(rest, func(a, b line.Server) int { return int(b.At.Timeline - a.At.Timeline) })
	for _, s := range rest {
		if refused := l.meet(s.At, s.Since, s.Name); refused != nil {
			old = append(old, fmt.Sprintf("%s takes writes: %v", s.Name, refused))
		}
	}
	for _, e := range []error{wrong, double} {
		if e != nil {
			err = e
			old = append(old, e.Error())
		}
	}
	return old, err
}
