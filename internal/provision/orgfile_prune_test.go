package provision_test

import (
	"context"
	"slices"
	"testing"

	"calltab/internal/provision"
)

// TestWhoUsesASite: a location and a plan stay as long as a person, a number or an order needs them, drafts, parked
// orders and what an order may be undone to included; and then they go.
func TestWhoUsesASite(t *testing.T) {
	t.Parallel()
	const seattle, metered = "refused location seattle: in use by ", "refused plan metered: in use by "
	boston := provision.Location{ID: "boston", Name: "Boston", Country: "US", TimeZone: "America/New_York"}
	for name, c := range map[string]struct {
		use  func(d *desk)
		want []string
	}{
		"nobody": {func(*desk) {}, []string{"removed location seattle", "removed plan metered"}},
		"a draft without a number": {func(d *desk) {
			d.begin(provision.Request{User: dana, Location: "seattle"})
		}, []string{seattle + "1 order", metered + "1 order"}},
		"a draft with a number": {func(d *desk) {
			d.full(dana, "+12065550100")
		}, []string{"refused number +12065550100, seattle: held", seattle + "1 number, 1 order", metered + "1 order"}},
		"a draft that is over": {func(d *desk) {
			s := d.full(dana, "+12065550100")
			if _, err := d.Cancel(t.Context(), tenant, alice, s.Order.ID); err != nil {
				d.fails("cancel", err)
			}
		}, []string{"removed location seattle", "removed plan metered"}},
		"a person with a phone": {func(d *desk) {
			d.done(d.save(d.full(dana, "+12065550100")))
		}, []string{"refused number +12065550100, seattle: assigned", seattle + "1 number, 1 person", metered + "1 person"}},
		"a person without one": {func(d *desk) {
			o := d.done(d.save(d.full(dana, "+12065550100")))
			d.update(func(tx provision.Tx) error {
				o.Kind, o.Had = provision.Release, provision.Subscriber{User: dana, Location: "seattle"}
				return d.End(tx, &o, true)
			})
		}, []string{"removed plan metered", seattle + "1 person"}},
		"a parked order": {func(d *desk) {
			d.park(dana, "+12065550100")
		}, []string{"refused number +12065550100, seattle: held", seattle + "1 number, 1 order", metered + "1 order"}},
		"an order that may be undone": {func(d *desk) {
			s := d.begin(provision.Request{User: dana, Location: "boston", Plan: "unlimited"})
			d.update(func(tx provision.Tx) error {
				o, err := d.OrderIn(tx, tenant, s.Order.ID)
				if err != nil {
					return err
				}
				o.State, o.Had = provision.Running, provision.Subscriber{User: dana, Location: "seattle", Plan: "metered"}
				return d.Write(tx, &o, provision.OrderRunning, "", "")
			})
		}, []string{seattle + "1 order", metered + "1 order"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := quickDesk(t)
			all := planned{sites: append(slices.Clone(sites[1:]), boston), plans: tariffs}.numbers("seattle", "+12065550100", 3).numbers("boston", "+16175550100", 1)
			if _, err := d.apply(d.Core, all, false); err != nil {
				t.Fatal(err)
			}
			c.use(d)
			less := planned{sites: []provision.Location{boston}, plans: tariffs[1:]}.numbers("boston", "+16175550100", 1)
			for _, dry := range []bool{true, false} {
				told, err := d.apply(d.Core, less, dry)
				got := slices.DeleteFunc(told, func(s string) bool {
					return len(s) > 15 && s[:15] == "removed number " || len(s) > 15 && s[:15] == "removed numbers"
				})
				if err != nil || !slices.Equal(got, c.want) {
					t.Errorf("dry %v: %q, %v, want %q", dry, got, err, c.want)
				}
			}
		})
	}
}

// restless is a store in which, between any look and the transaction after it, a user begins an order.
type restless struct {
	provision.Store
	begin func()
}

func (b *restless) Update(ctx context.Context, f func(provision.Tx) error) error {
	b.begin()
	return b.Store.Update(ctx, f)
}

// TestSiteTakenMeanwhile: a location that a user begins to use while it is being removed stays; and one that is unused
// goes although people are at work, unless they always are.
func TestSiteTakenMeanwhile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		where provision.LocationID
		often int
		want  string
	}{
		"there":            {"seattle", 1, "refused location seattle: in use by 1 order"},
		"elsewhere":        {"london", 1, "removed location seattle"},
		"elsewhere, often": {"london", 100, "refused location seattle: in use just now"},
	} {
		d := quickDesk(t)
		if _, err := d.apply(d.Core, planned{sites: sites, plans: tariffs}, false); err != nil {
			t.Fatal(err)
		}
		left := c.often
		store := &restless{d.store, func() {
			if left--; left >= 0 {
				d.begin(provision.Request{User: hugo, Location: c.where}) // who gets no proposal
			}
		}}
		told, err := d.apply(d.open(store), planned{sites: sites[:1], plans: tariffs}, false)
		if err != nil || !slices.Equal(told, []string{c.want}) {
			t.Errorf("%s: %q, %v, want %q", name, told, err, c.want)
		}
	}
}
