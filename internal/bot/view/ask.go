package view

import (
	"encoding/json"

	"calltab/internal/bot/card"
)

// Choice is an answer to a question: what its button says, and the line that a press of it stands for.
type Choice struct {
	Title string
	Line  string
}

// Ask is a question with a button for each answer. Nothing is done before one is pressed. of is the activity id of the
// message that the question is about; empty where more than one answer can be pressed.
func (w Writer) Ask(question, of string, choices []Choice) (json.RawMessage, string) {
	body := []card.Element{card.Text{Text: question}}
	for i, c := range choices { // each in a row of its own, for windows of any width
		data := card.Data{DataLine: c.Line}
		if of != "" {
			data[DataOf] = of
		}
		act := card.Action{Title: c.Title, Verb: VerbSay, Data: data, Bare: i > 0}
		body = append(body, card.Actions{act})
	}
	return Finish(question, body)
}

// Chosen takes the place of a question that was answered with a button.
func (w Writer) Chosen(line string) (json.RawMessage, string) {
	text := w.Say("choice-made", "line", line)
	return Finish(text, []card.Element{card.Text{Text: text, Subtle: true}})
}

// Where other things are done than Calltab does.
const (
	teamsAdmin = "https://admin.teams.microsoft.com"
	m365Admin  = "https://admin.microsoft.com"
)

// Elsewhere says where something is done that Calltab does not do, by its topic, with a link where there is a page.
func (w Writer) Elsewhere(topic string) (json.RawMessage, string) {
	text := w.Say("explain." + topic)
	body := []card.Element{card.Text{Text: text}}
	switch topic {
	case "licence":
		body = append(body, card.Link{Title: w.Say("button.m365-admin"), URL: m365Admin})
	case "port", "international", "other-language": // nothing to open
	default:
		body = append(body, card.Link{Title: w.Say("button.teams-admin"), URL: teamsAdmin})
	}
	return Finish(text, body)
}
