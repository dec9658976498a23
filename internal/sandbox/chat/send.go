package chat

import "net/http"

// resource is the answer to a send ([rest], "ResourceResponse").
func resource(id string) map[string]any { return map[string]any{"id": id} }

// send takes a message or another activity of the bot.
func (s *Server) send(c call) (int, any, *refusal) {
	s.mu.Lock()
	t, replyTo := s.thread(c.at(0)), c.at(2)
	bad := s.mayWrite(t, replyTo)
	var o outgoing
	if bad == nil {
		o, bad = decodeOutgoing(c.body)
	}
	if bad == nil {
		bad = s.meant(o, t)
	}
	var only *person
	if bad == nil {
		only, bad = s.target(c, o, t)
	}
	if bad == nil && t.kind == teamChannel && replyTo != "" {
		t = s.threadOf(replyTo)
	}
	s.mu.Unlock()
	if bad != nil {
		return 0, nil, bad
	}
	return s.publish(c, t, only, o)
}

// mayWrite checks a thread before its message is looked at: it exists, the
// bot may write there, and not too fast. The caller holds the lock.
func (s *Server) mayWrite(t *thread, replyTo string) *refusal {
	if t == nil {
		return conversationNotFound()
	}
	if bad := t.barred(); bad != nil {
		return bad
	}
	if bad := s.limitSend(t); bad != nil {
		return bad
	}
	if replyTo != "" && s.postIn(t, replyTo) == nil {
		return activityNotFound()
	}
	return nil
}

// publish puts an activity where people see it.
func (s *Server) publish(c call, t *thread, only *person, o outgoing) (int, any, *refusal) {
	s.mu.Lock()
	if o.Type != "message" {
		e := Event{Kind: Typing, Message: Message{Conversation: t.id}}
		for _, who := range s.members(t) {
			e.To = append(e.To, who.Alias)
			if o.Type == "typing" {
				who.typing++
			}
		}
		id := s.opaque("f:")
		s.mu.Unlock()
		if o.Type == "typing" {
			s.tell(e)
		}
		return http.StatusCreated, resource(id), nil
	}
	all, bad := s.contents(o)
	if bad != nil {
		s.mu.Unlock()
		return 0, nil, bad
	}
	var events []Event
	var p *post
	for _, one := range all {
		p = s.post(t, one)
		p.only = only
		events = append(events, s.event(Sent, p))
	}
	s.mu.Unlock()
	if err := s.relay(c.Context(), http.MethodPost, p, c.body); err != nil {
		s.withdraw(p)
		return 0, nil, refuse(http.StatusBadGateway, "ServiceError", err.Error())
	}
	s.tell(events...)
	if len(all) > 1 {
		// No id comes back, so none of them can ever be edited ([pg]).
		return http.StatusAccepted, map[string]any{}, nil
	}
	return http.StatusCreated, resource(p.id), nil
}

// post adds a message of the bot; in a channel without a thread it starts one.
// The caller holds the lock.
func (s *Server) post(t *thread, one content) *post {
	id := s.messageID(t)
	if t == s.channel {
		t = t.reply(id)
	}
	return s.add(id, t, nil, one)
}

// update replaces a message of the bot.
func (s *Server) update(c call) (int, any, *refusal) {
	s.mu.Lock()
	p, bad := s.own(c)
	var all []content
	if bad == nil {
		var o outgoing
		if o, bad = decodeOutgoing(c.body); bad == nil {
			all, bad = s.contents(o)
		}
		var only *person
		if bad == nil {
			only, bad = s.target(c, o, p.thread)
		}
		if bad == nil && only != p.only {
			bad = activityNotFound()
		}
	}
	if bad == nil && len(all) != 1 {
		// github.com/OfficeDev/BotBuilder-MicrosoftTeams/issues/126
		bad = badSyntax("Activity resulted into multiple skype activities")
	}
	if bad != nil {
		s.mu.Unlock()
		return 0, nil, bad
	}
	p.edit(all[0])
	e := s.event(Edited, p)
	s.mu.Unlock()
	if err := s.relay(c.Context(), http.MethodPut, p, c.body); err != nil {
		return 0, nil, refuse(http.StatusBadGateway, "ServiceError", err.Error())
	}
	s.tell(e)
	return http.StatusOK, resource(p.id), nil
}

// remove deletes a message of the bot.
func (s *Server) remove(c call) (int, any, *refusal) {
	s.mu.Lock()
	p, bad := s.own(c)
	if bad != nil {
		s.mu.Unlock()
		return 0, nil, bad
	}
	p.deleted = true
	e := s.event(Removed, p)
	s.mu.Unlock()
	s.tell(e)
	return http.StatusOK, nil, nil
}

// own is the bot's message that a path names. The caller holds the lock.
func (s *Server) own(c call) (*post, *refusal) {
	t := s.thread(c.at(0))
	if bad := s.mayWrite(t, c.at(2)); bad != nil {
		return nil, bad
	}
	p := s.postIn(t, c.at(2))
	if p.from != nil {
		return nil, refuse(http.StatusForbidden, "NotEnoughPermissions", "The message is not the bot's.")
	}
	return p, nil
}

// postIn is a message of a thread that was not deleted. A channel's id finds
// the messages of all its threads.
func (s *Server) postIn(t *thread, id string) *post {
	p := s.postByID[id]
	if p == nil || p.deleted || s.vanished(p) {
		return nil
	}
	if p.thread.id == t.id || t == s.channel && p.thread.kind == teamChannel {
		return p
	}
	return nil
}

// threadOf is the channel thread in which a message stands.
func (s *Server) threadOf(id string) *thread { return s.postByID[id].thread }

// withdraw takes back a message that did not reach everybody, so that a
// repetition does not show it twice.
func (s *Server) withdraw(p *post) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.deleted = true
}
