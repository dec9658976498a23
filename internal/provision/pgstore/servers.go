package pgstore

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision/pgstore/line"
	"calltab/internal/provision/pgstore/reach"
)

// lookTime bounds the look at one of several servers, beside the others: one that is silent must not hold up a start.
const lookTime = 5 * time.Second

// server is one of several that a URL names.
type server struct {
	name  string    // host and port
	at    line.Line // not known where it does not answer, or takes no writes
	since int64     // when it was started
}

// servers are those that a configuration names and that take writes, where it names several.
func servers(ctx context.Context, cfg *pgx.ConnConfig) []server {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	each := reach.Spots(ctx, cfg)
	if len(each) < 2 {
		return nil
	}
	found := make([]server, len(each))
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
				found[i] = server{one.Name, at, since}
			}
		})
	}
	all.Wait()
	return found
}

// survey looks at all servers that a configuration names, so that the lineage knows the newest line, and says which are
// old primaries. It refuses several that have nothing to do with one another.
func (l *lineage) survey(ctx context.Context, cfg *pgx.ConnConfig) (old []string, err error) {
	return l.judge(servers(ctx, cfg))
}

// judge is survey for servers that were looked at. Those of another identity than the one in use do not keep it from
// knowing which of the rest is the newest.
func (l *lineage) judge(found []server) (old []string, err error) {
	found = slices.DeleteFunc(slices.Clone(found), func(s server) bool { return !s.at.Known() })
	found, err = l.ours(found)
	slices.SortStableFunc(found, func(a, b server) int { return int(b.at.Timeline - a.at.Timeline) })
	for _, s := range found {
		l.point(s.at, s.name)
		if refused := l.meet(s.at, s.since); refused != nil {
			old = append(old, fmt.Sprintf("%s takes writes: %v", s.name, refused))
		}
	}
	return old, err
}

// ours are the servers of the identity that is in use, or of none where there are several and none is. The error names
// one of another identity.
func (l *lineage) ours(found []server) ([]server, error) {
	at := func(i int) int64 { return found[i].at.System }
	foreign := slices.IndexFunc(found, func(s server) bool { return s.at.System != at(0) })
	if foreign < 0 {
		return found, nil
	}
	err := fmt.Errorf("%s and %s take writes, and neither is a standby of the other: name the servers of one database "+
		"only", found[0].name, found[foreign].name)
	l.mu.Lock()
	used := l.newest.System
	l.mu.Unlock()
	return slices.DeleteFunc(found, func(s server) bool { return s.at.System != used }), err
}
