package card

import (
	"bytes"
	"encoding/json"
	"sync"
)

// Limit is the size in bytes that a card stays under. Teams takes about 80 KB from a bot, but 28 KB is the limit on
// other roads into Teams, and a card that people read has no more:
// https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
const Limit = 25 << 10

// writers are used again for their buffers, which have grown to the size of cards by then.
var writers = sync.Pool{New: func() any { return new(writer) }}

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

func (r Refresh) write(w *writer) {
	w.name("refresh")
	w.open()
	w.name("action")
	w.element("Action.Execute")
	w.field("verb", r.Verb)
	Action{Verb: r.Verb, Data: r.Data}.writeData(w)
	w.close()
	w.list("userIds")
	for _, user := range r.Users {
		w.item(user)
	}
	w.end()
	w.close()
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
	w := writers.Get().(*writer)
	defer writers.Put(w)
	w.out = w.out[:0]
	w.clip = clip
	w.element("AdaptiveCard")
	w.field("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
	w.field("version", "1.5")
	w.someText("fallbackText", c.Fallback)
	if len(c.Refresh.Users) > 0 {
		c.Refresh.write(w)
	}
	writeAll(w, "body", c.Body)
	w.close()
	return bytes.Clone(w.out)
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
	write(w *writer) // as one object
}

// inert is a text as it may stand in a card. Of a text far too long the rest is not even looked at.
func inert(text string, n int) string { return clip(Escape(text[:min(len(text), 8*clips[0])]), n) }
