package fulfil_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/rows"
)

var heldBack = &provision.Error{Op: "tell the carrier", Kind: provision.Throttled, Code: provision.CodeHeld,
	Say: provision.Say("carrier-silent"), RetryAfter: time.Minute}

// TestHeldNotice: an order whose notice never left, as the carrier had asked for a pause, has told the carrier nothing:
// taken back it ends at once, though the carrier still takes no notices.
func TestHeldNotice(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.ms.change(func(m *microsoft) { m.fates["tell"] = []fate{{err: heldBack, forever: true}} })
		w.live(w.store)
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		if o := w.read(); o.State != provision.Running && o.State != provision.Approved {
			t.Fatalf("it does not wait for the carrier: %s, %v", o.State, o.Problem)
		}
		if _, err := w.svc.Withdraw(t.Context(), tenant, bruno, w.id); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if o := w.read(); o.State != provision.Cancelled {
			t.Errorf("it is %s at %v", o.State, o.Work)
		}
	})
}

// TestHeldDrop: that a number is nobody's any more was held and then refused, so its line is not made anew when the
// order is undone.
func TestHeldDrop(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.phone(provision.ChangeNumber)
		before := len(w.carrier.list)
		w.ms.change(func(m *microsoft) { m.fates["tell"] = []fate{{}, {err: heldBack}, {err: badNumber}} })
		w.live(w.store)
		if o := w.end(24 * time.Hour); o.State != provision.Parked || o.Halt.Step != provision.StepRetire {
			t.Fatalf("%s at %s: %v", o.State, o.Halt.Step, o.Problem)
		}
		w.rule(provision.TakeBack)
		if o := w.end(24 * time.Hour); o.State != provision.Failed {
			t.Errorf("%s: %v", o.State, o.Problem)
		}
		want := []string{"activate " + string(second) + " metered", "release " + string(second) + " metered"}
		if told := w.carrier.list[before:]; !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}

// TestPaceOfBulk: a bulk makes room for Microsoft where it asks for a pause. The carrier's own pause holds its notices
// already, and makes no bulk slower than the carrier is.
func TestPaceOfBulk(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]bool{"tell": false, "assign": true} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.ofBulk()
				busy := *heldBack
				w.ms.change(func(m *microsoft) { m.fates[method] = []fate{{err: &busy, forever: true}} })
				w.live(w.store)
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				b := w.bulk()
				if narrowed := b.AtOnce() < rows.FirstWidth; narrowed != want || b.Busy.IsZero() == want {
					t.Errorf("%d orders at once, resting until %v", b.AtOnce(), b.Busy)
				}
			})
		})
	}
}

// ofBulk makes the order one of a bulk.
func (w *world) ofBulk() {
	w.t.Helper()
	b := rows.Bulk{ID: "list", Tenant: tenant, Requester: alice, State: rows.Running, Rows: 1, Created: w.time()}
	err := w.store.Update(w.t.Context(), func(tx provision.Tx) error {
		rows.Write(tx, b)
		rows.Put(tx, tenant, b.ID, rows.Row{}, rows.Row{N: 1, State: rows.Working})
		o, err := w.svc.OrderIn(tx, tenant, w.id)
		if err != nil {
			return err
		}
		o.Bulk = provision.BulkRow{ID: b.ID, Row: 1}
		return w.svc.Write(tx, &o, provision.OrderProgress, "", "")
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) bulk() (b rows.Bulk) {
	w.t.Helper()
	err := w.store.View(w.t.Context(), func(tx provision.Tx) (err error) {
		b, err = rows.Read(tx, tenant, "list")
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}
