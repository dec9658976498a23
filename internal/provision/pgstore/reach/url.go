package reach

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Is reports whether the name of a store is meant as the URL of a database, also where it is not written as one: what
// is taken for a file stands in logs and errors, and there may be a password in it.
func Is(name string) bool {
	low := strings.ToLower(name)
	return strings.HasPrefix(low, "postgres:") || strings.HasPrefix(low, "postgresql:") ||
		strings.Contains(low, "password=")
}

// isURL reports whether a name begins as pgx reads a URL.
func isURL(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// Shown is a URL as a log may have it: without its password, and without its settings, among which there may be one.
func Shown(name string) string {
	if Check(name) != nil { // what looks like a host may be part of a password
		return "postgres://…"
	}
	scheme, user, rest, _ := parts(name)
	if at := strings.IndexByte(user, ':'); at >= 0 {
		user = user[:at] + ":xxxxx"
	}
	if user != "" {
		user += "@"
	}
	return scheme + user + rest
}

// HasPassword reports whether a password stands in a URL.
func HasPassword(name string) bool {
	_, user, _, settings := parts(name)
	return strings.Contains(user, ":") || settings.Has("password")
}

// parts takes a URL apart, which may have several hosts and is then not one that net/url reads.
func parts(name string) (scheme, user, rest string, settings url.Values) {
	name, query, _ := strings.Cut(name, "?")
	settings, _ = url.ParseQuery(query) // what pgx cannot read either it says itself
	if at := strings.Index(name, "://"); at >= 0 {
		scheme, name = name[:at+3], name[at+3:]
	}
	if at := strings.LastIndexByte(name, '@'); at >= 0 {
		user, name = name[:at], name[at+1:]
	}
	return scheme, user, name, settings
}

// Check says what is wrong with a URL. It connects to nothing.
func Check(name string) error {
	_, err := Parse(name)
	return err
}

// Parse reads a URL.
func Parse(name string) (*pgxpool.Config, error) {
	return ParseBy(name, net.DefaultResolver.LookupHost)
}

// ParseBy reads a URL whose names are looked up in a way of its own. Where it does not say how the connection is
// protected, a database on another machine has to show a certificate for its name that can be verified: pgx, as libpq,
// would take a connection without any.
func ParseBy(name string, look pgconn.LookupFunc) (*pgxpool.Config, error) {
	if !isURL(name) {
		return nil, errNoURL
	}
	if end := strings.IndexAny(name, "?#"); end >= 0 && strings.Contains(name[end:], "@") {
		return nil, errUnescaped // of what stands before the @, pgx would take a part for the host
	}
	cfg, err := pgxpool.ParseConfig(name)
	if err != nil {
		err = unusable(err)
		if quotesPassword(err.Error(), name) {
			return nil, errUnescaped
		}
		return nil, err
	}
	_, _, _, settings := parts(name)
	if !settings.Has("sslmode") && os.Getenv("PGSSLMODE") == "" && away(&cfg.ConnConfig.Config) {
		more := "?"
		if strings.Contains(name, "?") {
			more = "&"
		}
		if cfg, err = pgxpool.ParseConfig(name + more + "sslmode=verify-full"); err != nil {
			return nil, unusable(err)
		}
	}
	conn := cfg.ConnConfig
	conn.DefaultQueryExecMode = pgx.QueryExecModeExec
	said := settings.Has("target_session_attrs") || os.Getenv("PGTARGETSESSIONATTRS") != ""
	newWay(conn, look).take(conn, said)
	return cfg, nil
}

// quotesPassword reports whether a text has three letters in a row of a URL's password.
func quotesPassword(text, url string) bool {
	_, user, _, _ := parts(url)
	_, password, _ := strings.Cut(user, ":")
	for i := 0; i+3 <= len(password); i++ {
		if strings.Contains(text, password[i:i+3]) {
			return true
		}
	}
	return false
}

var (
	errNoURL     = errors.New("the URL cannot be read; expected postgres://USER@HOST/DATABASE")
	errUnescaped = errors.New("the URL cannot be used. In a password, write % as %25, ? as %3F, # as %23, / as %2F, " +
		": as %3A and @ as %40, or leave it to the file that PGPASSFILE names; expected " +
		"postgres://USER:PASSWORD@HOST/DATABASE")
)

// unusable says what pgx has against a URL. Its own text has the URL, without the password where it can tell which it
// is.
func unusable(err error) error {
	cause := errors.Unwrap(err)
	if cause == nil {
		return errNoURL
	}
	var in *url.Error
	if errors.As(cause, &in) { // its text is the URL
		cause = in.Err
	}
	return fmt.Errorf("the URL cannot be used (%w); expected postgres://USER@HOST/DATABASE", cause)
}

// away reports whether one of the hosts is another machine.
func away(cfg *pgconn.Config) bool {
	hosts := []string{cfg.Host}
	for _, f := range cfg.Fallbacks {
		hosts = append(hosts, f.Host)
	}
	for _, h := range hosts {
		ip := net.ParseIP(h)
		if !strings.HasPrefix(h, "/") && h != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return true
		}
	}
	return false
}
