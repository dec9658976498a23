package app

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/lease"
	"calltab/internal/provision/storetest"
)

// TestOneTellsTheGauges: of two replicas the one that was asked first tells what the store says, as long as it is asked,
// and then the other one.
func TestOneTellsTheGauges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := storetest.Memory()
		replica := func(name string) *gauges {
			return &gauges{leases: &lease.Keeper{Store: store, Wall: time.Now, Name: name}, held: func() bool { return false }}
		}
		one, two := replica("one"), replica("two")
		for range 10 {
			if !one.mine(t.Context()) || two.mine(t.Context()) {
				t.Fatal("it is not the first one alone that tells")
			}
			time.Sleep(time.Minute)
		}
		time.Sleep(gaugesTime)
		if !two.mine(t.Context()) || one.mine(t.Context()) {
			t.Error("after the first one has gone it is not the other one alone that tells")
		}
		if alone := (gauges{}); !alone.mine(t.Context()) {
			t.Error("where there is one it does not tell")
		}
	})
}

// ill is a store whose commits fail, or wait for an answer.
type ill struct {
	provision.Store
	err    error
	answer chan struct{}
}

func (s *ill) Update(ctx context.Context, f func(provision.Tx) error) error {
	if s.answer != nil {
		<-s.answer
	}
	if s.err != nil {
		return s.err
	}
	return s.Store.Update(ctx, f)
}

// TestGaugesOfAnIllStore: a scrape does not wait for a store that does not answer, and once it commits again the same
// replica tells what it says at once.
func TestGaugesOfAnIllStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &ill{Store: storetest.Memory()}
		held := false
		g := &gauges{leases: &lease.Keeper{Store: store, Wall: time.Now, Name: "one"}, held: func() bool { return held }}
		tells := func(want bool, longest time.Duration) {
			t.Helper()
			began := time.Now()
			if mine := g.mine(t.Context()); mine != want || time.Since(began) > longest {
				t.Errorf("after %v it tells: %v", time.Since(began), mine)
			}
		}
		tells(true, 0)
		store.err = errors.New("no disk")
		tells(false, 0)
		store.err = nil
		tells(true, 0)
		answer := make(chan struct{})
		store.answer = answer
		tells(false, turnTime)
		tells(false, 0)
		held = true
		tells(false, 0)
		close(answer)
		synctest.Wait()
		tells(false, 0)
		held = false
		tells(true, 0)
	})
}

// TestCommonSettings: what replicas must have in common is told, and nothing of its values; what is of one machine is not.
func TestCommonSettings(t *testing.T) {
	t.Parallel()
	key := []byte("a key of 32 bytes for the test. .")
	one := Config{Admins: []string{"alice"}, Listen: ":1", carrierKey: newSecret("hidden")}.common(key)
	two := Config{Admins: []string{"bruno"}, Listen: ":2", carrierKey: newSecret("hidden")}.common(key)
	if one["CALLTAB_ADMINS"] == two["CALLTAB_ADMINS"] || one["CALLTAB_CARRIER_SECRET"] != two["CALLTAB_CARRIER_SECRET"] {
		t.Errorf("one tells %v, and two %v", one, two)
	}
	if _, told := one["CALLTAB_LISTEN"]; told || len(one["CALLTAB_ADMINS"]) != 16 {
		t.Errorf("told is %v", one)
	}
	if other := (Config{carrierKey: newSecret("other")}).common(key); other["CALLTAB_CARRIER_SECRET"] == one["CALLTAB_CARRIER_SECRET"] {
		t.Error("another secret is told as the same")
	}
}
