package view

import (
	"encoding/json"
	"strings"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// end is the card of an order to which nothing more happens by itself.
func (w Writer) end(s provision.Sheet) (json.RawMessage, string) {
	var body []card.Element
	var status string
	var color card.Color
	if s.Order.State != provision.Rejected {
		status = w.Say("status." + string(s.Order.State))
	}
	switch s.Order.State {
	case provision.Done:
		status, color, body = w.done(s)
	case provision.Failed:
		color = card.Attention
		body = append(append(w.problem(s, "failed.next"), w.steps(s)...), w.decided(s)...)
	case provision.Parked:
		color = card.Attention
		body = w.parked(s)
	case provision.Rejected:
		status, color = w.rejected(s.Order), card.Attention
		body = append(w.given(s), w.facts(s), card.Text{Text: w.Say("rejected.next")})
	default:
		var back []card.Element
		if s.Order.Withdrawn() {
			status = w.withdrawn(s.Order)
			back = w.takenBack(s)
		}
		if s.Order.State == provision.Expired && !s.Order.Approval.Since.IsZero() {
			status = w.Say("status.expired.approval")
		}
		if s.Order.IsSettled() {
			status = w.Message(s.Order.Settled.Why)
		}
		again := w.Say("cancelled.next.plain", "command", w.commandName(s.Order))
		if s.Order.Person.ID != "" {
			again = w.Say("cancelled.next", "command", w.command(s.Order))
		}
		if s.Order.State == provision.Cancelled && s.Order.Notice.ID == "draft-replaced" {
			status = w.Message(s.Order.Notice)
			break
		}
		body = append(back, card.Text{Text: again})
	}
	body = append(append(w.header(s), card.Text{Text: status, Bold: true, Color: color}), body...)
	if endShowsTime(s.Order) {
		body = append(body, w.ZoneNote(s)...)
	}
	return Finish(w.Say("notice.summary", "title", w.Title(s.Order), "notice", status), body)
}

// endShowsTime reports whether the card of an order that has ended shows a time.
func endShowsTime(o provision.Order) bool {
	switch {
	case o.State == provision.Expired:
		return false
	case o.State == provision.Cancelled:
		return o.Withdrawn()
	case o.State == provision.Done && !o.LeftAsIs():
		return !o.Ready.IsZero() && o.UndoneBy == "" && !o.IsSettled()
	}
	return true
}

// done is how a done order stands, in which colour, and what its card says below that.
func (w Writer) done(s provision.Sheet) (status string, color card.Color, body []card.Element) {
	status, color = w.SayFor(s.Order, "status.done.undated"), card.Good
	switch {
	case leftOpen(s.Order):
		status, color = w.Say("status.accepted"), ""
	case !s.Order.Ready.IsZero():
		status = w.Say("status.done", "when", w.When(s, s.Order.Ready))
	}
	body = append(w.remark(s), w.facts(s))
	if s.Order.IsSettled() {
		status = w.Message(s.Order.Settled.Why)
	}
	if by := s.Order.UndoneBy; by != "" {
		return w.Say("status.undone", "order", string(by)), "", body
	}
	if !s.Order.IsSettled() {
		body = append(body, w.doneWords(s)...)
	}
	if !leftOpen(s.Order) && !s.Refused.Operate {
		body = append(body, w.revert(s.Order)...)
	}
	return status, color, body
}

// doneWords says what a done order led to, and whether the person knows.
func (w Writer) doneWords(s provision.Sheet) []card.Element {
	o := s.Order
	switch {
	case leftOpen(o):
		return w.known(s)
	case o.Kind.Ends():
		return w.ended(s)
	}
	body := []card.Element{card.Text{Text: w.Say("done.more")}}
	switch {
	case !o.Confirmed.IsZero():
		return append(body, card.Text{Text: w.Say("done.confirmed", "person", w.Person(o)), Color: card.Good})
	case o.Untold.ID != "":
		return append(body, w.passOn(o)...)
	}
	return append(body, card.Text{Text: w.SayFor(o, "done.told", "person", w.Person(o))})
}

// ended says what an order that took a phone away leads to, and what may be done now.
func (w Writer) ended(s provision.Sheet) []card.Element {
	o := s.Order
	var body []card.Element
	if text := w.rest(s); text != "" {
		body = append(body, card.Text{Text: text})
	}
	if len(o.Left) > 0 {
		var all []string
		for _, n := range o.Left {
			all = append(all, w.Number(n))
		}
		text := w.Say("done.left", "person", w.Person(o), "numbers", strings.Join(all, ", "))
		return append(body, Box(card.WarningStyle, card.Text{Text: text}))
	}
	if o.Kind == provision.Remove && o.Person.Gone && o.Undoes == "" {
		return append(body, card.Text{Text: w.Say("done.gone", "person", w.Person(o))})
	}
	return append(body, card.Text{Text: w.SayFor(o, "done.more", "person", w.Person(o), "command", "add "+w.handle(o))})
}

// problem says why an order stopped, what to do, and what it was about.
func (w Writer) problem(s provision.Sheet, next string) []card.Element {
	return append(w.why(s), w.facts(s), card.Text{Text: w.Say(next, "command", w.command(s.Order))})
}

// why says why an order stopped.
func (w Writer) why(s provision.Sheet) []card.Element {
	var why []card.Element
	if text := w.Message(s.Order.Problem); text != "" {
		why = append(why, card.Text{Text: text})
	}
	why = append(why, w.Reasons(s.Order.Reasons)...)
	if len(why) == 0 {
		return nil
	}
	return []card.Element{Box(card.AttentionStyle, why...)}
}

// passOn says why the person could not be told, with a text that the requester can pass on.
func (w Writer) passOn(o provision.Order) []card.Element {
	return []card.Element{
		card.Text{Text: w.Message(o.Untold)},
		card.Text{Text: w.Say("untold.pass"), Bold: true},
		Box(card.Emphasis, card.Text{Text: w.Say("untold.text", "number", w.Number(o.Number))}),
	}
}

// handle is what to write after a command to mean the person.
func (w Writer) handle(o provision.Order) string {
	if o.Person.UPN != "" {
		return o.Person.UPN
	}
	return w.Person(o)
}
