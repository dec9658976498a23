package provision_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/rows"
)

// awaitApproval writes orders that wait for one of two approvers, some of which are rows of two lists; of these some
// have waited since before their list was begun, as after a clock that was ahead.
func (d *desk) awaitApproval(random *rand.Rand, count int) {
	d.t.Helper()
	approvers := []provision.Actor{boss, carol}
	lists := map[provision.BulkID]rows.Bulk{}
	for i := range count {
		d.advance(time.Duration(random.IntN(3)) * time.Minute)
		d.update(func(tx provision.Tx) error {
			id := []provision.BulkID{"", "one", "two"}[random.IntN(3)]
			if _, begun := lists[id]; id != "" && !begun {
				lists[id] = rows.Bulk{ID: id, Tenant: tenant, Requester: alice, State: rows.Running, Created: d.now()}
				rows.Write(tx, lists[id])
			}
			o := provision.Order{ID: provision.OrderID(fmt.Sprintf("o%05d", i)), Tenant: tenant, Kind: provision.Add, State: provision.Pending, Requester: alice}
			o.Created = d.now()
			o.Submitted = d.now()
			o.Person.ID = user(i)
			o.Approval.Asked = []provision.Asked{{Actor: approvers[random.IntN(2)]}}
			o.Approval.Since = d.now()
			if id != "" {
				rows.Put(tx, tenant, id, rows.Row{}, rows.Row{N: i, State: rows.Asked, Order: o.ID})
				o.Bulk = provision.BulkRow{ID: id, Row: i}
			}
			if id == "two" {
				o.Approval.Since = d.now().Add(-100 * time.Hour)
			}
			return d.Write(tx, &o, provision.OrderProgress, alice.ID, "")
		})
	}
}

// TestWaitsOfAList: what of a list waits for an approver is found among everything that does, however that came.
func TestWaitsOfAList(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		d := scopedDesk(t)
		random := rand.New(rand.NewPCG(seed, 9))
		d.awaitApproval(random, 60)
		for i := range 60 { // some have been decided about
			if random.IntN(3) == 0 {
				d.update(func(tx provision.Tx) error {
					o, err := d.OrderIn(tx, tenant, provision.OrderID(fmt.Sprintf("o%05d", i)))
					o.State = provision.Rejected
					o.Approval.Asked = nil
					if err != nil {
						return err
					}
					return d.Write(tx, &o, provision.OrderProgress, alice.ID, "")
				})
			}
		}
		for _, by := range []provision.Actor{boss, carol, alice} {
			all, err := d.ToApprove(t.Context(), tenant, by, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range []provision.BulkID{"one", "two"} {
				want := slices.DeleteFunc(slices.Clone(all), func(o provision.Order) bool { return o.Bulk.ID != id })
				for _, most := range []int{1, 3, 1000} {
					a, err := d.BulkToApprove(t.Context(), tenant, by, id, most)
					some := want[:min(most, len(want))]
					same := slices.EqualFunc(a.Orders, some, func(a, b provision.Order) bool { return a.ID == b.ID })
					if err != nil || !same || a.More != (len(want) > most) {
						t.Errorf("seed %d: of list %s %d orders wait for %s, more %v (%v), want %d of %d", seed, id, len(a.Orders), by.ID, a.More, err, len(some), len(want))
					}
				}
			}
		}
	}
}
