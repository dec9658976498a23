package pgstore

import (
	"context"
	"net"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision/pgstore/line"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/pgstore/reach"
)

// TestSilentAddress: of a name with several addresses one that is silent is passed over, as one of several hosts is, and
// each of them is looked at.
func TestSilentAddress(t *testing.T) {
	t.Parallel()
	direct := pgtest.URL(t)
	plain, err := reach.Parse(direct)
	if err != nil {
		t.Fatal(err)
	}
	silent := silentAddress(t)
	answering := pgtest.NewWire(t, filepath.Join(plain.ConnConfig.Host, ".s.PGSQL.5432")).At
	names := func(context.Context, string) ([]string, error) { return []string{silent, answering}, nil }
	url := "postgres://postgres@db.example.com/postgres?sslmode=disable&search_path=" + schemaOf(t, direct)
	cfg, err := reach.ParseBy(url, names)
	if err != nil {
		t.Fatal(err)
	}
	var found []line.Server
	var looked sync.WaitGroup
	looked.Go(func() { found = servers(t.Context(), cfg.ConnConfig) })
	ctx, cancel := context.WithTimeout(t.Context(), askTime) // as who reads waits
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, cfg.ConnConfig)
	if err != nil {
		t.Errorf("beside a silent address: %v", err)
	} else if err := conn.Close(ctx); err != nil {
		t.Error(err)
	}
	looked.Wait()
	if len(found) != 2 || found[0].At.Known() || !found[1].At.Known() {
		t.Errorf("the servers are %+v", found)
	}
}

// silentAddress is one that takes no connection and refuses none: its queue is full.
func silentAddress(t *testing.T) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	bound, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	at := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: bound.(*syscall.SockaddrInet4).Port}
	first, err := net.DialTCP("tcp", nil, at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { first.Close() })
	return at.String()
}
