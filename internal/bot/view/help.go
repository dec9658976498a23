package view

import (
	"encoding/json"

	"calltab/internal/bot/card"
)

// CommandHelp is one command as help shows it, already in the reader's language. Brackets in it come out as round ones.
type CommandHelp struct {
	Usage   string // "add person location plan number"
	Summary string // one sentence
	Example string // "add dana.reyes@contoso.com seattle metered"; may be empty
}

// Help lists the commands, short enough to be looked through; what one looks like is said where it is asked for.
func (w Writer) Help(commands []CommandHelp) (json.RawMessage, string) {
	body := []card.Element{card.Text{Text: w.Say("help.title"), Heading: true}}
	for _, c := range commands {
		body = append(body, card.Text{Text: c.Usage, Bold: true}, card.Text{Text: c.Summary, Tight: true})
	}
	return Finish(w.Say("help.summary"), append(body, card.Text{Text: w.Say("help.more"), Subtle: true}))
}

// HelpWith shows one command, with its example as a line to press.
func (w Writer) HelpWith(c CommandHelp) (json.RawMessage, string) {
	body := []card.Element{card.Text{Text: c.Usage, Heading: true}, card.Text{Text: c.Summary}}
	if c.Example != "" {
		example := w.Say("help.example", "example", c.Example)
		press := card.Action{Title: w.Say("button.example"), Verb: VerbSay, Data: card.Data{DataLine: c.Example},
			About: c.Example, Bare: true}
		body = append(body, card.Text{Text: example, Subtle: true}, card.Actions{press})
	}
	return Finish(w.Say("help.one", "usage", c.Usage), body)
}

// Welcome is the first message in a personal chat: to a user who may give commands (admin), or to any other user.
func (w Writer) Welcome(admin bool) (json.RawMessage, string) {
	audience := "welcome.person"
	if admin {
		audience = "welcome.admin"
	}
	return Finish(w.Say("welcome.summary"), []card.Element{
		card.Text{Text: w.Say("welcome.title"), Heading: true},
		card.Text{Text: w.Say(audience)},
		card.Text{Text: w.Say(audience + ".next")},
	})
}
