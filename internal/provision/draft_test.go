package provision_test

import (
	"errors"
	"testing"
	"time"

	"calltab/internal/provision"
)

const (
	formPerson   = provision.FormPerson
	formLocation = provision.FormLocation
	formPlan     = provision.FormPlan
	formNumber   = provision.FormNumber
	formReview   = provision.FormReview
)

func person(upn, given, surname string) provision.Answer {
	return provision.Answer{Person: &provision.PersonAnswer{UPN: upn, GivenName: given, Surname: surname}}
}

var back = provision.Answer{Back: true}

func another(f provision.Form) provision.Answer { return provision.Answer{Another: f} }

// TestEveryForm goes from the proposal through every form, and back to it, and saves.
func TestEveryForm(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.begin(provision.Request{})
	d.at(s, formPerson, "")
	s = d.answer(s, person("dana1@example.com", "", ""))
	d.at(s, formReview, "")
	if o := s.Order; o.GivenName != "Dana" || o.Surname != "Reyes" || o.Person.ID != dana || o.Location != "seattle" ||
		o.Plan != "metered" || o.Proposed.Number != "+12065550101" || o.Number != "" || o.Asked != 1 {
		t.Errorf("proposed %+v", o)
	}
	if n := d.record("+12065550101"); n.State != provision.Free || s.Proposed.E164 != n.E164 {
		t.Errorf("the proposal shows %+v and is %+v", s.Proposed, n)
	}
	s = d.answer(s, another(formLocation))
	d.at(s, formLocation, "")
	if len(s.Locations) != 1 { // the other one is of another country
		t.Errorf("locations %v", s.Locations)
	}
	s = d.answer(s, provision.Answer{Location: "seattle"})
	d.at(s, formReview, "")
	s = d.answer(s, another(formPlan))
	d.at(s, formPlan, "")
	if len(s.Plans) != 2 {
		t.Errorf("plans %v", s.Plans)
	}
	s = d.answer(s, provision.Answer{Plan: "unlimited"})
	d.at(s, formReview, "")
	s = d.answer(s, another(formNumber))
	d.at(s, formNumber, "")
	if len(s.Best) != 5 || s.Best[0].E164 != "+12065550102" || s.Best[4].E164 != "+12065550101" {
		t.Errorf("best %v", s.Best)
	}
	s = d.answer(s, provision.Answer{Number: "+12065550105"})
	d.at(s, formReview, "")
	if o := s.Order; o.Plan != "unlimited" || o.Proposed.Plan || o.Proposed.Location != "" || o.Proposed.Number != "" {
		t.Errorf("chosen %+v", o)
	}
	if n := d.record("+12065550105"); n.State != provision.Held || n.Order != s.Order.ID || !n.Until.Equal(start.Add(15*time.Minute)) {
		t.Errorf("held as %+v", n)
	}

	for _, f := range []provision.Form{formNumber, formPlan, formLocation} {
		s = d.answer(s, another(f))
		d.at(s, f, "")
		s = d.answer(s, back)
		d.at(s, formReview, "")
		if s.Order.Number != "+12065550105" {
			t.Errorf("at %s the number is gone", f)
		}
	}
	for _, f := range []provision.Form{formPerson, formReview, provision.FormLookup, "none"} {
		if got := d.answer(s, another(f)); got.Order.Revision != s.Order.Revision || got.Order.Notice.ID != "card-was-old" {
			t.Errorf("another %s: %+v", f, got.Order)
		}
	}
	s = d.save(s)
	if o := s.Order; o.State != provision.Approved || o.Proposed != (provision.Proposal{}) || len(o.Work) != 6 || !o.HoldEnds.IsZero() || o.Form != "" {
		t.Errorf("saved as %+v", o)
	}
	if n := d.record("+12065550105"); n.State != provision.Held || !n.Until.IsZero() {
		t.Errorf("the order holds it as %+v", n)
	}
	if !d.queue.has(provision.JobAdd, s.Order.ID) {
		t.Error("no work is queued")
	}
}

// TestOneLine: what the request says is not asked.
func TestOneLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		r      provision.Request
		form   provision.Form
		notice string
	}{
		{"all", provision.Request{Query: "dana1@example.com", Plan: "metered", Number: "+12065550110"}, formReview, ""},
		{"by name", provision.Request{Query: "Dana", Location: "seattle"}, formReview, ""},
		{"by id", provision.Request{User: erin, Location: "seattle", Plan: "metered"}, formReview, ""},
		{"two of that name", provision.Request{Query: "Sam Taylor", Plan: "metered", Number: "+12065550110"}, provision.FormWhich, ""},
		{"refused", provision.Request{User: hugo, Number: "+12065550110"}, provision.FormRefused, ""},
		{"a name is blank", provision.Request{User: liam, Number: "+12065550110", Plan: "metered"}, formPerson, ""},
		{"another country", provision.Request{User: dana, Location: "london", Plan: "metered"}, formLocation, "country-mismatch"},
		{"a number of another country", provision.Request{User: dana, Number: "+442079460001", Plan: "metered"}, formLocation, "country-mismatch"},
		{"nobody", provision.Request{Number: "+12065550110", Plan: "metered"}, formPerson, ""},
	} {
		d := newDesk(t)
		s := d.begin(c.r)
		if s.Order.Form != c.form || s.Order.Notice.ID != c.notice {
			t.Errorf("%s: at %q with %q", c.name, s.Order.Form, s.Order.Notice.ID)
		}
		held := c.name == "all" || c.name == "a name is blank"
		if got := d.record("+12065550110"); (got.State == provision.Held) != held {
			t.Errorf("%s: the number is %s", c.name, got.State)
		}
	}
	d := newDesk(t)
	for _, r := range []provision.Request{{Query: "nobody@example.com"}, {Query: "Nobody"}, {Number: "+15550000000"}, {Location: "mars"}, {Plan: "gold"}} {
		r.Tenant, r.Requester = tenant, alice
		if _, err := d.Begin(t.Context(), r); provision.KindOf(err) != provision.NotFound {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

// TestWishes: a number that was asked for before the person was known is held once they are, and for the usual time only.
func TestWishes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.begin(provision.Request{Query: "Sam Taylor", Plan: "metered", Number: "+12065550110"})
	d.advance(20 * time.Minute)
	s = d.answer(s, provision.Answer{Which: sam2})
	d.at(s, formReview, "")
	if s.Order.Number != "+12065550110" || s.Order.Person.ID != sam2 || len(s.Order.Choices) > 0 {
		t.Errorf("%+v", s.Order)
	}
	if due := d.queue.due[provision.JobDraft+"/"+provision.JobKey(tenant, s.Order.ID)]; due.After(d.now().Add(15 * time.Minute)) {
		t.Errorf("the hold is looked after at %v, it is %v", due, d.now())
	}

	// Taken meanwhile: five others are offered.
	late := d.begin(provision.Request{Requester: bruno, Number: "+12065550110", Plan: "metered"})
	late = d.answer(late, person("erin2@example.com", "", ""))
	d.at(late, formNumber, "number-taken")
	if len(late.Best) != 5 || late.Order.Number != "" {
		t.Errorf("%q with %v", late.Order.Number, late.Best)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.begin(provision.Request{User: hugo, Plan: "metered", Number: "+12065550110"})
	d.at(s, provision.FormRefused, "")
	s = d.answer(s, provision.Answer{Recheck: true})
	d.at(s, provision.FormRefused, "")
	if r := s.Order.Reasons; len(r) != 1 || r[0].Rule != provision.NoPhoneLicence {
		t.Errorf("reasons %v", r)
	}
	for _, a := range []provision.Answer{{Location: "seattle"}, {Plan: "metered"}, {Number: "+12065550110"}} {
		d.at(d.answer(s, a), provision.FormRefused, "card-was-old") // no way around it
	}
	if got := d.sheet(s.Order.ID).Order; got.Revision != s.Order.Revision {
		t.Error("an answer to another question was written")
	}
	d.ms.change(func(m *microsoft) {
		m.person(hugo).Plans = append(m.person(hugo).Plans, provision.ServicePlan{ID: planPhone, Status: "Enabled"})
	})
	s = d.answer(s, provision.Answer{Recheck: true})
	d.at(s, formReview, "")
	if s.Order.Number != "+12065550110" || len(s.Order.Reasons) > 0 {
		t.Errorf("the wish is gone: %+v", s.Order)
	}

	// Back to another person, who may.
	s = d.begin(provision.Request{User: liam, Plan: "metered", Number: "+12065550111"})
	s = d.answer(s, person("hugo6@example.com", "Liam", ""))
	d.at(s, formReview, "")
	if s.Order.GivenName != "Hugo" || s.Order.Surname != "Lang" {
		t.Errorf("%s %s", s.Order.GivenName, s.Order.Surname)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.begin(provision.Request{User: liam})
	d.at(s, formPerson, "")
	s = d.answer(s, person("liam5@example.com", "Liam", "  "))
	d.at(s, formPerson, "names-needed")
	s = d.answer(s, person("liam", "Liam", "Vale"))
	d.at(s, formPerson, "upn-mismatch")
	s = d.answer(s, person("ghost@example.com", "Liam", "Vale"))
	d.at(s, formPerson, "person-not-found")
	s = d.answer(s, person("", "Liam", "Vale"))
	d.at(s, formPerson, "names-needed")
	s = d.answer(s, person(" LIAM5@example.com ", "Liam", " Vale "))
	d.at(s, formReview, "")
	if s.Order.Surname != "Vale" {
		t.Errorf("surname %q", s.Order.Surname)
	}
	s = d.begin(provision.Request{User: liam})
	s = d.answer(s, person("dana1@example.com", "Liam", "Vale"))
	d.at(s, formReview, "")
	if o := s.Order; o.GivenName != "Dana" || o.Surname != "Reyes" {
		t.Errorf("Dana got the names %s %s", o.GivenName, o.Surname)
	}
}

// full is a draft at its review.
func (d *desk) full(who provision.UserID, n provision.E164) provision.Sheet {
	d.t.Helper()
	return d.fullBy(alice, who, n)
}

// fullBy is a draft of one of the admins: each has one for a person.
func (d *desk) fullBy(by provision.Actor, who provision.UserID, n provision.E164) provision.Sheet {
	d.t.Helper()
	s := d.begin(provision.Request{Requester: by, User: who, Plan: "metered", Number: n})
	d.at(s, formReview, "")
	return s
}

func TestChangeOfLocation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.full(dana, "+12065550110")
	s = d.answer(s, another(formLocation))
	d.at(s, formLocation, "")
	s = d.answer(s, provision.Answer{Location: "seattle"})
	d.at(s, formReview, "")
	if s.Order.Number != "+12065550110" {
		t.Error("the same location lost the number")
	}
	s = d.answer(s, another(formLocation))
	s = d.answer(s, provision.Answer{Location: "london"})
	d.at(s, formLocation, "country-mismatch")
	if s.Order.Location != "seattle" || s.Order.Number != "+12065550110" {
		t.Errorf("a location that cannot be changed the order: %+v", s.Order)
	}
	boston := block("boston", "+16175550100", 3)
	boston.Locations = []provision.Location{{ID: "boston", Name: "Boston", Country: "US", Plan: "unlimited"}}
	if err := files(d.Core).Import(t.Context(), tenant, boston); err != nil {
		t.Fatal(err)
	}
	s = d.answer(s, provision.Answer{Location: "boston"})
	d.at(s, formReview, "")
	if o := s.Order; o.Number != "" || o.Plan != "metered" || d.record("+12065550110").State != provision.Free {
		t.Errorf("the number stays, or the plan that was asked for does not: %+v", o)
	}
	if s.Proposed.Location != "boston" {
		t.Errorf("proposed %+v", s.Proposed)
	}
	s = d.answer(s, another(formNumber))
	s = d.answer(s, provision.Answer{Number: "+12065550111"})
	d.at(s, formNumber, "number-not-here")

	// A plan that was proposed goes with the location.
	s = d.begin(provision.Request{Requester: bruno, User: erin, Location: "seattle"})
	s = d.answer(d.answer(s, another(formLocation)), provision.Answer{Location: "boston"})
	if s.Order.Plan != "unlimited" || !s.Order.Proposed.Plan {
		t.Errorf("the usual plan of boston is %q", s.Order.Plan)
	}
}

func TestStaleAndForeign(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.full(dana, "+12065550110")
	old := s
	s = d.answer(s, another(formNumber))
	for name, do := range map[string]func() (provision.Sheet, error){
		"answer": func() (provision.Sheet, error) {
			return d.Answer(t.Context(), tenant, alice, s.Order.ID, old.Order.Revision, back)
		},
		"save": func() (provision.Sheet, error) {
			return d.Save(t.Context(), tenant, alice, s.Order.ID, old.Order.Revision, "")
		},
		"never": func() (provision.Sheet, error) { return d.Answer(t.Context(), tenant, alice, s.Order.ID, 0, back) },
		"early": func() (provision.Sheet, error) {
			return d.Save(t.Context(), tenant, alice, s.Order.ID, s.Order.Revision, "")
		},
	} {
		got, err := do()
		if err != nil || got.Order.Revision != s.Order.Revision || got.Order.Form != formNumber || got.Order.Notice.ID != "card-was-old" || len(got.Best) != 5 {
			t.Errorf("%s: %+v, %v", name, got.Order, err)
		}
	}
	for name, do := range map[string]func() (provision.Sheet, error){
		"answer": func() (provision.Sheet, error) {
			return d.Answer(t.Context(), tenant, bruno, s.Order.ID, s.Order.Revision, back)
		},
		"save": func() (provision.Sheet, error) {
			return d.Save(t.Context(), tenant, bruno, s.Order.ID, s.Order.Revision, "")
		},
		"cancel": func() (provision.Sheet, error) { return d.Cancel(t.Context(), tenant, bruno, s.Order.ID) },
	} {
		if _, err := do(); provision.KindOf(err) != provision.Denied {
			t.Errorf("somebody else's %s: %v", name, err)
		}
	}
	if _, err := d.Answer(t.Context(), tenant, alice, "none", 1, back); provision.KindOf(err) != provision.NotFound {
		t.Errorf("no such order: %v", err)
	}
	if got := d.sheet(s.Order.ID).Order; got.Revision != s.Order.Revision || got.State != provision.Draft {
		t.Errorf("it changed: %+v", got)
	}
}

// TestHoldEnds: a hold lasts fifteen minutes from the last pick, a draft a day.
func TestHoldEnds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.full(dana, "+12065550110")
	tick := func(want time.Duration) {
		t.Helper()
		again, over, err := d.Tick(t.Context(), tenant, s.Order.ID)
		if err != nil || over != (want == 0) || again != want {
			t.Fatalf("look again in %v, over %v, %v, want %v", again, over, err, want)
		}
	}
	d.advance(10 * time.Minute)
	tick(5 * time.Minute)
	s = d.answer(d.answer(s, another(formNumber)), provision.Answer{Number: "+12065550110"})
	tick(15 * time.Minute)
	d.advance(15 * time.Minute)
	tick(time.Second)
	tick(24*time.Hour - 25*time.Minute)
	s = d.sheet(s.Order.ID)
	d.at(s, formNumber, "hold-ended")
	if s.Order.Number != "" || d.record("+12065550110").State != provision.Free || !s.Order.HoldEnds.IsZero() {
		t.Errorf("still held: %+v", s.Order)
	}
	s = d.answer(s, provision.Answer{Number: "+12065550111"})
	d.at(s, formReview, "")
	d.advance(24 * time.Hour)
	tick(time.Second)         // the hold
	tick(time.Second)         // the draft
	tick(30 * 24 * time.Hour) // until it is forgotten
	s = d.sheet(s.Order.ID)
	if s.Order.State != provision.Expired || d.record("+12065550111").State != provision.Free || s.Order.Ended.IsZero() {
		t.Errorf("%+v", s.Order)
	}
	if got := d.answer(s, back); got.Order.State != provision.Expired || got.Order.Notice.ID != "card-was-old" {
		t.Errorf("an answer to it: %+v", got.Order)
	}
	if _, found, err := d.DraftOf(t.Context(), tenant, alice.ID); found || err != nil {
		t.Errorf("it is still a draft: %v, %v", found, err)
	}

	// A hold that has ended, and that no job has seen yet, still saves.
	s = d.full(erin, "+12065550110")
	d.advance(time.Hour)
	if s = d.save(s); s.Order.State != provision.Approved {
		t.Errorf("saved late: %s", s.Order.State)
	}
	tick(0)
}

func TestSlowGraph(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	slow := func(err error) { d.ms.change(func(m *microsoft) { m.err = err }) }
	resolve := func(s provision.Sheet) provision.Sheet {
		t.Helper()
		if err := d.FinishLookup(t.Context(), tenant, s.Order.ID); err != nil {
			t.Fatal(err)
		}
		return d.sheet(s.Order.ID)
	}
	slow(busy)
	s := d.begin(provision.Request{Query: "dana1@example.com", Plan: "metered", Number: "+12065550110"})
	d.at(s, provision.FormLookup, "")
	if !d.queue.has(provision.JobLookup, s.Order.ID) {
		t.Error("nobody looks on")
	}
	if err := d.FinishLookup(t.Context(), tenant, s.Order.ID); !errors.Is(err, busy) {
		t.Errorf("still slow: %v", err)
	}
	slow(nil)
	s = resolve(s)
	d.at(s, formReview, "")
	if again := resolve(s); again.Order.Revision != s.Order.Revision {
		t.Error("the second look changed something")
	}

	// Slow on the phone's side only; and a person who is not there.
	d.ms.change(func(m *microsoft) { m.voiceErr = busy })
	s = d.begin(provision.Request{})
	s = d.answer(s, person("erin2@example.com", "", ""))
	d.at(s, provision.FormLookup, "")
	d.ms.change(func(m *microsoft) { m.voiceErr = nil })
	d.at(resolve(s), formReview, "")
	slow(busy)
	s = d.begin(provision.Request{Query: "ghost@example.com"})
	slow(nil)
	d.at(resolve(s), formPerson, "person-not-found")

	// No, and not slow, is said at once.
	slow(&provision.Error{Op: "read person", Kind: provision.Denied, Say: provision.Say("graph-permission-missing")})
	if _, err := d.Begin(t.Context(), provision.Request{Tenant: tenant, Requester: alice, Query: "x@example.com"}); provision.KindOf(err) != provision.Denied {
		t.Errorf("no permission: %v", err)
	}
}

// TestLookupOfSomebodyElse: while a job looks for one person, the requester asks for another one.
func TestLookupOfSomebodyElse(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ms.change(func(m *microsoft) { m.err = busy })
	s := d.begin(provision.Request{Query: "dana1@example.com"})
	d.ms.change(func(m *microsoft) {
		m.err = nil
		m.pause = func() { // the job has asked for Dana
			m.pause, m.err = nil, busy
			m.mu.Unlock()
			s = d.answer(d.answer(s, back), person("erin2@example.com", "", ""))
			m.mu.Lock()
			m.err = nil
		}
	})
	if err := d.FinishLookup(t.Context(), tenant, s.Order.ID); err != nil {
		t.Fatal(err)
	}
	d.at(d.sheet(s.Order.ID), provision.FormLookup, "")
	if err := d.FinishLookup(t.Context(), tenant, s.Order.ID); err != nil {
		t.Fatal(err)
	}
	if o := d.sheet(s.Order.ID).Order; o.Person.ID != erin || o.Form != formReview {
		t.Errorf("at %s with %s", o.Form, o.Person.UPN)
	}
}

// TestBeginUnknownKind: a kind that no card of ours carries begins nothing.
func TestBeginUnknownKind(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, kind := range []provision.OrderKind{"steal", "Add", "change-plan "} {
		_, err := d.Begin(t.Context(), provision.Request{Tenant: tenant, Kind: kind, Requester: alice, User: dana})
		if m, ok := provision.SayOf(err); provision.KindOf(err) != provision.Invalid || !ok || m.ID != "button-unknown" {
			t.Errorf("%q: %v", kind, err)
		}
	}
	if n := d.events(provision.OrderStarted); n != 0 {
		t.Errorf("%d orders were begun", n)
	}
}
