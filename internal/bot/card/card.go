package card

import (
	"bytes"
	"encoding/json"
)

// Limit is the size in bytes that a card stays under. Teams takes about 80 KB from a bot, but 28 KB is the limit on
// other roads into Teams, and a card that people read has no more:
// https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
const Limit = 25 << 10

// clips are the lengths of text that are tried, one after the other, until the card is under the limit.
var clips = [...]int{1000, 300, 120, 60}

// Card is an Adaptive Card. The zero value is an empty one.
type Card struct {
	Body     []Element
	Fallback string // what a client shows that cannot draw the card
	Refresh  Refresh
}

// Refresh has the clients of some people ask the bot for a card of their own: an Action.Execute that they send by
// themselves (https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model). Without anybody there
// is none: a client would send it for everybody where a card names nobody.
type Refresh struct {
	Verb  string
	Data  Data
	Users []string // Teams ids, "29:…"; Teams takes sixty
}

func (r Refresh) encode() any {
	if len(r.Users) == 0 {
		return nil
	}
	type action struct {
		Type string     `json:"type"`
		Verb string     `json:"verb"`
		Data actionData `json:"data"`
	}
	return struct {
		Action action   `json:"action"`
		Users  []string `json:"userIds"`
	}{action{"Action.Execute", r.Verb, Action{Verb: r.Verb, Data: r.Data}.data()}, r.Users}
}

// JSON encodes the card. Where the card is over [Limit], its long texts are shortened; a list of unknown length is the
// business of [Fit].
func (c Card) JSON() json.RawMessage {
	var out []byte
	for _, n := range clips {
		out = c.encode(n)
		if len(out) <= Limit {
			break
		}
	}
	return out
}

func (c Card) encode(clip int) []byte {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false) // this is no HTML, and < is not in it anyway
	// Only strings, numbers and lists of them are encoded: that cannot fail.
	_ = e.Encode(struct {
		Type     string `json:"type"`
		Schema   string `json:"$schema"`
		Version  string `json:"version"`
		Fallback string `json:"fallbackText,omitempty"`
		Refresh  any    `json:"refresh,omitempty"`
		Body     []any  `json:"body"`
	}{"AdaptiveCard", "http://adaptivecards.io/schemas/adaptive-card.json", "1.5", inert(c.Fallback, clip),
		c.Refresh.encode(), encodeAll(c.Body, clip)})
	return bytes.TrimRight(buf.Bytes(), "\n")
}

// Fit builds a card of at most n list items and encodes it, with fewer items until it is under [Limit]. build says
// on the card how many are missing.
func Fit(n int, build func(items int) Card) json.RawMessage {
	for {
		out := build(n).encode(clips[1])
		if len(out) <= Limit || n <= 1 {
			return out
		}
		n = min(n-1, n*Limit/len(out))
		n = max(n, 1)
	}
}

// Element is something in the body of a card. Only the types of this package are elements.
type Element interface {
	encode(clip int) any // as encoding/json takes it, with texts of at most clip characters
}

func encodeAll[E Element](list []E, clip int) []any {
	out := make([]any, 0, len(list))
	for _, e := range list {
		out = append(out, e.encode(clip))
	}
	return out
}

// inert is a text as it may stand in a card. Of a text far too long the rest is not even looked at.
func inert(text string, n int) string { return clip(Escape(text[:min(len(text), 8*clips[0])]), n) }
