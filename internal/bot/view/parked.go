package view

import (
	"strconv"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// parked is what an order that has stopped shows: why, to those who may decide who has its numbers and what each
// decision would do, and folded what was tried and what else Microsoft showed.
func (w Writer) parked(s provision.Sheet) []card.Element {
	o := s.Order
	body := w.why(s)
	known := w.known(s)
	switch {
	case !s.Refused.Operate:
		known = w.showed(s, "parked.known", w.state(s))
		body = append(body, w.showed(s, "parked.holders", w.holders(s))...)
		body = append(append(body, card.Text{Text: w.Say("parked.decide"), Bold: true}), w.decisions(s)...)
	case o.CanWithdraw() && !s.Refused.TakeBack: // its requester
		body = append(body, w.withdrawing(o), card.Actions{w.takeBack(o)})
	}
	body = append(body, w.facts(s), card.Text{Text: w.Say("parked.next", "command", w.command(o))})
	details := append(append(w.steps(s), w.tried(s)...), known...)
	if len(details) == 0 {
		return body
	}
	return append(body, card.Fold{ID: "details", Title: w.Say("fold.details"), Items: details})
}

// decisions are what a person can decide about a parked order, each with what it would do.
func (w Writer) decisions(s provision.Sheet) []card.Element {
	o := s.Order
	takeBack := o.CanWithdraw() && !s.Refused.TakeBack
	actions := card.Actions{w.RetryButton(o)}
	body := []card.Element{card.Text{Text: w.Say("parked.retry" + stoppedAt(o.Halt)), Tight: true}}
	if takeBack {
		actions = append(actions, w.takeBack(o))
		body = append(body, w.withdrawing(o))
	}
	if o.CanUndo() {
		actions = append(actions, w.bare(o, VerbUndo, "button.undo"))
		body = append(body, card.Text{Text: w.SayFor(o, "parked.undo", "person", w.Person(o)), Tight: true})
	}
	return append(body, actions, card.Fold{ID: "leave", Title: w.Say("fold.leave"), Items: []card.Element{
		card.Text{Text: w.SayFor(o, "parked.accept"), Tight: true},
		card.TextInput{ID: InputWhy, Label: w.Say("parked.why"), Required: w.Say("parked.why.error"), MaxLength: 200},
		card.Actions{w.button(o, VerbAccept, "button.accept")},
	}})
}

// RetryButton has an order tried again that stopped.
func (w Writer) RetryButton(o provision.Order) card.Action {
	retry := w.bare(o, VerbRetry, "button.retry")
	retry.Primary = true
	return retry
}

// takeBack is the button that takes an order back whose phone is waited for, or was until the watch gave up.
func (w Writer) takeBack(o provision.Order) card.Action {
	return w.bare(o, VerbTakeBack, "button.withdraw")
}

// withdrawing says what that button would do.
func (w Writer) withdrawing(o provision.Order) card.Element {
	return card.Text{Text: w.SayFor(o, "parked.withdraw", "person", w.Person(o)), Tight: true}
}

// tried says how often the step was tried at which an order stopped, and what a person decided before.
func (w Writer) tried(s provision.Sheet) []card.Element {
	var body []card.Element
	if h := s.Order.Halt; h.Tries > 0 {
		text := w.Say("parked.tried"+stoppedAt(h), "step", w.Say("step."+string(h.Step)),
			"count", strconv.Itoa(h.Tries), "when", w.When(s, h.Since))
		body = append(body, card.Text{Text: text, Tight: true})
	}
	return append(body, w.decided(s)...)
}

// stoppedAt is the ending of messages that differ by where the work stands.
func stoppedAt(h provision.Halt) string {
	switch {
	case h.Watched():
		return ".watch"
	case h.Undoing:
		return ".undoing"
	}
	return ""
}

// decided says what a person decided about an order that had stopped.
func (w Writer) decided(s provision.Sheet) []card.Element {
	d := s.Order.Decided
	id := map[provision.Resolution]string{provision.TryAgain: "parked.retried",
		provision.TakeBack: "parked.undone"}[d.Resolution]
	if id == "" {
		return nil
	}
	return []card.Element{card.Text{Text: w.Say(id, "person", d.By.Name, "when", w.When(s, d.At)), Tight: true}}
}

// known is all that Microsoft showed when the work had stopped.
func (w Writer) known(s provision.Sheet) []card.Element {
	return w.showed(s, "parked.known", append(w.holders(s), w.state(s)...))
}

// showed is what Microsoft showed when the work had stopped, under a heading with the time; nothing where it showed
// nothing.
func (w Writer) showed(s provision.Sheet, heading string, what []card.Element) []card.Element {
	if len(what) == 0 {
		return nil
	}
	head := card.Text{Text: w.Say(heading, "when", w.When(s, s.Order.Observation.At)), Bold: true}
	return append([]card.Element{head}, what...)
}

// holders says who had the order's numbers.
func (w Writer) holders(s provision.Sheet) (body []card.Element) {
	for _, h := range s.Order.Observation.Holders {
		body = append(body, card.Text{Text: w.holder(s.Order, h), Tight: true})
	}
	return body
}

// state is the account, and the conditions that are worth a look by then.
func (w Writer) state(s provision.Sheet) (body []card.Element) {
	k := s.Order.Observation
	if k.At.IsZero() {
		return nil
	}
	add := func(text string) { body = append(body, card.Text{Text: text, Tight: true}) }
	var rows []card.Element
	for _, c := range s.Order.Conditions {
		if s.Order.Accepted.IsZero() && comesLater[c.Name] {
			continue
		}
		rows = append(rows, w.conditionRow(s, c))
	}
	if len(rows) > 0 {
		return rows // account, licence and plan are among them
	}
	add(w.accountKnown(k))
	if k.Plan != "" && s.Plan.Name != "" {
		add(w.Say("known-plan-"+string(k.Plan), "plan", s.Plan.Name))
	}
	return body
}

// comesLater are the conditions that nobody expects before Microsoft has the number on the account.
var comesLater = map[provision.ConditionName]bool{
	provision.EnterpriseVoice: true, provision.NumberOnPerson: true, provision.RoutingPolicy: true,
	provision.NumberActivated: true,
}

func (w Writer) accountKnown(k provision.Observation) string {
	switch {
	case k.Account == "":
		return w.Say("known-account-unknown")
	case k.Account == provision.AccountThere && !k.Licensed:
		return w.Say("known-unlicensed")
	}
	return w.Say("known-account-" + string(k.Account))
}

// holder says who has a number.
func (w Writer) holder(o provision.Order, h provision.Holder) string {
	number := w.Number(h.Number)
	switch {
	case h.HeldBy == "":
		return w.Say("known-number-unknown", "number", number)
	case h.HeldBy == provision.HeldByUnknownAccount && h.User == o.Person.ID:
		return w.Say("known-number-stuck", "number", number)
	}
	return w.Say("known-number-"+string(h.HeldBy), "number", number, "person", h.Name, "account", string(h.User))
}

// remark says who left an order as it stood, and why.
func (w Writer) remark(s provision.Sheet) []card.Element {
	d := s.Order.Decided
	if !s.Order.LeftAsIs() {
		return nil
	}
	return []card.Element{Box(card.WarningStyle, card.Text{
		Text: w.Say("remark", "person", d.By.Name, "when", w.When(s, d.At), "why", d.Why),
	})}
}

// leftOpen reports an order that a person closed although not everything was as ordered.
func leftOpen(o provision.Order) bool { return o.LeftAsIs() && !provision.AllMet(o.Conditions) }

// OpenButton shows an order's card anew.
func (w Writer) OpenButton(o provision.Order) card.Action {
	return card.Action{Title: w.Say("button.open"), Verb: VerbOpen, Data: card.Data{DataOrder: string(o.ID)}}
}
