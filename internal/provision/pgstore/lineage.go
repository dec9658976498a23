package pgstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A server has the identity of its cluster, which its standbys share, and a timeline, which rises with each promotion.
// So one that takes writes on an earlier timeline than another one of the same identity is an old primary that has come
// back, or was never told of its end: what is written there is lost, and what is read there is not so any more. A URL
// that names both may lead to either.

// line is where a connection leads. The zero value is not known.
type line struct {
	system   int64 // the cluster's identity
	timeline int64 // 0: it is a standby
}

func (l line) known() bool { return l.timeline != 0 }

// standby reports a server that was one when the connection was made. It may have been promoted since.
func (l line) standby() bool { return l.system != 0 && l.timeline == 0 }

// before reports whether it is the line of an old primary, held against another one.
func (l line) before(other line) bool {
	return l.known() && l.system == other.system && l.timeline < other.timeline
}

const readLine = "select system_identifier, case when pg_is_in_recovery() then 0 else " +
	"('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint end from pg_control_system()"

// ErrOldPrimary is of a server in whose place another one was promoted.
var ErrOldPrimary = errors.New("it is an old primary, in whose place another server was promoted: stop it, and make " +
	"it a standby of that one. If it is the right one, stop the other one and each replica, run calltab restore " +
	"without a file, and start the replicas again")

func oldPrimary(is, newest line) error {
	return fmt.Errorf("%w (it is at timeline %d, and the promoted one at %d)", ErrOldPrimary, is.timeline,
		newest.timeline)
}

// lineage is the newest line that a handle has met, and what it remembers of it: of what was committed on another one,
// nothing need be so.
type lineage struct {
	mu     sync.Mutex
	newest line
	met    map[int64]line // the newest of each cluster
	memory *memory
}

func newLineage() *lineage { return &lineage{met: map[int64]line{}, memory: &memory{}} }

// meet refuses a line that ended before the newest, and takes over a newer one. A database that was made anew, as by an
// upgrade of PostgreSQL, counts its timelines from the beginning.
func (l *lineage) meet(at line) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !at.known() || at == l.newest:
		return nil
	case at.before(l.met[at.system]):
		return oldPrimary(at, l.met[at.system])
	}
	l.newest = at
	l.met[at.system] = at
	l.memory = &memory{}
	return nil
}

// of is what is remembered for a connection, or why it is of no use any more.
func (l *lineage) of(conn *pgx.Conn) (*memory, error) {
	at := lineOf(conn.PgConn())
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case at.before(l.met[at.system]):
		return nil, oldPrimary(at, l.met[at.system])
	case at != l.newest:
		return &memory{}, nil // what is remembered is of another line
	}
	return l.memory, nil
}

// customLine is where a connection keeps its line.
const customLine = "calltab line"

// lineOf is where a connection led when it was made. For as long as it lasts, its server is promoted at most, from a
// standby; behind a pooler another server may have taken its place.
func lineOf(conn *pgconn.PgConn) line {
	at, _ := conn.CustomData()[customLine].(line)
	return at
}

// guard has each connection of a configuration be held against the lineage. One that is refused is as a server that
// does not answer: the next one of the URL is tried.
func (l *lineage) guard(cfg *pgx.ConnConfig) {
	wanted := cfg.ValidateConnect
	cfg.ValidateConnect = func(ctx context.Context, conn *pgconn.PgConn) error {
		if wanted != nil {
			if err := wanted(ctx, conn); err != nil {
				return err
			}
		}
		at, err := askLine(ctx, conn)
		if err != nil {
			return err
		}
		conn.CustomData()[customLine] = at
		if err := l.meet(at); err != nil {
			return err
		}
		return preparing(ctx, conn)
	}
}

// askLine asks a server for its line. One that does not let its users ask is not known.
func askLine(ctx context.Context, conn *pgconn.PgConn) (line, error) {
	results, err := conn.Exec(ctx, readLine).ReadAll()
	if refused(err) {
		return line{}, nil
	}
	if err != nil {
		return line{}, err
	}
	row := results[0].Rows[0]
	system, err := strconv.ParseInt(string(row[0]), 10, 64)
	if err != nil {
		return line{}, err
	}
	timeline, err := strconv.ParseInt(string(row[1]), 10, 64)
	return line{system, timeline}, err
}

// lookTime bounds the look at one of several servers, beside the others: one that is silent must not hold up a start.
const lookTime = 5 * time.Second

// server is one of several that a URL names.
type server struct {
	name string // host and port
	at   line
}

// servers are those that a configuration names and that take writes, where it names several.
func servers(ctx context.Context, cfg *pgx.ConnConfig) []server {
	each := apart(cfg)
	if len(each) < 2 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	found := make([]server, len(each))
	var all sync.WaitGroup
	for i, one := range each {
		all.Go(func() {
			conn, err := pgx.ConnectConfig(ctx, one)
			if err != nil {
				return // who uses it is told
			}
			defer conn.Close(ctx)
			at, err := askLine(ctx, conn.PgConn())
			if err == nil {
				found[i] = server{serverName(one.Host, one.Port), at}
			}
		})
	}
	all.Wait()
	return slices.DeleteFunc(found, func(s server) bool { return !s.at.known() })
}

// apart are the configurations of each server alone. Of one there may be several, with encryption and without.
func apart(cfg *pgx.ConnConfig) (each []*pgx.ConnConfig) {
	first := &pgconn.FallbackConfig{Host: cfg.Host, Port: cfg.Port, TLSConfig: cfg.TLSConfig}
	places := append([]*pgconn.FallbackConfig{first}, cfg.Fallbacks...)
	at := map[string]*pgx.ConnConfig{}
	for _, p := range places {
		name := serverName(p.Host, p.Port)
		if one := at[name]; one != nil {
			one.Fallbacks = append(one.Fallbacks, p)
			continue
		}
		one := cfg.Copy()
		one.Host, one.Port = p.Host, p.Port
		one.TLSConfig = p.TLSConfig
		one.Fallbacks, one.ValidateConnect = nil, nil
		at[name] = one
		each = append(each, one)
	}
	return each
}

func serverName(host string, port uint16) string {
	number := strconv.Itoa(int(port))
	if strings.HasPrefix(host, "/") {
		return filepath.Join(host, ".s.PGSQL."+number)
	}
	return net.JoinHostPort(host, number)
}

// survey looks at all servers that a configuration names, so that the lineage knows the newest line, and says which are
// old primaries. It refuses several that have nothing to do with one another.
func (l *lineage) survey(ctx context.Context, cfg *pgx.ConnConfig) (old []string, err error) {
	found := servers(ctx, cfg)
	for _, s := range found {
		if s.at.system != found[0].at.system {
			return nil, fmt.Errorf("%s and %s take writes, and neither is a standby of the other: name the servers of "+
				"one database only", found[0].name, s.name)
		}
	}
	slices.SortStableFunc(found, func(a, b server) int { return int(b.at.timeline - a.at.timeline) })
	for _, s := range found {
		if err := l.meet(s.at); err != nil {
			old = append(old, fmt.Sprintf("%s takes writes: %v", s.name, err))
		}
	}
	return old, nil
}

// Survey looks at each server that the URL of a store names. It returns a sentence for each old primary that takes
// writes; the store does not use them. A store whose own server turns out to be one goes to the promoted one.
func Survey(ctx context.Context, s *Store) (old []string, err error) {
	return s.lineage.survey(ctx, s.direct)
}
