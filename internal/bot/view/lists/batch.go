package lists

import (
	"encoding/json"
	"strconv"
	"strings"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// Refusal is a line of a file that cannot be added, and why.
type Refusal struct {
	Line int
	Text string // as the file has it
	Why  provision.Message
}

// listedRefusals is how many reasons a card tells apart by what the lines hold.
const listedRefusals = 10

// Batch shows what adding the numbers of a file would come to, or has come to, the lines that cannot be added, and what
// else of the file was not used.
func (w Writer) Batch(b provision.Batch, refused []Refusal, notes []provision.Message,
	done bool) (json.RawMessage, string) {
	title := w.Say("batch.title", "file", b.Name)
	count := strconv.Itoa(b.New())
	status := w.Say("batch.ask", "count", count)
	switch {
	case done:
		status = w.Say("batch.done", "count", count)
	case len(b.Sites) == 0:
		status = w.Say("batch.none")
	case b.New() == 0:
		status = w.Say("addition.nothing")
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: status, Bold: true}}
	facts := card.Facts{}
	for _, a := range b.Sites {
		facts = append(facts, card.Fact{Title: a.Location.Name, Value: w.batchSite(a)})
	}
	if len(facts) > 0 {
		body = append(body, facts)
	}
	if !done && b.New() > 0 { // above what is left out, which can be long
		body = append(body,
			card.Actions{{Title: w.Say("button.add-numbers"), Verb: view.VerbAddBatch, Primary: true,
				Data: card.Data{view.DataBatch: b.ID}}})
	}
	body = append(body, w.leftOut(refused, notes)...)
	return view.Finish(w.Say("notice.summary", "title", title, "notice", status), body)
}

// batchSite is how many numbers a location gets, with the lowest and the highest.
func (w Writer) batchSite(a provision.Addition) string {
	id := "batch.site"
	if a.Count == 1 {
		id = "batch.site-one"
	}
	return w.Say(id, "new", strconv.Itoa(a.New), "there", strconv.Itoa(a.Count-a.New), "first", w.Number(a.First),
		"last", w.Number(a.Last))
}

// BatchQuestion asks where the numbers of a file belong whose lines name no location.
type BatchQuestion struct {
	ID, Name string
	Lines    int // that name none
	Places   []provision.Location
	Refused  []Refusal
	Notes    []provision.Message
}

// BatchPlace asks it.
func (w Writer) BatchPlace(q BatchQuestion) (json.RawMessage, string) {
	title := w.Say("batch.title", "file", q.Name)
	status := w.Say("batch.where", "count", strconv.Itoa(q.Lines))
	site := card.ChoiceSet{
		ID: view.InputLocation, Label: w.Say("form.location.label"), Required: w.Say("form.location.error"),
		Placeholder: w.Say("form.location.error"), Open: len(q.Places) <= view.OpenChoices,
	}
	for _, l := range q.Places {
		site.Choices = append(site.Choices,
			card.Choice{Title: w.Say("roster.location", "location", l.Name, "country", l.Country), Value: string(l.ID)})
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: status, Bold: true}, site}
	body = append(body,
		card.Actions{{Title: w.Say("button.continue"), Verb: view.VerbPlaceBatch, Primary: true,
			Data: card.Data{view.DataBatch: q.ID}}})
	body = append(body, w.leftOut(q.Refused, q.Notes)...)
	return view.Finish(w.Say("notice.summary", "title", title, "notice", status), body)
}

// leftOut lists the lines that cannot be added, those with the same reason together, and says what else was not used.
func (w Writer) leftOut(refused []Refusal, notes []provision.Message) []card.Element {
	var body []card.Element
	if len(refused) > 0 {
		lines := []card.Element{card.Text{Text: w.Say("batch.refused", "count", strconv.Itoa(len(refused)))}}
		for _, r := range w.reasonsOf(refused) {
			why := r.why
			if r.others {
				why = w.Say("batch.alike", "why", why)
			}
			lines = append(lines, card.Text{Text: w.batchLines(r.lines, why), Tight: true})
		}
		body = append(body, view.Box(card.WarningStyle, lines...))
	}
	for _, n := range notes {
		body = append(body, card.Text{Text: w.Message(n), Subtle: true})
	}
	return body
}

// lineReason is why lines are refused.
type lineReason struct {
	why    string // of the first of them
	lines  []int
	others bool // hold something else, and what is wrong with it is the same
}

// reasonsOf is why lines are refused, in the order of the lines. The first reasons are told apart by what the lines
// hold, and the rest only by what is wrong with them: so a card names every reason, whatever a file holds.
func (w Writer) reasonsOf(refused []Refusal) []*lineReason {
	var all []*lineReason
	listed := map[string]*lineReason{} // by the whole sentence
	rest := map[string]*lineReason{}   // by its message
	for _, r := range refused {
		why := w.Message(r.Why)
		in, key := listed, why
		if listed[why] == nil && len(listed) == listedRefusals {
			in, key = rest, r.Why.ID
		}
		reason := in[key]
		if reason == nil {
			reason = &lineReason{why: why}
			in[key] = reason
			all = append(all, reason)
		}
		reason.lines = append(reason.lines, r.Line)
		reason.others = reason.others || reason.why != why
	}
	return all
}

// batchLines names lines and what is so about them.
func (w Writer) batchLines(lines []int, why string) string {
	if len(lines) == 1 {
		return w.Say("batch.line", "line", strconv.Itoa(lines[0]), "why", why)
	}
	written, more := ranges(lines)
	if more > 0 {
		return w.Say("batch.lines-more", "lines", written, "count", strconv.Itoa(more), "why", why)
	}
	return w.Say("batch.lines", "lines", written, "why", why)
}

// mostRanges is how many ranges of lines are written out for one reason.
const mostRanges = 100

// ranges writes sorted numbers in the fewest ranges, 2, 5–9, 12, and counts those that are too many to be written.
func ranges(lines []int) (written string, more int) {
	var all []string
	for at := 0; at < len(lines); {
		if len(all) == mostRanges {
			return strings.Join(all, ", "), len(lines) - at
		}
		end := at
		for end+1 < len(lines) && lines[end+1] <= lines[end]+1 {
			end++
		}
		one := strconv.Itoa(lines[at])
		if lines[end] > lines[at] {
			one += "–" + strconv.Itoa(lines[end])
		}
		all = append(all, one)
		at = end + 1
	}
	return strings.Join(all, ", "), 0
}
