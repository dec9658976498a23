package pgstore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision/pgstore/reach"
	"calltab/internal/provision/pgstore/values"
)

// State is what a look at a database has shown.
type State struct {
	Made     bool          // it has Calltab's tables
	Schema   int64         // their version; 0 where there are none
	Newest   int64         // the version to which this program brings them
	Writable bool          // the user may do what Calltab does with them; where there are none, make them
	Standby  bool          // it takes no writes at all: a standby, or one that is set so
	Lax      bool          // a commit is answered before it is on the disk
	User     string        // as whom this program is known there
	Holder   string        // the program that has the store, as it has named itself; empty: none
	Ahead    time.Duration // of its clock, to this machine's
	Old      string        // a sentence for each old primary that takes writes beside it; empty: none
}

const (
	readServer = "select pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on', " +
		"current_setting('synchronous_commit') = 'off', current_user::text, " +
		"coalesce(has_schema_privilege(current_schema(), 'create'), false), " +
		"(extract(epoch from clock_timestamp()) * 1000000)::bigint"
	readRights = "select bool_and(has_table_privilege(t, right_name)) from unnest(array['kv', 'calltab_state', " +
		"'calltab_lease', 'calltab_handle']) t, unnest(array['select', 'insert', 'update', 'delete']) right_name"
	readHolder = "select who from calltab_lease where holder <> '' and until > clock_timestamp()"
)

// Look looks at a database beside the program that has it, and changes nothing. It refuses one that cannot be reached
// and tables of a version that this program does not know.
func Look(ctx context.Context, url string) (State, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	s, err := look(ctx, url)
	if err != nil {
		return s, fmt.Errorf("store %s: %w", reach.Shown(url), reach.Plain(err))
	}
	return s, nil
}

func look(ctx context.Context, url string) (s State, err error) {
	s.Newest = newestVersion
	cfg, err := reach.Parse(url)
	if err != nil {
		return s, err
	}
	family := newLineage()
	old, err := family.survey(ctx, cfg.ConnConfig)
	if err != nil {
		return s, err
	}
	s.Old = strings.Join(old, "; ")
	family.guard(cfg.ConnConfig)
	conn, err := pgx.ConnectConfig(ctx, cfg.ConnConfig)
	if err != nil {
		return s, err
	}
	defer conn.Close(ctx)
	answers, err := ask(ctx, conn, sql(readServer))
	if err != nil {
		return s, err
	}
	server := answers[0][0]
	s.Standby = truth(server[0])
	s.Lax = truth(server[1])
	s.User = string(server[2])
	s.Writable = truth(server[3])
	s.Ahead = time.Until(time.UnixMicro(values.Number(server[4])))
	s.Schema, err = schemaVersion(ctx, conn)
	if code(err) == noTable {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.Made = true
	if s.Schema < 0 {
		return s, outOfUse(ctx, conn)
	}
	if err := knownVersion(s.Schema); err != nil {
		return s, err
	}
	answers, err = ask(ctx, conn, sql(readRights), sql(readHolder))
	if err != nil {
		return s, err
	}
	s.Writable = truth(answers[0][0][0])
	if holders := answers[1]; len(holders) > 0 {
		s.Holder = string(holders[0][0])
	}
	return s, nil
}

// truth is a column that is a boolean.
func truth(column []byte) bool { return len(column) == 1 && column[0] == 1 }
