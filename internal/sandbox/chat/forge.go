package chat

import "context"

// Forge sends a value that the person has made up, or kept from a card to replay it: an invoke of that name, or with an
// empty name a message that looks like an Action.Submit's. The activity is signed, so its sender is true; everything in
// value is not. messageID is the card that it claims to come from and may be empty, or another person's.
func (s *Server) Forge(ctx context.Context, alias string, where Where, name, messageID string,
	value map[string]any) (Result, error) {
	s.mu.Lock()
	who, t, err := s.place(alias, where)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	kind := "message"
	if name != "" {
		kind = "invoke"
	}
	a := s.newActivity(kind, s.stamp(), who, t)
	if name != "" {
		a["name"] = name
	}
	a["value"] = value
	if messageID != "" {
		a["replyToId"] = messageID
	}
	s.mu.Unlock()
	return s.deliver(ctx, a)
}
