package lists

import (
	"encoding/json"
	"strconv"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/order"
)

// ListedOrders is how many orders one card of a list has.
const ListedOrders = 10

// OrderList is one card of orders by how they stand: what it lists, and where it begins.
type OrderList struct {
	docket.Query
	docket.Page
	Places []provision.Location // for their names
	Day    string               // that it is of, as written; empty: any
	Now    time.Time
}

// site is the name of a location of the list.
func (l OrderList) site(id provision.LocationID) string {
	for _, p := range l.Places {
		if p.ID == id {
			return p.Name
		}
	}
	return string(id)
}

// Docket lists orders by how they stand, a line each with whom an open one waits for, with buttons to the pages beside.
func (w Writer) Docket(l OrderList) (json.RawMessage, string) {
	standing := string(l.Standing)
	if standing == "" {
		standing = "over"
	}
	title := w.Say("docket.title." + standing)
	if l.Query.Location != "" {
		title = w.Say("docket.at", "title", title, "location", l.site(l.Query.Location))
	}
	if l.Day != "" {
		title = w.Say("docket.day", "title", title, "day", l.Day)
	}
	if len(l.Orders) == 0 {
		if l.First > 1 || l.More { // they have gone since the page before
			return w.list(title, w.Say("docket.gone"), 0, nil, append([]card.Element{
				card.Text{Text: w.Say("docket.gone")}}, w.orderPages(l)...)...)
		}
		return w.nothing(title, "docket.none."+standing)
	}
	span := w.pageOf(l.First, len(l.Orders), l.Total, l.More)
	summary := w.Say("docket.summary", "title", title, "span", span)
	return w.list(title, summary, len(l.Orders), func(i int) []card.Element {
		item := w.docketLine(l, l.Orders[i])
		if i == 0 {
			return append([]card.Element{card.Text{Text: span, Subtle: true, Tight: true}}, item...)
		}
		return item
	}, w.orderPages(l)...)
}

// pageOf says which of how many a page has: "11–20 of 43".
func (w Writer) pageOf(first, shown, total int, more bool) string {
	args := []string{"first", strconv.Itoa(first), "last", strconv.Itoa(first + shown - 1), "total",
		strconv.Itoa(total)}
	switch {
	case first == 0:
		return w.Say("page.more", args...)
	case more:
		return w.Say("page.of.more", args...)
	}
	return w.Say("page.of", args...)
}

// docketLine is one order of a list.
func (w Writer) docketLine(l OrderList, o provision.Order) []card.Element {
	at := l.site(o.Location)
	if o.Had.Location != "" && o.Had.Location != o.Location && o.Location != "" {
		at = w.Say("docket.move", "from", l.site(o.Had.Location), "to", at)
	}
	about := w.Words.Ago(o.Ended, l.Now)
	right, why := w.OrderState(o), ""
	switch {
	case l.Standing == order.Open:
		whom, since := w.WaitsFor(o)
		about, right = whom, w.Words.Span(l.Now.Sub(since))
	case o.State == provision.Failed:
		why = w.Message(o.Problem)
	}
	if at != l.site(l.Query.Location) { // else the title says it
		about = at + " · " + about
	}
	text := []card.Element{card.Text{Text: about, Subtle: true, Small: true, Tight: true}}
	if why != "" {
		text = append(text, card.Text{Text: why, Small: true, Tight: true})
	}
	open := w.OpenButton(o)
	open.About = w.Title(o) + " · " + about
	return []card.Element{line(w.Title(o), right),
		card.Columns{Tight: true, Columns: [][]card.Element{text, {card.Actions{open}}}}}
}

// orderPages are the buttons of a list of orders.
func (w Writer) orderPages(l OrderList) []card.Element {
	data := card.Data{view.DataState: string(l.Standing), view.DataLocation: string(l.Query.Location),
		view.DataDay: l.Day, view.DataSince: moment(l.Since), view.DataUntil: moment(l.Until)}
	to := func(title, from string) card.Action {
		there := card.Data{view.DataFrom: from}
		for k, v := range data {
			there[k] = v
		}
		return card.Action{Title: w.Say(title), Verb: view.VerbOrders, Bare: true, Data: there}
	}
	var turn card.Actions
	if l.Next != "" {
		turn = append(turn, to("button.next", l.Next))
	}
	switch {
	case l.First > 1:
		turn = append(turn, to("button.page-back", l.Page.Back))
	case l.First == 0:
		turn = append(turn, to("button.first", ""))
	}
	file := card.Data{view.DataList: "orders"}
	for k, v := range data {
		file[k] = v
	}
	return w.rows(turn, w.fileButton(file))
}

// moment writes a time as the data of a button has it; empty for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
