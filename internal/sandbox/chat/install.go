package chat

import (
	"context"
	"strings"
)

// Open adds the app and opens the personal chat, for a person who did not have it; the bot gets installationUpdate and
// conversationUpdate, in this order ([pg]). For a person whom Graph gave the app, the events that were held back until
// now are sent. For a person who has the app already nothing is sent and the zero Result comes back. The Result is that
// of the first event not accepted, else of the last.
func (s *Server) Open(ctx context.Context, alias string) (Result, error) {
	s.mu.Lock()
	who, err := s.person(alias)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	if who.Installed && !who.unheard {
		s.mu.Unlock()
		return Result{}, nil
	}
	who.Installed = true
	who.opened = true
	who.unheard = false
	install := s.newInstallation("add", who)
	joined := s.newActivity("conversationUpdate", s.opaque("f:"), who, who.chat)
	joined["membersAdded"] = []any{
		map[string]any{"id": who.mri, "aadObjectId": who.ID},
		map[string]any{"id": s.cfg.BotID},
	}
	s.mu.Unlock()
	r, err := s.deliver(ctx, install)
	if err != nil || r.Status >= 300 {
		return r, err
	}
	return s.deliver(ctx, joined)
}

// Remove takes the app away; the bot gets an installationUpdate and may no
// longer write.
func (s *Server) Remove(ctx context.Context, alias string) (Result, error) {
	s.mu.Lock()
	who, err := s.person(alias)
	if err == nil && !who.Installed {
		err = errNotInstalled
	}
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	who.Installed, who.unheard = false, false
	a := s.newInstallation("remove", who)
	s.mu.Unlock()
	return s.deliver(ctx, a)
}

// newInstallation is an installationUpdate ([events]). Its sender has no name.
func (s *Server) newInstallation(action string, who *person) activity {
	a := s.newActivity("installationUpdate", s.opaque("f:"), who, who.chat)
	a["action"] = action
	a["from"] = map[string]any{"id": who.mri, "aadObjectId": who.ID}
	data := s.channelData(who.chat)
	data["settings"] = map[string]any{"selectedChannel": map[string]any{"id": who.chat.id}}
	data["source"] = map[string]any{"name": "message"}
	a["channelData"] = data
	return a
}

// Install gives the app to the person with that Entra object id, as Graph does,
// and answers the personal chat's id in Graph's form, and whether the app is
// new to them. The bot is told nothing until the person opens Teams, which may
// be never: Open sends the events (github.com/microsoftgraph/microsoft-graph-docs/issues/5547).
// An unknown id answers an empty chat id.
func (s *Server) Install(userID string) (chatID string, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := s.personByObjectID(userID)
	if who == nil {
		return "", false
	}
	fresh = !who.Installed
	if fresh {
		who.Installed = true
		who.opened = true
		who.unheard = true
	}
	return s.graphChat(who), fresh
}

// Installed says whether the person with that Entra object id has the app.
func (s *Server) Installed(userID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := s.personByObjectID(userID)
	return who != nil && who.Installed
}

func (s *Server) personByObjectID(id string) *person {
	for _, p := range s.people {
		if strings.EqualFold(p.ID, id) {
			return p
		}
	}
	return nil
}
