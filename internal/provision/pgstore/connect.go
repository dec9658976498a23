package pgstore

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

// Is reports whether the name of a store is the URL of a database.
func Is(name string) bool {
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
	_, err := parse(name)
	return err
}

// parse reads a URL. Where it does not say how the connection is protected, a database on another machine has to show a
// certificate for its name that can be verified: pgx, as libpq, would take a connection without any.
func parse(name string) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(name)
	if err != nil {
		return nil, unusable(err)
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
	cfg.MaxConns = connections
	cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	return cfg, nil
}

// unusable says what pgx has against a URL. Its own text has the URL, without the password where it can tell which it
// is.
func unusable(err error) error {
	cause := errors.Unwrap(err)
	if cause == nil {
		return errors.New("the URL cannot be read; expected postgres://USER@HOST/DATABASE")
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
