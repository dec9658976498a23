package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/sandbox/chat"
)

// orderer is an admin who orders phones for people of their own, changes them and takes them back, again and again.
type orderer struct {
	*siege
	alias string
	about []string

	dice *rand.Rand
}

// orderers are all of them.
func (s *siege) orderers() (all []*orderer) {
	each := len(soakAbout) / len(writers)
	for i, alias := range writers {
		all = append(all, &orderer{siege: s, alias: alias, about: soakAbout[i*each : (i+1)*each],
			dice: rand.New(rand.NewPCG(uint64(i), 7))})
	}
	return all
}

// live orders until the end.
func (o *orderer) live(b *testing.B, end <-chan struct{}) {
	lines := []string{"add %s metered", "change plan %s unlimited", "release %s"}
	for i := 0; ; i++ {
		line := fmt.Sprintf(lines[i/len(o.about)%len(lines)], o.about[i%len(o.about)])
		for try := range 40 {
			select {
			case <-end:
				return
			case <-time.After(300*time.Millisecond + time.Duration(o.dice.Int64N(int64(400*time.Millisecond)))):
			}
			if o.order(b, line) {
				break
			}
			if try == 39 {
				o.note(b, "%s gave up: %s; the newest card: %s", o.alias, line, o.newestText(o.alias))
			}
		}
	}
}

// order writes a line and saves the card that comes, and reports whether that was acknowledged or may have been done.
func (o *orderer) order(b *testing.B, line string) bool {
	c := o.peer.cloud.Chat()
	before := o.savable(o.alias)
	r, err := c.Say(b.Context(), o.alias, chat.Personal, line)
	if err != nil {
		return false
	}
	if r.Status >= http.StatusMultipleChoices {
		b.Errorf("%s: answer %d: %s", line, r.Status, r.Body)
	}
	card := o.savable(o.alias)
	if card.ID == "" || card.ID == before.ID {
		return false // an order of before is still at work
	}
	o.presses.Add(1)
	r, err = c.Press(b.Context(), o.alias, card.ID, "Save", nil)
	if len(r.Sent) == 0 {
		return false // the card has changed
	}
	if err != nil {
		return true // nobody knows
	}
	return o.saved(b, r)
}

// saved notes the order of an answered press, where the answer says that it is saved.
func (o *orderer) saved(b *testing.B, r chat.Result) bool {
	var answer struct {
		Type  string
		Value map[string]any // a card, or why there is none
	}
	if err := json.Unmarshal(r.Body, &answer); err != nil {
		b.Errorf("answer %d: %s", r.Status, r.Body)
		return false
	}
	o.read(string(r.Body))
	if answer.Type != "application/vnd.microsoft.card.adaptive" {
		o.refused()
		return false
	}
	if slices.Contains(chat.Actions(chat.Message{Card: answer.Value}), "Save") {
		return false // another one has the number by now
	}
	var sent struct {
		Value struct{ Action struct{ Data map[string]any } }
	}
	if err := json.Unmarshal(r.Sent, &sent); err != nil {
		b.Error(err)
		return false
	}
	id, _ := sent.Value.Action.Data["order"].(string)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.acked[id] = time.Now()
	return true
}

// savable is the newest card of a person that can be saved.
func (s *siege) savable(alias string) chat.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cards[alias]
}

func (s *siege) newestText(alias string) string {
	return strings.Join(chat.Render(s.peer.cloud.Chat().Last(alias)), " · ")
}

// see remembers the newest card that each admin can save, what was posted when, and what must never be read.
func (s *siege) see(e chat.Event) {
	if e.Message.Card == nil && e.Message.Text == "" || e.Kind == chat.Said || e.Message.From != "bot" {
		return
	}
	card, _ := json.Marshal(e.Message.Card)
	s.read(string(card) + e.Message.Text)
	if strings.Contains(string(card)+e.Message.Text, refusal) {
		s.refused()
	}
	savable := slices.Contains(chat.Actions(e.Message), "Save")
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Kind == chat.Sent {
		s.posts = append(s.posts, posted{time.Now(), strings.Join(e.To, " "), e.Message})
	}
	for _, alias := range e.To {
		if savable && e.Kind == chat.Sent {
			s.cards[alias] = e.Message
		}
	}
}

// refused notes that a turn was answered with why it cannot be done now.
func (s *siege) refused() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals = append(s.refusals, time.Now())
}

// read looks for what must never be read.
func (s *siege) read(text string) {
	if !strings.Contains(text, "omething went wrong, reference") {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = append(s.wrong, time.Now())
}

// refusal is what people read while nothing can be recorded.
const refusal = "write anything down just now"

// posted is a message of the bot.
type posted struct {
	at time.Time
	to string
	chat.Message
}
