package view

import (
	"encoding/json"
	"strings"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// The notes are messages of their own to the requester, beside the order's card: a note is worth a notification, an
// edited card gives none.

// Ready tells the requester that the person can call.
func (w Writer) Ready(s provision.Sheet) (json.RawMessage, string) {
	o := s.Order
	body := []card.Element{w.facts(s)}
	if o.Kind.Ends() {
		return w.note("ready", s, append(body, w.ended(s)...)...)
	}
	if !o.Ready.IsZero() { // the message may come long after it
		body = append(body, card.Text{Text: w.Say("status.done", "when", w.When(s, o.Ready))})
	}
	if !o.Accepted.IsZero() && o.Ready.After(o.Accepted) && o.Reopened == 0 {
		body = append(body, card.Text{Text: w.SayFor(o, "ready.took", "span", w.Words.Span(o.Ready.Sub(o.Accepted)))})
	}
	body = append(body, card.Text{Text: w.Say("ready.next")})
	if !o.Ready.IsZero() {
		body = append(body, w.ZoneNote(s)...)
	}
	return w.note("ready", s, body...)
}

// Late tells the requester that it takes longer than usual, and what is missing.
func (w Writer) Late(s provision.Sheet) (json.RawMessage, string) {
	s.Order.Late = provision.Late
	return w.note("late", s, append(w.lateness(s), w.facts(s))...)
}

// Escalated tells the requester that Microsoft's own 24 hours are over, and what to name to its support.
func (w Writer) Escalated(s provision.Sheet) (json.RawMessage, string) {
	s.Order.Late = provision.Escalated
	return w.note("escalated", s, append(w.lateness(s), w.facts(s))...)
}

// Failed tells the requester that everything was undone, and why.
func (w Writer) Failed(s provision.Sheet) (json.RawMessage, string) {
	body := []card.Element{card.Text{Text: w.Say("status.failed")}}
	return w.note("failed", s, append(body, w.problem(s, "failed.next")...)...)
}

// ParkedNote tells the requester that a person must look, or an admin of the location who may not see the order itself.
func (w Writer) ParkedNote(s provision.Sheet) (json.RawMessage, string) {
	if s.Refused.Look {
		return w.note("parked", s, w.problem(s, "parked.note.told")...)
	}
	return w.note("parked", s, append(w.problem(s, "parked.note"), card.Actions{w.OpenButton(s.Order)})...)
}

// Left tells the requester that an operator closed the order as it stood.
func (w Writer) Left(s provision.Sheet) (json.RawMessage, string) {
	body := append(append(w.remark(s), w.facts(s)), w.known(s)...)
	return w.note("left", s, append(body, w.ZoneNote(s)...)...)
}

// Reopened tells the requester that the person sees no dial pad, which conditions hold and which do not.
func (w Writer) Reopened(s provision.Sheet) (json.RawMessage, string) {
	list := s.Order.Conditions
	body := w.Unmet(list, "reopened.unmet")
	switch {
	case len(list) == 0:
		body = []card.Element{card.Text{Text: w.Say("reopened.unknown")}}
	case provision.AllMet(list):
		body = []card.Element{card.Text{Text: w.Say("reopened.allmet")}}
	}
	var met []card.Element
	for _, c := range list {
		if c.Met {
			met = append(met, Row(w.condition(c), w.since(s, "condition.met", c.Since), card.Good))
		}
	}
	if len(met) > 0 {
		met = append(met, w.ZoneNote(s)...)
		fold := card.Fold{ID: "met", Title: w.Say("fold.met"), Items: met}
		return w.note("reopened", s, append(body, card.Text{Text: w.Say("reopened.next")}, fold)...)
	}
	return w.note("reopened", s, append(body, card.Text{Text: w.Say("reopened.next")})...)
}

// UntoldNote tells the requester that the person could not be reached, with the text to pass on.
func (w Writer) UntoldNote(s provision.Sheet) (json.RawMessage, string) {
	return w.note("untold", s, w.passOn(s.Order)...)
}

// Link hands the person a carrier's page that opens once. It is posted and never shown again.
func (w Writer) Link(s provision.Sheet, link string) (json.RawMessage, string) {
	return w.note("link", s,
		card.Text{Text: w.Say("link.body", "number", w.Number(s.Order.Number))},
		card.Text{Text: w.Say("link.once"), Subtle: true},
		card.Link{Title: w.Say("button.link"), URL: link})
}

// linkEscapes keep an address whole within the parentheses of Markdown.
var linkEscapes = strings.NewReplacer("(", "%28", ")", "%29", " ", "%20")

// LinkText is [Writer.Link] as Markdown, for where Teams takes no card.
func (w Writer) LinkText(s provision.Sheet, link string) string {
	page := "[" + w.Say("button.link") + "](" + linkEscapes.Replace(link) + ")"
	return w.Say("link.text", "number", w.Number(s.Order.Number), "link", page)
}

// withdrawnNote tells the requester that an operator took back an order that waited.
func (w Writer) withdrawnNote(s provision.Sheet) (json.RawMessage, string) {
	body := append([]card.Element{card.Text{Text: w.withdrawn(s.Order), Bold: true}}, w.takenBack(s)...)
	return w.note("withdrawn", s, append(body, w.ZoneNote(s)...)...)
}

// note is a card under its own title; the messages of its title and summary go by its name.
func (w Writer) note(name string, s provision.Sheet, body ...card.Element) (json.RawMessage, string) {
	person, number := w.Person(s.Order), w.Number(s.Order.Number)
	all := append([]card.Element{card.Text{Text: w.SayFor(s.Order, name+".title", "person", person), Heading: true}},
		body...)
	return Finish(w.SayFor(s.Order, name+".summary", "person", person, "number", number), all)
}
