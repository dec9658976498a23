package reach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// plainError is an error with a text of our own.
type plainError struct {
	text string
	error
}

func (e plainError) Error() string { return e.text }
func (e plainError) Unwrap() error { return e.error }

// refusedTLS is what pgx says of a host that speaks no TLS, before it tries without where that is allowed.
const refusedTLS = "server refused TLS connection"

// tlsFailed stands before what a certificate lacks.
const tlsFailed = "failed to write startup message: write failed: "

// ErrStatementMode is of a pooler that gives each statement another connection, so that there are no transactions.
var ErrStatementMode = errors.New("the pooler before the database is in statement mode, and Calltab needs transaction " +
	"mode: set pool_mode = transaction there for this database")

// statementMode stands in what PgBouncer answers then.
const statementMode = "not allowed in statement pooling mode"

// Refusals whose own words say nothing of what to do (https://www.postgresql.org/docs/15/errcodes-appendix.html).
var mends = map[string]string{
	"42501": "this user may not use Calltab's tables: have calltab schema --serve ROLE let it, with its name as ROLE, " +
		"as the owner of the tables",
	"25006": "the database takes no writes: it is a standby, or default_transaction_read_only is on for it or this " +
		"user; name the primary, or set that to off",
	"55P03": "another program has what Calltab needs locked, and has not let it go within lock_timeout, which is 8 " +
		"seconds where Calltab writes: where tables are changed, a report, a backup of the database or another calltab " +
		"schema; else changes by hand, or a calltab that is stuck; pg_locks and pg_stat_activity say which",
}

// Plain is an error in one line, with what to do where the database, or a pooler before it, refuses and does not say
// that.
func Plain(err error) error {
	err = plain(err)
	var said *pgconn.PgError
	if !errors.As(err, &said) {
		return err
	}
	if strings.Contains(said.Message, statementMode) {
		return plainError{ErrStatementMode.Error(), errors.Join(ErrStatementMode, err)}
	}
	if mends[said.Code] == "" || !strings.HasSuffix(err.Error(), said.Error()) {
		return err
	}
	before := strings.TrimSuffix(err.Error(), said.Error())
	return plainError{fmt.Sprintf("%s%s (%s)", before, mends[said.Code], said.Message), err}
}

// plain is an error in one line. That of pgx, where it could not connect, has a line for each way that was tried, so
// that most of them say the same.
func plain(err error) error {
	var failed *pgconn.ConnectError
	if !errors.As(err, &failed) {
		return err
	}
	_, tried, several := strings.Cut(failed.Error(), "\n")
	if !several {
		_, tried, _ = strings.Cut(failed.Error(), "`: ")
	}
	var said []string
	for line := range strings.Lines(tried) {
		line = strings.TrimSpace(strings.Replace(line, tlsFailed, "", 1))
		if line != "" && !slices.Contains(said, line) {
			said = append(said, line)
		}
	}
	real := slices.DeleteFunc(slices.Clone(said), func(line string) bool { return strings.Contains(line, refusedTLS) })
	if len(real) > 0 {
		said = real
	}
	if len(said) == 0 {
		return err
	}
	return plainError{"cannot connect: " + strings.Join(said, "; "), err}
}

// Passes reports whether an error of a database may be gone when it is asked again: it is not reached, has not answered
// in time, has ended a connection, or has no room. The records are as they were.
func Passes(err error) bool {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return slices.ContainsFunc(passing, func(codes string) bool { return strings.HasPrefix(said.Code, codes) })
	}
	var way net.Error
	return errors.As(err, &way) || errors.As(err, new(*pgconn.ConnectError)) || pgconn.Timeout(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// passing begin such codes (https://www.postgresql.org/docs/15/errcodes-appendix.html): connections, transactions that
// timed out or clashed, want of means, a lock that was not had, and an operator at work.
var passing = []string{"08", "25P03", "25P04", "40", "53", "55P03", "57014", "57P01", "57P02", "57P03"}

// dialsFor is how long Gone waits for a place to answer.
const dialsFor = 5 * time.Second

// Gone reports whether a database that could not be reached, for a reason, is not there: nothing answers at any place
// that its URL names, or the server has no database of that name.
func Gone(ctx context.Context, name string, why error) bool {
	var said *pgconn.PgError
	if errors.As(why, &said) && said.Code == "3D000" {
		return true
	}
	cfg, err := Parse(name)
	if err != nil {
		return false
	}
	for _, at := range Spots(ctx, cfg.ConnConfig) {
		addresses := []string{at.Config.Host}
		if isName(at.Config.Host) {
			addresses, _ = at.Config.LookupFunc(ctx, at.Config.Host) // none: it has no such name
		}
		for _, host := range addresses {
			if answers(ctx, at.Config, host) {
				return false
			}
		}
	}
	return true
}

func answers(ctx context.Context, cfg *pgx.ConnConfig, host string) bool {
	ctx, cancel := context.WithTimeout(ctx, dialsFor)
	defer cancel()
	network, address := pgconn.NetworkAddress(host, cfg.Port)
	conn, err := cfg.DialFunc(ctx, network, address)
	if err != nil {
		return false
	}
	_ = conn.Close() // nothing was sent
	return true
}
