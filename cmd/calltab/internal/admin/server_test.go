package admin

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/ownersocket"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/core"
	"calltab/internal/provision/storetest"
)

// paused is a store of which each Update waits to be let on.
type paused struct {
	provision.Store
	at, on chan struct{}
}

func (p paused) Update(ctx context.Context, f func(provision.Tx) error) error {
	p.at <- struct{}{}
	<-p.on
	return p.Store.Update(ctx, f)
}

// TestPorter: a file that is too large is refused; two are not applied at once; and a program that ends lets
// go of what is in hand.
func TestPorter(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s")
	l, err := ownersocket.Listen(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	store := paused{storetest.Memory(), make(chan struct{}), make(chan struct{})}
	service := core.New(provision.Config{Store: store, AuditKey: make([]byte, 32)})
	ctx, stop := context.WithCancel(t.Context())
	p := NewServer(service, nil, []provision.TenantID{guidTenant}, slog.New(slog.DiscardHandler))
	server := p.HTTP(ctx)
	go server.Serve(l)
	defer server.Close()
	m, ok := reach(path)
	if !ok {
		t.Fatal("nobody answers")
	}
	var input *inputError
	if err := m.Apply(t.Context(), guidTenant, bytes.Repeat([]byte("#"), mostOrg+1), false, io.Discard); !errors.As(err, &input) || !strings.Contains(err.Error(), "too large") {
		t.Errorf("too large: %v", err)
	}
	if err := m.Apply(t.Context(), guidTenant, []byte("locations: 1"), false, io.Discard); !errors.As(err, &input) || !strings.Contains(err.Error(), "line 1: locations: expected a list") {
		t.Errorf("mistakes: %v", err)
	}
	said := make(chan error)
	go func() {
		said <- m.Apply(t.Context(), guidTenant, []byte(siteSeattle+tariff), false, io.Discard)
	}()
	<-store.at
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := among(gone, p.turn, func() error { t.Error("two at once"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("the second one: %v", err)
	}
	stop()
	close(store.on)
	if err := <-said; err == nil || err.Error() != "the program that has the store open is stopping" {
		t.Errorf("it says %v", err)
	}
	if resp, err := m.http.Get("http://calltab/nothing"); err == nil && resp.StatusCode != http.StatusNotFound {
		t.Errorf("another path: %v", resp.Status)
	}
}

// TestReadersBesideApply: while a file is applied the trail is verified, the store checked and backed up. At most a few
// reads run at once; one more waits, and is let go when it is given up.
func TestReadersBesideApply(t *testing.T) {
	t.Parallel()
	path, db, service := openFilled(t)
	tenants := []provision.TenantID{guidTenant}
	socket := filepath.Join(t.TempDir(), "s")
	l, err := ownersocket.Listen(socket, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	p := NewServer(service, db, tenants, slog.New(slog.DiscardHandler))
	server := p.HTTP(t.Context())
	go server.Serve(l)
	defer server.Close()
	m, ok := reach(socket)
	if !ok {
		t.Fatalf("nobody answers on %s beside %s", socket, path)
	}
	p.turn <- struct{}{} // a file is being applied
	var said bytes.Buffer
	reads := map[string]func(context.Context) error{
		"verify": func(ctx context.Context) error { return m.Verify(ctx, guidTenant, provision.Head{}, &said) },
		"check":  func(ctx context.Context) error { return m.check(ctx, &said) },
		"backup": func(ctx context.Context) error { return m.backup(ctx, io.Discard) },
		"export": func(ctx context.Context) error { return m.Export(ctx, guidTenant, &said) },
	}
	for name, read := range reads {
		if err := read(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range mostReaders {
		p.readers <- struct{}{}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := among(gone, p.readers, func() error { t.Error("too many at once"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("one more: %v", err)
	}
	<-p.readers
	for name, read := range reads {
		if err := read(t.Context()); err != nil {
			t.Errorf("%s in the last place: %v", name, err)
		}
	}
	if got := said.String(); strings.Count(got, "The store is sound: ") != 2 {
		t.Errorf("they say %s", got)
	}
}

// openFilled is a store in a file, with an inventory and the audit trail of how it came to be.
func openFilled(t *testing.T) (path string, db *boltstore.Store, service *core.Core) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "calltab.db")
	db, err := storefile.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if service, err = inventoryOf(db, path); err != nil {
		t.Fatal(err)
	}
	err = Ops{Service: service}.Apply(t.Context(), guidTenant, []byte(siteSeattle+tariff), false, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return path, db, service
}
