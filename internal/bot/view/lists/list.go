package lists

import (
	"encoding/json"
	"strconv"
	"strings"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/routes"
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
			body = append(body, card.Text{Text: w.Say("card.more", "count", strconv.Itoa(n-shown)), Subtle: true})
		}
		return card.Card{Body: append(body, after...), Fallback: summary}
	}), summary
}

// nothing is a list without items.
func (w Writer) nothing(title, id string) (json.RawMessage, string) {
	return view.Finish(w.Say(id), []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: w.Say(id)}})
}

// Locations lists the locations with the counts of their numbers.
func (w Writer) Locations(all []provision.Stock) (json.RawMessage, string) {
	title := w.Say("locations.title")
	if len(all) == 0 {
		return w.nothing(title, "locations.none")
	}
	count := func(l provision.Stock, state provision.NumberState) string { return strconv.Itoa(l.Numbers[state]) }
	return w.list(title, w.Say("locations.summary", "count", strconv.Itoa(len(all))), len(all),
		func(i int) []card.Element {
			l := all[i]
			others := w.Say("locations.others", "assigned", count(l, provision.Assigned),
				"held", count(l, provision.Held),
				"cooling", count(l, provision.Cooling), "blocked", count(l, provision.Blocked),
				"reserved", strings.TrimPrefix(count(l, provision.Reserved), "0"))
			return []card.Element{
				line(l.Name+", "+l.Country, w.Say("locations.free", "count", count(l, provision.Free))),
				card.Text{Text: others, Subtle: true, Small: true, Tight: true},
			}
		})
}

// Plans lists the plans, with what is known to be wrong with their policies.
func (w Writer) Plans(all []provision.Plan, faults map[provision.PlanID][]routes.Fault) (json.RawMessage, string) {
	title := w.Say("plans.title")
	if len(all) == 0 {
		return w.nothing(title, "plans.none")
	}
	return w.list(title, w.Say("plans.summary", "count", strconv.Itoa(len(all))), len(all), func(i int) []card.Element {
		policy := w.Say("plans.policy", "policy", all[i].VoiceRoutingPolicy)
		if all[i].VoiceRoutingPolicy == "" {
			policy = w.Say("plans.policy.own")
		}
		item := []card.Element{card.Text{Text: w.Plan(all[i]), Bold: true},
			card.Text{Text: policy, Subtle: true, Small: true, Tight: true}}
		for _, f := range faults[all[i].ID] {
			item = append(item, view.Box(card.WarningStyle, card.Text{Text: w.Message(f.Say())}))
		}
		return item
	})
}

// Prices lists plans with what they cost, for people whom the policies behind them tell nothing.
func (w Writer) Prices(all []provision.Plan) (json.RawMessage, string) {
	title := w.Say("plans.title")
	if len(all) == 0 {
		return w.nothing(title, "plans.none")
	}
	summary := w.Say("plans.summary", "count", strconv.Itoa(len(all)))
	return w.list(title, summary, len(all), func(i int) []card.Element {
		return []card.Element{card.Text{Text: w.Plan(all[i]), Bold: true}}
	})
}

// line is the first line of an item: its name, and on the right what matters most.
func line(name, right string) card.Element {
	if right == "" {
		return card.Container{Separator: true, Items: []card.Element{card.Text{Text: name, Bold: true}}}
	}
	long := view.Long(right)
	return card.Columns{Separator: true, Even: long,
		Columns: [][]card.Element{{card.Text{Text: name, Bold: true}}, {card.Text{Text: right, Right: long}}}}
}

// rows are buttons that turn the pages, and below them another one: side by side they are wider than a phone.
func (w Writer) rows(turn card.Actions, below card.Action) []card.Element {
	if len(turn) == 0 {
		return []card.Element{card.Actions{below}}
	}
	return append(turn.Rows(), card.Actions{below})
}

// fileButton gives a list as a file. data says which list.
func (w Writer) fileButton(data card.Data) card.Action {
	return card.Action{Title: w.Say("button.file"), Verb: view.VerbFile, Bare: true, Data: data}
}
