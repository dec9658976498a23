package provision_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
)

var (
	carol = provision.Actor{ID: user(11), Name: "Carol"}
	priya = provision.Actor{ID: user(12), Name: "Priya"}
	boss  = provision.Actor{ID: user(13), Name: "Boss"}
)

// approvalDesk is one with a line of managers: Dana reports to Carol, Carol to Priya, Priya to the boss.
func approvalDesk(t *testing.T, c provision.AccessPolicy, approvers ...provision.UserID) *desk {
	t.Helper()
	d := newDesk(t)
	for i, a := range []provision.Actor{carol, priya, boss} {
		p := d.ms.people[0]
		p.ID, p.DisplayName, p.UPN = a.ID, a.Name, strings.ToLower(a.Name)+"@example.com"
		d.ms.people = append(d.ms.people, p)
		below := []provision.UserID{dana, carol.ID, priya.ID}[i]
		d.ms.managers[below] = p
	}
	d.ms.away = map[provision.UserID]bool{}
	inv := block("seattle", "+12065550100", 30)
	inv.Locations = slices.Clone(sites)
	inv.Locations[1].Approvers, inv.AccessPolicy = approvers, c
	if err := files(d.Core).Import(t.Context(), tenant, inv); err != nil {
		t.Fatal(err)
	}
	return d
}

// ask submits an order for Dana that needs a word.
func (d *desk) ask(by provision.Actor) provision.Sheet {
	d.t.Helper()
	s := d.begin(provision.Request{Requester: by, User: dana, Location: "seattle", Plan: "metered", Number: "+12065550110"})
	if s.Order.Form != provision.FormReview {
		d.t.Fatalf("the draft stands at %s: %v %v", s.Order.Form, s.Order.Notice, s.Order.Reasons)
	}
	s, err := d.Save(d.t.Context(), tenant, by, s.Order.ID, s.Order.Revision, "because")
	if err != nil {
		d.fails("save", err)
	}
	return s
}

func asks(s provision.Sheet) string {
	var all []string
	for _, a := range s.Order.Approval.Asked {
		all = append(all, a.Name)
	}
	for _, a := range s.Order.Approval.Next {
		all = append(all, "then "+a.Name)
	}
	return strings.Join(all, ", ")
}

// TestWhoIsAsked: by the rules, in their order, and never the requester or the person; an approver who is passed over
// is named with the reason.
func TestWhoIsAsked(t *testing.T) {
	t.Parallel()
	site := []provision.ApprovalRule{{By: provision.BySite}}
	manager := []provision.ApprovalRule{{By: provision.ByManager}}
	for name, c := range map[string]struct {
		policy    provision.AccessPolicy
		approvers []provision.UserID
		by        provision.Actor
		change    func(*desk)
		asks      string
		passed    string
		fails     string
	}{
		"no rule, an admin":            {by: alice},
		"no rule, an employee":         {by: provision.Actor{ID: dana, Name: "Dana"}, asks: "Carol"},
		"the manager asks":             {by: carol, asks: "Priya", passed: "passed-requester"},
		"by a rule, for an admin":      {policy: provision.AccessPolicy{Approvals: manager}, by: alice, asks: "Carol"},
		"another plan's rule":          {policy: provision.AccessPolicy{Approvals: []provision.ApprovalRule{{Plan: "unlimited", By: provision.ByManager}}}, by: alice},
		"another site's rule":          {policy: provision.AccessPolicy{Approvals: []provision.ApprovalRule{{Location: "london", By: provision.ByManager}}}, by: alice},
		"another role's rule":          {policy: provision.AccessPolicy{Approvals: []provision.ApprovalRule{{Requester: provision.RoleOperator, By: provision.ByManager}}}, by: alice},
		"the first rule that fits":     {policy: provision.AccessPolicy{Approvals: []provision.ApprovalRule{{Plan: "metered", By: provision.ByNobody}, {By: provision.ByManager}}}, by: alice},
		"never":                        {policy: provision.AccessPolicy{Approvals: []provision.ApprovalRule{{By: provision.Never}}}, by: alice, fails: "may-not-ask"},
		"away":                         {by: provision.Actor{ID: dana}, change: func(d *desk) { d.ms.away[carol.ID] = true }, asks: "Priya", passed: "passed-away"},
		"all away, and nobody else":    {by: provision.Actor{ID: dana}, change: func(d *desk) { d.ms.away[carol.ID], d.ms.away[priya.ID], d.ms.away[boss.ID] = true, true, true }, asks: "Carol", passed: "passed-away passed-away passed-away passed-none"},
		"all away, with a stand-in":    {policy: provision.AccessPolicy{Fallback: []provision.UserID{erin}}, by: provision.Actor{ID: dana}, change: func(d *desk) { d.ms.away[carol.ID], d.ms.away[priya.ID], d.ms.away[boss.ID] = true, true, true }, asks: "Erin Walsh", passed: "passed-away passed-away passed-away passed-none"},
		"no manager":                   {by: provision.Actor{ID: dana}, change: func(d *desk) { clear(d.ms.managers) }, fails: "nobody-approves"},
		"no manager, a stand-in":       {policy: provision.AccessPolicy{Fallback: []provision.UserID{dana, erin}}, by: provision.Actor{ID: dana}, change: func(d *desk) { clear(d.ms.managers) }, asks: "Erin Walsh", passed: "passed-none"},
		"managers in a ring":           {by: provision.Actor{ID: dana}, change: func(d *desk) { d.ms.managers[carol.ID], d.ms.away[carol.ID] = d.ms.people[0], true }, asks: "Carol", passed: "passed-away passed-none"},
		"switched off":                 {by: provision.Actor{ID: dana}, change: func(d *desk) { p := d.ms.managers[dana]; p.Enabled = false; d.ms.managers[dana] = p }, asks: "Priya", passed: "passed-disabled"},
		"any of the site's":            {policy: provision.AccessPolicy{Approvals: site}, approvers: []provision.UserID{carol.ID, priya.ID}, by: alice, asks: "Carol, Priya"},
		"all of the site's":            {policy: provision.AccessPolicy{Approvals: []provision.ApprovalRule{{By: provision.BySite, All: true}}}, approvers: []provision.UserID{carol.ID, priya.ID, boss.ID}, by: alice, asks: "Carol, then Priya, then Boss"},
		"the site's, one of whom asks": {policy: provision.AccessPolicy{Approvals: site}, approvers: []provision.UserID{alice.ID, priya.ID, dana}, by: alice, asks: "Priya"},
		"a site without anybody":       {policy: provision.AccessPolicy{Approvals: site, Fallback: []provision.UserID{boss.ID}}, by: alice, asks: "Boss", passed: "passed-site"},
		"the site's, gone":             {policy: provision.AccessPolicy{Approvals: site, Fallback: []provision.UserID{boss.ID}}, approvers: []provision.UserID{user(99)}, by: alice, asks: "Boss", passed: "passed-site"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.policy.Picks = true
			d := approvalDesk(t, c.policy, c.approvers...)
			if c.change != nil {
				c.change(d)
			}
			if c.fails != "" {
				s := d.begin(provision.Request{Requester: c.by, User: dana, Location: "seattle", Plan: "metered", Number: "+12065550110"})
				_, err := d.Save(t.Context(), tenant, c.by, s.Order.ID, s.Order.Revision, "because")
				if said, _ := provision.SayOf(err); said.ID != c.fails || d.sheet(s.Order.ID).Order.State != provision.Draft {
					t.Errorf("%v, want %s", err, c.fails)
				}
				return
			}
			s := d.ask(c.by)
			var passed []string
			for _, m := range s.Order.Approval.Passed {
				passed = append(passed, m.ID)
			}
			if got := asks(s); got != c.asks || strings.Join(passed, " ") != c.passed || (s.Order.State == provision.Pending) != (c.asks != "") {
				t.Errorf("%s asks %q past %q, want %q past %q", s.Order.State, got, passed, c.asks, c.passed)
			}
		})
	}
}

// TestDecideOnce: what comes too late, from a card about something else, or from a user who is not asked changes
// nothing.
func TestDecideOnce(t *testing.T) {
	t.Parallel()
	d := approvalDesk(t, provision.AccessPolicy{Approvals: []provision.ApprovalRule{{By: provision.BySite}}}, carol.ID, priya.ID)
	s := d.ask(alice)
	id, rev := s.Order.ID, s.Order.Revision
	decide := func(by provision.Actor, rev int, b provision.Decision) (provision.Sheet, string) {
		t.Helper()
		got, err := d.Decide(t.Context(), tenant, by, id, rev, b)
		said, _ := provision.SayOf(err)
		if err == nil {
			said = got.Order.Notice
		}
		return got, said.ID
	}
	approve := provision.Decision{Kind: provision.Approve}
	for who, want := range map[provision.Actor]string{alice: "own-approval", boss: "not-your-approval", {ID: dana}: "not-your-approval", {}: "not-your-approval"} {
		if _, said := decide(who, rev, approve); said != want {
			t.Errorf("%s: %q, want %q", who.ID, said, want)
		}
	}
	for b, want := range map[provision.Decision]string{
		{Kind: provision.Deny}: "words-needed.deny", {Kind: provision.AskBack, Why: "  "}: "words-needed.ask", {Kind: provision.Delegate}: "delegate-whom",
		{Kind: provision.Delegate, To: "alice@example.com"}: "person-not-found", {Kind: provision.Delegate, To: string(dana)}: "delegate-other",
		{Kind: provision.Delegate, To: string(priya.ID)}: "delegate-asked", {Kind: provision.Delegate, To: string(carol.ID)}: "delegate-other",
		{Kind: "shrug"}: "button-unknown", {Kind: provision.Deny, Why: strings.Repeat("x", 1001)}: "words-needed.deny",
	} {
		if _, said := decide(carol, rev, b); said != want {
			t.Errorf("%v: %q, want %q", b, said, want)
		}
	}

	// The order changes: a card from before is about something else.
	s, err := d.Amend(t.Context(), tenant, alice, id, rev)
	if err != nil || s.Order.State != provision.Draft || s.Order.Number != "+12065550110" {
		t.Fatalf("%+v, %v", s.Order, err)
	}
	if got, said := decide(carol, rev, approve); said != "card-was-old" || got.Order.State != provision.Draft {
		t.Errorf("of a draft: %s, %q", got.Order.State, said)
	}
	if s, err = d.Save(t.Context(), tenant, alice, id, s.Order.Revision, "again"); err != nil {
		t.Fatal(err)
	}
	if got, said := decide(carol, rev, approve); said != "card-was-old" || got.Order.State != provision.Pending {
		t.Errorf("from a card of before: %s, %q", got.Order.State, said)
	}
	if got, said := decide(carol, s.Order.Revision, approve); said != "" || got.Order.State != provision.Approved {
		t.Errorf("approved: %s, %q", got.Order.State, said)
	}
	if got, said := decide(carol, s.Order.Revision, approve); said != "" || got.Order.State != provision.Approved {
		t.Errorf("pressed twice: %s, %q", got.Order.State, said)
	}
	if got, said := decide(priya, s.Order.Revision, provision.Decision{Kind: provision.Deny, Why: "no"}); said != "decided-by" || got.Order.State != provision.Approved {
		t.Errorf("the other one: %s, %q", got.Order.State, said)
	}
	if n := d.events(provision.OrderApproved); n != 1 {
		t.Errorf("approved %d times", n)
	}
}

// TestWorkdays: an order waits for working days at its location, and is reminded of on each.
func TestWorkdays(t *testing.T) {
	t.Parallel()
	d := approvalDesk(t, provision.AccessPolicy{Approvals: []provision.ApprovalRule{{By: provision.ByManager}}})
	d.advance(3*24*time.Hour + 14*time.Hour) // Thursday 5 March, 23:00 UTC: 15:00 in Seattle, whose clocks change on Sunday
	s := d.ask(alice)
	if want := time.Date(2026, 3, 10, 22, 0, 0, 0, time.UTC); !s.Order.Approval.Due.Equal(want) {
		t.Errorf("due %s, want %s", s.Order.Approval.Due, want)
	}
	var reminded []string
	for range 200 {
		again, over, err := d.Await(t.Context(), tenant, s.Order.ID)
		if err != nil {
			t.Fatal(err)
		}
		if over {
			break
		}
		if now := d.sheet(s.Order.ID).Order; len(reminded) < now.Approval.Reminded {
			reminded = append(reminded, d.now().Format("Mon 15:04"))
		}
		d.advance(again)
	}
	if o := d.sheet(s.Order.ID).Order; o.State != provision.Expired || strings.Join(reminded, ", ") != "Fri 23:00, Mon 22:00" {
		t.Errorf("%s, reminded %v", o.State, reminded)
	}
	if n := d.inventory()["+12065550110"]; n.State != provision.Free {
		t.Errorf("the number is %s", n.State)
	}
}
