package lists

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision/routes"
)

// RoutesChanged tells an admin what has changed in Teams for the policies of plans.
func (w Writer) RoutesChanged(c routes.Changes, now time.Time) (json.RawMessage, string) {
	title := w.Say("routes.changed.title")
	text := w.Say("routes.changed.text", "ago", w.Words.Ago(c.Since, now))
	var after []card.Element
	if c.Others > 0 {
		others := w.Say("routes.changed.others", "count", strconv.Itoa(c.Others))
		after = append(after, card.Text{Text: others, Subtle: true})
	}
	after = append(after, card.Text{Text: w.Say("routes.changed.next"), Subtle: true})
	var names []string
	for _, p := range c.Plans {
		names = append(names, p.Name)
	}
	summary := w.Say("notice.summary", "title", title, "notice", strings.Join(names, ", "))
	return w.list(title, summary, len(c.Plans), func(i int) []card.Element {
		item := []card.Element{card.Text{Text: c.Plans[i].Name, Bold: true}}
		if i == 0 {
			item = append([]card.Element{card.Text{Text: text}}, item...)
		}
		return append(item, w.planChange(c.Plans[i])...)
	}, after...)
}

// planChange says what has changed for one plan: what is wrong now first.
func (w Writer) planChange(p routes.PlanChange) (all []card.Element) {
	for _, f := range p.New {
		all = append(all, view.Box(card.WarningStyle, card.Text{Text: w.Message(f.Say())}))
	}
	if len(p.Lost) > 0 {
		lost := w.Say("routes.changed.lost", "gateways", strings.Join(p.Lost, ", "))
		all = append(all, view.Box(card.WarningStyle, card.Text{Text: lost}))
	}
	for _, f := range p.Gone {
		all = append(all, card.Text{Text: w.Say("routes.changed.gone", "fault", w.Message(f.Say()))})
	}
	return all
}
