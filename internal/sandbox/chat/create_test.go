package chat

import (
	"net/http"
	"strings"
	"testing"
)

func TestCreateConversation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Unlimited = true })
	member := func(id, more string) string {
		return `{"isGroup":false,"tenantId":"` + tenant + `","members":[{"id":"` + id + `"}]` + more + `}`
	}
	ids := people()
	channel := `"channelData":{"channel":{"id":"` + w.Channel() + `"}}`
	tests := []struct {
		name, body string
		status     int
		code       string
	}{
		{"by MRI", member(w.MRI("alice"), ""), 201, ""},
		{"by MRI, never installed", member(w.MRI("erin"), ""), 201, ""},
		{"by object id", member(ids[0].ID, ""), 201, ""},
		{"by object id in capitals", member(strings.ToUpper(ids[0].ID), ""), 201, ""},
		{"by object id, never installed", member(ids[2].ID, ""), 403, "BotNotInConversationRoster"},
		{"by object id, nobody", member("00000000-0000-4000-8000-0000000000ff", ""), 403, "BotNotInConversationRoster"},
		{"by UPN", member(ids[0].UPN, ""), 400, "BadArgument"},
		{"29: and object id", member("29:"+ids[0].ID, ""), 400, "BadArgument"},
		{"blocked", member(w.MRI("ben"), ""), 201, ""},
		{"other tenant's person", member(w.MRI("eve"), ""), 403, "Forbidden"},
		{"no tenant", `{"members":[{"id":"` + w.MRI("alice") + `"}]}`, 400, "BadSyntax"},
		{"nobody", `{"tenantId":"` + tenant + `"}`, 400, "BadSyntax"},
		{"two", `{"tenantId":"` + tenant + `","members":[{"id":"1"},{"id":"2"}]}`, 400, "BadSyntax"},
		{"group", `{"isGroup":true,"tenantId":"` + tenant + `","members":[{"id":"1"},{"id":"2"}]}`, 400, "BadSyntax"},
		{"no JSON", `{`, 400, "BadSyntax"},
		{"with a message", member(w.MRI("alice"), `,"activity":{"type":"message","text":"hello"}`), 201, ""},
		{"with a message, never installed", member(w.MRI("erin"), `,"activity":{"type":"message","text":"hello"}`), 403, "BotNotInConversationRoster"},
		{"with a bad message", member(w.MRI("alice"), `,"activity":{"type":"nonsense"}`), 400, "BadArgument"},
		{"thread", `{"isGroup":true,` + channel + `,"activity":{"type":"message","text":"news"}}`, 201, ""},
		{"thread without a message", `{"isGroup":true,` + channel + `}`, 400, "BadSyntax"},
		{"thread in no channel", `{"isGroup":true,"channelData":{"channel":{"id":"19:x@thread.tacv2"}},"activity":{"type":"message","text":"news"}}`, 404, "ConversationNotFound"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := w.call("POST", tt.body)
			if r.status != tt.status || r.code() != tt.code {
				t.Errorf("got %d %s, want %d %s", r.status, r.raw, tt.status, tt.code)
			}
		})
	}
	if r := w.call("POST", tests[0].body); r.id() != w.chatOf("alice") {
		t.Errorf("not the same id twice: %s", r.raw)
	}
}

func TestCreateThreadTellsBothIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.call("POST", `{"isGroup":true,"channelData":{"channel":{"id":"`+w.Channel()+`"}},"activity":{"type":"message","text":"news"}}`)
	m := w.Last("dana")
	if r.id() != w.Channel()+";messageid="+m.ID || text(r.body["activityId"]) != m.ID || m.Conversation != r.id() {
		t.Errorf("answer %s, message %+v", r.raw, m)
	}
}

// The first message of a personal chat is posted, but its id is not told.
func TestCreateChatHidesTheMessageID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.call("POST", `{"tenantId":"`+tenant+`","members":[{"id":"`+w.MRI("alice")+`"}],"activity":{"type":"message","text":"hello"}}`)
	if r.status != http.StatusCreated || len(r.body) != 1 || w.Last("alice").Text != "hello" {
		t.Errorf("got %d %s, message %+v", r.status, r.raw, w.Last("alice"))
	}
}

func TestIsGUID(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		people()[0].ID: true, "": false, strings.Repeat("0", 36): false,
		"00000000-0000-4000-8000-00000000000g": false,
	} {
		if got := isGUID(in); got != want {
			t.Errorf("%q: got %v", in, got)
		}
	}
}
