package lease

import (
	"context"
	"errors"
	"flag"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/storetest/shape"
)

var update = flag.Bool("update", false, "write the golden files")

// TestStored: what is stored has the form that belongs to its schema version.
func TestStored(t *testing.T) {
	t.Parallel()
	shape.Check(t, provision.SchemaVersion, *update, stored{})
}

// two are the keepers of two programs on one store, in a bubble.
func two(t *testing.T, test func(t *testing.T, one, two *Keeper)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, err := boltstore.Open(filepath.Join(t.TempDir(), "leases.db"), boltstore.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		test(t, &Keeper{Store: s, Wall: time.Now, Name: "one"}, &Keeper{Store: s, Wall: time.Now, Name: "two"})
	})
}

func try(t *testing.T, k *Keeper) *Lease {
	t.Helper()
	l, _, err := k.Try(t.Context(), "hourly", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestOneHasIt(t *testing.T) {
	two(t, func(t *testing.T, one, two *Keeper) {
		had := try(t, one)
		if had == nil || try(t, two) != nil || try(t, one) != nil {
			t.Error("it is had twice, or not at all")
		}
		if err := had.Give(t.Context()); err != nil {
			t.Fatal(err)
		}
		other := try(t, two)
		if other == nil {
			t.Fatal("it was given back, and is not to be had")
		}
		if err := had.Give(t.Context()); err != nil || try(t, one) != nil {
			t.Errorf("what one gives again is another's: %v", err)
		}
		time.Sleep(time.Minute)
		if try(t, one) == nil {
			t.Error("it has ended, and is not to be had")
		}
		if had, err := other.Renew(t.Context(), time.Minute); had || err != nil {
			t.Errorf("what has gone was renewed: %v, %v", had, err)
		}
	})
}

// TestTakeWaits: who waits in vain says for what.
func TestTakeWaits(t *testing.T) {
	two(t, func(t *testing.T, one, two *Keeper) {
		try(t, one)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		had, err := two.Take(ctx, "hourly", time.Minute)
		if had != nil || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "the lease hourly") {
			t.Errorf("it has it: %v, and says %v", had != nil, err)
		}
	})
}

// Who does something for longer than the lease keeps it, and who waits has it at once when that is over.
func TestDoKeepsIt(t *testing.T) {
	two(t, func(t *testing.T, one, two *Keeper) {
		began := time.Now()
		inside := make(chan struct{})
		go one.Do(t.Context(), "org", time.Minute, func(ctx context.Context) error {
			close(inside)
			time.Sleep(time.Hour)
			return ctx.Err()
		})
		<-inside
		err := two.Do(t.Context(), "org", time.Minute, func(context.Context) error { return errBoom })
		if took := time.Since(began); err != errBoom || took < time.Hour || took > time.Hour+time.Second {
			t.Errorf("after %v: %v", took, err)
		}
		synctest.Wait()
		if try(t, one) == nil {
			t.Error("it is not to be had afterwards")
		}
	})
}

var errBoom = errors.New("boom")

// Who loses it is told, and who has the store alone needs none.
func TestDoLosesIt(t *testing.T) {
	two(t, func(t *testing.T, one, _ *Keeper) {
		err := one.Do(t.Context(), "org", time.Minute, func(ctx context.Context) error {
			err := one.Store.Update(ctx, func(tx provision.Tx) error { tx.Delete(Table, "org"); return nil })
			if err != nil {
				t.Error(err)
			}
			<-ctx.Done()
			return ctx.Err()
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("it was lost: %v", err)
		}
		var alone *Keeper
		if err := alone.Do(t.Context(), "org", time.Minute, func(ctx context.Context) error { return ctx.Err() }); err != nil {
			t.Error(err)
		}
	})
}
