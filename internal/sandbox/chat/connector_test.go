package chat

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTokenIsChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.callPath("POST", "/teams/v3/conversations", "{}", "bad")
	if r.status != http.StatusUnauthorized || !strings.Contains(r.raw, "Authorization has been denied") {
		t.Errorf("got %d %s", r.status, r.raw)
	}
}

func TestUnknownPaths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chat := w.chatOf("alice")
	for _, path := range []string{
		"/teams/v3/", "/teams/v3/conversationsx", "/teams/v3/conversations/a%3A1",
		"/teams/v3/conversations/" + chat + "/activities", // not escaped: falls into pieces
		"/teams//v3/conversations",
	} {
		if r := w.callPath("POST", path, message("hi"), "good"); r.status != http.StatusNotFound {
			t.Errorf("%s: got %d %s", path, r.status, r.raw)
		}
	}
}

// The service URL may be served with its path stripped or not.
func TestHandlerBehindPrefix(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.callPath("POST", "/v3/conversations/"+escape(w.chatOf("alice"))+"/activities", message("hi"), "good")
	if r.status != http.StatusCreated {
		t.Errorf("got %d %s", r.status, r.raw)
	}
}

func TestHostileIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chat := w.chatOf("alice")
	for what, id := range map[string]string{"chat": chat, "MRI": w.MRI("alice"), "message": w.post(chat, "hi")} {
		if !strings.Contains(id, "/") || !strings.Contains(id, "+") || !strings.Contains(id, "=") {
			t.Errorf("%s id %q needs no escaping", what, id)
		}
	}
	id := w.post(chat, "first")
	// url.PathEscape leaves '+', '=' and ':' as they are; that must do as well.
	path := "/teams/v3/conversations/" + url.PathEscape(chat) + "/activities/" + url.PathEscape(id)
	if r := w.callPath("PUT", path, message("second"), "good"); r.status != http.StatusOK || r.id() != id {
		t.Fatalf("got %d %s", r.status, r.raw)
	}
	if m := w.Last("alice"); m.ID != id || m.Text != "second" || m.Versions != 2 {
		t.Errorf("got %+v", m)
	}
}

func TestSendRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	alice, erin, ben, eve := w.chatOf("alice"), w.chatOf("erin"), w.chatOf("ben"), w.person2(t, "eve").chat.id
	tests := []struct {
		name, chat, body string
		status           int
		code             string
	}{
		{"unknown conversation", "a:1nobody", message("x"), 404, "ConversationNotFound"},
		{"unknown thread", w.Channel() + ";messageid=1", message("x"), 404, "ConversationNotFound"},
		{"never installed", erin, message("x"), 403, "BotNotInConversationRoster"},
		{"no tenant", alice, `{"type":"message","text":"x"}`, 403, "Forbidden"},
		{"other tenant", eve, message("x"), 403, "Forbidden"},
		{"other sender", alice, strings.Replace(message("x"), appID, "someone", 1), 403, "Forbidden"},
		{"no JSON", alice, `{"type":`, 400, "BadSyntax"},
		{"no type", alice, `{"text":"x"}`, 400, "BadArgument"},
		{"unknown type", alice, `{"type":"messages","text":"x"}`, 400, "BadArgument"},
		{"trace", alice, `{"type":"trace","text":"x"}`, 400, "BadArgument"},
		{"empty", alice, `{"type":"message","conversation":{"tenantId":"` + tenant + `"}}`, 400, "BadSyntax"},
		{"mention not in text", alice, strings.Replace(message("x"), `"text"`,
			`"entities":[{"type":"mention","text":"<at>Dana</at>","mentioned":{"id":"29:1"}}],"text"`, 1), 400, "BadSyntax"},
		{"card of no type", alice, message(map[string]any{"body": []any{}}), 400, "BadSyntax"},
		{"refresh for too many", alice, message(refreshing("Action.Execute", slices.Repeat([]any{"29:1"}, 61)...)), 400, "BadSyntax"},
		{"refresh of another sort", alice, message(refreshing("Action.Submit", "29:1")), 400, "BadSyntax"},
		{"too big", alice, message(strings.Repeat("x", 52*1024)), 413, "MessageSizeTooBig"},
		{"far too big", alice, message(strings.Repeat("x", maxBody)), 413, "MessageSizeTooBig"},
		{"blocked", ben, message("x"), 403, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := w.call("POST", tt.body, tt.chat, "activities")
			if r.status != tt.status || r.code() != tt.code {
				t.Errorf("got %d %s, want %d %s", r.status, r.raw, tt.status, tt.code)
			}
			w.advance(time.Minute)
		})
	}
	if got := w.Messages("alice"); len(got) != 0 {
		t.Errorf("a refused message was shown: %+v", got)
	}
}

// person2 is the internal person, for what a bot cannot know.
func (w *world) person2(t *testing.T, alias string) *person {
	t.Helper()
	w.Server.mu.Lock()
	defer w.Server.mu.Unlock()
	p, err := w.person(alias)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestBlockedAndRemovedShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const want = `{"errorCode":209,"message":"{\"details\":\"Thread is blocked from message writes.\",\"subCode\":\"MessageWritesBlocked\"}"}`
	if r := w.call("POST", message("x"), w.chatOf("ben"), "activities"); r.status != 403 || strings.TrimSpace(r.raw) != want {
		t.Errorf("blocked: got %d %s", r.status, r.raw)
	}
	chat := w.chatOf("dana")
	if _, err := w.Remove(t.Context(), "dana"); err != nil {
		t.Fatal(err)
	}
	if r := w.call("POST", message("x"), chat, "activities"); r.status != 403 || strings.TrimSpace(r.raw) != want {
		t.Errorf("removed: got %d %s", r.status, r.raw)
	}
	if err := w.Block("ben", false); err != nil {
		t.Fatal(err)
	}
	w.post(w.chatOf("ben"), "hello again")
}

func TestEditAndDelete(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chat := w.chatOf("alice")
	said, err := w.Say(t.Context(), "alice", Personal, "hi")
	if err != nil {
		t.Fatal(err)
	}
	id := w.post(chat, "one")
	both := strings.Replace(message(card("")), `"type":"message"`, `"type":"message","text":"and text"`, 1)
	tests := []struct {
		name, method, body, id string
		status                 int
		code                   string
	}{
		{"edit", "PUT", message("two"), id, 200, ""},
		{"edit to two messages", "PUT", both, id, 400, "BadSyntax"},
		{"edit unknown", "PUT", message("two"), "1:1none", 404, "ActivityNotFoundInConversation"},
		{"edit a person's", "PUT", message("two"), said.ActivityID, 403, "NotEnoughPermissions"},
		{"reply to unknown", "POST", message("r"), "1:1none", 404, "ActivityNotFoundInConversation"},
		{"reply", "POST", message("r"), said.ActivityID, 201, ""},
		{"delete", "DELETE", "", id, 200, ""},
		{"delete again", "DELETE", "", id, 404, "ActivityNotFoundInConversation"},
		{"edit deleted", "PUT", message("three"), id, 404, "ActivityNotFoundInConversation"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := w.call(tt.method, tt.body, chat, "activities", tt.id)
			if r.status != tt.status || r.code() != tt.code {
				t.Errorf("got %d %s, want %d %s", r.status, r.raw, tt.status, tt.code)
			}
			w.advance(2 * time.Second)
		})
	}
	for _, m := range w.Messages("alice") {
		if m.ID == id && (!m.Deleted || m.Text != "" || m.Versions != 2) {
			t.Errorf("deleted message shows as %+v", m)
		}
	}
}

// Text beside a card becomes two messages that can never be edited.
func TestTextBesideCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	both := strings.Replace(message(card(`{"type":"TextBlock","text":"hi"}`)), `"type":"message"`, `"type":"message","text":"and text"`, 1)
	r := w.call("POST", both, w.chatOf("alice"), "activities")
	if r.status != http.StatusAccepted || r.id() != "" {
		t.Errorf("got %d %s", r.status, r.raw)
	}
	if n := len(w.Messages("alice")); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
}

func TestTyping(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var kinds []EventKind
	stop := w.Watch(func(e Event) { kinds = append(kinds, e.Kind) })
	chat := w.chatOf("alice")
	typing := `{"type":"typing","conversation":{"tenantId":"` + tenant + `"}}`
	if r := w.call("POST", typing, chat, "activities"); r.status != http.StatusCreated || r.id() == "" {
		t.Errorf("got %d %s", r.status, r.raw)
	}
	stop()
	w.post(chat, "unwatched")
	if len(kinds) != 1 || kinds[0] != Typing {
		t.Errorf("events %v, want one of typing", kinds)
	}
	if n := len(w.Messages("alice")); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

func TestChannelThreads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.post(w.Channel(), "news")
	thread := w.Channel() + ";messageid=" + first
	w.post(thread, "more")
	r := w.call("POST", message("again"), w.Channel(), "activities", first)
	if r.status != http.StatusCreated {
		t.Fatalf("reply: %d %s", r.status, r.raw)
	}
	for _, m := range w.Messages("dana") {
		if m.Conversation != thread {
			t.Errorf("%q stands in %q, want %q", m.Text, m.Conversation, thread)
		}
	}
	if got := len(w.Messages("eve")); got != 0 {
		t.Errorf("another tenant sees %d messages of the channel", got)
	}
}

func TestWideLettersCountDouble(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{"": 0, "ab": 4, "é": 2, "€": 2, "😀": 4} {
		if got := utf16Bytes([]byte(in)); got != want {
			t.Errorf("%q: got %d, want %d", in, got, want)
		}
	}
}

func FuzzSegments(f *testing.F) {
	f.Add("/teams/v3/conversations/a%3A1%2F/activities", "/teams")
	f.Add("/v3/conversations", "")
	f.Fuzz(func(t *testing.T, path, prefix string) {
		ids, ok := segments(path, prefix)
		for _, id := range ids {
			if !ok || id == "" {
				t.Errorf("%q: %q, %v", path, ids, ok)
			}
		}
	})
}

func FuzzDecodeOutgoing(f *testing.F) {
	f.Add([]byte(message("hi")))
	f.Add([]byte(message(card(`{"type":"Input.Text","id":"a"}`))))
	f.Fuzz(func(t *testing.T, body []byte) {
		o, bad := decodeOutgoing(body)
		if bad == nil && o.Type == "message" && o.Text == "" && len(o.Attachments) == 0 {
			t.Errorf("an empty message was accepted: %q", body)
		}
	})
}
