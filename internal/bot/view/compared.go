package view

import (
	"encoding/json"
	"strconv"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// Compared reports how the inventory compares with Microsoft's, and which numbers an operator should look at.
func (w Writer) Compared(r provision.NumberReport) (json.RawMessage, string) {
	title := w.say("compared.title")
	var state string
	switch r.State {
	case provision.SyncRunning:
		state = w.say("compared.running", "count", strconv.Itoa(r.Read))
		if r.Read == 0 {
			state = w.say("compared.begun")
		}
	case provision.SyncStopped:
		state = w.say("compared.stopped", "problem", w.message(r.Problem))
	default:
		state = w.say("compared.done", "count", strconv.Itoa(r.Read),
			"matched", strconv.Itoa(r.Count[provision.NumberMatched]))
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: state}}
	summary := w.say("notice.summary", "title", title, "notice", state)
	if r.State != provision.SyncDone {
		return finish(summary, body)
	}
	if r.Unreadable > 0 {
		body = append(body,
			box(card.WarningStyle, card.Text{Text: w.say("compared.unreadable", "count", strconv.Itoa(r.Unreadable))}))
	}
	class := provision.NumberClass("")
	for _, f := range r.Samples {
		if f.Class != class {
			body = append(body, w.moreOf(r, class)...)
			class = f.Class
			body = append(body,
				card.Text{Text: w.say("compared."+string(class), "count", strconv.Itoa(r.Count[class])), Bold: true},
				card.Text{Text: w.say("compared." + string(class) + ".remedy"), Subtle: true, Small: true, Tight: true})
		}
		body = append(body, row(w.number(f.Number), w.boundTo(f), ""))
	}
	return finish(summary, append(body, w.moreOf(r, class)...))
}

// boundTo is who has a number at Microsoft, or what.
func (w Writer) boundTo(f provision.NumberFinding) string {
	name := f.Name
	switch {
	case f.Bound == "policy":
		return w.say("compared.bound.policy")
	case f.Bound == "" && name == "" && f.Class == provision.NumberElsewhere:
		return w.say("compared.stranger")
	case f.Bound == "":
		return name
	}
	if name == "" {
		name = w.say("compared.bound.account")
	}
	return w.say("compared.bound.beside", "person", name, "category", f.Bound)
}

// moreOf says how many numbers of a class the report does not show.
func (w Writer) moreOf(r provision.NumberReport, class provision.NumberClass) []card.Element {
	shown := 0
	for _, f := range r.Samples {
		if f.Class == class {
			shown++
		}
	}
	if left := r.Count[class] - shown; class != "" && left > 0 {
		return []card.Element{card.Text{Text: w.say("compared.more", "count", strconv.Itoa(left)), Subtle: true}}
	}
	return nil
}
