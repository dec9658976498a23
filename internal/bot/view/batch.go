package view

import (
	"encoding/json"
	"strconv"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// Refusal is a line of a file that cannot be added, and why.
type Refusal struct {
	Line int
	Text string // as the file has it
	Why  provision.Message
}

// listedRefusals is how many refused lines a card shows.
const listedRefusals = 10

// Batch shows what adding the numbers of a file would come to, or has come to, and the lines that cannot be added.
func (w Writer) Batch(b provision.Batch, refused []Refusal, done bool) (json.RawMessage, string) {
	title := w.say("batch.title", "file", b.Name)
	count := strconv.Itoa(b.New())
	status := w.say("batch.ask", "count", count)
	switch {
	case done:
		status = w.say("batch.done", "count", count)
	case len(b.Sites) == 0:
		status = w.say("batch.none")
	case b.New() == 0:
		status = w.say("addition.nothing")
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: status, Bold: true}}
	facts := card.Facts{}
	for _, a := range b.Sites {
		facts = append(facts, card.Fact{Title: a.Location.Name, Value: w.say("batch.site", "new", strconv.Itoa(a.New), "there", strconv.Itoa(a.Count-a.New))})
	}
	if len(facts) > 0 {
		body = append(body, facts)
	}
	if len(refused) > 0 {
		lines := []card.Element{card.Text{Text: w.say("batch.refused", "count", strconv.Itoa(len(refused)))}}
		for _, r := range refused[:min(len(refused), listedRefusals)] {
			lines = append(lines, card.Text{Text: w.say("batch.line", "line", strconv.Itoa(r.Line), "why", w.message(r.Why)), Tight: true})
		}
		if more := len(refused) - listedRefusals; more > 0 {
			lines = append(lines, card.Text{Text: w.say("compared.more", "count", strconv.Itoa(more)), Subtle: true})
		}
		body = append(body, box(card.WarningStyle, lines...))
	}
	if !done && b.New() > 0 {
		body = append(body, card.Actions{{Title: w.say("button.add-numbers"), Verb: VerbAddBatch, Primary: true, Data: card.Data{DataBatch: b.ID}}})
	}
	return finish(w.say("notice.summary", "title", title, "notice", status), body)
}
