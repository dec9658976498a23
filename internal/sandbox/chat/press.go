package chat

import (
	"context"
	"fmt"
)

// Option changes how a button is pressed.
type Option func(*pressing)

// AsSubmit presses like an old client that knows no Action.Execute: the
// action's Action.Submit fallback is sent, as a message ([universal],
// "Backward compatibility").
func AsSubmit() Option { return func(p *pressing) { p.asSubmit = true } }

// pressing is one press of a button.
type pressing struct {
	who      *person
	post     *post
	card     map[string]any // as shown where it is pressed
	action   map[string]any
	data     any // the action's data with the inputs
	asSubmit bool
}

// Press presses the button of that title (or "#2" for the second one shown) on
// the card that the person sees in the message; an empty messageID means the
// newest message with a card. Inputs are named by id or label; choices may be
// given by title. What a client would refuse to send is an *InputError.
//
// An Action.Execute is an invoke, whose answer is applied: a card replaces the card for this person only, text becomes
// the Toast. Where the bot edited the message while the invoke ran, the edit stays: which of the two a client shows is
// a matter of luck, and the edit is what other people see ([chosen]). Action.Submit is a message; its data.msteams
// kinds are not imitated. Action.ToggleVisibility changes only what the person sees, and buttons inside an
// Action.ShowCard can be pressed at once; for these the zero Result comes back.
func (s *Server) Press(ctx context.Context, alias, messageID, title string, inputs map[string]string,
	options ...Option) (Result, error) {
	return s.press(ctx, alias, messageID, 0, title, inputs, options)
}

// PressStale presses on an earlier version of the card (1 is the first), as a
// device does that has not yet heard of the edits.
func (s *Server) PressStale(ctx context.Context, alias, messageID string, version int, title string,
	inputs map[string]string, options ...Option) (Result, error) {
	if version < 1 {
		return Result{}, fmt.Errorf("there is no version %d", version)
	}
	return s.press(ctx, alias, messageID, version, title, inputs, options)
}

func (s *Server) press(ctx context.Context, alias, messageID string, version int, title string,
	inputs map[string]string, options []Option) (Result, error) {
	p := pressing{}
	for _, o := range options {
		o(&p)
	}
	s.mu.Lock()
	if err := s.aim(&p, alias, messageID, version); err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	p.who.toast = ""
	a, err := s.pressed(&p, title, inputs)
	edits := len(p.post.versions)
	s.mu.Unlock()
	if err != nil || a == nil {
		return Result{}, err
	}
	r, err := s.deliver(ctx, a)
	if a["type"] != "invoke" {
		return r, err
	}
	if err != nil {
		s.showToast(p.who, p.post, wentWrong)
		return r, err
	}
	return r, s.applyAnswer(p.who, p.post, edits, r.Status, r.Body)
}

// aim finds the card. The caller holds the lock.
func (s *Server) aim(p *pressing, alias, messageID string, version int) error {
	var err error
	if p.who, p.post, err = s.cardMessage(alias, messageID); err != nil {
		return err
	}
	p.card = p.post.cardFor(p.who)
	if version > 0 {
		if version > len(p.post.versions) {
			return fmt.Errorf("message %s has no version %d", p.post.id, version)
		}
		p.card = unfolded(p.post.versions[version-1].card) // the person had read it
	}
	if p.card == nil {
		return fmt.Errorf("message %s has no card", p.post.id)
	}
	p.card = cloneObject(p.card)
	return nil
}

// cardMessage is a message of the bot that the person sees; the newest with a card when no id is given. The caller
// holds the lock.
func (s *Server) cardMessage(alias, messageID string) (*person, *post, error) {
	who, err := s.person(alias)
	if err != nil {
		return nil, nil, err
	}
	if messageID != "" {
		p := s.postByID[messageID]
		if p == nil || p.deleted || s.vanished(p) || p.from != nil || !p.sees(who) {
			return nil, nil, fmt.Errorf("%s sees no message %q of the bot", alias, messageID)
		}
		return who, p, nil
	}
	for i := len(s.posts) - 1; i >= 0; i-- {
		p := s.posts[i]
		if p.from == nil && !p.deleted && p.sees(who) && !s.vanished(p) && p.cardFor(who) != nil {
			return who, p, nil
		}
	}
	return nil, nil, fmt.Errorf("%s sees no card", alias)
}

// pressed makes the activity of a press, or changes the view where nothing is
// sent. The caller holds the lock.
func (s *Server) pressed(p *pressing, title string, inputs map[string]string) (activity, error) {
	var err error
	if p.action, err = draw(p.card).find(title); err != nil {
		return nil, err
	}
	if p.action["isEnabled"] == false {
		return nil, fmt.Errorf("button %q is disabled", title)
	}
	if fallback := object(p.action["fallback"]); p.asSubmit && fallback != nil {
		p.action = fallback
	}
	switch kind := text(p.action["type"]); kind {
	case "Action.ToggleVisibility":
		toggle(p.card, p.action)
		p.post.show(p.who, p.card)
		return nil, nil
	case "Action.ShowCard":
		return nil, nil
	case "Action.Execute", "Action.Submit":
		if err := p.fill(inputs); err != nil {
			return nil, err
		}
		if kind == "Action.Execute" {
			return s.newInvoke("adaptiveCard/action", p.who, p.post, p.execute()), nil
		}
		return s.submit(p), nil
	default:
		return nil, fmt.Errorf("button %q is of type %s, which sends nothing to the bot", title, kind)
	}
}

// fill adds the inputs to the action's data; the inputs win.
func (p *pressing) fill(given map[string]string) error {
	data, values := cloneObject(object(p.action["data"])), map[string]string{}
	if data == nil {
		data = map[string]any{}
	}
	if kind := text(object(data["msteams"])["type"]); kind != "" {
		return fmt.Errorf("an action of msteams type %s is not imitated", kind)
	}
	if p.action["associatedInputs"] != "none" {
		var err error
		if values, err = collect(p.card, given, p.who.suggested[p.post.id]); err != nil {
			return err
		}
	}
	for id, value := range values {
		data[id] = value
	}
	p.data = data
	return nil
}

// execute is the value of an adaptiveCard/action ([universal], "Invoke
// request").
func (p *pressing) execute() map[string]any {
	action := map[string]any{"type": "Action.Execute", "data": p.data}
	for _, key := range []string{"id", "title", "verb"} {
		if v, ok := p.action[key]; ok {
			action[key] = v
		}
	}
	return map[string]any{"action": action, "trigger": "manual"}
}

// submit is the message of an Action.Submit: no text, the data as value
// ([actions]).
func (s *Server) submit(p *pressing) activity {
	a := s.newActivity("message", s.stamp(), p.who, p.post.thread)
	a["value"] = p.data
	s.about(a, p.post)
	return a
}
