package teams

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	json2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"calltab/internal/provision"
)

// maxID bounds every identifier of an activity; Teams's are below 300 bytes. They become keys of the store.
const maxID = 1024

// envelope is an activity as far as turns need it. What Teams fills in many shapes stays raw until it is known what it
// should be: value may be an object, a string or a list, and times may be empty; the library's own type fails on those.
type envelope struct {
	Type           string          `json:"type"`
	ID             string          `json:"id"`
	Timestamp      json.RawMessage `json:"timestamp"`
	ServiceURL     string          `json:"serviceUrl"`
	ChannelID      string          `json:"channelId"`
	Name           string          `json:"name"`
	Text           string          `json:"text"`
	Locale         string          `json:"locale"`
	Zone           string          `json:"localTimezone"` // IANA
	ReplyTo        string          `json:"replyToId"`
	From           account         `json:"from"`
	Recipient      account         `json:"recipient"`
	Conversation   conversation    `json:"conversation"`
	Action         json.RawMessage `json:"action"`
	Value          json.RawMessage `json:"value"`
	ChannelData    json.RawMessage `json:"channelData"`
	Entities       json.RawMessage `json:"entities"`
	Attachments    json.RawMessage `json:"attachments"`
	MembersAdded   json.RawMessage `json:"membersAdded"`
	MembersRemoved json.RawMessage `json:"membersRemoved"`
}

type account struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	Object string `json:"aadObjectId,omitempty"`
	Tenant string `json:"tenantId,omitempty"`
	// of a recipient: nobody else sees the message
	// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations, targeted messages)
	Targeted bool `json:"isTargeted,omitempty"`
}

type conversation struct {
	ID      string `json:"id"`
	Type    string `json:"conversationType,omitempty"`
	Tenant  string `json:"tenantId,omitempty"`
	IsGroup bool   `json:"isGroup,omitempty"`
}

// reading is how activities are read: as Go's own library does, but without looking through an activity before it is
// read.
var reading = json2.JoinOptions(jsonv1.DefaultOptionsV1(), jsonv1.ReportErrorsWithLegacySemantics(false))

// open reads an activity and asks for what every one of them has.
func open(body []byte) (*envelope, error) {
	e := new(envelope)
	if err := json2.Unmarshal(body, e, reading); err != nil {
		return nil, err
	}
	for _, f := range [...]struct {
		name, value string
		required    bool
	}{
		{"type", e.Type, true}, {"serviceUrl", e.ServiceURL, true}, {"channelId", e.ChannelID, true},
		{"conversation.id", e.Conversation.ID, true}, {"id", e.ID, false}, {"from.id", e.From.ID, false},
		{"recipient.id", e.Recipient.ID, false}, {"replyToId", e.ReplyTo, false}, {"name", e.Name, false},
		{"locale", e.Locale, false}, {"localTimezone", e.Zone, false},
	} {
		if f.required && f.value == "" {
			return nil, errors.New("without " + f.name)
		}
		if len(f.value) > maxID {
			return nil, errors.New("too long: " + f.name)
		}
	}
	return e, nil
}

// minimal is the request that the library decodes: a body with nothing in it but what the token check looks at.
func (e *envelope) minimal(r *http.Request, authorization string) (*http.Request, error) {
	body, err := json.Marshal(struct {
		Type       string `json:"type"`
		ServiceURL string `json:"serviceUrl"`
		ChannelID  string `json:"channelId"`
	}{e.Type, e.ServiceURL, e.ChannelID})
	if err != nil {
		return nil, err
	}
	return &http.Request{
		Method: http.MethodPost,
		URL:    r.URL,
		Header: http.Header{"Authorization": {authorization}},
		Body:   io.NopCloser(bytes.NewReader(body)),
	}, nil
}

// tenant returns the tenant of the activity when everything that names one agrees. The tenant of channelData is passed
// in all contexts
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages), so it must be
// there; the conversation's is missing in documented activities, such as
// https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events. The
// sender's own tenant is there for guests and in shared channels; it must be allowed too.
func (e *envelope) tenant(allowed map[provision.TenantID]bool) (provision.TenantID, error) {
	var data struct {
		Tenant struct {
			ID string `json:"id"`
		} `json:"tenant"`
	}
	// A channelData of another shape names no tenant and is refused for that.
	_ = json.Unmarshal(e.ChannelData, &data)
	id := provision.TenantID(strings.ToLower(data.Tenant.ID))
	sender := provision.TenantID(strings.ToLower(e.From.Tenant))
	switch c := provision.TenantID(strings.ToLower(e.Conversation.Tenant)); {
	case id == "":
		return "", errors.New("names no tenant")
	case c != "" && c != id:
		return "", errors.New("names two tenants")
	case !allowed[id]:
		return "", fmt.Errorf("tenant %.64q is not allowed", id)
	case sender != "" && !allowed[sender]:
		return "", fmt.Errorf("sender's tenant %.64q is not allowed", sender)
	}
	return id, nil
}

// fields reads an object of a card: an object, or a string that holds one, as Action.Submit sends it with messageBack
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-actions). Anything else is
// nil.
func fields(raw json.RawMessage) map[string]json.RawMessage {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		raw = json.RawMessage(text)
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(raw, &m) != nil {
		return nil
	}
	return m
}

// verbKey is the reserved key of a card's data: which button was pressed, where the client has no better place for it.
const verbKey = "verb"

// formData is a card's data as text, with its verb taken out. Numbers and truth values are written as in JSON, lists
// and objects as JSON; what Teams put there for itself is left out.
func formData(m map[string]json.RawMessage) (verb string, data map[string]string) {
	data = make(map[string]string, len(m))
	for k, raw := range m {
		switch v, ok := scalar(raw); {
		case k == "msteams" || k == "msTeams" || !ok:
		case k == verbKey:
			verb = v
		default:
			data[k] = v
		}
	}
	return verb, data
}

func scalar(raw json.RawMessage) (string, bool) {
	if len(raw) > 0 && raw[0] == '"' {
		return text(raw), true
	}
	return string(raw), len(raw) > 0 && string(raw) != "null"
}

// text is a JSON string's value, "" for anything else.
func text(raw json.RawMessage) (s string) {
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}
