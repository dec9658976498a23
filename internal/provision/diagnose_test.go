package provision_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/diagnose"
	"calltab/internal/provision/people"
)

// working gives Dana a phone of which every condition is met, and says when it became ready.
func working(d *desk) (o provision.Order, ready time.Time) {
	d.t.Helper()
	o = d.done(d.save(d.full(dana, "+12065550110")))
	d.ms.change(func(m *microsoft) {
		m.voices[dana] = provision.Voice{Found: true, AccountType: "user", Features: []string{"PhoneSystem"}, EnterpriseVoice: true,
			Numbers: []provision.E164{o.Number}}
	})
	d.update(func(tx provision.Tx) (err error) {
		if o, err = d.OrderIn(tx, tenant, o.ID); err != nil {
			return err
		}
		o.Conditions = d.Readiness(*d.ms.person(dana), d.ms.voices[dana], provision.Assignment{Found: true, Number: o.Number, Target: dana,
			Status: "userAssigned", Activation: "activated"}, o, provision.Plan{}, d.now())
		return d.Write(tx, &o, provision.OrderProgress, "", "")
	})
	return o, d.now()
}

func missing(got diagnose.Diagnosis) (names []provision.ConditionName) {
	for _, c := range got.Missing {
		names = append(names, c.Name)
	}
	return names
}

func (d *desk) diagnose(by provision.UserID) diagnose.Diagnosis {
	d.t.Helper()
	got, err := d.Diagnose(d.t.Context(), tenant, provision.Actor{ID: by}, dana)
	if err != nil {
		d.t.Fatal(err)
	}
	return got
}

// TestDiagnoseSince: a condition that is lost after the phone was ready was last met then, and nobody knows since when
// it is missing; one whose watch saw it go says both.
func TestDiagnoseSince(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	o, ready := working(d)
	d.advance(50 * time.Hour)
	d.ms.change(func(m *microsoft) { m.person(dana).Enabled = false })
	got := d.diagnose(alice.ID)
	if len(got.Missing) == 0 || got.Missing[0].Name != provision.AccountEnabled {
		t.Fatalf("missing are %v", missing(got))
	}
	if c := got.Missing[0]; !c.Since.IsZero() || !c.Met.Equal(ready) {
		t.Errorf("lost unseen: since %v, met %v; want unknown, %v", c.Since, c.Met, ready)
	}
	if rules := got.Missing[0].Rules; len(rules) != 1 || rules[0].Rule != provision.AccountDisabled || len(got.Against) != 0 {
		t.Errorf("the rule stands at %v, beside it %v", rules, got.Against)
	}
	if got.Reopens || !got.Opens || got.Order.ID != o.ID {
		t.Errorf("an admin opens %v, reopens %v, of %s", got.Opens, got.Reopens, got.Order.ID)
	}

	if _, err := d.Seen(t.Context(), tenant, provision.Actor{ID: dana}, o.ID, false); err != nil {
		t.Fatal(err)
	}
	seen := d.now()
	d.update(func(tx provision.Tx) (err error) { // as its watch does
		if o, err = d.OrderIn(tx, tenant, o.ID); err != nil {
			return err
		}
		o.Conditions = slices.Clone(o.Conditions)
		o.Conditions[0].Met, o.Conditions[0].Since = false, seen
		return d.Write(tx, &o, provision.OrderProgress, "", "")
	})
	d.advance(time.Hour)
	if c := d.diagnose(alice.ID).Missing[0]; !c.Since.Equal(seen) || !c.Met.Equal(ready) {
		t.Errorf("seen to go: since %v, met %v; want %v, %v", c.Since, c.Met, seen, ready)
	}
}

// TestDiagnoseUnread: what did not answer is named, and nothing is said of what it would have told.
func TestDiagnoseUnread(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	working(d)
	d.ms.change(func(m *microsoft) { m.voiceErr = busy })
	got := d.diagnose(alice.ID)
	if len(got.Unread) != 1 || got.Unread[0].Source != diagnose.Telephony {
		t.Errorf("unread are %v", got.Unread)
	}
	for _, c := range got.Conditions {
		if c.Name == provision.EnterpriseVoice || c.Name == provision.NumberOnPerson {
			t.Errorf("%s is judged without an answer", c.Name)
		}
	}
	if len(got.Conditions) != 4 {
		t.Errorf("%d conditions, want those of the account and of the number", len(got.Conditions))
	}
	d.ms.change(func(m *microsoft) { m.err = busy })
	if got = d.diagnose(alice.ID); len(got.Unread) != 2 || got.Person.UPN == "" {
		t.Errorf("unread are %v, and the person is %q", got.Unread, got.Person.UPN)
	}
	d.ms.change(func(m *microsoft) {
		m.voiceErr = &provision.Error{Op: "read", Kind: provision.Internal, Err: errors.New("broken")}
	})
	if _, err := d.Diagnose(t.Context(), tenant, alice, dana); provision.KindOf(err) != provision.Internal || err == nil {
		t.Errorf("what is broken is passed on: %v", err)
	}
}

// TestDiagnoseReaders: everybody may ask about themselves, and only those who may look about others.
func TestDiagnoseReaders(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	working(d)
	if _, err := d.Diagnose(t.Context(), tenant, provision.Actor{ID: erin}, dana); provision.KindOf(err) != provision.Denied {
		t.Errorf("an employee about another: %v", err)
	}
	if _, err := d.Diagnose(t.Context(), tenant, provision.Actor{ID: dana}, erin); provision.KindOf(err) != provision.Denied {
		t.Errorf("an employee about one who has no phone: %v", err)
	}
	d.update(func(tx provision.Tx) error {
		return d.ChangeInventory(tx, tenant, people.InventoryChange{AccessPolicy: &provision.AccessPolicy{Grants: []provision.Grant{
			{Role: provision.RoleAuditor, Who: []string{string(sam1)}, Sites: []provision.LocationID{"london"}},
			{Role: provision.RoleAuditor, Who: []string{string(sam2)}, Sites: []provision.LocationID{"seattle"}},
		}}})
	})
	if _, err := d.Diagnose(t.Context(), tenant, provision.Actor{ID: sam1}, dana); provision.KindOf(err) != provision.Denied {
		t.Errorf("an auditor of another location: %v", err)
	}
	if looks := d.diagnose(sam2); looks.Refused.Look || !looks.Refused.Operate {
		t.Errorf("an auditor of her location is refused %+v", looks.Refused)
	}
	got := d.diagnose(dana)
	if !got.Self || !got.Refused.Look || !got.Refused.Operate || !got.Reopens || got.Retries || got.Repair.Differs() {
		t.Errorf("about herself: %+v", got.Refused)
	}
	// another order for her is at work: the watch of this one would be refused
	d.save(d.begin(provision.Request{User: dana, Kind: provision.Release}))
	if d.diagnose(dana).Reopens {
		t.Error("the watch is offered while another order has her phone")
	}
}
