package teams

import (
	"encoding/json"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

// The activity types and invoke names that mean something to a turn
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events,
// https://github.com/microsoft/AdaptiveCards universal-action-model.md, dynamic-search.md).
const (
	typeMessage            = "message"
	typeInvoke             = "invoke"
	typeInstallationUpdate = "installationUpdate"
	typeConversationUpdate = "conversationUpdate"
	typeMessageUpdate      = "messageUpdate"

	eventEdit = "editMessage"

	invokeAction = "adaptiveCard/action"
	invokeSearch = "application/search"
	invokeFile   = "fileConsent/invoke"
)

// turn makes a Turn of an activity that passed every check.
func (e *envelope) turn(tenant provision.TenantID) turns.Turn {
	t := turns.Turn{
		ID: e.ID, At: moment(e.Timestamp),
		Actor: turns.Actor{
			Tenant: tenant, User: userID(e.From.Object), MRI: e.From.ID, Name: e.From.Name, Locale: e.Locale,
			Zone: e.Zone,
		},
		Conversation: chats.Conversation{
			Tenant: tenant, ID: e.Conversation.ID, Scope: e.Conversation.scope(), ServiceURL: e.ServiceURL,
			Bot: e.Recipient.ID,
		},
	}
	t.Targeted = e.Recipient.Targeted
	if t.Conversation.Scope == chats.Personal && e.From.ID != e.Recipient.ID {
		t.Conversation.User = e.From.ID
	}
	t.Kind = turns.Other
	switch e.Type {
	case typeMessage:
		e.message(&t)
	case typeInvoke:
		e.invoke(&t)
	case typeInstallationUpdate:
		t.Kind = installation(text(e.Action))
	case typeConversationUpdate:
		if has(e.MembersAdded, e.Recipient.ID) {
			t.Kind = turns.Installed
		} else if has(e.MembersRemoved, e.Recipient.ID) {
			t.Kind = turns.Removed
		}
	case typeMessageUpdate:
		e.edited(&t)
	}
	return t
}

// message is text that a user wrote, or a card's button in a client that sends those as messages without text.
func (e *envelope) message(t *turns.Turn) {
	t.Kind = turns.Message
	t.Text, t.Mentions = readText(e.Text, e.Recipient.ID, e.Entities)
	if t.Targeted { // a command that was called with "/": no page says whether it stays in the text
		t.Text = strings.TrimPrefix(strings.TrimSpace(t.Text), "/")
	}
	if t.Files = files(e.Attachments); len(t.Files) > 0 {
		t.Kind = turns.Dropped
		return
	}
	if t.Text == "" && len(e.Value) > 0 && string(e.Value) != "null" {
		t.Kind, t.ReplyTo = turns.Submit, e.ReplyTo
		t.Verb, t.Data = formData(fields(e.Value))
	}
}

// edited is a message with another text; what Teams tells of one that was brought back is none. It has the id of the
// message, so the time of the edit tells edits apart.
func (e *envelope) edited(t *turns.Turn) {
	if text(fields(e.ChannelData)["eventType"]) != eventEdit {
		return
	}
	t.Kind, t.Of = turns.Edited, e.ID
	t.ID = e.ID + "/" + t.At.Format(time.RFC3339Nano)
	t.Text, t.Mentions = readText(e.Text, e.Recipient.ID, e.Entities)
}

// invoke leaves the kind Other for the invokes that we do not answer, and for an action that is none.
func (e *envelope) invoke(t *turns.Turn) {
	value := fields(e.Value)
	switch e.Name {
	case invokeAction:
		action := fields(value["action"])
		if text(action["type"]) != "Action.Execute" {
			return
		}
		t.Kind, t.ReplyTo = turns.Action, e.ReplyTo
		t.Automatic = text(value["trigger"]) == "automatic"
		t.Verb, t.Data = formData(fields(action["data"]))
		if verb := text(action["verb"]); verb != "" {
			t.Verb = verb
		}
	case invokeSearch:
		t.Kind, t.ReplyTo = turns.Search, e.ReplyTo
		t.Dataset, t.Query = text(value["dataset"]), text(value["queryText"])
	case invokeFile:
		t.Kind, t.ReplyTo = turns.Consented, e.ReplyTo
		t.Consent = consent(value)
	}
}

// installation also knows the variants that an upgrade of the app sends, such as add-upgrade.
func installation(action string) turns.Kind {
	switch verb, _, _ := strings.Cut(action, "-"); verb {
	case "add":
		return turns.Installed
	case "remove":
		return turns.Removed
	}
	return turns.Other
}

func has(members json.RawMessage, id string) bool {
	var all []account
	if id == "" || len(members) == 0 || json.Unmarshal(members, &all) != nil {
		return false
	}
	for _, m := range all {
		if m.ID == id {
			return true
		}
	}
	return false
}

// scope takes what it does not know for a group, where nothing private is said. Where the type is missing, the id
// tells: those of shared conversations are thread ids, which begin with 19.
func (c conversation) scope() chats.Scope {
	switch c.Type {
	case "personal":
		return chats.Personal
	case "channel":
		return chats.Channel
	case "":
		if !c.IsGroup && !strings.HasPrefix(c.ID, "19:") {
			return chats.Personal
		}
	}
	return chats.Group
}

// moment is a time of an activity, in UTC; zero for what is none.
func moment(raw json.RawMessage) time.Time {
	var at time.Time
	if at.UnmarshalJSON(raw) != nil { // so is one with an escaped plus
		at, _ = time.Parse(time.RFC3339, text(raw))
	}
	return at.UTC()
}

// userID is an Entra object id in our form, or "" for what is none.
func userID(s string) provision.UserID {
	if !provision.IsGUID(s) {
		return ""
	}
	return provision.UserID(strings.ToLower(s))
}
