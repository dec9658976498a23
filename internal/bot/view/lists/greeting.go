package lists

import (
	"encoding/json"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
)

// Greeting asks a person to press its button, so that the people who set Calltab up see that presses arrive.
func (w Writer) Greeting(token string) (json.RawMessage, string) {
	return view.Finish(w.Say("greet.summary"), []card.Element{
		card.Text{Text: w.Say("greet.title"), Heading: true},
		card.Text{Text: w.Say("greet.body")},
		card.Actions{{Title: w.Say("button.greet"), Verb: view.VerbGreet, Data: card.Data{view.DataGreeting: token},
			Bare: true, Primary: true}},
	})
}

// Greeted takes the place of a greeting that was pressed: in time, or when nobody waited for it any more.
func (w Writer) Greeted(inTime bool) (json.RawMessage, string) {
	said := "greet.late"
	if inTime {
		said = "greet.thanks"
	}
	return view.Finish(w.Say(said), []card.Element{
		card.Text{Text: w.Say("greet.title"), Heading: true},
		card.Text{Text: w.Say(said)},
	})
}
