package teams

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/infracloudio/msbotbuilder-go/schema"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
)

// outgoing is a message on the wire. The library's type is not marshalled: it sends times of the year 1 and empty
// objects, which the connector refuses. conversation.tenantId and from are always there: without them some tenants
// answer 403 (https://github.com/openclaw/openclaw/issues/61760).
type outgoing struct {
	Type         string         `json:"type"`
	ID           string         `json:"id,omitempty"`
	From         *account       `json:"from,omitempty"`
	Recipient    *account       `json:"recipient,omitempty"`
	Conversation conversationID `json:"conversation"`
	TextFormat   string         `json:"textFormat,omitempty"`
	Text         string         `json:"text,omitempty"`
	Summary      string         `json:"summary,omitempty"`
	Suggested    *suggestions   `json:"suggestedActions,omitempty"`
}

// suggestions are lines that a person can send by a press, in a personal chat and under a text alone
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/suggested-actions).
type suggestions struct {
	Actions []suggestion `json:"actions"`
}

type suggestion struct {
	Type  string `json:"type"`
	Title string `json:"title"`
	Value string `json:"value"`
}

// mostSuggested is how many Teams shows.
const mostSuggested = 3

func suggested(m chats.Outgoing) *suggestions {
	if m.Text == "" || len(m.Next) == 0 {
		return nil
	}
	all := new(suggestions)
	for _, line := range m.Next[:min(len(m.Next), mostSuggested)] {
		all.Actions = append(all.Actions, suggestion{Type: "imBack", Title: line, Value: line})
	}
	return all
}

type conversationID struct {
	ID     string             `json:"id"`
	Tenant provision.TenantID `json:"tenantId,omitempty"`
}

// wire is the body of a message: whom it goes to is the library's activity, what it says is ours. The card is put in as
// it is; it is JSON already. The body is not pooled: a transport may still read it after its answer came.
func wire(a schema.Activity, m chats.Outgoing) []byte { return wireTo(a, m, some(a.Recipient.ID)) }

// wireTo is wire with another recipient.
func wireTo(a schema.Activity, m chats.Outgoing, to *account) []byte {
	out := outgoing{
		Type: string(a.Type), ID: a.ID, From: some(a.From.ID), Recipient: to, Text: m.Text,
		Summary: m.Summary, Suggested: suggested(m),
		Conversation: conversationID{a.Conversation.ID, provision.TenantID(a.Conversation.TenantID)},
	}
	if m.Text != "" {
		out.TextFormat = "markdown"
	}
	head := encode(out)
	switch {
	case m.Offer != nil:
		return attached(head, offering(*m.Offer))
	case m.Stored != nil:
		return attached(head, stored(*m.Stored))
	case len(m.Card) == 0:
		return head
	}
	const before, after = `,"attachments":[{"contentType":"` + answerCard + `","content":`, `}]}`
	b := make([]byte, 0, len(head)+len(before)+len(m.Card)+len(after))
	b = append(b, head[:len(head)-1]...)
	b = append(b, before...)
	b = append(b, m.Card...)
	return append(b, after...)
}

// attached is a message with an attachment that is no card.
func attached(head, attachment []byte) []byte {
	return slices.Concat(head[:len(head)-1], []byte(`,"attachments":[`), attachment, []byte(`]}`))
}

// opening is the body that asks for a personal conversation: exactly one member and the tenant at the top, which is
// required for one-to-one (teams.net docs/CreateConversation-API-Behavior.md).
func opening(c chats.Conversation, user provision.UserID) []byte {
	return encode(struct {
		IsGroup bool               `json:"isGroup"`
		Bot     *account           `json:"bot,omitempty"`
		Members []account          `json:"members"`
		Tenant  provision.TenantID `json:"tenantId"`
	}{false, some(c.Bot), []account{{ID: string(user)}}, c.Tenant})
}

// beginning is the body that begins a thread in a channel: isGroup, the channel and the message are required.
func beginning(in chats.Conversation, m chats.Outgoing) []byte {
	type channel struct {
		ID string `json:"id"`
	}
	type data struct {
		Channel channel `json:"channel"`
	}
	first := wire(schema.Activity{Type: schema.Message,
		Conversation: schema.ConversationAccount{ID: in.ID, TenantID: string(in.Tenant)},
		From:         schema.ChannelAccount{ID: in.Bot}}, m)
	return encode(struct {
		IsGroup  bool               `json:"isGroup"`
		Bot      *account           `json:"bot,omitempty"`
		Data     data               `json:"channelData"`
		Tenant   provision.TenantID `json:"tenantId"`
		Activity json.RawMessage    `json:"activity"`
	}{true, some(in.Bot), data{channel{in.ID}}, in.Tenant, first})
}

// some leaves out an account that is not known: in development mode the bot may have no app id.
func some(id string) *account {
	if id == "" {
		return nil
	}
	return &account{ID: id}
}

// resourceID is the id in an answer, "" if it holds none: the message was taken all the same, so that is no error.
func resourceID(answer []byte) string {
	var r struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(answer, &r) != nil {
		return ""
	}
	return r.ID
}

// escape joins the segments of a path. Ids hold colons, slashes, semicolons and more; an empty one, or dots alone,
// would lead to another resource.
func escape(segments ...string) (string, error) {
	var b strings.Builder
	for _, s := range segments {
		if s == "" || s == "." || s == ".." {
			return "", errors.New("an id that cannot be one")
		}
		b.WriteByte('/')
		b.WriteString(url.PathEscape(s))
	}
	return b.String(), nil
}
