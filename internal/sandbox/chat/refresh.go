package chat

import (
	"context"
	"fmt"
	"net/http"
	"slices"
)

// mostRefreshed is how many people a card may name for its refresh ([universal]).
const mostRefreshed = 60

// refreshes checks a card's refresh. That a card with another action or too many people is refused as a whole is
// [chosen]: a client would leave them out without a word.
func refreshes(refresh map[string]any) *refusal {
	users, _ := refresh["userIds"].([]any)
	switch action := object(refresh["action"]); {
	case action["type"] != "Action.Execute":
		return badSyntax("Error parsing the Adaptive Card: a refresh needs an Action.Execute.")
	case len(users) > mostRefreshed:
		return badSyntax("Error parsing the Adaptive Card: a refresh names more than 60 people.")
	}
	return nil
}

// Refresh has the person look at the newest card that refreshes for them: their client sends the card's refresh action
// by itself, and shows what comes back to them alone. Clients do so only for the people whom the card names, and again
// after an edit
// (learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/user-specific-views).
// Without a card that refreshes for them it is an error.
func (s *Server) Refresh(ctx context.Context, alias string) (Result, error) {
	s.mu.Lock()
	who, err := s.person(alias)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	var p *post
	var action map[string]any
	for _, seen := range slices.Backward(s.posts) {
		if seen.deleted || seen.from != nil || !seen.sees(who) || seen.latest().card == nil {
			continue
		}
		refresh := object(seen.latest().card["refresh"])
		users, _ := refresh["userIds"].([]any)
		if slices.Contains(users, any(who.mri)) {
			p, action = seen, object(refresh["action"])
			break
		}
	}
	if p == nil {
		s.mu.Unlock()
		return Result{}, fmt.Errorf("no card refreshes for %s", alias)
	}
	a := s.newInvoke("adaptiveCard/action", who, p, map[string]any{
		"action":  map[string]any{"type": "Action.Execute", "verb": action["verb"], "data": action["data"]},
		"trigger": "automatic",
	})
	edits := len(p.versions)
	s.mu.Unlock()
	r, err := s.deliver(ctx, a)
	if err != nil || r.Status != http.StatusOK {
		return r, err
	}
	return r, s.applyAnswer(who, p, edits, r.Status, r.Body)
}
