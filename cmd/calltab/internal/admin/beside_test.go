package admin

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"calltab/cmd/calltab/internal/shared"
	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/lease"
	"calltab/internal/provision/storetest"
)

// TestOneAtATime: what changes the inventory, or forgets, waits for the program that does the same, and keeps the next
// one waiting. What only reads waits for nobody.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	const file = `
locations:
  - {id: seattle, name: Seattle, country: US, time_zone: America/Los_Angeles}
plans:
  - {id: metered, name: Metered, price: "$8"}
`
	for name, row := range map[string]struct {
		lease string
		do    func(context.Context, Ops) error
		waits bool
	}{
		"apply":   {shared.Change, func(ctx context.Context, o Ops) error { return o.Apply(ctx, "t", []byte(file), false, io.Discard) }, true},
		"dry run": {shared.Change, func(ctx context.Context, o Ops) error { return o.Apply(ctx, "t", []byte(file), true, io.Discard) }, false},
		"export":  {shared.Change, func(ctx context.Context, o Ops) error { return o.Export(ctx, "t", io.Discard) }, false},
		"archive": {shared.Change, func(ctx context.Context, o Ops) error {
			return o.Archive(ctx, "t", audit.Seal{}, "file", "", io.Discard)
		}, true},
		"forget": {shared.Forget, func(ctx context.Context, o Ops) error {
			return o.Forget(ctx, "t", forgotten{user: provision.UserID(strings.Repeat("a", 36))}, io.Discard)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				store := storetest.Memory()
				program := func(name string) *lease.Keeper {
					return &lease.Keeper{Store: store, Wall: time.Now, Name: name}
				}
				o := Ops{Service: shared.Inventory(store, make([]byte, 32), time.Now), store: store, turn: program("command")}
				had, err := program("replica").Take(t.Context(), row.lease, time.Hour)
				if err != nil {
					t.Fatal(err)
				}
				ended := make(chan error, 1)
				go func() { ended <- row.do(t.Context(), o) }()
				synctest.Wait()
				if waits := len(ended) == 0; waits != row.waits {
					t.Errorf("it waits: %v", waits)
				}
				if err := had.Give(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := <-ended; err != nil && name != "archive" { // there is no trail
					t.Error(err)
				}
				if again, _, err := program("next").Try(t.Context(), row.lease, time.Minute); err != nil || again == nil {
					t.Errorf("it is not given back: %v", err)
				}
			})
		})
	}
}
