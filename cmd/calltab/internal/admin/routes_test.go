package admin

import (
	"log/slog"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/ownersocket"
	"calltab/internal/provision"
	"calltab/internal/provision/routes"
)

// TestRoutes: what was read of a tenant's routes is told by the program that has the store open, by the store where
// none has, and is nothing where there is no store yet.
func TestRoutes(t *testing.T) {
	t.Parallel()
	path, db, service := openFilled(t)
	at := time.Date(2026, 3, 3, 3, 12, 0, 0, time.UTC)
	err := db.Update(t.Context(), func(tx provision.Tx) error {
		_, err := routes.Keep(tx, guidTenant, routes.Snapshot{At: at, Dial: []string{"Global"}}, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := ownersocket.Listen(SocketOf(path), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := NewServer(service, db, []provision.TenantID{guidTenant}, slog.New(slog.DiscardHandler)).HTTP(t.Context())
	go server.Serve(l)
	r, err := Routes(t.Context(), path, guidTenant)
	if err != nil || !r.Last.At.Equal(at) || len(r.Last.Dial) != 1 {
		t.Errorf("by the program: %+v, %v", r, err)
	}
	server.Close()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if r, err := Routes(t.Context(), path, guidTenant); err != nil || !r.Last.At.Equal(at) {
		t.Errorf("by the store: %+v, %v", r, err)
	}
	if r, err := Routes(t.Context(), path+".none", guidTenant); err != nil || !r.Tried.IsZero() {
		t.Errorf("by none: %+v, %v", r, err)
	}
}
