package provision_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// placeOrders writes the orders of befallPlaces.
func (d *desk) placeOrders() {
	d.t.Helper()
	d.update(func(tx provision.Tx) error {
		for i := range 50 {
			for _, at := range []provision.LocationID{"boston", "london"} {
				id := fmt.Sprintf("%s-%d", at, i)
				o := provision.Order{ID: provision.OrderID(id), Tenant: tenant, OrderWish: provision.OrderWish{Location: at}}
				record.Save(tx, record.TableOrders, record.Key(tenant, id), o)
			}
		}
		return nil
	})
}

// befallPlaces has a person do much at two locations: mostly in Boston, and in London rarely or never.
func (d *desk) befallPlaces(random *rand.Rand, actor provision.UserID, times, rarely int) {
	d.t.Helper()
	const some = 500
	for begin := 0; begin < times; begin += some {
		d.update(func(tx provision.Tx) error {
			for range some {
				at := provision.LocationID("boston")
				if rarely > 0 && random.IntN(rarely) == 0 {
					at = "london"
				}
				e := provision.AuditEvent{Event: provision.OrderApproved, Actor: actor, Order: provision.OrderID(fmt.Sprintf("%s-%d", at, random.IntN(50)))}
				if random.IntN(2) == 0 {
					n := provision.E164("+12065550001")
					e = provision.AuditEvent{Event: provision.NumberBlocked, Actor: actor, Number: n, Numbers: []provision.NumberChange{{First: n, To: provision.Blocked, At: at}}}
				}
				if err := d.Append(tx, tenant, e); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// TestHistoryReadsOn: however rare what a reader may see is, a look at a history ends, says how far it came, and the
// looks after it lead to all of it, each once.
func TestHistoryReadsOn(t *testing.T) {
	t.Parallel()
	for _, rarely := range []int{0, 4, 3000} {
		d := scopedDesk(t)
		reader := provision.Actor{ID: erin}
		d.placeOrders()
		d.befallPlaces(rand.New(rand.NewPCG(uint64(rarely), 7)), dana, 12_000, rarely)
		var want, got []uint64
		for _, e := range slices.Backward(d.trail()) {
			if string(e.Order) > "london" || len(e.Numbers) > 0 && e.Numbers[0].At == "london" {
				want = append(want, e.Seq)
			}
		}
		before := uint64(0)
		unfinished := 0
		for range 5000 {
			h, err := d.History(t.Context(), tenant, reader, provision.Subject{User: dana}, before, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range h.Lines {
				got = append(got, l.Seq)
			}
			if !h.Looked.IsZero() {
				unfinished++
			}
			if before != 0 && h.Next >= before {
				t.Fatalf("a look from %d on leads to %d", before, h.Next)
			}
			before = h.Next
			if before == 0 {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("one in %d: it leads to %d events, want %d", rarely, len(got), len(want))
		}
		if rarely != 4 && unfinished < 2 {
			t.Errorf("one in %d: %d looks of 12,000 events ended early", rarely, unfinished)
		}
	}
}

// TestHistoryOfAll: a user who may see nothing of little is told so at once, and one who may see all of much is led on.
func TestHistoryOfAll(t *testing.T) {
	t.Parallel()
	d := scopedDesk(t)
	d.placeOrders()
	random := rand.New(rand.NewPCG(1, 8))
	d.befallPlaces(random, dana, 1000, 0)
	about := provision.Subject{User: dana}
	if n, why := d.lines(provision.Actor{ID: erin}, about); n != 0 || why != "not-your-site" {
		t.Errorf("a reader of London sees %d lines, %q", n, why)
	}
	h, err := d.History(t.Context(), tenant, alice, about, 0, 10)
	if err != nil || len(h.Lines) != 10 || h.Next != h.Lines[9].Seq || !h.Looked.IsZero() || h.Older {
		t.Errorf("an admin sees %d lines and is led to %d, looked %v: %v", len(h.Lines), h.Next, h.Looked, err)
	}
}
