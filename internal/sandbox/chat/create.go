package chat

import (
	"encoding/json"
	"net/http"
	"strings"
)

// opening is the body of POST /v3/conversations ([create]).
type opening struct {
	IsGroup bool `json:"isGroup"`
	Members []struct {
		ID string `json:"id"`
	} `json:"members"`
	TenantID    string          `json:"tenantId"`
	Activity    json.RawMessage `json:"activity"`
	ChannelData struct {
		Channel struct {
			ID string `json:"id"`
		} `json:"channel"`
	} `json:"channelData"`
}

// createConversation opens a personal chat or a thread in the channel.
func (s *Server) createConversation(c call) (int, any, *refusal) {
	var o opening
	if err := json.Unmarshal(c.body, &o); err != nil {
		return 0, nil, badSyntax("Invalid conversation parameters: " + err.Error())
	}
	switch {
	case o.IsGroup && o.ChannelData.Channel.ID != "":
		return s.createThread(c, o)
	case o.IsGroup:
		// A bot cannot create group chats ([create]).
		return 0, nil, badSyntax("Bad format of conversation parameters: a group chat cannot be created.")
	}
	return s.createChat(c, o)
}

// createChat answers the same id each time. An activity sent along is posted,
// but its id is not told ([create]).
func (s *Server) createChat(c call, o opening) (int, any, *refusal) {
	s.mu.Lock()
	p, bad := s.invited(o)
	if bad == nil {
		bad = s.limitSend(p.chat)
	}
	s.mu.Unlock()
	if bad != nil {
		return 0, nil, bad
	}
	if len(o.Activity) > 0 && string(o.Activity) != "null" {
		if _, bad := s.first(c, p.chat, o.Activity); bad != nil {
			return 0, nil, bad
		}
	}
	return http.StatusCreated, resource(p.chat.id), nil
}

// invited is the one person whom a personal chat is opened with. An Entra
// object id works only where the app is installed
// (github.com/MicrosoftDocs/msteams-docs/issues/11125); a UPN never does
// ([proactive]), nor does "29:" before an object id ([create]).
func (s *Server) invited(o opening) (*person, *refusal) {
	if len(o.Members) != 1 {
		return nil, badSyntax("Incorrect conversation creation parameters: exactly one member is needed.")
	}
	if o.TenantID == "" {
		return nil, badSyntax("Incorrect conversation creation parameters: tenantId is missing.")
	}
	id := o.Members[0].ID
	p := s.personByKey(id)
	switch {
	case p == nil && isGUID(id):
		return nil, notInRoster()
	case p == nil, strings.EqualFold(id, p.UPN):
		return nil, badArgument("The member id is neither a Teams user id nor an Entra object id.")
	case p.Tenant != o.TenantID:
		return nil, refuse(http.StatusForbidden, "Forbidden", "tenantId is not the member's tenant.")
	case id != p.mri && !p.Installed:
		return nil, notInRoster()
	}
	return p, nil
}

// createThread posts a new message in the channel; here the activity is needed
// and its id is told ([create]).
func (s *Server) createThread(c call, o opening) (int, any, *refusal) {
	s.mu.Lock()
	known := o.ChannelData.Channel.ID == s.channel.id
	var bad *refusal
	if known {
		bad = s.limitSend(s.channel)
	}
	s.mu.Unlock()
	switch {
	case !known:
		return 0, nil, conversationNotFound()
	case bad != nil:
		return 0, nil, bad
	case len(o.Activity) == 0 || string(o.Activity) == "null":
		return 0, nil, badSyntax("Incorrect conversation creation parameters: an activity is needed.")
	}
	id, bad := s.first(c, s.channel, o.Activity)
	if bad != nil {
		return 0, nil, bad
	}
	return http.StatusCreated, map[string]any{"id": s.channel.id + ";messageid=" + id, "activityId": id}, nil
}

// first publishes the activity that came along with a conversation. Its tenant
// stands in the parameters around it.
func (s *Server) first(c call, t *thread, activity []byte) (string, *refusal) {
	s.mu.Lock()
	bad := t.barred()
	s.mu.Unlock()
	if bad != nil {
		return "", bad
	}
	o, bad := decodeOutgoing(activity)
	if bad != nil {
		return "", bad
	}
	c.body = activity
	_, answer, bad := s.publish(c, t, nil, o)
	if bad != nil {
		return "", bad
	}
	id, _ := answer.(map[string]any)["id"].(string)
	return id, nil
}

// isGUID says whether text has the form 8-4-4-4-12.
func isGUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i, r := range text {
		switch i {
		case 8, 13, 18, 23:
			if r != '-' {
				return false
			}
		default:
			if !strings.ContainsRune("0123456789abcdefABCDEF", r) {
				return false
			}
		}
	}
	return true
}
