package provision_test

import (
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
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
