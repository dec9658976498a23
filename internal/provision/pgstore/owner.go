package pgstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision/pgstore/bounds"
	"calltab/internal/provision/pgstore/reach"
	"calltab/internal/provision/pgstore/tables"
)

// Owned is what the owner of the tables wants of them.
type Owned struct {
	Views  string   // statements that make the views
	Names  []string // of the views
	Serve  []string // roles with which a program serves: they read and write the records
	Report []string // roles that read the views
}

// Raised is what became of the tables.
type Raised struct {
	Before, Now int64 // their schema version; Before is 0 where there were none
}

// Raise makes the tables as the user of a URL, or brings those of an earlier program up to date, makes the views and
// grants rights: all of it or nothing. It refuses to raise tables that a program uses.
func Raise(ctx context.Context, url string, o Owned) (Raised, error) {
	before, err := Look(ctx, url)
	if err != nil {
		return Raised{}, err
	}
	done := Raised{before.Schema, newestVersion}
	err = raiseAs(ctx, url, before, o)
	if err != nil {
		return done, fmt.Errorf("store %s: nothing was changed: %w", reach.Shown(url), reach.Plain(err))
	}
	return done, nil
}

func raiseAs(ctx context.Context, url string, before State, o Owned) error {
	if before.Made && before.Schema < newestVersion && before.Holder != "" {
		return fmt.Errorf("a running calltab (%s) uses schema version %d: stop it before it is raised to %d",
			before.Holder, before.Schema, newestVersion)
	}
	cfg, err := reach.Parse(url)
	if err != nil {
		return err
	}
	family := newLineage()
	if _, err := family.survey(ctx, cfg.ConnConfig); err != nil {
		return err
	}
	family.guard(cfg.ConnConfig)
	conn, err := pgx.ConnectConfig(ctx, cfg.ConnConfig)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	answers, err := ask(ctx, conn, sql("select coalesce(quote_ident(current_schema()), '')"))
	if err != nil {
		return err
	}
	schema := string(answers[0][0][0])
	if schema == "" {
		return errors.New("the schema of its search_path is not there, or not this user's to use")
	}
	statements := []string{"begin", bounds.Writing, alone}
	if before.Made && before.Schema < newestVersion {
		statements = append(statements, "select 1 from calltab_state for update", unused)
	}
	if !before.Made {
		statements = append(statements, tables.Make...)
		statements = append(statements, fmt.Sprintf("insert into calltab_state (schema, commits) values (%d, 0) "+
			"on conflict do nothing", newestVersion))
	}
	for at := before.Schema; before.Made && at < newestVersion; at++ {
		statements = append(statements, migrations[at-firstVersion]...)
		statements = append(statements, fmt.Sprintf("update calltab_state set schema = %d where schema = %d", at+1, at))
	}
	statements = append(statements, strings.TrimRight(o.Views, " \n;"))
	statements = append(statements, grants(schema, o)...)
	statements = append(statements, "commit")
	// An error ends the connection, and the transaction with it.
	_, err = conn.PgConn().Exec(ctx, strings.Join(statements, ";\n")).ReadAll()
	return owning(err)
}

// alone waits until nobody else makes tables in this database: rights and views are granted and made by one at a time.
const alone = "select pg_advisory_xact_lock(hashtext('calltab schema'))"

// unused refuses tables that a program has begun to use since they were looked at.
const unused = "do $$ begin if exists (select 1 from calltab_lease where holder <> '' and until > clock_timestamp()) " +
	"then raise exception 'in use'; end if; end $$"

func grants(schema string, o Owned) (statements []string) {
	grant := func(rights, on string, role string) {
		to := pgx.Identifier{role}.Sanitize()
		statements = append(statements, fmt.Sprintf("grant %s on %s to %s", rights, on, to))
	}
	for _, role := range o.Serve {
		grant("usage", "schema "+schema, role)
		grant("select, insert, update, delete", strings.Join(tables.Names, ", "), role)
	}
	for _, role := range o.Report {
		grant("usage", "schema "+schema, role)
		grant("select", strings.Join(o.Names, ", "), role)
	}
	return statements
}

// owning says what stands in the way of who wants to own the tables.
func owning(err error) error {
	switch code(err) {
	case notAllowed:
		return fmt.Errorf("this user may not: run it as the owner of the schema, or of the tables where they are "+
			"made: %v", err)
	case raised:
		return fmt.Errorf("%w: stop it before it is raised", ErrInUse)
	case noRole:
		return fmt.Errorf("make the role first, with create role NAME login: %w", err)
	}
	return err
}
