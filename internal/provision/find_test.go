package provision_test

import (
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
)

// done takes an order to its end as the saga would.
func (d *desk) done(s provision.Sheet) provision.Order {
	d.t.Helper()
	var o provision.Order
	d.update(func(tx provision.Tx) (err error) {
		if o, err = d.OrderIn(tx, tenant, s.Order.ID); err != nil {
			return err
		}
		if err := d.Assign(tx, &o); err != nil {
			return err
		}
		o.State, o.Ready, o.Late = provision.Done, d.now(), provision.Late
		return d.Write(tx, &o, provision.OrderDone, "", "")
	})
	return o
}

func TestFind(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.full(dana, "+12065550110")
	d.advance(time.Minute)
	d.fullBy(bruno, dana, "+12065550111") // newer, but a draft does not count yet
	d.save(s)
	d.done(s)
	for _, q := range []provision.Query{{Text: "dana1@example.com"}, {Text: "dana"}, {User: dana}, {Number: "+12065550110"}} {
		found, err := d.Find(t.Context(), tenant, alice, q, 5)
		if err != nil || len(found) != 1 {
			t.Fatalf("%+v: %v, %v", q, found, err)
		}
		f := found[0]
		if f.Person.ID != dana || f.Number.E164 != "+12065550110" || f.Location.ID != "seattle" || f.Order.ID != s.Order.ID || !f.VoiceKnown {
			t.Errorf("%+v: %+v", q, f)
		}
	}
	found, err := d.Find(t.Context(), tenant, alice, provision.Query{Text: "Sam"}, 5)
	if err != nil || len(found) != 2 || found[0].VoiceKnown {
		t.Errorf("two: %+v, %v", found, err)
	}
	if found, err = d.Find(t.Context(), tenant, alice, provision.Query{Number: "+12065550120"}, 5); err != nil || len(found) != 1 || found[0].Person.ID != "" {
		t.Errorf("a free number: %+v, %v", found, err)
	}
	for _, q := range []provision.Query{{Text: "ghost@example.com"}, {Text: "Ghost"}, {Number: "+15550000000"}, {}} {
		if found, err := d.Find(t.Context(), tenant, alice, q, 5); provision.KindOf(err) != provision.NotFound {
			t.Errorf("%+v: %v, %v", q, found, err)
		}
	}

	// The telephone service does not answer: the person is shown all the same.
	d.ms.voiceErr = busy
	if found, err = d.Find(t.Context(), tenant, alice, provision.Query{User: dana}, 5); err != nil || len(found) != 1 || found[0].VoiceKnown || found[0].Person.ID != dana {
		t.Errorf("without voice: %+v, %v", found, err)
	}
	// The account is gone: the number is shown all the same.
	d.ms.people = nil
	if found, err = d.Find(t.Context(), tenant, alice, provision.Query{Number: "+12065550110"}, 5); err != nil || len(found) != 1 || found[0].Number.User != dana {
		t.Errorf("without its owner: %+v, %v", found, err)
	}
}

func TestOrders(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var ids []provision.OrderID
	for i, who := range []provision.UserID{dana, erin, sam1} {
		s := d.full(who, number("+12065550110", i))
		ids = append(ids, s.Order.ID)
		if d.advance(time.Minute); i == 1 {
			d.save(s)
		}
	}
	list := func(f provision.Filter) (got []provision.OrderID) {
		t.Helper()
		all, err := d.Orders(t.Context(), tenant, alice, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range all {
			got = append(got, o.ID)
		}
		return got
	}
	check := func(f provision.Filter, want ...provision.OrderID) {
		t.Helper()
		got := list(f)
		same := len(got) == len(want)
		for i := range min(len(got), len(want)) {
			same = same && got[i] == want[i]
		}
		if !same {
			t.Errorf("%+v: %v, want %v", f, got, want)
		}
	}
	check(provision.Filter{Requester: alice.ID}, ids[2], ids[1], ids[0])
	check(provision.Filter{Requester: alice.ID, Limit: 2}, ids[2], ids[1])
	check(provision.Filter{Person: erin}, ids[1])
	check(provision.Filter{Person: erin, Requester: bruno.ID})
	check(provision.Filter{Requester: bruno.ID})
	if o, ok, err := d.DraftOf(t.Context(), tenant, alice.ID); !ok || err != nil || o.ID != ids[2] {
		t.Errorf("the newest draft is %s, %v", o.ID, err)
	}
	if _, err := d.Cancel(t.Context(), tenant, alice, ids[2]); err != nil {
		t.Fatal(err)
	}
	check(provision.Filter{Requester: alice.ID, Open: true}, ids[1], ids[0])
	if o, _, _ := d.DraftOf(t.Context(), tenant, alice.ID); o.ID != ids[0] {
		t.Errorf("the newest draft is %s", o.ID)
	}
	states, err := d.States(t.Context())
	if err != nil || states[provision.Draft] != 1 || states[provision.Approved] != 1 || states[provision.Cancelled] != 1 || states[provision.Done] != 0 {
		t.Errorf("%v, %v", states, err)
	}

	// A person who was changed is listed once, under the new one.
	s := d.begin(provision.Request{User: liam})
	s = d.answer(s, person("sam3@example.com", "", ""))
	check(provision.Filter{Person: dana}, ids[0])
	check(provision.Filter{Person: sam1}, s.Order.ID, ids[2])

	// A record that cannot be read is an error, and not one order less.
	d.update(func(tx provision.Tx) error {
		tx.Put("orders", string(tenant)+"/"+string(ids[0]), []byte("2{}"))
		return nil
	})
	if all, err := d.Orders(t.Context(), tenant, alice, provision.Filter{Requester: alice.ID}); provision.KindOf(err) != provision.Internal || err == nil {
		t.Errorf("%d orders, %v", len(all), err)
	}
}

// TestSeen is the person's own word: who may give it, when, and what it does.
func TestSeen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	owner := provision.Actor{ID: dana}
	s := d.save(d.full(dana, "+12065550110"))
	seen := func(sees bool) provision.Order {
		t.Helper()
		got, err := d.Seen(t.Context(), tenant, owner, s.Order.ID, sees)
		if err != nil {
			t.Fatal(err)
		}
		return got.Order
	}
	if o := seen(true); !o.Confirmed.IsZero() || o.Revision != s.Order.Revision {
		t.Error("confirmed before it was ready")
	}
	d.done(s)
	if _, err := d.Seen(t.Context(), tenant, alice, s.Order.ID, true); provision.KindOf(err) != provision.Denied {
		t.Errorf("somebody else's word: %v", err)
	}
	o := seen(true)
	if !o.Confirmed.Equal(d.now()) || o.State != provision.Done {
		t.Errorf("%+v", o)
	}
	if again := seen(true); again.Revision != o.Revision {
		t.Error("confirmed twice")
	}
	d.advance(time.Hour)
	o = seen(false)
	if o.State != provision.Waiting || o.Reopened != 1 || !o.Confirmed.IsZero() || !o.ReopenedAt.Equal(d.now()) || o.Late != provision.InTime || !o.Ended.IsZero() {
		t.Errorf("reopened: %+v", o)
	}
	if !d.queue.has(provision.JobWatch, s.Order.ID) {
		t.Error("nobody watches")
	}
	if again := seen(false); again.Reopened != 1 {
		t.Error("reopened twice")
	}
	if got := d.begin(provision.Request{User: dana}); got.Order.Form != provision.FormRefused {
		t.Errorf("a second order for her stands at %s", got.Order.Form)
	}
	if o = seen(true); o.Confirmed.IsZero() || o.State != provision.Waiting {
		t.Errorf("%+v", o)
	}
	for range 2 {
		if err := d.Untold(t.Context(), tenant, s.Order.ID, provision.Say("told-blocked")); err != nil {
			t.Fatal(err)
		}
	}
	if d.events(provision.OrderUntold) != 1 || d.sheet(s.Order.ID).Order.Untold.ID != "told-blocked" {
		t.Error("not said once that she could not be told")
	}
}

func TestIsGUID(t *testing.T) {
	t.Parallel()
	const id = "7e000000-0000-4000-8000-00000000abcf"
	for s, want := range map[string]bool{
		id: true, strings.ToUpper(id): true, "": false, id[1:]: false, id + "0": false,
		strings.Replace(id, "-", "0", 1): false, strings.Replace(id, "7", "g", 1): false, strings.Replace(id, "7", "/", 1): false,
	} {
		if got := provision.IsGUID(s); got != want {
			t.Errorf("%q: %t", s, got)
		}
	}
}
