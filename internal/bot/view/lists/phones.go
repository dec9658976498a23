package lists

import (
	"encoding/json"
	"strconv"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/people"
)

// ListedPhones is how many people with a phone one card lists.
const ListedPhones = 25

// PhoneList is one card of people with a phone: what it lists, and where it begins.
type PhoneList struct {
	people.PhoneQuery
	people.PhonePage
	Stock []provision.Stock // for the names of the locations
	Plans []provision.Plan  // for those of the plans
	Now   time.Time
}

// Phones lists people who have a phone, a line each, with buttons to the next ones and back to the beginning.
func (w Writer) Phones(l PhoneList) (json.RawMessage, string) {
	sites := map[provision.LocationID]string{}
	for _, s := range l.Stock {
		sites[s.ID] = s.Name
	}
	plans := map[provision.PlanID]string{}
	for _, p := range l.Plans {
		plans[p.ID] = p.Name
	}
	title := w.PhonesTitle(sites[l.Location], plans[l.Plan])
	if !l.Since.IsZero() {
		title = w.Say("phones.title.since", "title", title, "when", w.when(l, l.Since))
	}
	if len(l.Phones) == 0 && l.Next == "" {
		return w.nothing(title, "phones.none")
	}
	summary := w.Say("phones.summary", "title", title, "count", strconv.Itoa(len(l.Phones)))
	return w.list(title, summary, len(l.Phones), func(i int) []card.Element {
		p := l.Phones[i]
		name := p.Name
		if name == "" {
			name = p.UPN
		}
		about := w.Say("phones.line", "plan", plans[p.Plan], "location", sites[p.Location])
		if !l.Since.IsZero() {
			about = w.Say("phones.line.since", "about", about, "when", w.when(l, p.Since))
		}
		return []card.Element{
			line(name, w.Number(p.Number)), card.Text{Text: about, Subtle: true, Small: true, Tight: true},
		}
	}, append(w.phonesClock(l), w.phonePages(l)...)...)
}

// when is a moment of a list, which ends with the note by which clock.
func (w Writer) when(l PhoneList, t time.Time) string {
	return w.WhenOnDay(provision.Sheet{Now: l.Now}, t)
}

// phonesClock says by which clock a list has its times, where it has some.
func (w Writer) phonesClock(l PhoneList) []card.Element {
	if l.Since.IsZero() {
		return nil
	}
	return w.ZoneNote(provision.Sheet{Now: l.Now})
}

// phonePages are the buttons of a list of phones.
func (w Writer) phonePages(l PhoneList) []card.Element {
	to := func(title string, from provision.UserID) card.Action {
		return card.Action{Title: w.Say(title), Verb: view.VerbPhones, Bare: true, Data: card.Data{
			view.DataLocation: string(l.Location), view.DataPlan: string(l.Plan), view.DataPerson: string(from),
			view.DataSince: moment(l.Since),
		}}
	}
	var turn card.Actions
	if l.Next != "" {
		turn = append(turn, to("button.next", l.Next))
	}
	if l.From != "" {
		turn = append(turn, to("button.first", ""))
	}
	return w.rows(turn, w.fileButton(card.Data{view.DataList: "phones", view.DataLocation: string(l.Location),
		view.DataPlan: string(l.Plan), view.DataSince: moment(l.Since)}))
}
