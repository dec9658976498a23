package chats

import (
	"calltab/internal/provision"
)

// Scope is the sort of a conversation.
type Scope string

// The scopes.
const (
	Personal Scope = "personal"
	Group    Scope = "group"
	Channel  Scope = "channel"
)

// Conversation is where to reach people: everything that a later message needs. It is stored as JSON.
type Conversation struct {
	Tenant     provision.TenantID `json:"tenant"`
	ID         string             `json:"id"`
	Scope      Scope              `json:"scope"`
	ServiceURL string             `json:"service_url"`
	Bot        string             `json:"bot"`            // the bot's MRI, "28:…"
	User       string             `json:"user,omitempty"` // personal: the other person's MRI
	// elsewhere than in a personal chat: the MRI of the member who alone sees what is sent, which Microsoft calls a
	// targeted message; empty: all members see it
	Only string `json:"only,omitempty"`
}
