package view

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// mostWords bounds what a person writes about an order: a reason, a question, an answer.
const mostWords = 400

// Approval is the card of an order for an approver who is asked to decide, or was. It is edited through the order's
// life, so that every copy says how the order stands.
func (w Writer) Approval(s provision.Sheet, reader provision.UserID) (json.RawMessage, string) {
	o := s.Order
	if o.State == provision.Draft || o.Approval.By == "" {
		return w.changing(o, reader)
	}
	title := w.Asking(o)
	s.Refused.Own = false // the title names the requester
	body := []card.Element{card.Text{Text: title, Heading: true}}
	if upn := o.Person.UPN; upn != "" && upn != o.Person.Name() {
		body = append(body, card.Text{Text: upn, Subtle: true, Tight: true})
	}
	body = append(body, w.takes(s)...)
	if notice := w.Message(o.Notice); notice != "" {
		body = append(body, Box(card.AttentionStyle, card.Text{Text: notice}))
	}
	asked := o.State == provision.Pending && o.Approval.Asks(reader)
	status := w.approvalStatus(o, reader)
	if !asked {
		body = append(body, card.Text{Text: status, Bold: true, Color: approvalColor(o)})
	}
	if asked {
		body = append(body, w.unanswered(o, reader)...)
	}
	body = append(body, w.reason(o)...)
	body = append(body, w.facts(s))
	body = append(body, w.given(s)...)
	if !asked {
		if len(o.Approval.Given) > 0 { // each is written with its time
			body = append(body, w.ZoneNote(s)...)
		}
		return Finish(w.Say("notice.summary", "title", title, "notice", status), body)
	}
	body = append(body, card.Text{Text: w.SayFor(o, "approval.then", "person", w.Person(o))},
		card.Text{Text: w.because(s, reader), Subtle: true})
	body = append(body, w.passed(o)...)
	body = append(body,
		card.Text{Text: w.Say("approval.due", "when", w.When(s, o.Approval.Due)), Subtle: true, Tight: true})
	body = append(body, w.ZoneNote(s)...)
	summary := w.Say("approval.summary", "title", title)
	if o.Approval.Reminded > 0 {
		summary = w.Say("approval.summary.again", "title", title)
	}
	return Finish(summary, append(body, w.decisionForm(o)...))
}

// unanswered says to an approver that a question is open: nobody needs to wait for its answer, nor to ask it again.
func (w Writer) unanswered(o provision.Order, reader provision.UserID) []card.Element {
	q, open := o.Approval.Question()
	if !open {
		return nil
	}
	text := w.Say("approval.unanswered", "person", q.By.Name, "requester", o.Requester.Name)
	if q.By.ID == reader {
		text = w.Say("approval.unanswered.self", "requester", o.Requester.Name)
	}
	return []card.Element{card.Text{Text: text, Bold: true, Color: card.Accent}}
}

// changing is the card of an order that its requester changes, or ended while changing it: an approver who was asked
// before does not see what it becomes.
func (w Writer) changing(o provision.Order, reader provision.UserID) (json.RawMessage, string) {
	title, status := w.Say("approval.title.amended", "person", o.Requester.Name), w.approvalStatus(o, reader)
	return Finish(w.Say("notice.summary", "title", title, "notice", status),
		[]card.Element{card.Text{Text: title, Heading: true},
			card.Text{Text: status, Bold: true, Color: approvalColor(o)}})
}

// NotShown takes the place of a card whose reader may not see the order any more. It says nothing of it.
func (w Writer) NotShown() (json.RawMessage, string) {
	title := w.Say("not-shown.title")
	return Finish(title,
		[]card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: w.Say("not-shown.next")}})
}

// VerbShow asks for the card as the reader may see it now.
const VerbShow = "approval.show"

// Channel is the card of an order that waits for approval, for everybody in a team's channel: without the number,
// without anything that people wrote and without buttons. It refreshes for those with one of the Teams ids.
func (w Writer) Channel(s provision.Sheet, refresh []string) (json.RawMessage, string) {
	o, title := s.Order, w.Asking(s.Order)
	status := w.approvalStatus(o, "")
	facts := card.Facts{{Title: w.Say("fact.location"), Value: s.Location.Name},
		{Title: w.Say("fact.plan"), Value: w.Plan(s.Plan)}}
	body := []card.Element{
		card.Text{Text: title, Heading: true}, card.Text{Text: status, Bold: true, Color: approvalColor(o)},
		slices.DeleteFunc(facts, func(f card.Fact) bool { return f.Value == "" }),
	}
	if o.State == provision.Pending {
		body = append(body, card.Text{Text: w.Say("channel.buttons"), Subtle: true})
	}
	summary := card.Escape(w.Say("notice.summary", "title", title, "notice", status))
	return card.Card{Body: body, Fallback: summary,
		Refresh: card.Refresh{Verb: VerbShow, Data: card.Data{DataOrder: string(o.ID)}, Users: refresh}}.JSON(), summary
}

// Asking is the title: who asks for what.
func (w Writer) Asking(o provision.Order) string {
	if own(o) {
		return w.Say("approval.title.self", "person", o.Requester.Name)
	}
	return w.SayFor(o, "approval.title", "requester", o.Requester.Name, "person", w.Person(o))
}

// decisionForm are the inputs and buttons of a decision: one to approve, and folded what else can be decided.
func (w Writer) decisionForm(o provision.Order) []card.Element {
	approve := w.bare(o, VerbApprove, "button.approve")
	approve.Primary = true
	return []card.Element{card.Actions{approve}, card.Fold{ID: "otherwise", Title: w.Say("fold.otherwise"),
		Items: []card.Element{
			card.TextInput{ID: InputWhy, Label: w.Say("approval.why"), Placeholder: w.Say("approval.why.hint"),
				MaxLength: mostWords},
			card.Actions{w.button(o, VerbDeny, "button.deny"), w.button(o, VerbAskBack, "button.ask")},
			card.TextInput{ID: InputColleague, Label: w.Say("approval.colleague"),
				Placeholder: w.Say("form.person.upn.hint"), MaxLength: 113},
			card.Actions{w.button(o, VerbDelegate, "button.delegate")},
		}}}
}

// reason quotes why the requester asks.
func (w Writer) reason(o provision.Order) []card.Element {
	if o.Why == "" {
		return nil
	}
	return []card.Element{Box(card.Emphasis,
		card.Text{Text: w.Say("approval.reason", "person", o.Requester.Name, "why", o.Why)})}
}

// because says why the reader is asked.
func (w Writer) because(s provision.Sheet, reader provision.UserID) string {
	c := s.Order.Approval
	id := "approval.because." + string(c.By)
	if a, ok := c.Last(provision.Delegate); ok && a.To.ID == reader {
		return w.Say("approval.because.delegate", "person", a.By.Name)
	}
	if c.StandsIn(reader) {
		return w.Say("approval.because.fallback")
	}
	if c.By == provision.BySite && c.All {
		id += ".all"
	}
	return w.Say(id, "person", w.Person(s.Order), "location", s.Location.Name)
}

// passed says why approvers who come first are not asked.
func (w Writer) passed(o provision.Order) []card.Element {
	var body []card.Element
	for _, m := range o.Approval.Passed {
		body = append(body, card.Text{Text: w.Message(m), Subtle: true, Tight: true})
	}
	return body
}

// mostGiven bounds how many of the questions, answers and handings-on about an order its cards show.
const mostGiven = 6

// given is what was decided, and the newest of what was asked, answered and handed on so far. It says how much more
// there was.
func (w Writer) given(s provision.Sheet) []card.Element {
	talk := 0
	for _, a := range s.Order.Approval.Given {
		if !decides(a) {
			talk++
		}
	}
	earlier := max(talk-mostGiven, 0)
	var body []card.Element
	if earlier > 0 {
		body = append(body,
			card.Text{Text: w.Say("vote.earlier", "count", strconv.Itoa(earlier)), Subtle: true, Tight: true})
	}
	for _, a := range s.Order.Approval.Given {
		if !decides(a) && earlier > 0 {
			earlier--
			continue
		}
		body = append(body,
			card.Text{Text: w.Say("vote."+string(a.Kind), "person", a.By.Name, "colleague", a.To.Name, "why", a.Why,
				"when", w.When(s, a.At)), Tight: true})
	}
	return body
}

func decides(a provision.DecisionRecord) bool {
	return a.Kind == provision.Approve || a.Kind == provision.Deny
}

// approvalStatus says how the order stands, to an approver who is not asked now.
func (w Writer) approvalStatus(o provision.Order, reader provision.UserID) string {
	if o.IsSettled() {
		return w.Message(o.Settled.Why)
	}
	switch o.State {
	case provision.Draft:
		return w.Say("approval.amended", "person", o.Requester.Name)
	case provision.Pending:
		return w.pending(o)
	case provision.Cancelled:
		return w.Say("approval.cancelled", "person", cmp.Or(o.Approval.Ended.Name, o.Requester.Name))
	case provision.Expired:
		if o.Unsent() {
			return w.Say("approval.unsent", "person", o.Requester.Name)
		}
		return w.Say("approval.expired")
	case provision.Rejected:
		return w.rejected(o)
	}
	by, _ := o.Approval.Last(provision.Approve)
	if by.By.ID == reader {
		return w.Say("approval.approved.self")
	}
	return w.Say("approval.approved", "person", by.By.Name)
}

func approvalColor(o provision.Order) card.Color {
	switch o.State {
	case provision.Draft, provision.Cancelled, provision.Expired:
		return ""
	case provision.Rejected:
		return card.Attention
	case provision.Pending:
		return card.Accent
	}
	return card.Good
}

// pending says whose approval an order waits for.
func (w Writer) pending(o provision.Order) string {
	var who []string
	for _, a := range o.Approval.Asked {
		who = append(who, a.Name)
	}
	switch len(who) {
	case 0:
		return w.Say("status.pending.nobody")
	case 1:
		return w.Say("status.pending", "person", who[0])
	}
	return w.Say("status.pending.any", "people", strings.Join(who, ", "))
}

func (w Writer) rejected(o provision.Order) string {
	a, _ := o.Approval.Last(provision.Deny)
	return w.Say("status.rejected", "person", a.By.Name)
}

// waitingForApproval is the requester's card of an order that waits for approval.
func (w Writer) waitingForApproval(s provision.Sheet) (json.RawMessage, string) {
	o := s.Order
	status := w.pending(o)
	q, open := o.Approval.Question()
	open = open && !s.Refused.Own
	if open { // it is the reader who is waited for
		status = w.Say("pending.question", "person", q.By.Name)
	}
	body := append(w.header(s), card.Text{Text: status, Bold: true, Color: card.Accent}, w.facts(s))
	body = append(append(body, w.reason(o)...), w.passed(o)...)
	body = append(body, w.given(s)...)
	body = append(body, card.Text{Text: w.Say("pending.due", "when", w.When(s, o.Approval.Due)), Subtle: true})
	body = append(body, w.ZoneNote(s)...)
	if open {
		reply := w.button(o, VerbReply, "button.reply")
		reply.Primary = true
		body = append(body,
			card.TextInput{ID: InputWhy, Label: w.Say("pending.answer", "person", q.By.Name),
				Required: w.Say("pending.answer.error"), MaxLength: mostWords},
			card.Actions{reply})
	}
	body = append(body, w.pendingActions(s)...)
	return Finish(w.Say("notice.summary", "title", w.Title(o), "notice", status), body)
}

// pendingActions are what may be done with an order that waits, by its reader.
func (w Writer) pendingActions(s provision.Sheet) []card.Element {
	var all, back card.Actions
	if !s.Refused.Own {
		all = append(all, w.bare(s.Order, VerbAmend, "button.amend"))
	}
	if !s.Refused.Operate {
		all = append(all, w.bare(s.Order, VerbAskAgain, "button.again"))
	}
	if !s.Refused.TakeBack {
		back = append(back, w.bare(s.Order, VerbCancel, "button.withdraw"))
	}
	return inRows(nil, all, back)
}

// Approved tells the requester that the work begins.
func (w Writer) Approved(s provision.Sheet) (json.RawMessage, string) {
	return w.decidedNote("approved", s, w.Say("approved.next"))
}

// Rejected tells the requester that an approver said no, and why.
func (w Writer) Rejected(s provision.Sheet) (json.RawMessage, string) {
	return w.decidedNote("rejected", s, w.Say("rejected.next"))
}

// decidedNote says who decided what, and when.
func (w Writer) decidedNote(name string, s provision.Sheet, next string) (json.RawMessage, string) {
	body := append(w.given(s), w.facts(s), card.Text{Text: next})
	return w.note(name, s, append(body, w.ZoneNote(s)...)...)
}

// TakenBack tells the requester that an operator took the order back.
func (w Writer) TakenBack(s provision.Sheet) (json.RawMessage, string) {
	if s.Order.Withdrawn() {
		return w.withdrawnNote(s)
	}
	by := card.Text{Text: w.Say("approval.cancelled", "person", s.Order.Approval.Ended.Name)}
	return w.note("taken-back", s, by, w.facts(s), card.Text{Text: w.Say("taken-back.next")})
}

// Unapproved tells the requester that nobody decided in time, or that they did not send again what they were changing.
func (w Writer) Unapproved(s provision.Sheet) (json.RawMessage, string) {
	if s.Order.Unsent() {
		return w.note("unsent", s, w.facts(s), card.Text{Text: w.Say("unsent.next", "command", w.command(s.Order))})
	}
	return w.note("unapproved", s, w.facts(s), card.Text{Text: w.Say("unapproved.next")})
}

// SettledNote tells the requester that the request ended when the store was restored, and how it stands.
func (w Writer) SettledNote(s provision.Sheet) (json.RawMessage, string) {
	return w.note("settled", s, card.Text{Text: w.Message(s.Order.Settled.Why)}, w.facts(s))
}

// Barred tells the requester that an approval was not taken, since they may not order this any more.
func (w Writer) Barred(s provision.Sheet) (json.RawMessage, string) {
	due := w.Say("barred.next", "when", w.When(s, s.Order.Approval.Due))
	body := []card.Element{w.facts(s), card.Text{Text: due}, card.Actions{w.OpenButton(s.Order)}}
	return w.note("barred", s, append(body, w.ZoneNote(s)...)...)
}

// Unasked tells the requester that there is no approver who can be asked.
func (w Writer) Unasked(s provision.Sheet) (json.RawMessage, string) {
	return w.note("unasked", s,
		append(w.passed(s.Order), card.Text{Text: w.Say("unasked.next")}, card.Actions{w.OpenButton(s.Order)})...)
}
