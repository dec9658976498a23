package provision_test

import (
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/span"
)

// TestChangeInventoryLeavesOrdersAlone: a number that an order has, or that cools down, is not for the inventory to move, block
// or remove, and nothing else of such a change is written either.
func TestChangeInventoryLeavesOrdersAlone(t *testing.T) {
	t.Parallel()
	const n, free = provision.E164("+12065550105"), provision.E164("+12065550106")
	for name, prepare := range map[string]func(d *desk){
		"held":     func(d *desk) { d.full(dana, n) },
		"assigned": func(d *desk) { d.done(d.save(d.full(dana, n))) },
		"cooling": func(d *desk) {
			o := d.done(d.save(d.full(dana, n)))
			d.update(func(tx provision.Tx) error { return d.Rest(tx, &o, n, false) })
		},
	} {
		for how, w := range map[string]people.NumberWish{
			"moved":   {Number: n, Location: "london"},
			"blocked": {Number: n, Location: "seattle", Blocked: true},
			"removed": {Number: n},
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				d := quickDesk(t)
				d.load("seattle", "+12065550100", 10)
				prepare(d)
				before := d.tables()
				links := len(d.trail())
				c := people.InventoryChange{Note: "a test", Numbers: []people.NumberWish{{Number: free}, w}}
				err := d.store.Update(t.Context(), func(tx provision.Tx) error { return d.ChangeInventory(tx, tenant, c) })
				if provision.KindOf(err) != provision.Conflict {
					t.Errorf("it says %v, want a Conflict", err)
				}
				wantTables(t, d.tables(), before)
				if got := len(d.trail()); got != links {
					t.Errorf("the trail has %d links, want %d", got, links)
				}
			})
		}
	}
}

// TestLocationTakesItsSpansAlong: how long phones took is forgotten with their location, which may be another one when
// it comes back.
func TestLocationTakesItsSpansAlong(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	usual := func() (u provision.Usual) {
		d.update(func(tx provision.Tx) (err error) {
			u, err = span.In(tx, tenant, "seattle")
			return err
		})
		return u
	}
	d.update(func(tx provision.Tx) error { return span.Keep(tx, tenant, "seattle", time.Minute) })
	if u := usual(); u.Count != 1 {
		t.Fatalf("kept are %+v", u)
	}
	d.update(func(tx provision.Tx) error {
		return d.ChangeInventory(tx, tenant, people.InventoryChange{Gone: []provision.LocationID{"seattle"}})
	})
	if u := usual(); u.Count != 0 {
		t.Errorf("left behind: %+v", u)
	}
}
