package chat

import (
	"context"
	"fmt"
	"strings"
)

// Where is a place to talk: Personal, Group, Channel, or the id of a
// conversation.
type Where string

// The places that everybody of the home tenant has.
const (
	Personal Where = "personal" // the person's own chat with the bot
	Group    Where = "group"    // the one group chat
	Channel  Where = "channel"  // a new post in the one team channel
)

// Say writes a message. "@Calltab" mentions the bot and "@Dana Reyes" a person
// of the thread; "@{dana}" does too. In the group chat and the channel the bot
// hears only what mentions it; else the zero Result comes back. A line that begins
// with "/" there is a command that nobody else sees ([targeted]).
func (s *Server) Say(ctx context.Context, alias string, where Where, line string) (Result, error) {
	s.mu.Lock()
	who, t, err := s.place(alias, where)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	id := s.stamp()
	if t == s.channel {
		t = t.reply(id)
	}
	said := s.speak(line, t)
	p := s.add(id, t, who, content{text: line, mentioned: said.names})
	a := s.newMessage(id, who, t, said)
	slash := t.kind != personalChat && strings.HasPrefix(line, "/")
	if slash {
		p.only = who
		bot := s.botAccount()
		bot["isTargeted"] = true
		a["recipient"] = bot
	}
	e := s.event(Said, p)
	s.mu.Unlock()
	s.tell(e)
	if t.kind != personalChat && !said.toBot && !slash {
		return Result{}, nil
	}
	return s.deliver(ctx, a)
}

// place finds the thread in which the person wants to talk. The caller holds the lock.
func (s *Server) place(alias string, where Where) (*person, *thread, error) {
	who, err := s.person(alias)
	if err != nil {
		return nil, nil, err
	}
	var t *thread
	switch where {
	case Personal:
		t = who.chat
	case Group:
		t = s.group
	case Channel:
		t = s.channel
	default:
		t = s.thread(string(where))
	}
	switch {
	case t == nil || !t.holds(who):
		return nil, nil, fmt.Errorf("%s has no conversation %q", alias, where)
	case t.owner != nil && !who.Installed:
		return nil, nil, fmt.Errorf("%s: %w", alias, errNotInstalled)
	case t.owner != nil && who.Blocked:
		return nil, nil, fmt.Errorf("%s has blocked the bot", alias)
	}
	return who, t, nil
}

// Edit changes a message of the person's own; the bot gets a messageUpdate
// under the same activity id, with the whole new text ([events]).
func (s *Server) Edit(ctx context.Context, alias, messageID, line string) (Result, error) {
	s.mu.Lock()
	p, err := s.ownMessage(alias, messageID)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	said := s.speak(line, p.thread)
	p.edit(content{text: line, mentioned: said.names})
	a := s.newMessage(p.id, p.from, p.thread, said)
	for k, v := range s.newChange("messageUpdate", "editMessage", p, s.cfg.Now()) {
		if k != "entities" {
			a[k] = v
		}
	}
	e := s.event(Edited, p)
	s.mu.Unlock()
	s.tell(e)
	if p.thread.kind != personalChat && !said.toBot {
		return Result{}, nil
	}
	return s.deliver(ctx, a)
}

// Delete takes a message of the person's own away; the bot gets a
// messageDelete ([events]).
func (s *Server) Delete(ctx context.Context, alias, messageID string) (Result, error) {
	s.mu.Lock()
	p, err := s.ownMessage(alias, messageID)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	p.deleted = true
	a := s.newChange("messageDelete", "softDeleteMessage", p, s.cfg.Now())
	e := s.event(Removed, p)
	s.mu.Unlock()
	s.tell(e)
	return s.deliver(ctx, a)
}

// ownMessage is a message that the person wrote. The caller holds the lock.
func (s *Server) ownMessage(alias, messageID string) (*post, error) {
	who, err := s.person(alias)
	if err != nil {
		return nil, err
	}
	p := s.postByID[messageID]
	if p == nil || p.deleted || p.from != who {
		return nil, fmt.Errorf("%s wrote no message %q", alias, messageID)
	}
	return p, nil
}
