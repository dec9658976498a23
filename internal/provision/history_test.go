package provision_test

import (
	"maps"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/orgfile"
)

// ivy may look at Boston alone.
var ivy = provision.Actor{ID: "1f000000-0000-4000-8000-000000000001", Name: "Ivy"}

// reorganise applies another stock, with ivy as an auditor of Boston.
func (d *desk) reorganise(p planned) {
	d.t.Helper()
	inv := p.inventory()
	inv.AccessPolicy.Grants = []provision.Grant{{Role: provision.RoleAuditor, Who: []string{string(ivy.ID)}, Sites: []provision.LocationID{"boston"}}}
	if err := files(d.Core).Apply(d.t.Context(), tenant, alice.ID, inv, false, func(orgfile.Diff) {}); err != nil {
		d.fails("apply", err)
	}
}

// lines is how much of a history a user sees, and why not more.
func (d *desk) lines(by provision.Actor, about provision.Subject) (n int, why string) {
	d.t.Helper()
	h, err := d.History(d.t.Context(), tenant, by, about, 0, 100)
	said, _ := provision.SayOf(err)
	return len(h.Lines), said.ID
}

// TestHistoryOfAMove: a user who may look at one of an order's two locations may not open it, and its history neither.
func TestHistoryOfAMove(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.reorganise(office())
	d.given()
	o := d.carry(d.order(provision.Move, eastern, ""))
	for _, about := range []provision.Subject{{Order: o.ID}, {User: dana}} {
		if n, why := d.lines(ivy, about); n != 0 || why != "not-your-site" {
			t.Errorf("%v: ivy sees %d lines, %q", about, n, why)
		}
		if n, why := d.lines(alice, about); n == 0 || why != "" {
			t.Errorf("%v: alice sees %d lines, %q", about, n, why)
		}
	}
}

// TestWhoHadElsewhere: a number that has gone to another location takes nobody's name along.
func TestWhoHadElsewhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := office()
	d.reorganise(p)
	d.given()
	d.advance(24 * time.Hour)
	d.carry(d.order(provision.Release, "", ""))
	if err := d.FreeNow(t.Context(), tenant, alice, first); err != nil {
		d.fails("free", err)
	}
	then := d.now()
	d.advance(time.Hour)
	moved := p
	moved.where = maps.Clone(p.where)
	moved.where[first] = "boston"
	d.reorganise(moved)

	ask := func(by provision.Actor, from, to time.Time) (h provision.Holdings, why string) {
		h, err := d.WhoHad(t.Context(), tenant, by, first, from, to)
		said, _ := provision.SayOf(err)
		return h, said.ID
	}
	if h, why := ask(ivy, start, d.now()); why != "" || len(h.All) != 1 || h.All[0].At != "boston" || h.All[0].State != provision.Free {
		t.Errorf("ivy is told %v, %q", h.All, why)
	}
	if h, why := ask(ivy, start, then); why != "not-your-site" {
		t.Errorf("ivy is told %v, %q", h.All, why)
	}
	if h, why := ask(alice, start, then); why != "" || len(h.All) < 3 {
		t.Errorf("alice is told %v, %q", h.All, why)
	}
	seen, err := d.History(t.Context(), tenant, ivy, provision.Subject{Number: first}, 0, 100)
	if err != nil || len(seen.Lines) == 0 {
		t.Errorf("ivy sees %d lines, %v", len(seen.Lines), err)
	}
	for _, l := range seen.Lines { // changes of the stock are nobody's
		if l.Person != "" || l.Order != "" || l.User != "" {
			t.Errorf("ivy sees %v", l)
		}
	}
}

// TestWhoHadKeepsNames: a person who was removed since is named all the same, by their orders.
func TestWhoHadKeepsNames(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.given()
	d.carry(d.order(provision.Remove, "", ""))
	for _, from := range []time.Time{start, d.now()} { // all of the time, and the rest after it
		h, err := d.WhoHad(t.Context(), tenant, alice, first, from, d.now())
		if err != nil || len(h.All) == 0 {
			t.Fatal(h.All, err)
		}
		for _, a := range h.All {
			if a.User != "" && a.Name != "Dana Reyes" {
				t.Errorf("%s is called %q", a.User, a.Name)
			}
		}
	}
}
