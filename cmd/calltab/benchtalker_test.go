package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"calltab/internal/bot/view"
)

// talker is a person's chat with a bot under measurement. It writes, presses and types as a client does, and fails
// where the answer is not the one that is expected.
type talker struct {
	p      *peer
	url    string // of the bot
	alias  string // whose chat it is
	chat   int    // number of the chat, and of the person's id in it
	about  string // the person whom it orders a phone for, as people name them
	upn    string // their user name
	served subscriber
	tokens []string
	edits  int // cards edited since the start of the chat

	mu     sync.Mutex
	posted []byte // the newest message or edit
	id     string // of the newest message

	card  map[string]any // the newest card that was answered or posted
	step  int            // of a form
	picks int            // numbers chosen
	open  string         // an order that waits for approval

	note func(besideKind) // hears how invokes are answered; may be nil
}

// hear takes what the bot posts. A later edit of the same card is not waited for.
func (t *talker) hear(method, id string, body []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if method == http.MethodPut {
		t.edits++
		return
	}
	t.posted, t.id = body, id
}

// send has Teams send an activity, with a token that was not used before as long as there are some.
func (t *talker) send(a map[string]any) ([]byte, error) {
	body, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodPost, t.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	bearer := t.p.bearer
	if n := len(t.tokens); n > 0 {
		bearer, t.tokens = t.tokens[n-1], t.tokens[:n-1]
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Authorization", "Bearer "+bearer)
	resp, err := t.p.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("answer %s: %.200s", resp.Status, answer)
	}
	return answer, err
}

// say writes a line, and wants a text on the card that comes.
func (t *talker) say(line, want string) error {
	t.posted = nil
	a := t.p.activityOf(t.alias, t.p.asked.Add(1), t.chat)
	a["text"] = line
	if _, err := t.send(a); err != nil {
		return fmt.Errorf("%s: %w", line, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !bytes.Contains(t.posted, []byte(want)) {
		return fmt.Errorf("%s: no %q on the card %.3000s", line, want, t.posted)
	}
	return nil
}

// look reads the newest posted card, to press on it.
func (t *talker) look() error {
	var message struct {
		Attachments []struct {
			Content map[string]any `json:"content"`
		} `json:"attachments"`
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := json.Unmarshal(t.posted, &message); err != nil || len(message.Attachments) == 0 {
		return fmt.Errorf("no card: %w", err)
	}
	t.card, t.step = message.Attachments[0].Content, 0
	return nil
}

// invoke sends an invoke about the newest card.
func (t *talker) invoke(name string, value map[string]any) ([]byte, error) {
	a := t.p.activityOf(t.alias, t.p.asked.Add(1), t.chat)
	a["type"], a["name"], a["value"], a["replyToId"] = "invoke", name, value, t.id
	a["id"] = fmt.Sprintf("f:%v", a["id"])
	return t.send(a)
}

// press presses a button of the newest card and takes the card that answers. given are inputs.
func (t *talker) press(title string, given map[string]string) error {
	action := find(t.card, func(e map[string]any) bool { return e["type"] == "Action.Execute" && e["title"] == title })
	if action == nil {
		return fmt.Errorf("no button %q on %.2000s", title, encoded(t.card))
	}
	data := map[string]any{}
	if had, ok := action["data"].(map[string]any); ok {
		for name, value := range had {
			data[name] = value
		}
	}
	for name, value := range given {
		data[name] = value
	}
	return t.act("manual", action["verb"], data)
}

// act sends an action, and takes the card that answers.
func (t *talker) act(trigger string, verb, data any) error {
	body, err := t.invoke("adaptiveCard/action", map[string]any{
		"action": map[string]any{"type": "Action.Execute", "verb": verb, "data": data}, "trigger": trigger,
	})
	if err != nil {
		return fmt.Errorf("%v: %w", verb, err)
	}
	var answer struct {
		Type  string         `json:"type"`
		Value map[string]any `json:"value"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	if answer.Type != "application/vnd.microsoft.card.adaptive" {
		return fmt.Errorf("%v: no card: %.500s", verb, body)
	}
	t.card = answer.Value
	if t.note != nil {
		name, _ := verb.(string)
		t.note(besideKind{Verb: name, Trigger: trigger, Card: t.card, Edits: t.editedSoon()})
	}
	return nil
}

// editedSoon reports whether the newest card is edited within a moment; only what is not timed asks.
func (t *talker) editedSoon() bool {
	t.mu.Lock()
	before := t.edits
	t.mu.Unlock()
	for range 20 {
		time.Sleep(10 * time.Millisecond)
		t.mu.Lock()
		edited := t.edits != before
		t.mu.Unlock()
		if edited {
			return true
		}
	}
	return false
}

// order is the order of the newest card, from its first button that names one.
func (t *talker) order() string {
	action := find(t.card, func(e map[string]any) bool {
		data, _ := e["data"].(map[string]any)
		return e["type"] == "Action.Execute" && data["order"] != nil
	})
	data, _ := action["data"].(map[string]any)
	id, _ := data["order"].(string)
	return id
}

// form is one of four turns: another number, back, another number, one chosen.
func (t *talker) form() error {
	step := t.step
	t.step = (step + 1) % 4
	switch step {
	case 0, 2:
		return t.press("Another number", nil)
	case 1:
		return t.press("Back", nil)
	}
	input := find(t.card, func(e map[string]any) bool { return e["type"] == "Input.ChoiceSet" && e["id"] == "number" })
	choices, _ := input["choices"].([]any)
	if len(choices) == 0 {
		return errors.New("no number offered")
	}
	choice, _ := choices[0].(map[string]any)
	number, _ := choice["value"].(string)
	// Of each chat its own numbers by turns, so that none is taken by another chat meanwhile. One may be out of reach: an
	// earlier order of the bench has it. The next is chosen then, with a turn more.
	for range ownNumbers {
		t.picks++
		own := ownFrom + ownNumbers*(t.chat%len(crew)) + t.picks%ownNumbers
		err := t.press("Continue", map[string]string{"number": fmt.Sprintf("%s%02d", number[:len(number)-2], own)})
		if err != nil || t.has("Another number") {
			return err
		}
	}
	return fmt.Errorf("none of this chat's numbers can be had: %.2000s", encoded(t.card))
}

// Each chat of a crew chooses among so many numbers, from one with these two last digits.
const ownFrom, ownNumbers = 2, 6

// has reports whether the newest card has a button.
func (t *talker) has(title string) bool {
	return find(t.card, func(e map[string]any) bool { return e["type"] == "Action.Execute" && e["title"] == title }) != nil
}

// refresh is what a client sends by itself when a card comes into view.
func (t *talker) refresh() error {
	return t.act("automatic", view.VerbShow, map[string]any{view.DataOrder: t.open})
}

// typeAhead types digits into the field of a number.
func (t *talker) typeAhead() error {
	body, err := t.invoke("application/search", map[string]any{
		"queryText": "5", "queryOptions": map[string]any{"skip": 0, "top": 15}, "dataset": view.DatasetNumbers,
	})
	if err == nil && !bytes.Contains(body, []byte(`"+`)) {
		err = fmt.Errorf("no numbers: %.500s", body)
	}
	if err == nil && t.note != nil {
		t.note(besideKind{Verb: "application/search", Value: body})
	}
	return err
}

// find is the first element of a card, from the outside in, of which is says so.
func find(e any, is func(map[string]any) bool) map[string]any {
	switch e := e.(type) {
	case map[string]any:
		if is(e) {
			return e
		}
		for _, inner := range e {
			if found := find(inner, is); found != nil {
				return found
			}
		}
	case []any:
		for _, inner := range e {
			if found := find(inner, is); found != nil {
				return found
			}
		}
	}
	return nil
}

func encoded(v any) []byte {
	text, _ := json.Marshal(v)
	return text
}

// renew gives each talker so many tokens that no bot has seen.
func renew(talkers []*talker, each int) error {
	for _, t := range talkers {
		t.tokens = nil
		for range each {
			claims := t.p.cloud.Login().ChannelClaims(t.p.serviceURL)
			claims["jti"] = fmt.Sprint(t.p.asked.Add(1))
			token, err := t.p.cloud.Login().Sign(claims)
			if err != nil {
				return err
			}
			t.tokens = append(t.tokens, token)
		}
	}
	return nil
}

// together has each talker take turns for so long, and returns how many there were.
func together(talkers []*talker, long time.Duration, most int, turn func(*talker) error) (int, error) {
	var all sync.WaitGroup
	counts, errs := make([]int, len(talkers)), make([]error, len(talkers))
	end := time.Now().Add(long)
	for i, t := range talkers {
		all.Go(func() {
			for time.Now().Before(end) && errs[i] == nil && counts[i] < most {
				errs[i] = turn(t)
				counts[i]++
			}
		})
	}
	all.Wait()
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum, cmp.Or(errs...)
}

// conversationOf is the chat that a request to the connector names.
func conversationOf(path string) string {
	_, rest, _ := strings.Cut(path, "/v3/conversations/")
	id, _, _ := strings.Cut(rest, "/")
	return id
}
