package provision_test

import (
	"fmt"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/order"
)

// manyDone writes so many done orders of two locations, every third of which is a move between them.
func (d *desk) manyDone(count int) {
	d.t.Helper()
	for begin := 0; begin < count; begin += 100 {
		d.update(func(tx provision.Tx) error {
			for i := begin; i < min(begin+100, count); i++ {
				d.advance(time.Minute)
				o := provision.Order{ID: provision.OrderID(fmt.Sprintf("o%05d", i)), Tenant: tenant, Kind: provision.Add, State: provision.Done, Requester: employee}
				o.Created = d.now()
				o.Submitted = d.now()
				o.Person.ID = user(i)
				o.Location = []provision.LocationID{"london", "seattle"}[i%2]
				if i%3 == 0 {
					o.Had.Location = []provision.LocationID{"seattle", "london"}[i%2]
				}
				if err := d.Write(tx, &o, provision.OrderProgress, alice.ID, ""); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// TestDocketCountsMany: a page says where in the list it is as far as places are counted, and else that it is behind.
func TestDocketCountsMany(t *testing.T) {
	t.Parallel()
	d := scopedDesk(t)
	d.manyDone(docket.MostCounted + 120)
	const limit = 40
	readers := map[string]provision.Actor{"an admin": alice, "a reader of London": {ID: erin}}
	for name, by := range readers {
		for _, at := range []provision.LocationID{"", "london"} {
			q := docket.Query{Standing: order.Done, Location: at, Limit: 10 * docket.MostCounted}
			whole, err := d.Docket(t.Context(), tenant, by, q)
			if err != nil {
				t.Fatal(err)
			}
			all := len(whole.Orders)
			q.Limit = limit
			q.Count = true
			var places []string
			for first := 0; first == 0 || q.From != ""; first += limit {
				p, err := d.Docket(t.Context(), tenant, by, q)
				if err != nil {
					t.Fatal(err)
				}
				more := all > docket.MostCounted
				want := docket.Page{First: first + 1, Total: min(all, docket.MostCounted), More: more}
				if first > limit {
					want.Back = places[len(places)-1]
				}
				if more && first+limit > docket.MostCounted {
					want.First = 0
					want.Back = ""
				}
				if p.First != want.First || p.Total != want.Total || p.More != want.More || p.Back != want.Back {
					t.Errorf("%s at %q, page from %d of %d: it is %d of %d, more %v, back %q, not %+v", name, at, first, all, p.First, p.Total, p.More, p.Back, want)
				}
				places = append(places, q.From)
				q.From = p.Next
			}
			if len(places) != (all+limit-1)/limit {
				t.Errorf("%s at %q: %d pages of %d orders", name, at, len(places), all)
			}
		}
	}
}
