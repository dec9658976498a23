package lists

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// ListedNumbers is how many numbers one card lists. A caller who has more passes one more, so that the card can say
// that there are more.
const ListedNumbers = 25

// NumberList is one card full of numbers: what it lists, and where it begins.
type NumberList struct {
	Title    string
	Location provision.LocationID  // empty: all
	State    provision.NumberState // empty: all
	After    provision.E164        // the last number of the card before; empty: the beginning
	Numbers  []provision.Number
	Stock    []provision.Stock // for the names of the locations; may be nil
	Now      time.Time
	Found    bool // by their digits: there are no further pages
}

// Numbers lists the first [ListedNumbers] numbers of a list, with buttons to the next ones and back to the beginning.
func (w Writer) Numbers(l NumberList) (json.RawMessage, string) {
	if len(l.Numbers) == 0 && l.After == "" {
		return w.nothing(l.Title, "numbers.none")
	}
	sites := make(map[provision.LocationID]provision.Location, len(l.Stock))
	for _, st := range l.Stock {
		sites[st.ID] = st.Location
	}
	var after []card.Element
	shown, more := l.Numbers, len(l.Numbers) > ListedNumbers
	if more {
		shown = shown[:ListedNumbers]
	}
	if more {
		after = append(after, card.Text{Text: w.Say("numbers.more"), Subtle: true})
	}
	if !l.Found {
		after = append(after, w.pages(l, shown, more)...)
	}
	// a list of several locations is by one clock as well
	asked := provision.Sheet{Location: sites[l.Location], Now: l.Now}
	if slices.ContainsFunc(shown, endsByItself) {
		after = append(after, w.ZoneNote(asked)...)
	}
	summary := w.Say("numbers.summary", "title", l.Title, "count", strconv.Itoa(len(shown)))
	chart := w.chart(l)
	return w.list(l.Title, summary, len(shown), func(i int) []card.Element {
		n := shown[i]
		item := []card.Element{line(w.Number(n.E164), w.numberState(n, asked))}
		if about := aboutNumber(n, sites, l.Location); about != "" {
			item = append(item, card.Text{Text: about, Subtle: true, Small: true, Tight: true})
		}
		if i == 0 && len(chart.Bars) > 0 { // before all numbers
			return append([]card.Element{chart}, item...)
		}
		return item
	}, after...)
}

// aboutNumber is where a number belongs, where the list is not of that location alone, and its note.
func aboutNumber(n provision.Number, sites map[provision.LocationID]provision.Location,
	listed provision.LocationID) string {
	var about []string
	if n.Location != listed {
		about = append(about, cmp.Or(sites[n.Location].Name, string(n.Location)))
	}
	if n.Note != "" {
		about = append(about, n.Note)
	}
	return strings.Join(about, " · ")
}

// chartedSites is how many locations a chart shows, those with the fewest free numbers.
const chartedSites = 10

// chart shows how many numbers the locations of a list have, on its first page; no bars where there
// is nothing to compare.
func (w Writer) chart(l NumberList) card.Chart {
	c := card.Chart{
		Title: w.Say("chart.title"), Head: w.Say("fact.location"),
		Parts: []card.Part{{Legend: w.Say("chart.free"), Color: "good"},
			{Legend: w.Say("chart.used"), Color: "neutral"}, {Legend: w.Say("chart.resting"), Color: "warning"}},
	}
	if l.Found || l.After != "" || l.State != "" {
		return c
	}
	all := slices.Clone(l.Stock)
	slices.SortStableFunc(all, func(a, b provision.Stock) int {
		return a.Numbers[provision.Free] - b.Numbers[provision.Free]
	})
	for _, st := range all {
		if n := st.Numbers; len(n) > 0 && (l.Location == "" || l.Location == st.ID) && len(c.Bars) < chartedSites {
			c.Bars = append(c.Bars, card.Bar{Title: st.Name, Values: []int{
				n[provision.Free], n[provision.Assigned] + n[provision.Held],
				n[provision.Cooling] + n[provision.Blocked] + n[provision.Reserved],
			}})
		}
	}
	return c
}

// pages are the buttons of a list of numbers.
func (w Writer) pages(l NumberList, shown []provision.Number, more bool) []card.Element {
	to := func(title string, after provision.E164) card.Action {
		return card.Action{Title: w.Say(title), Verb: view.VerbNumbers, Data: card.Data{
			view.DataLocation: string(l.Location), view.DataState: string(l.State), view.DataNumber: string(after),
		}}
	}
	var actions card.Actions
	if more {
		actions = append(actions, to("button.next", shown[len(shown)-1].E164))
	}
	if l.After != "" {
		actions = append(actions, to("button.first", ""))
	}
	return w.rows(actions, w.fileButton(card.Data{view.DataList: "numbers", view.DataLocation: string(l.Location),
		view.DataState: string(l.State)}))
}

func (w Writer) numberState(n provision.Number, site provision.Sheet) string {
	id := "number.state." + string(n.State)
	if endsByItself(n) {
		return w.Say(id+".until", "when", w.When(site, n.Until), "person", n.Kept.Name)
	}
	return w.Say(id)
}

// endsByItself reports whether a number is in a state that ends at a time.
func endsByItself(n provision.Number) bool {
	timed := n.State == provision.Held || n.State == provision.Cooling || n.State == provision.Reserved
	return timed && !n.Until.IsZero()
}

// Addition shows what adding a block of numbers, as it was written, would come to, or has come to.
func (w Writer) Addition(a provision.Addition, block string, done bool) (json.RawMessage, string) {
	title := w.Say("addition.title", "location", a.Location.Name)
	args := []string{"count", strconv.Itoa(a.New), "location", a.Location.Name}
	status := w.Say("addition.ask", args...)
	facts := card.Facts{{Title: w.Say("fact.number"), Value: w.Number(a.First)}}
	if a.First != a.Last {
		facts = card.Facts{{Title: w.Say("addition.first"), Value: w.Number(a.First)},
			{Title: w.Say("addition.last"), Value: w.Number(a.Last)}}
	}
	if there := a.Count - a.New; there > 0 && a.New > 0 {
		facts = append(facts, card.Fact{Title: w.Say("addition.there"), Value: strconv.Itoa(there)})
	}
	body := []card.Element{card.Text{Text: title, Heading: true}}
	switch {
	case a.New == 0:
		status = w.Say("addition.nothing", args...)
	case done:
		status = w.Say("addition.done", args...)
	}
	body = append(body, card.Text{Text: status, Bold: true}, facts)
	if !done && a.New > 0 {
		body = append(body, card.Actions{{
			Title: w.Say("button.add-numbers"), Verb: view.VerbAddNumbers, Primary: true,
			Data: card.Data{view.DataLocation: string(a.Location.ID), view.DataBlock: block},
		}})
	}
	return view.Finish(w.Say("notice.summary", "title", title, "notice", status), body)
}
