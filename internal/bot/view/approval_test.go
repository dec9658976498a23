package view_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
)

var (
	carol  = provision.Actor{ID: "ca401000-0000-4000-8000-000000000001", Name: "Carol Whitaker"}
	priya  = provision.Actor{ID: "ca401000-0000-4000-8000-000000000002", Name: "Priya Nair"}
	aWhile = 72 * time.Hour
)

// asked is an order for which Carol's word is needed.
func asked(more ...func(*provision.Sheet)) func(*provision.Sheet) {
	return func(s *provision.Sheet) {
		s.Order.Why = "Customers ask for her number"
		s.Order.Approval = provision.Approval{
			By: provision.ByManager, Asked: []provision.Asked{{Actor: carol}}, Ever: []provision.UserID{carol.ID, priya.ID},
			Since: ago(time.Hour), Due: now.Add(aWhile),
		}
		for _, f := range more {
			f(s)
		}
	}
}

func gave(all ...provision.DecisionRecord) func(*provision.Sheet) {
	return func(s *provision.Sheet) { s.Order.Approval.Given = all }
}

var (
	yes   = provision.DecisionRecord{Kind: provision.Approve, By: carol, At: ago(10 * time.Minute)}
	no    = provision.DecisionRecord{Kind: provision.Deny, By: carol, Why: "She has a mobile", At: ago(10 * time.Minute)}
	ask   = provision.DecisionRecord{Kind: provision.AskBack, By: carol, Why: "What for?", At: ago(10 * time.Minute)}
	reply = provision.DecisionRecord{Kind: provision.Reply, By: provision.Actor{Name: "Alice Moreau"}, Why: "For customers", At: ago(5 * time.Minute)}
	over  = provision.DecisionRecord{Kind: provision.Delegate, By: carol, To: priya, At: ago(10 * time.Minute)}
)

// approvalCards are the cards about the word that an order needs.
func approvalCards(w Writer, add add) map[string]func() (json.RawMessage, string) {
	self := func(s *provision.Sheet) { s.Order.Requester = provision.Actor{ID: dana.ID, Name: dana.DisplayName} }
	handed := func(s *provision.Sheet) {
		s.Order.Approval.Asked = []provision.Asked{{Actor: priya}}
		s.Order.Approval.Ever = append(s.Order.Approval.Ever, priya.ID)
		gave(over)(s)
	}
	site := func(all bool) func(*provision.Sheet) {
		return func(s *provision.Sheet) {
			s.Order.Approval.By, s.Order.Approval.All = provision.BySite, all
			if !all {
				s.Order.Approval.Asked = append(s.Order.Approval.Asked, provision.Asked{Actor: priya})
			}
		}
	}
	instead := func(s *provision.Sheet) {
		s.Order.Approval.Asked = []provision.Asked{{Actor: carol, Instead: true}}
		s.Order.Approval.Passed = []provision.Message{provision.Say("passed-away", "person", "Carol Whitaker"), provision.Say("passed-none")}
	}
	rule := func(r provision.ApprovalRule, more ...func(*provision.Sheet)) func(*provision.Sheet) {
		return func(s *provision.Sheet) {
			s.Rule = r
			for _, f := range more {
				f(s)
			}
		}
	}
	add("review-manager", w.Order, draft(provision.FormReview, rule(provision.ApprovalRule{By: provision.ByManager})))
	add("review-manager-self", w.Order, draft(provision.FormReview, rule(provision.ApprovalRule{By: provision.ByManager}, self)))
	add("review-site", w.Order, draft(provision.FormReview, rule(provision.ApprovalRule{By: provision.BySite})))
	add("review-site-all", w.Order, draft(provision.FormReview, rule(provision.ApprovalRule{By: provision.BySite, All: true})))
	add("review-never", w.Order, draft(provision.FormReview, rule(provision.ApprovalRule{By: provision.Never})))
	add("pending", w.Order, sheet(provision.Pending, asked()))
	add("pending-any", w.Order, sheet(provision.Pending, asked(site(false))))
	add("pending-question", w.Order, sheet(provision.Pending, asked(gave(ask))))
	add("pending-nobody", w.Order, sheet(provision.Pending, asked(instead, func(s *provision.Sheet) { s.Order.Approval.Asked = nil })))
	add("rejected", w.Order, sheet(provision.Rejected, asked(gave(no))))
	add("expired-pending", w.Order, sheet(provision.Expired, asked()))
	add("note-approved", w.Approved, sheet(provision.Approved, asked(gave(yes))))
	add("note-rejected", w.Rejected, sheet(provision.Rejected, asked(gave(no))))
	add("note-rejected-change", w.Rejected, sheet(provision.Rejected, asked(of(provision.ChangePlan), gave(no))))
	add("note-unapproved", w.Unapproved, sheet(provision.Expired, asked()))
	unsent := func(s *provision.Sheet) { s.Order.Amended, s.Order.Approval = ago(25*time.Hour), provision.Approval{} }
	add("note-unsent", w.Unapproved, sheet(provision.Expired, asked(unsent)))
	settled := func(s *provision.Sheet) {
		s.Order.Approval.Asked = nil
		s.Order.Settled = provision.Settled{At: now, Why: provision.Say("settled-done", "when", "16 June 2026")}
	}
	add("note-settled", w.SettledNote, sheet(provision.Done, asked(settled)))
	add("settled-done", w.Order, sheet(provision.Done, asked(settled)))
	add("settled-cancelled", w.Order, sheet(provision.Cancelled, asked(settled)))
	add("note-unasked", w.Unasked, sheet(provision.Pending, asked(instead)))
	add("note-taken-back", w.TakenBack, sheet(provision.Cancelled, asked(func(s *provision.Sheet) { s.Order.Approval.Ended = provision.Actor{ID: "x", Name: "Alice Moreau"} })))
	add("pending-operator", w.Order, sheet(provision.Pending, asked(gave(ask), func(s *provision.Sheet) { s.Refused.Own = true })))
	add("pending-auditor", w.Order, sheet(provision.Pending, asked(func(s *provision.Sheet) { s.Refused = provision.Refusals{Own: true, Operate: true, TakeBack: true} })))
	add("draft-others", w.Order, draft(provision.FormNumber, func(s *provision.Sheet) { s.Refused.Own = true }))
	add("not-shown", func(provision.Sheet) (json.RawMessage, string) { return w.NotShown() }, sheet(provision.Pending, nil))
	add("note-barred", w.Barred, sheet(provision.Pending, asked()))
	for name, s := range map[string]provision.Sheet{
		"approval":            sheet(provision.Pending, asked()),
		"approval-self":       sheet(provision.Pending, asked(self)),
		"approval-change":     sheet(provision.Pending, asked(of(provision.Move))),
		"approval-unanswered": sheet(provision.Pending, asked(gave(ask))),
		"approval-question":   sheet(provision.Pending, asked(gave(ask, reply))),
		"approval-any":        sheet(provision.Pending, asked(site(false))),
		"approval-all":        sheet(provision.Pending, asked(site(true))),
		"approval-fallback":   sheet(provision.Pending, asked(instead)),
		"approval-again":      sheet(provision.Pending, asked(func(s *provision.Sheet) { s.Order.Approval.Reminded = 1 })),
		"approval-handed-on":  sheet(provision.Pending, asked(handed)),
		"approval-amended":    sheet(provision.Draft, func(s *provision.Sheet) { s.Order.Form = provision.FormReview }),
		"approval-cancelled":  sheet(provision.Cancelled, asked()),
		"approval-expired":    sheet(provision.Expired, asked()),
		"approval-denied":     sheet(provision.Rejected, asked(gave(no))),
		"approval-approved":   sheet(provision.Running, asked(gave(yes))),
		"approval-decided":    sheet(provision.Running, asked(gave(yes), func(s *provision.Sheet) { s.Order.Notice = provision.Say("decided-by", "person", "Carol Whitaker") })),
	} {
		add(name, func(s provision.Sheet) (json.RawMessage, string) { return w.Approval(s, carol.ID) }, s)
	}
	add("approval-handed-to", func(s provision.Sheet) (json.RawMessage, string) { return w.Approval(s, priya.ID) }, sheet(provision.Pending, asked(handed)))
	add("approval-unanswered-other", func(s provision.Sheet) (json.RawMessage, string) { return w.Approval(s, priya.ID) }, sheet(provision.Pending, asked(site(false), gave(ask))))
	add("approval-approved-other", func(s provision.Sheet) (json.RawMessage, string) { return w.Approval(s, priya.ID) }, sheet(provision.Running, asked(gave(yes))))
	return map[string]func() (json.RawMessage, string){
		"approvals": func() (json.RawMessage, string) {
			return w.Approvals([]provision.Order{sheet(provision.Pending, asked()).Order, sheet(provision.Pending, asked(of(provision.Move))).Order})
		},
		"approvals-none": func() (json.RawMessage, string) { return w.Approvals(nil) },
		"channel": func() (json.RawMessage, string) {
			return w.Channel(sheet(provision.Pending, asked()), []string{"29:carol", "29:priya"})
		},
		"channel-unknown":  func() (json.RawMessage, string) { return w.Channel(sheet(provision.Pending, asked()), nil) },
		"channel-decided":  func() (json.RawMessage, string) { return w.Channel(sheet(provision.Running, asked(gave(yes))), nil) },
		"channel-denied":   func() (json.RawMessage, string) { return w.Channel(sheet(provision.Rejected, asked(gave(no))), nil) },
		"greeting":         func() (json.RawMessage, string) { return w.Greeting("k7x2") },
		"greeting-pressed": func() (json.RawMessage, string) { return w.Greeted(true) },
		"greeting-late":    func() (json.RawMessage, string) { return w.Greeted(false) },
		"outbox-none":      func() (json.RawMessage, string) { return w.Outbox(nil, now) },
		"outbox": func() (json.RawMessage, string) {
			o := sheet(provision.Done, nil).Order
			return w.Outbox([]lists.Stuck{
				{Order: o, To: "Dana Reyes", Since: ago(2 * time.Hour), Next: now.Add(10 * time.Minute), Tries: 7},
				{Order: o, Since: ago(time.Hour), Tries: 1}, {Since: ago(time.Minute), Next: now.Add(time.Minute), Tries: 1},
				{Order: o, To: "Alice Moreau", Since: ago(48 * time.Hour), Lost: "told-blocked"},
			}, now)
		},
	}
}

// TestOnlyWhoIsAskedCanDecide: the card of an order has the buttons of a decision exactly where its
// reader is asked for one.
func TestOnlyWhoIsAskedCanDecide(t *testing.T) {
	t.Parallel()
	w := writer(t)
	decides := func(s provision.Sheet, who provision.UserID) bool {
		raw, _ := w.Approval(s, who)
		return strings.Contains(string(raw), view.VerbApprove)
	}
	pending := sheet(provision.Pending, asked())
	if !decides(pending, carol.ID) {
		t.Error("Carol is asked and cannot decide")
	}
	for name, s := range map[string]provision.Sheet{
		"another": pending, "draft": sheet(provision.Draft, asked()), "approved": sheet(provision.Approved, asked(gave(yes))), "done": sheet(provision.Done, asked(gave(yes))),
		"rejected": sheet(provision.Rejected, asked(gave(no))), "expired": sheet(provision.Expired, asked()), "cancelled": sheet(provision.Cancelled, asked()),
	} {
		who := carol.ID
		if name == "another" {
			who = priya.ID
		}
		if decides(s, who) {
			t.Errorf("%s: there is a button", name)
		}
	}
}

// TestLongTalkFits: however much was asked, answered and handed on about an order, its cards are small enough for Teams
// and have what their readers need; they say how much they leave out, and every approval is on them.
func TestLongTalkFits(t *testing.T) {
	t.Parallel()
	w := writer(t)
	long := ask
	long.Why = strings.Repeat("Ж", 500)
	given := []provision.DecisionRecord{yes}
	for range 200 {
		given = append(given, reply, over, long)
	}
	s := sheet(provision.Pending, asked(gave(given...)))
	approval, _ := w.Approval(s, carol.ID)
	order, _ := w.Order(s)
	for name, raw := range map[string]json.RawMessage{view.VerbApprove: approval, view.VerbReply: order} {
		checkCard(t, raw)
		for _, want := range []string{name, "594 earlier entries are not shown.", "Carol Whitaker approved"} {
			if !strings.Contains(string(raw), want) {
				t.Errorf("the card with %s is without %q", name, want)
			}
		}
	}
}
