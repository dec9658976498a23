package chat

import (
	"fmt"
	"net/http"
	"testing"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chat := w.chatOf("alice")
	alice := people()[0]
	r := w.call("GET", "", chat, "members")
	if r.status != http.StatusOK || len(r.list) != 1 {
		t.Fatalf("got %d %s", r.status, r.raw)
	}
	got := object(r.list[0])
	for key, want := range map[string]string{
		"id": w.MRI("alice"), "objectId": alice.ID, "name": "Alice Moreau", "givenName": "Alice", "surname": "Moreau",
		"email": alice.UPN, "userPrincipalName": alice.UPN, "tenantId": tenant, "userRole": "user",
	} {
		if text(got[key]) != want {
			t.Errorf("%s is %q, want %q", key, got[key], want)
		}
	}
	if n := len(w.call("GET", "", w.GroupChat(), "members").list); n != 6 {
		t.Errorf("the group chat has %d members, want the 6 of the tenant", n)
	}
	thread := w.Channel() + ";messageid=" + w.post(w.Channel(), "news")
	if n := len(w.call("GET", "", thread, "members").list); n != 6 {
		t.Errorf("a channel thread has %d members, want 6", n)
	}
}

func TestMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chat := w.chatOf("alice")
	tests := []struct {
		name, chat, id string
		status         int
		code           string
	}{
		{"by MRI", chat, w.MRI("alice"), 200, ""},
		{"by object id", chat, people()[0].ID, 200, ""},
		{"somebody else", chat, w.MRI("dana"), 404, "MemberNotFoundInConversation"},
		{"in a group", w.GroupChat(), w.MRI("dana"), 200, ""},
		{"of no conversation", "a:1none", w.MRI("dana"), 404, "ConversationNotFound"},
		{"not installed", w.chatOf("erin"), w.MRI("erin"), 403, "BotNotInConversationRoster"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := w.call("GET", "", tt.chat, "members", tt.id)
			if r.status != tt.status || r.code() != tt.code {
				t.Errorf("got %d %s, want %d %s", r.status, r.raw, tt.status, tt.code)
			}
		})
	}
}

func TestPagedMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) {
		for i := range 300 {
			c.People = append(c.People, Person{Alias: fmt.Sprint("p", i), ID: fmt.Sprint("id", i), Name: fmt.Sprint("Person ", i)})
		}
	})
	tests := []struct {
		name, chat, query string
		members           int
		more              bool
	}{
		{"default", w.Channel(), "", 200, true},
		{"small is fifty", w.Channel(), "?pageSize=7", 50, true},
		{"large is capped", w.Channel(), "?pageSize=1000", 306, false},
		{"last page", w.Channel(), "?pageSize=200&continuationToken=200", 106, false},
		{"a chat comes whole", w.GroupChat(), "?pageSize=50", 306, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := w.callPath("GET", "/teams/v3/conversations/"+escape(tt.chat)+"/pagedmembers"+tt.query, "", "good")
			list, _ := r.body["members"].([]any)
			if r.status != http.StatusOK || len(list) != tt.members || (r.body["continuationToken"] != nil) != tt.more {
				t.Fatalf("got %d with %d members, token %v", r.status, len(list), r.body["continuationToken"])
			}
			if object(list[0])["aadObjectId"] == nil {
				t.Error("no aadObjectId in a paged roster")
			}
		})
	}
	r := w.callPath("GET", "/teams/v3/conversations/"+escape(w.Channel())+"/pagedmembers?continuationToken=x", "", "good")
	if r.status != http.StatusBadRequest {
		t.Errorf("bad token: got %d", r.status)
	}
}
