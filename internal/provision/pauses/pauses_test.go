package pauses

import (
	"context"
	"flag"
	"path/filepath"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/storetest/shape"
)

var update = flag.Bool("update", false, "write the golden files")

// TestStored: what is stored has the form that belongs to its schema version.
func TestStored(t *testing.T) {
	t.Parallel()
	shape.Check(t, provision.SchemaVersion, *update, pause{})
}

// counting is a store that counts what is asked of it.
type counting struct {
	provision.Store
	views, updates int
}

func (c *counting) View(ctx context.Context, f func(provision.Tx) error) error {
	c.views++
	return c.Store.View(ctx, f)
}

func (c *counting) Update(ctx context.Context, f func(provision.Tx) error) error {
	c.updates++
	return c.Store.Update(ctx, f)
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

const (
	one   provision.TenantID = "one"
	other provision.TenantID = "other"
)

func open(t *testing.T) *counting {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "pauses.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &counting{Store: s}
}

// wants compares how long a keeper holds callers back.
func wants(t *testing.T, k *Keeper, tenant provision.TenantID, service string, want time.Duration) {
	t.Helper()
	if left := k.Left(t.Context(), tenant, service); left != want {
		t.Errorf("%s of %s is held for %v, want %v", service, tenant, left, want)
	}
}

func ask(t *testing.T, k *Keeper, d time.Duration) {
	t.Helper()
	if err := k.Ask(t.Context(), one, "phones", d); err != nil {
		t.Fatal(err)
	}
}

// TestPause: a pause holds the tenant's callers of that service and nobody else, the longer of two counts, and it ends.
func TestPause(t *testing.T) {
	t.Parallel()
	at := &clock{time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	k := &Keeper{Now: at.Now}
	ask(t, k, 30*time.Second)
	ask(t, k, 10*time.Second)
	ask(t, k, 0)
	wants(t, k, one, "phones", 30*time.Second)
	wants(t, k, one, "people", 0)
	wants(t, k, other, "phones", 0)
	at.now = at.now.Add(20 * time.Second)
	wants(t, k, one, "phones", 10*time.Second)
	at.now = at.now.Add(10 * time.Second)
	wants(t, k, one, "phones", 0)
	ask(t, k, time.Minute)
	at.now = at.now.Add(-30 * time.Second) // the clock was ahead
	wants(t, k, one, "phones", time.Minute)
	at.now = at.now.Add(-24 * time.Hour)
	wants(t, k, one, "phones", 0)
}

// TestPauseOfAnotherProgram: beside others a pause holds the callers of all of them, and is one commit.
func TestPauseOfAnotherProgram(t *testing.T) {
	t.Parallel()
	at := &clock{time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	store := open(t)
	here, there := &Keeper{Store: store, Now: at.Now}, &Keeper{Store: store, Now: at.Now}
	ask(t, here, time.Minute)
	for range 3 {
		ask(t, here, 30*time.Second)
		ask(t, there, 20*time.Second)
	}
	wants(t, there, one, "phones", time.Minute)
	at.now = at.now.Add(time.Minute)
	wants(t, there, one, "phones", 0)
	wants(t, here, one, "phones", 0)
	if store.updates != 2 { // the other one's was shorter, and writes nothing
		t.Errorf("%d commits", store.updates)
	}
}

// TestPauseIsForgotten: a pause that is ended holds nobody, and one that is over does not stay in the store.
func TestPauseIsForgotten(t *testing.T) {
	t.Parallel()
	at := &clock{time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	store := open(t)
	here, there := &Keeper{Store: store, Now: at.Now}, &Keeper{Store: store, Now: at.Now}
	ask(t, here, time.Minute)
	if err := here.End(t.Context(), one, "phones"); err != nil {
		t.Fatal(err)
	}
	wants(t, there, one, "phones", 0)
	wants(t, here, one, "phones", 0)
	if err := here.Ask(t.Context(), one, "people", time.Minute); err != nil {
		t.Fatal(err)
	}
	at.now = at.now.Add(time.Hour)
	ask(t, there, time.Minute)
	err := store.View(t.Context(), func(tx provision.Tx) error {
		for key := range tx.Scan(Table, "", "") {
			if key != "one/phones" {
				t.Errorf("%s is still there", key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
