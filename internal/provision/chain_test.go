package provision_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/result"
)

// TestChain tampers with the audit trail behind the service's back, in every way that the chain is there to show.
func TestChain(t *testing.T) {
	t.Parallel()
	// The imports of two inventories are seven links; the order's begin behind them.
	at := func(n int) string { return fmt.Sprintf("%s/%016d", tenant, n) }
	var otherThird []byte // fits there, and here by itself
	elsewhere := newDesk(t)
	elsewhere.full(dana, "+12065550111")
	elsewhere.update(func(tx provision.Tx) error { otherThird, _ = tx.Get("audit", at(7)); return nil })
	for name, c := range map[string]struct {
		tamper func(tx provision.Tx)
		want   string // "" : sound
	}{
		"nothing": {func(provision.Tx) {}, ""},
		"edited": {func(tx provision.Tx) {
			raw, _ := tx.Get("audit", at(7))
			tx.Put("audit", at(7), []byte(strings.Replace(string(raw), string(alice.ID), string(bruno.ID), 1)))
		}, "link 7 does not fit"},
		"dropped": {func(tx provision.Tx) { tx.Delete("audit", at(7)) }, "link 7 is missing"},
		"dropped, and those after it moved up": {func(tx provision.Tx) {
			for n := 8; n <= 10; n++ {
				raw, ok := tx.Get("audit", at(n))
				tx.Delete("audit", at(n))
				if ok {
					tx.Put("audit", at(n-1), []byte(strings.Replace(string(raw), fmt.Sprintf(`"seq":%d`, n), fmt.Sprintf(`"seq":%d`, n-1), 1)))
				}
			}
		}, "link 7 does not fit"},
		"reordered": {func(tx provision.Tx) {
			a, _ := tx.Get("audit", at(7))
			b, _ := tx.Get("audit", at(8))
			a, b = slices.Clone(a), slices.Clone(b)
			tx.Put("audit", at(7), b)
			tx.Put("audit", at(8), a)
		}, "link 7 is missing"},
		"cut": {func(tx provision.Tx) { tx.Delete("audit", at(10)) }, "it ends at link 9, and its head is at 10"},
		"cut altogether": {func(tx provision.Tx) {
			for n := 1; n <= 10; n++ {
				tx.Delete("audit", at(n))
			}
		}, "it ends at link 0, and its head is at 10"},
		"added": {func(tx provision.Tx) {
			raw, _ := tx.Get("audit", at(10))
			tx.Put("audit", at(11), []byte(strings.Replace(string(raw), `"seq":10`, `"seq":11`, 1)))
		}, "link 11 is behind the head"},
		"spliced in from another copy of the store": {func(tx provision.Tx) { tx.Put("audit", at(7), otherThird) }, "link 8 does not fit"},
		"the first one gone":                        {func(tx provision.Tx) { tx.Delete("audit", at(1)) }, "link 1 is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t) // two imports
			s := d.full(dana, "+12065550110")
			d.answer(d.answer(s, back), back) // held, started, changed twice
			d.update(func(tx provision.Tx) error { c.tamper(tx); return nil })
			all, err := d.Audit(t.Context(), tenant)
			switch {
			case c.want == "" && (err != nil || len(all) != 10):
				t.Errorf("%d links, %v", len(all), err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// TestChainOfAnotherKey: a trail written with another key does not fit.
func TestChainOfAnotherKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	other := d.open(d.store)
	other.AuditKey = []byte("another key")
	if _, err := other.Audit(t.Context(), tenant); err == nil || !strings.Contains(err.Error(), "link 1 does not fit") {
		t.Errorf("%v", err)
	}
	if all, err := d.Audit(t.Context(), "another tenant"); err != nil || len(all) > 0 {
		t.Errorf("another tenant's: %v, %v", all, err)
	}
}

// TestTrail is what the trail says of an order, link by link; and no link names anybody but by id.
func TestTrail(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.save(d.full(dana, "+12065550110"))
	d.update(func(tx provision.Tx) error {
		o, err := d.OrderIn(tx, tenant, s.Order.ID)
		if err == nil {
			err = d.Fail(tx, &o, provision.Say("assign-refused"), result.Loss{Number: true})
		}
		return err
	})
	all, err := d.Audit(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range all {
		got = append(got, fmt.Sprint(l.Event, " ", l.Actor == alice.ID, " ", l.Before, ">", l.After, " ", l.Note))
		for _, name := range []string{"Dana", "Reyes", "dana1@", "Alice"} {
			if strings.Contains(fmt.Sprintf("%+v", l), name) {
				t.Errorf("%+v names %s", l, name)
			}
		}
	}
	want := []string{
		"inventory.changed false > added location london; added location seattle",
		"inventory.changed false > added plan metered; added plan unlimited",
		"inventory.changed false > added numbers +12065550100 to +12065550129 (30), seattle",
		"inventory.imported false > 34 added, 0 changed, 0 removed, 0 refused",
		"inventory.changed false > added numbers +442079460000 to +442079460009 (10), london",
		"inventory.imported false > 10 added, 0 changed, 0 removed, 0 refused",
		"number.held true > ", "order.started true >draft review", "order.submitted true draft>approved seattle metered",
		"number.released false > blocked", "order.failed false approved>failed assign-refused",
	}
	if !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

// TestHeadsAreLogged: the end of each chain goes to the log, against which a trail cut off with its head can be held.
func TestHeadsAreLogged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var out strings.Builder
	d.Log = slog.New(slog.NewTextHandler(&out, nil))
	if err := d.LogAudit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, "tenant="+string(tenant)+" count=6 mac=") || strings.Count(got, "\n") != 1 {
		t.Errorf("logged %q", got)
	}
}
