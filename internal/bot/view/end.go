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
		status = w.say("status." + string(s.Order.State))
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
		body = append(append([]card.Element{w.facts(s)}, w.given(s)...), card.Text{Text: w.say("rejected.next")})
	default:
		var back []card.Element
		if s.Order.Withdrawn() {
			status = w.withdrawn(s.Order)
			back = w.takenBack(s)
		}
		if s.Order.State == provision.Expired && !s.Order.Approval.Since.IsZero() {
			status = w.say("status.expired.approval")
		}
		if s.Order.IsSettled() {
			status = w.message(s.Order.Settled.Why)
		}
		again := w.say("cancelled.next.plain", "command", w.commandName(s.Order))
		if s.Order.Person.ID != "" {
			again = w.say("cancelled.next", "command", w.command(s.Order))
		}
		body = append(back, card.Text{Text: again})
	}
	body = append(append(w.header(s), card.Text{Text: status, Bold: true, Color: color}), body...)
	if endShowsTime(s.Order) {
		body = append(body, w.zoneNote(s)...)
	}
	return finish(w.say("notice.summary", "title", w.title(s.Order), "notice", status), body)
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
	status, color = w.sayFor(s.Order, "status.done.undated"), card.Good
	switch {
	case leftOpen(s.Order):
		status, color = w.say("status.accepted"), ""
	case !s.Order.Ready.IsZero():
		status = w.say("status.done", "when", w.when(s, s.Order.Ready))
	}
	body = append(w.remark(s), w.facts(s))
	if s.Order.IsSettled() {
		status = w.message(s.Order.Settled.Why)
	}
	if by := s.Order.UndoneBy; by != "" {
		return w.say("status.undone", "order", string(by)), "", body
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
	body := []card.Element{card.Text{Text: w.say("done.more")}}
	switch {
	case !o.Confirmed.IsZero():
		return append(body, card.Text{Text: w.say("done.confirmed", "person", w.person(o)), Color: card.Good})
	case o.Untold.ID != "":
		return append(body, w.passOn(o)...)
	}
	return append(body, card.Text{Text: w.sayFor(o, "done.told", "person", w.person(o))})
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
			all = append(all, w.number(n))
		}
		text := w.say("done.left", "person", w.person(o), "numbers", strings.Join(all, ", "))
		return append(body, box(card.WarningStyle, card.Text{Text: text}))
	}
	if o.Kind == provision.Remove && o.Person.Gone && o.Undoes == "" {
		return append(body, card.Text{Text: w.say("done.gone", "person", w.person(o))})
	}
	return append(body, card.Text{Text: w.sayFor(o, "done.more", "person", w.person(o), "command", "add "+w.handle(o))})
}

// problem says why an order stopped, what to do, and what it was about.
func (w Writer) problem(s provision.Sheet, next string) []card.Element {
	var why []card.Element
	if text := w.message(s.Order.Problem); text != "" {
		why = append(why, card.Text{Text: text})
	}
	why = append(why, w.reasons(s.Order.Reasons)...)
	var body []card.Element
	if len(why) > 0 {
		body = append(body, box(card.AttentionStyle, why...))
	}
	return append(body, w.facts(s), card.Text{Text: w.say(next, "command", w.command(s.Order))})
}

// passOn says why the person could not be told, with a text that the requester can pass on.
func (w Writer) passOn(o provision.Order) []card.Element {
	return []card.Element{
		card.Text{Text: w.message(o.Untold)},
		card.Text{Text: w.say("untold.pass"), Bold: true},
		box(card.Emphasis, card.Text{Text: w.say("untold.text", "number", w.number(o.Number))}),
	}
}

// handle is what to write after a command to mean the person.
func (w Writer) handle(o provision.Order) string {
	if o.Person.UPN != "" {
		return o.Person.UPN
	}
	return w.person(o)
}
