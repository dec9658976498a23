package view

import (
	"encoding/json"
	"strconv"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// list is a card with a title and one element group per item; where it would be too big it ends early and says so.
// after is what stands under the items.
func (w Writer) list(title, summary string, n int, item func(i int) []card.Element,
	after ...card.Element) (json.RawMessage, string) {
	summary = card.Escape(summary)
	return card.Fit(n, func(shown int) card.Card {
		body := []card.Element{card.Text{Text: title, Heading: true}}
		for i := range shown {
			body = append(body, item(i)...)
		}
		if shown < n {
			body = append(body, card.Text{Text: w.say("card.more", "count", strconv.Itoa(n-shown)), Subtle: true})
		}
		return card.Card{Body: append(body, after...), Fallback: summary}
	}), summary
}

// nothing is a list without items.
func (w Writer) nothing(title, id string) (json.RawMessage, string) {
	return finish(w.say(id), []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: w.say(id)}})
}

// Locations lists the locations with the counts of their numbers.
func (w Writer) Locations(all []provision.Stock) (json.RawMessage, string) {
	title := w.say("locations.title")
	if len(all) == 0 {
		return w.nothing(title, "locations.none")
	}
	count := func(l provision.Stock, state provision.NumberState) string { return strconv.Itoa(l.Numbers[state]) }
	return w.list(title, w.say("locations.summary", "count", strconv.Itoa(len(all))), len(all),
		func(i int) []card.Element {
			l := all[i]
			others := w.say("locations.others", "assigned", count(l, provision.Assigned),
				"held", count(l, provision.Held),
				"cooling", count(l, provision.Cooling), "blocked", count(l, provision.Blocked))
			return []card.Element{
				line(l.Name+", "+l.Country, w.say("locations.free", "count", count(l, provision.Free))),
				card.Text{Text: others, Subtle: true, Small: true, Tight: true},
			}
		})
}

// Plans lists the plans.
func (w Writer) Plans(all []provision.Plan) (json.RawMessage, string) {
	title := w.say("plans.title")
	if len(all) == 0 {
		return w.nothing(title, "plans.none")
	}
	return w.list(title, w.say("plans.summary", "count", strconv.Itoa(len(all))), len(all), func(i int) []card.Element {
		policy := w.say("plans.policy", "policy", all[i].VoiceRoutingPolicy)
		if all[i].VoiceRoutingPolicy == "" {
			policy = w.say("plans.policy.own")
		}
		return []card.Element{card.Text{Text: w.plan(all[i]), Bold: true},
			card.Text{Text: policy, Subtle: true, Small: true, Tight: true}}
	})
}

// Orders lists orders.
func (w Writer) Orders(orders []provision.Order, now time.Time) (json.RawMessage, string) {
	title := w.say("orders.title")
	if len(orders) == 0 {
		return w.nothing(title, "orders.none")
	}
	summary := w.say("orders.summary", "count", strconv.Itoa(len(orders)))
	return w.list(title, summary, len(orders), func(i int) []card.Element {
		o, what := orders[i], w.title(orders[i])
		if name := w.person(o); name != w.say("card.somebody") { // also one that is still looked for
			what = w.sayFor(o, "card.title", "person", name)
		}
		ago := w.Words.Ago(o.Created, now)
		return []card.Element{
			line(what, w.number(o.Number)),
			card.Text{
				Text:   w.say("orders.line", "state", w.orderState(o), "ago", ago, "order", string(o.ID)),
				Subtle: true, Tight: true,
			},
		}
	}, card.Text{Text: w.say("orders.more"), Subtle: true})
}

func (w Writer) orderState(o provision.Order) string {
	if o.State == provision.Done && o.UndoneBy != "" {
		return w.say("order.state.done.undone")
	}
	id := "order.state." + string(o.State)
	if o.State == provision.Waiting && o.Late != provision.InTime {
		id += ".late"
	}
	return w.sayFor(o, id)
}

// line is the first line of an item: its name, and on the right what matters most.
func line(name, right string) card.Element {
	if right == "" {
		return card.Container{Separator: true, Items: []card.Element{card.Text{Text: name, Bold: true}}}
	}
	return card.Columns{Separator: true,
		Columns: [][]card.Element{{card.Text{Text: name, Bold: true}}, {card.Text{Text: right}}}}
}
