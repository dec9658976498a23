package chat

import "time"

// targetedTime is how long a message that one person alone sees is there ([targeted]).
const targetedTime = 24 * time.Hour

// Untarget has the connector refuse messages that one person alone sees, as where
// an organisation does not have that preview, or take them again. How the real
// service refuses is not written down ([chosen]).
func (s *Server) Untarget(refuses bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.untargeted = refuses
}

// target is who alone sees an activity of the bot, nil where all members do. Both
// the address and the recipient say that it is for one person ([targeted]); one
// without the other is refused ([chosen]). The caller holds the lock.
func (s *Server) target(c call, o outgoing, t *thread) (*person, *refusal) {
	asked := c.URL.Query().Get("isTargetedActivity") == "true"
	switch {
	case asked != o.Recipient.Targeted:
		return nil, badArgument("isTargetedActivity and recipient.isTargeted do not agree.")
	case !asked:
		return nil, nil
	case s.untargeted:
		return nil, badArgument("Targeted messages are not enabled.")
	case t.kind == personalChat:
		return nil, badArgument("Targeted messages are not supported in this conversation.")
	}
	for _, p := range s.members(t) {
		if p.mri == o.Recipient.ID {
			return p, nil
		}
	}
	return nil, badArgument("The recipient is not a member of the conversation.")
}

// vanished says whether a message is gone by itself.
func (s *Server) vanished(p *post) bool {
	return p.only != nil && s.cfg.Now().Sub(p.at) >= targetedTime
}
