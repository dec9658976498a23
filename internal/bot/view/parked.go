package view

import (
	"encoding/json"
	"strconv"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// parked is what an order that has stopped shows to whoever decides: why, what was tried, what Microsoft showed, and what each
// decision would do.
func (w Writer) parked(s provision.Sheet) []card.Element {
	o := s.Order
	body := append(w.problem(s, "parked.next"), w.steps(s)...)
	body = append(body, w.known(s)...)
	body = append(body, w.conditions(s)...)
	retry := w.bare(o, VerbRetry, "button.retry")
	retry.Primary = true
	actions := card.Actions{retry}
	body = append(body, card.Text{Text: w.say("parked.decide"), Bold: true}, card.Text{Text: w.sayFor(o, "parked.retry"), Tight: true})
	if o.CanUndo() {
		actions = append(actions, w.bare(o, VerbUndo, "button.undo"))
		body = append(body, card.Text{Text: w.sayFor(o, "parked.undo", "person", w.person(o)), Tight: true})
	}
	return append(body, card.Text{Text: w.say("parked.accept"), Tight: true},
		card.TextInput{ID: InputWhy, Label: w.say("parked.why"), Required: w.say("parked.why.error"), MaxLength: 200},
		append(actions, w.button(o, VerbAccept, "button.accept")))
}

// known is what Microsoft showed when the work stopped.
func (w Writer) known(s provision.Sheet) []card.Element {
	if len(s.Order.Known) == 0 {
		return nil
	}
	body := []card.Element{card.Text{Text: w.say("parked.known", "when", w.when(s, s.Order.KnownAt)), Bold: true}}
	for _, m := range s.Order.Known {
		body = append(body, card.Text{Text: w.message(m), Tight: true})
	}
	return body
}

// remark says who left an order as it stood, and why.
func (w Writer) remark(s provision.Sheet) []card.Element {
	d := s.Order.Decided
	if d.Ruling != provision.LeaveAsIs || s.Order.State != provision.Done {
		return nil
	}
	return []card.Element{box(card.WarningStyle, card.Text{
		Text: w.say("remark", "person", d.By.Name, "when", w.when(s, d.At), "why", d.Why),
	})}
}

// openButton shows an order's card anew.
func (w Writer) openButton(o provision.Order) card.Action {
	return card.Action{Title: w.say("button.open"), Verb: VerbOpen, Data: card.Data{DataOrder: string(o.ID)}}
}

// Stopped lists the orders that wait for a person.
func (w Writer) Stopped(orders []provision.Order, now time.Time) (json.RawMessage, string) {
	title := w.say("stopped.title")
	if len(orders) == 0 {
		return w.nothing(title, "stopped.none")
	}
	return w.list(title, w.say("stopped.summary", "count", strconv.Itoa(len(orders))), len(orders), func(i int) []card.Element {
		o := orders[i]
		items := []card.Element{
			line(w.title(o), w.number(o.Number)),
			card.Text{Text: w.say("orders.line", "state", w.orderState(o), "ago", w.Words.Ago(o.Created, now), "order", string(o.ID)), Subtle: true, Tight: true},
		}
		if why := w.message(o.Problem); why != "" {
			items = append(items, card.Text{Text: why, Tight: true})
		}
		return append(items, card.Actions{w.openButton(o)})
	})
}
