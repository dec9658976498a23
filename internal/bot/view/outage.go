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
	text := w.say("outage.silent.text", "ago", ago)
	carrier := o.Class == provision.CarrierCalls
	switch {
	case carrier && !over:
		text = w.say("outage.carrier.text", "ago", ago)
	case o.Lacks && over:
		text = w.say("outage.lacks.over.text")
	case o.Lacks:
		text = w.say("outage.lacks.text", "ago", ago)
	case over:
		text = w.say("outage.silent.over.text")
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, box(style, card.Text{Text: text})}
	if why := w.message(o.Why); o.Lacks && !over && why != "" {
		body = append(body, card.Text{Text: why})
	}
	if !over && len(o.Held) > 0 {
		body = append(body, card.Text{Text: w.say("outage.orders", "count", strconv.Itoa(len(o.Held)))})
	}
	return finish(w.say("notice.summary", "title", title, "notice", text), body)
}

// outageTitle names what is wrong, or is put right.
func (w Writer) outageTitle(o provision.Outage, over bool) string {
	signIn := o.Lacks && o.Class == provision.SignIn
	carrier := o.Class == provision.CarrierCalls
	switch {
	case carrier && over:
		return w.say("outage.carrier.over.title")
	case carrier:
		return w.say("outage.carrier.title")
	case signIn && over:
		return w.say("outage.sign-in.over.title")
	case signIn:
		return w.say("outage.sign-in.title")
	case o.Lacks && over:
		return w.say("outage.lacks.over.title")
	case o.Lacks:
		return w.say("outage.lacks.title")
	case over:
		return w.say("outage.silent.over.title")
	}
	return w.say("outage.silent.title")
}
