package lists

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// History lists what happened to a person, a number or an order. name is how people call it, empty for a person whom no
// line names.
func (w Writer) History(h provision.History, name string) (json.RawMessage, string) {
	title := w.Say("history.title", "name", cmp.Or(name, h.Name, string(h.Subject.User)))
	older := h.Next == 0 && !h.Archived.IsZero()
	if len(h.Lines) == 0 && !older && h.Next == 0 {
		id := "history.none"
		if h.Older {
			id = "history.none-older"
		}
		return w.nothing(title, id)
	}
	var after []card.Element
	if older {
		after = []card.Element{w.archived(provision.Sheet{Now: h.Now}, h.Archived)}
	}
	if h.Next != 0 {
		after = w.readOn(h)
	}
	after = append(after, w.ZoneNote(provision.Sheet{})...)
	return w.list(title, title, len(h.Lines), func(i int) []card.Element { return w.happened(h, i) }, after...)
}

// readOn leads to what is older. Where not all of it was looked through, it says so first.
func (w Writer) readOn(h provision.History) []card.Element {
	on := card.Action{Title: w.Say("button.older"), Verb: view.VerbHistory, Data: card.Data{
		view.DataPerson: string(h.Subject.User), view.DataNumber: string(h.Subject.Number),
		view.DataOrder:  string(h.Subject.Order),
		view.DataBefore: strconv.FormatUint(h.Next, 10),
	}}
	if h.Looked.IsZero() {
		return []card.Element{card.Actions{on}}
	}
	on.Title = w.Say("button.further")
	id := "history.looked"
	if len(h.Lines) == 0 {
		id = "history.looked-none"
	}
	until := w.When(provision.Sheet{Now: h.Now}, h.Looked)
	return []card.Element{card.Text{Text: w.Say(id, "when", until)}, card.Actions{on}}
}

// archived says where what is older is to be found.
func (w Writer) archived(asked provision.Sheet, until time.Time) card.Element {
	return card.Text{Text: w.Say("history.archived", "when", w.When(asked, until)), Subtle: true}
}

// happened is line i of a history: what, when, and by whom. Above the first of several lines that are about the same
// stands what that is: to whom and to which number.
func (w Writer) happened(h provision.History, i int) []card.Element {
	l := h.Lines[i]
	who := l.By
	switch {
	case who == "" && l.Actor == "":
		who = w.Say("history.calltab")
	case who == "":
		who = w.Say("history.unknown", "account", string(l.Actor))
	}
	when := w.Say("history.when", "when", w.When(provision.Sheet{Now: h.Now}, l.At), "person", who)
	what := view.Row(w.Say("event."+string(l.Event)), when, "")
	about := w.subject(h, l)
	switch {
	case i > 0 && about == w.subject(h, h.Lines[i-1]):
		return []card.Element{what}
	case about == "":
		return []card.Element{card.Container{Separator: true, Items: []card.Element{what}}}
	}
	return []card.Element{line(about, ""), what}
}

// subject names what a line is about, as far as the history's own title does not.
func (w Writer) subject(h provision.History, l provision.HistoryLine) string {
	person, number := l.Person, w.Number(l.Number)
	switch {
	case l.About.ID != "" && h.Subject.Order == "":
		return w.Say("history.order", "title", w.Title(l.About), "number", number, "order", string(l.Order))
	case person != "" && number != "" && h.Subject.User == "":
		return w.Say("history.both", "person", person, "number", number)
	case person != "" && h.Subject.User == "":
		return person
	case h.Subject.Number == "":
		return number
	}
	return ""
}

// Holdings says whose a number was. when is how the time was asked for.
func (w Writer) Holdings(h provision.Holdings, when string) (json.RawMessage, string) {
	asked := provision.Sheet{Now: h.Now}
	title := w.Say("holdings.title", "number", w.Number(h.Number), "when", when)
	after := w.ZoneNote(asked)
	if !h.Archived.IsZero() && slices.ContainsFunc(h.All, func(a provision.Holding) bool { return a.Unknown }) {
		after = append([]card.Element{w.archived(asked, h.Archived)}, after...)
	}
	all := slices.Clone(h.All)
	slices.SortStableFunc(all, func(a, b provision.Holding) int { return hadIt(b) - hadIt(a) })
	return w.list(title, title, len(all), func(i int) []card.Element {
		a := all[i]
		from, until := w.Say("holdings.ever"), w.Say("holdings.now")
		if !a.From.IsZero() {
			from = w.WhenOnDay(asked, a.From)
		}
		if !a.Until.IsZero() {
			until = w.WhenOnDay(asked, a.Until)
		}
		name := a.Name
		if name == "" {
			name = string(a.User)
		}
		id := "holdings." + string(a.State)
		switch {
		case a.Unknown && !h.Archived.IsZero():
			id = "holdings.archived"
		case a.Unknown:
			id = "holdings.unknown"
		case a.State == "":
			id = "holdings.none"
		}
		return []card.Element{
			line(w.Say(id, "person", name, "order", string(a.Order)), ""),
			card.Text{Text: w.Say("holdings.span", "from", from, "until", until), Subtle: true, Tight: true},
		}
	}, after...)
}

// hadIt is 1 for a time in which a person had the number, which stands first: that is what was asked.
func hadIt(a provision.Holding) int {
	if a.State == provision.Assigned && !a.Unknown {
		return 1
	}
	return 0
}
