package view

import (
	"encoding/json"
	"strconv"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// Outage tells an admin that orders wait because of Microsoft or the carrier, or because Calltab lacks a permission,
// and that this is over.
func (w Writer) Outage(o provision.Outage, over bool, now time.Time) (json.RawMessage, string) {
	title, style := w.outageTitle(o, over), card.WarningStyle
	if over {
		style = card.Emphasis
	}
	ago := w.Words.Ago(o.Since, now)
	text := w.Say("outage.silent.text", "ago", ago)
	carrier := o.Class == provision.CarrierCalls
	switch {
	case carrier && !over:
		text = w.Say("outage.carrier.text", "ago", ago)
	case o.Lacks && over:
		text = w.Say("outage.lacks.over.text")
	case o.Lacks:
		text = w.Say("outage.lacks.text", "ago", ago)
	case over:
		text = w.Say("outage.silent.over.text")
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, Box(style, card.Text{Text: text})}
	if why := w.Message(o.Why); o.Lacks && !over && why != "" {
		body = append(body, card.Text{Text: why})
	}
	if !over && len(o.Held) > 0 {
		body = append(body, card.Text{Text: w.Say("outage.orders", "count", strconv.Itoa(len(o.Held)))})
	}
	return Finish(w.Say("notice.summary", "title", title, "notice", text), body)
}

// outageTitle names what is wrong, or is put right.
func (w Writer) outageTitle(o provision.Outage, over bool) string {
	signIn := o.Lacks && o.Class == provision.SignIn
	carrier := o.Class == provision.CarrierCalls
	switch {
	case carrier && over:
		return w.Say("outage.carrier.over.title")
	case carrier:
		return w.Say("outage.carrier.title")
	case signIn && over:
		return w.Say("outage.sign-in.over.title")
	case signIn:
		return w.Say("outage.sign-in.title")
	case o.Lacks && over:
		return w.Say("outage.lacks.over.title")
	case o.Lacks:
		return w.Say("outage.lacks.title")
	case over:
		return w.Say("outage.silent.over.title")
	}
	return w.Say("outage.silent.title")
}
