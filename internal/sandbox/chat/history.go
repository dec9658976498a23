package chat

import (
	"maps"
	"slices"
	"time"
)

// Message is a message as one person sees it.
type Message struct {
	ID           string
	Conversation string
	From         string // "bot" or an alias
	Text         string // as written, markdown and <at> tags included
	// Card is the Adaptive Card as now shown to that person, nil when there is
	// none. It is a copy.
	Card      map[string]any
	Versions  int // 1 + edits
	Deleted   bool
	At        time.Time // business time
	Mentioned []string  // aliases of the people mentioned, in text or card
	Suggested []string  // lines that a client offers to send, under a text
}

// EventKind says what happened to a message.
type EventKind string

// The kinds of Event.
const (
	Said    EventKind = "said"    // a person wrote
	Sent    EventKind = "sent"    // the bot wrote
	Edited  EventKind = "edited"  // a person changed a message of their own
	Removed EventKind = "removed" // a person deleted a message of their own
	Shown   EventKind = "shown"   // an action's answer replaced a card for one person
	Toasted EventKind = "toasted" // a client showed a line of text
	Typing  EventKind = "typing"  // the bot is typing
)

// Event is something that a watcher is told.
type Event struct {
	Kind EventKind
	// To are the aliases of those whose client shows it.
	To []string
	// Message as the first of To sees it; empty for Typing and Toasted but for
	// its Conversation.
	Message Message
	Toast   string // for Toasted
}

// Messages are all messages that the person can see, in all conversations, oldest first. Deleted ones are included,
// without text or card.
func (s *Server) Messages(alias string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, err := s.person(alias)
	if err != nil {
		return nil
	}
	var all []Message
	for _, p := range s.posts {
		if p.sees(who) && !s.vanished(p) {
			all = append(all, p.message(who))
		}
	}
	return all
}

// Last is the newest message that the person can see; empty when there is none.
func (s *Server) Last(alias string) Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, err := s.person(alias)
	if err != nil {
		return Message{}
	}
	for _, p := range slices.Backward(s.posts) {
		if p.sees(who) && !p.deleted && !s.vanished(p) {
			return p.message(who)
		}
	}
	return Message{}
}

// Toast is the line that the person's client last showed under a card, empty
// when the last press showed none.
func (s *Server) Toast(alias string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, err := s.person(alias)
	if err != nil {
		return ""
	}
	return who.toast
}

// Typing is how often the person was shown that the bot is about to write.
func (s *Server) Typing(alias string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, err := s.person(alias)
	if err != nil {
		return 0
	}
	return who.typing
}

// Watch has f called for everything that any client shows, until stop is
// called. It is called from the goroutine that caused the event, before the
// bot has its answer; f must return soon and may use the Server.
func (s *Server) Watch(f func(Event)) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watcher++
	n := s.watcher
	s.watchers[n] = f
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, n)
	}
}

// tell calls the watchers. The caller does not hold the lock.
func (s *Server) tell(events ...Event) {
	s.mu.Lock()
	watchers := make([]func(Event), 0, len(s.watchers))
	for _, n := range slices.Sorted(maps.Keys(s.watchers)) {
		watchers = append(watchers, s.watchers[n])
	}
	s.mu.Unlock()
	for _, e := range events {
		for _, f := range watchers {
			f(e)
		}
	}
}

// event makes an Event for all of a thread. The caller holds the lock.
func (s *Server) event(k EventKind, p *post) Event {
	e := Event{Kind: k}
	for _, who := range s.members(p.thread) {
		if !p.sees(who) {
			continue
		}
		if len(e.To) == 0 {
			e.Message = p.message(who)
		}
		e.To = append(e.To, who.Alias)
	}
	return e
}

// message is a post as the person sees it.
func (p *post) message(who *person) Message {
	now := p.latest()
	m := Message{
		ID:           p.id,
		Conversation: p.thread.id,
		From:         "bot",
		Versions:     len(p.versions),
		Deleted:      p.deleted,
		At:           p.at,
	}
	if p.from != nil {
		m.From = p.from.Alias
	}
	if !p.deleted {
		m.Text = now.text
		m.Card = cloneObject(p.cardFor(who))
		m.Mentioned = slices.Clone(now.mentioned)
		m.Suggested = slices.Clone(now.suggested)
	}
	return m
}

// clone copies a decoded JSON value.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return cloneObject(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = clone(v[i])
		}
		return list
	}
	return v
}

func cloneObject(o map[string]any) map[string]any {
	if o == nil {
		return nil
	}
	c := make(map[string]any, len(o))
	for k, v := range o {
		c[k] = clone(v)
	}
	return c
}
