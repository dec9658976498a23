package lists

import (
	"encoding/json"
	"strconv"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// Compared reports how the inventory compares with Microsoft's, and which numbers an operator should look at.
func (w Writer) Compared(r provision.NumberReport) (json.RawMessage, string) {
	title := w.Say("compared.title")
	var state string
	switch r.State {
	case provision.SyncRunning:
		state = w.Say("compared.running", "count", strconv.Itoa(r.Read))
		if r.Read == 0 {
			state = w.Say("compared.begun")
		}
	case provision.SyncStopped:
		state = w.Say("compared.stopped", "problem", w.Message(r.Problem))
	default:
		state = w.Say("compared.done", "count", strconv.Itoa(r.Read),
			"matched", strconv.Itoa(r.Count[provision.NumberMatched]))
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: state}}
	summary := w.Say("notice.summary", "title", title, "notice", state)
	if r.State != provision.SyncDone {
		return view.Finish(summary, body)
	}
	if r.Unreadable > 0 {
		unread := w.Say("compared.unreadable", "count", strconv.Itoa(r.Unreadable))
		body = append(body, view.Box(card.WarningStyle, card.Text{Text: unread}))
	}
	class := provision.NumberClass("")
	for _, f := range r.Samples {
		if f.Class != class {
			body = append(body, w.moreOf(r, class)...)
			class = f.Class
			body = append(body,
				card.Text{Text: w.Say("compared."+string(class), "count", strconv.Itoa(r.Count[class])), Bold: true},
				card.Text{Text: w.Say("compared." + string(class) + ".remedy"), Subtle: true, Small: true, Tight: true})
		}
		body = append(body, view.Row(w.Number(f.Number), w.boundTo(f), ""))
	}
	return view.Finish(summary, append(body, w.moreOf(r, class)...))
}

// boundTo is who has a number at Microsoft, or what.
func (w Writer) boundTo(f provision.NumberFinding) string {
	name := f.Name
	switch {
	case f.Bound == "policy":
		return w.Say("compared.bound.policy")
	case f.Bound == "" && name == "" && f.Class == provision.NumberElsewhere:
		return w.Say("compared.stranger")
	case f.Bound == "":
		return name
	}
	if name == "" {
		name = w.Say("compared.bound.account")
	}
	return w.Say("compared.bound.beside", "person", name, "category", f.Bound)
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
		return []card.Element{card.Text{Text: w.Say("compared.more", "count", strconv.Itoa(left)), Subtle: true}}
	}
	return nil
}
