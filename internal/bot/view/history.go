package view

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// VerbHistory turns to older lines of a history.
const VerbHistory = "history.page"

// DataBefore is the link of the trail behind which a page of a history begins.
const DataBefore = "before"

// History lists what happened to a person, a number or an order. name is how people call it.
func (w Writer) History(h provision.History, name string) (json.RawMessage, string) {
	title := w.say("history.title", "name", name)
	older := h.Next == 0 && !h.Archived.IsZero()
	if len(h.Lines) == 0 && !older {
		return w.nothing(title, "history.none")
	}
	var after []card.Element
	if older {
		after = []card.Element{w.archived(provision.Sheet{Now: h.Now}, h.Archived)}
	}
	if h.Next != 0 {
		after = []card.Element{card.Actions{{Title: w.say("button.older"), Verb: VerbHistory, Primary: true,
			Data: card.Data{
				DataPerson: string(h.Subject.User), DataNumber: string(h.Subject.Number),
				DataOrder:  string(h.Subject.Order),
				DataBefore: strconv.FormatUint(h.Next, 10),
			}}}}
	}
	after = append(after, w.zoneNote(provision.Sheet{})...)
	return w.list(title, title, len(h.Lines), func(i int) []card.Element { return w.happened(h, h.Lines[i]) }, after...)
}

// archived says where what is older is to be found.
func (w Writer) archived(asked provision.Sheet, until time.Time) card.Element {
	return card.Text{Text: w.say("history.archived", "when", w.when(asked, until)), Subtle: true}
}

// happened is a line of a history: what, to whom and to which number, when, and by whom.
func (w Writer) happened(h provision.History, l provision.HistoryLine) []card.Element {
	who := l.By
	switch {
	case who == "" && l.Actor == "":
		who = w.say("history.calltab")
	case who == "":
		who = w.say("history.unknown", "account", string(l.Actor))
	}
	items := []card.Element{line(w.say("event."+string(l.Event)), "")}
	if what := w.subject(h, l); what != "" {
		items = append(items, card.Text{Text: what, Tight: true})
	}
	return append(items,
		card.Text{Text: w.say("history.when", "when", w.when(provision.Sheet{Now: h.Now}, l.At), "person", who),
			Subtle: true, Small: true, Tight: true})
}

// subject names what a line is about, as far as the history's own title does not.
func (w Writer) subject(h provision.History, l provision.HistoryLine) string {
	person, number := l.Person, w.number(l.Number)
	switch {
	case l.About.ID != "" && h.Subject.Order == "":
		return w.say("history.order", "title", w.title(l.About), "number", number, "order", string(l.Order))
	case person != "" && number != "" && h.Subject.User == "":
		return w.say("history.both", "person", person, "number", number)
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
	title := w.say("holdings.title", "number", w.number(h.Number), "when", when)
	after := w.zoneNote(asked)
	if !h.Archived.IsZero() && slices.ContainsFunc(h.All, func(a provision.Holding) bool { return a.Unknown }) {
		after = append([]card.Element{w.archived(asked, h.Archived)}, after...)
	}
	return w.list(title, title, len(h.All), func(i int) []card.Element {
		a := h.All[i]
		from, until := w.say("holdings.ever"), w.say("holdings.now")
		if !a.From.IsZero() {
			from = w.whenOnDay(asked, a.From)
		}
		if !a.Until.IsZero() {
			until = w.whenOnDay(asked, a.Until)
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
			line(w.say(id, "person", name, "order", string(a.Order)), ""),
			card.Text{Text: w.say("holdings.span", "from", from, "until", until), Subtle: true, Tight: true},
		}
	}, after...)
}
