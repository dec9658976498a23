package provision_test

import (
	"slices"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/result"
	"calltab/internal/provision/roster"
)

// TestCandidateRules breaks one rule of an import at a time.
func TestCandidateRules(t *testing.T) {
	t.Parallel()
	sub := provision.Subscriber{User: "somebody", Location: "seattle"}
	phone := sub
	phone.Number = "+12065550100"
	for want, change := range map[string]func(p *provision.Person, st *provision.PersonFacts){
		"":                           func(*provision.Person, *provision.PersonFacts) {},
		"no-first-name":              func(p *provision.Person, _ *provision.PersonFacts) { p.GivenName = " \t" },
		"no-last-name":               func(p *provision.Person, _ *provision.PersonFacts) { p.Surname = "" },
		"no-first-name no-last-name": func(p *provision.Person, _ *provision.PersonFacts) { p.GivenName, p.Surname = "", "\u00a0" },
		"imported":                   func(_ *provision.Person, st *provision.PersonFacts) { st.Subscriber = sub },
		"has-phone":                  func(_ *provision.Person, st *provision.PersonFacts) { st.Subscriber = phone },
		"account-disabled imported":  func(p *provision.Person, st *provision.PersonFacts) { st.Subscriber, p.Enabled = sub, false },
		"has-order no-phone-licence": func(p *provision.Person, st *provision.PersonFacts) { st.Order, p.Plans = "o1", p.Plans[1:] },
		"calling-plan no-first-name": func(p *provision.Person, _ *provision.PersonFacts) {
			p.GivenName = ""
			p.Plans = append(p.Plans, provision.ServicePlan{ID: "1346d5e6-15a6-4b88-9693-806ff7296a7a", Status: "Enabled"})
		},
	} {
		p, st := fine.person()
		slices.SortFunc(p.Plans, func(a, b provision.ServicePlan) int { return strings.Compare(a.ID, b.ID) }) // the phone's first
		p.GivenName, p.Surname, p.DisplayName = "Dana", "Reyes", ""
		change(&p, &st)
		if got := rules(provision.Candidate(p, st)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	st := provision.PersonFacts{Subscriber: phone, Voice: provision.Voice{Found: true, AccountType: "user", Numbers: []provision.E164{phone.Number}}}
	p, _ := fine.person()
	p.GivenName, p.Surname = "Dana", "Reyes"
	if got := rules(provision.Candidate(p, st)); got != "has-phone" {
		t.Errorf("one number stands against it as %q", got)
	}
}

func (d *desk) take(at provision.LocationID, ids ...provision.UserID) roster.ImportReport {
	d.t.Helper()
	in, err := d.ImportPeople(d.t.Context(), tenant, alice, ids, at)
	if err != nil {
		d.fails("import", err)
	}
	return in
}

func intake(in roster.ImportReport) string {
	var said []string
	for _, p := range in.Imported {
		said = append(said, "+"+p.Name())
	}
	for _, c := range in.Left {
		said = append(said, "-"+c.Person.Name()+" "+rules(c.Eligibility))
	}
	for _, p := range in.Unread {
		said = append(said, "?"+p.Name())
	}
	return strings.Join(said, "; ")
}

func TestImportPeople(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.sync()
	d.ms.change(func(m *microsoft) {
		m.voices[erin] = provision.Voice{Found: true, AccountType: "user", Numbers: []provision.E164{"+12065550199"}}
		m.people = slices.DeleteFunc(m.people, func(p provision.Person) bool { return p.ID == sam2 })
	})
	want := "+Dana Reyes; +Sam Taylor; -Erin Walsh has-number; -Sam Taylor account-missing; -Liam no-last-name; -Hugo Lang no-phone-licence"
	for range 2 { // pressed twice
		if got := intake(d.take("seattle", dana, erin, sam1, sam2, liam, hugo, dana, "nonsense")); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	sub := d.subscriber(dana)
	if sub.Location != "seattle" || sub.Number != "" || sub.Plan != "" || sub.Name != "Dana Reyes" || sub.Order != "" {
		t.Errorf("Dana is %+v", sub)
	}
	if d.subscriber(erin).User != "" {
		t.Error("somebody who was left out is a subscriber")
	}
	if got, want := listNames(d.list(roster.CandidateQuery{})), "Sam Taylor"; got != want { // who is gone stays until the next reading
		t.Errorf("candidates are %s, want %s", got, want)
	}
	if got, want := intake(d.take("london", dana)), "-Dana Reyes imported other-country"; got != want {
		t.Errorf("imported for another location: %s, want %s", got, want)
	}
	events, err := d.Audit(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range events {
		if e.Event == provision.SubscriberImported {
			if n++; e.Actor != alice.ID || e.Note != "seattle" || e.User != dana && e.User != sam1 {
				t.Errorf("the event is %+v", e)
			}
		}
	}
	if n != 2 {
		t.Errorf("%d imports are audited, want 2", n)
	}
}

func TestImportIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	many := make([]provision.UserID, roster.ImportCount+1)
	for i := range many {
		many[i] = user(i + 100)
	}
	for name, c := range map[string]struct {
		ids  []provision.UserID
		at   provision.LocationID
		kind provision.ErrorKind
	}{
		"nobody":          {nil, "seattle", provision.Invalid},
		"nowhere":         {[]provision.UserID{dana}, "", provision.Invalid},
		"no ids":          {[]provision.UserID{"me", "../x"}, "seattle", provision.Invalid},
		"too many":        {many, "seattle", provision.Invalid},
		"a made-up place": {[]provision.UserID{dana}, "atlantis", provision.NotFound},
	} {
		if _, err := d.ImportPeople(t.Context(), tenant, alice, c.ids, c.at); provision.KindOf(err) != c.kind || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.ms.change(func(m *microsoft) { m.err = busy })
	if got := intake(d.take("seattle", dana)); got != "?"+string(dana) {
		t.Errorf("Microsoft does not answer: %s", got)
	}
	d.ms.change(func(m *microsoft) {
		m.err = &provision.Error{Op: "read", Kind: provision.Denied, Say: provision.Say("graph-permission-missing")}
	})
	if _, err := d.ImportPeople(t.Context(), tenant, alice, []provision.UserID{dana}, "seattle"); provision.KindOf(err) != provision.Denied || err == nil {
		t.Errorf("a permission that lacks: %v", err)
	}
}

// TestAddForSomebodyImported: the location is not asked again, and an order that fails leaves them imported.
func TestAddForSomebodyImported(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.take("seattle", dana)
	s := d.begin(provision.Request{Query: "dana1@example.com"})
	d.at(s, provision.FormReview, "")
	if s.Order.Location != "seattle" || s.HadAt.ID != "seattle" {
		t.Errorf("the draft is for %q", s.Order.Location)
	}
	s = d.save(d.answer(d.answer(s, another(formNumber)), provision.Answer{Number: "+12065550105"}))
	d.update(func(tx provision.Tx) error {
		o, err := d.OrderIn(tx, tenant, s.Order.ID)
		if err != nil {
			return err
		}
		return d.Core.Assign(tx, &o)
	})
	if sub := d.subscriber(dana); sub.Number != "+12065550105" || sub.Plan != "metered" {
		t.Errorf("with a number Dana is %+v", sub)
	}
	d.update(func(tx provision.Tx) error {
		o, err := d.OrderIn(tx, tenant, s.Order.ID)
		if err != nil {
			return err
		}
		return d.Fail(tx, &o, provision.Say("assign-refused"), result.Loss{})
	})
	if sub := d.subscriber(dana); sub.Number != "" || sub.Location != "seattle" {
		t.Errorf("undone, Dana is %+v", sub)
	}

	s = d.begin(provision.Request{User: dana, Location: "london"})
	if s.Order.Location == "seattle" {
		t.Error("a location that the line names is not the order's")
	}
}
