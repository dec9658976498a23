package admin

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"calltab/cmd/calltab/internal/ownersocket"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
)

// A backup under load shows one moment: two counters that change together are the same in it.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	path, db, service := openFilled(t)
	l, err := ownersocket.Listen(SocketOf(path), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := NewServer(service, db, nil, slog.New(slog.DiscardHandler)).HTTP(t.Context())
	go server.Serve(l)
	defer server.Close()
	ctx, stop := context.WithCancel(t.Context())
	written := make(chan error, 1)
	go func() {
		for n := 1; ; n++ {
			err := db.Update(ctx, func(tx provision.Tx) error {
				tx.Put("waivers-a", "n", fmt.Append(nil, n))
				tx.Put("waivers-b", "n", fmt.Append(nil, n))
				return nil
			})
			if err != nil {
				written <- err
				return
			}
		}
	}()
	for i := range 5 {
		part := filepath.Join(t.TempDir(), fmt.Sprint(i))
		if err := intoNew(part, func(out io.Writer) error { return copyStoreTo(t.Context(), path, out) }); err != nil {
			t.Fatal(err)
		}
		var a, b []byte
		err := boltstore.ReadSnapshot(part, func(snap *boltstore.Snapshot) error {
			if !snap.CheckPages(func(what string) { t.Error(what) }) {
				return nil
			}
			return snap.View(func(tx provision.Tx) error {
				a, _ = tx.Get("waivers-a", "n")
				b, _ = tx.Get("waivers-b", "n")
				return nil
			})
		})
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("the counters are %s and %s, %v", a, b, err)
		}
	}
	stop()
	if err := <-written; ctx.Err() == nil {
		t.Error(err)
	}
}
