package lists

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// Stuck is a message that does not get through, or could not be delivered at all.
type Stuck struct {
	Order provision.Order // that it is about; zero: a reply
	To    string          // whose message it is; empty: the order's cards
	Since time.Time
	Next  time.Time // when it is tried again; zero: not by itself
	Tries int
	Lost  string // the id of why it is not tried any more; empty: it is
}

// Outbox lists the messages that are stuck. Its button is there with none as well: it asks again.
func (w Writer) Outbox(all []Stuck, now time.Time) (json.RawMessage, string) {
	title := w.Say("outbox.title")
	summary := w.Say("outbox.summary", "count", strconv.Itoa(len(all)))
	about := "outbox.about"
	button := "button.outbox"
	if len(all) == 0 {
		summary, about = w.Say("outbox.none"), "outbox.none"
	}
	if len(all) < 2 {
		button = "button.outbox.one"
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: w.Say(about)}}
	for _, m := range all {
		body = append(body, card.Text{Text: w.carried(m), Bold: true}, card.Text{Text: w.stuck(m, now), Tight: true})
	}
	body = append(body, card.Actions{{Title: w.Say(button), Verb: view.VerbOutbox, Bare: true, Primary: len(all) > 0}})
	if slices.ContainsFunc(all, func(m Stuck) bool { return !m.Next.IsZero() }) {
		body = append(body, w.ZoneNote(provision.Sheet{})...)
	}
	return view.Finish(summary, body)
}

// carried says what a message is about, and whose it is.
func (w Writer) carried(m Stuck) string {
	switch {
	case m.Order.ID == "":
		return w.Say("outbox.reply")
	case m.To == "":
		return w.Say("outbox.card", "title", w.Title(m.Order))
	}
	return w.Say("outbox.message", "title", w.Title(m.Order), "person", m.To)
}

func (w Writer) stuck(m Stuck, now time.Time) string {
	ago := w.Words.Ago(m.Since, now)
	switch {
	case m.Lost != "":
		return w.Say("outbox.lost", "ago", ago, "why", w.Say(m.Lost, "person", m.To))
	case m.Next.IsZero():
		return w.Say("outbox.parked", "ago", ago, "count", strconv.Itoa(m.Tries))
	}
	return w.Say("outbox.waiting", "ago", ago, "count", strconv.Itoa(m.Tries),
		"when", w.When(provision.Sheet{Now: now}, m.Next))
}
