package lists

import (
	"encoding/json"
	"strconv"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// Orders lists orders.
func (w Writer) Orders(orders []provision.Order, now time.Time) (json.RawMessage, string) {
	title := w.Say("orders.title")
	if len(orders) == 0 {
		return w.nothing(title, "orders.none")
	}
	summary := w.Say("orders.summary", "count", strconv.Itoa(len(orders)))
	return w.list(title, summary, len(orders), func(i int) []card.Element {
		o, what := orders[i], w.Title(orders[i])
		if name := w.Person(o); name != w.Say("card.somebody") { // also one that is still looked for
			what = w.SayFor(o, "card.title", "person", name)
		}
		ago := w.Words.Ago(o.Created, now)
		return []card.Element{
			line(what, w.Number(o.Number)),
			card.Text{
				Text:   w.Say("orders.line", "state", w.OrderState(o), "ago", ago, "order", string(o.ID)),
				Subtle: true, Tight: true,
			},
		}
	}, card.Text{Text: w.Say("orders.more"), Subtle: true})
}

// Approvals lists the orders that wait for the reader's approval.
func (w Writer) Approvals(orders []provision.Order) (json.RawMessage, string) {
	title := w.Say("approvals.title")
	if len(orders) == 0 {
		return w.nothing(title, "approvals.none")
	}
	return w.list(title, w.Say("approvals.summary", "count", strconv.Itoa(len(orders))), len(orders),
		func(i int) []card.Element {
			o := orders[i]
			open := w.OpenButton(o)
			open.About = w.Asking(o)
			return []card.Element{line(w.Asking(o), w.Number(o.Number)), card.Actions{open}}
		})
}

// Stopped lists the orders that wait for a person. retry says that the reader may decide about one of them at least.
func (w Writer) Stopped(orders []provision.Order, retry bool, now time.Time) (json.RawMessage, string) {
	title := w.Say("stopped.title")
	if len(orders) == 0 {
		return w.nothing(title, "stopped.none")
	}
	var after []card.Element
	if retry {
		after = append(after, card.Actions{{Title: w.Say("button.retry-all"), Verb: view.VerbRetryAll, Bare: true}})
	}
	return w.list(title, w.Say("stopped.summary", "count", strconv.Itoa(len(orders))), len(orders),
		func(i int) []card.Element {
			o := orders[i]
			items := []card.Element{
				line(w.Title(o), w.Number(o.Number)),
				card.Text{Text: w.Say("stopped.line", "ago", w.Words.Ago(o.Ended, now), "order", string(o.ID)),
					Subtle: true, Tight: true},
			}
			if why := w.Message(o.Problem); why != "" {
				items = append(items, card.Text{Text: why, Tight: true})
			}
			open := w.OpenButton(o)
			open.About = w.Title(o) + " · " + string(o.ID)
			return append(items, card.Actions{open})
		}, after...)
}
