package app

import (
	"testing"
	"testing/synctest"
	"time"

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
			return &gauges{leases: &lease.Keeper{Store: store, Wall: time.Now, Name: name}}
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
