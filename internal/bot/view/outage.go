package view

import (
	"encoding/json"
	"strconv"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// Outage tells an admin that orders wait because of Microsoft, or because Calltab lacks a permission, and that this is over.
func (w Writer) Outage(o provision.Outage, over bool, now time.Time) (json.RawMessage, string) {
	ago := w.Words.Ago(o.Since, now)
	title, text, style := w.say("outage.silent.title"), w.say("outage.silent.text", "ago", ago), card.WarningStyle
	switch {
	case o.Lacks && over:
		title, text, style = w.say("outage.lacks.over.title"), w.say("outage.lacks.over.text"), card.Emphasis
	case o.Lacks:
		title, text = w.say("outage.lacks.title"), w.say("outage.lacks.text", "ago", ago)
	case over:
		title, text, style = w.say("outage.silent.over.title"), w.say("outage.silent.over.text"), card.Emphasis
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, box(style, card.Text{Text: text})}
	if why := w.message(o.Why); o.Lacks && !over && why != "" {
		body = append(body, card.Text{Text: why})
	}
	if !over {
		body = append(body, card.Text{Text: w.say("outage.orders", "count", strconv.Itoa(len(o.Held)))})
	}
	return finish(w.say("notice.summary", "title", title, "notice", text), body)
}
