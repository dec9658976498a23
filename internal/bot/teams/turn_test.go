package teams

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

type object = map[string]any

func TestTurns(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	actor := turns.Actor{Tenant: ourTenant, User: alice, MRI: aliceMRI, Name: "Alice", Locale: "en-GB"}
	channel := object{"id": "19:x@thread.tacv2;messageid=17", "conversationType": "channel", "isGroup": true, "tenantId": ourTenant}
	members := func(ids ...string) []any {
		var all []any
		for _, id := range ids {
			all = append(all, object{"id": id})
		}
		return all
	}
	for _, row := range []struct {
		name    string
		changes object
		want    func(*turns.Turn)
	}{
		{"message", nil, func(b *turns.Turn) { b.Kind, b.Text = turns.Message, "help" }},
		{"called with a slash", object{"conversation": channel, "text": "/help", "recipient": object{"id": botMRI, "name": "Calltab", "isTargeted": true}},
			func(b *turns.Turn) {
				b.Kind, b.Text, b.Targeted = turns.Message, "help", true
				b.Conversation.ID, b.Conversation.Scope, b.Conversation.User = "19:x@thread.tacv2;messageid=17", chats.Channel, ""
			}},
		{"message in a channel", object{"conversation": channel, "text": "<at>Calltab</at>&nbsp;help\r\n", "entities": []any{
			object{"type": "mention", "text": "<at>Calltab</at>", "mentioned": object{"id": botMRI, "name": "Calltab"}},
		}}, func(b *turns.Turn) {
			b.Kind, b.Text = turns.Message, "help"
			b.Conversation.ID, b.Conversation.Scope, b.Conversation.User = "19:x@thread.tacv2;messageid=17", chats.Channel, ""
		}},
		{"message in a group, with a person", object{
			"conversation": object{"id": "19:g@thread.v2", "conversationType": "groupChat", "tenantId": ourTenant},
			"text":         "<at>Calltab</at> add <at>Bob &amp; Co</at> boston",
			"entities": []any{
				object{"type": "mention", "text": "<at>Calltab</at>", "mentioned": object{"id": botMRI, "name": "Calltab"}},
				object{"type": "mention", "text": "<at>Bob &amp; Co</at>",
					"mentioned": object{"id": "29:bob", "name": "Bob &amp; Co", "aadObjectId": strings.ToUpper(alice)}},
			}}, func(b *turns.Turn) {
			b.Kind, b.Text = turns.Message, "add Bob & Co boston"
			b.Mentions = []turns.Mention{{MRI: "29:bob", Name: "Bob & Co", User: alice}}
			b.Conversation.ID, b.Conversation.Scope, b.Conversation.User = "19:g@thread.v2", chats.Group, ""
		}},
		{"message with text and a value", object{"value": object{"verb": "x"}}, func(b *turns.Turn) {
			b.Kind, b.Text = turns.Message, "help"
		}},
		{"nothing but a file", object{"text": absent}, func(b *turns.Turn) { b.Kind = turns.Message }},
		{"value null", object{"text": absent, "value": nil}, func(b *turns.Turn) { b.Kind = turns.Message }},
		{"submit", object{"text": absent, "replyToId": "c1", "value": object{
			"verb": "save", "order": "o1", "n": 1.50, "on": true, "none": nil, "list": []int{1, 2}, "msteams": object{"type": "messageBack"}}},
			func(b *turns.Turn) {
				b.Kind, b.Verb, b.ReplyTo = turns.Submit, "save", "c1"
				b.Data = map[string]string{"order": "o1", "n": "1.5", "on": "true", "list": "[1,2]"}
			}},
		{"submit, blank text", object{"text": " \r\n&nbsp;", "value": object{"verb": "save"}}, func(b *turns.Turn) {
			b.Kind, b.Verb, b.Data = turns.Submit, "save", map[string]string{}
		}},
		{"submit, value as text", object{"text": absent, "value": `{"verb":"save","a":"b"}`}, func(b *turns.Turn) {
			b.Kind, b.Verb, b.Data = turns.Submit, "save", map[string]string{"a": "b"}
		}},
		{"submit, value as list", object{"text": absent, "value": []int{1}}, func(b *turns.Turn) {
			b.Kind, b.Data = turns.Submit, map[string]string{}
		}},
		{"action", object{"type": "invoke", "name": "adaptiveCard/action", "text": absent, "replyToId": "c1", "value": object{
			"action": object{"type": "Action.Execute", "verb": "approve", "data": object{"order": "o1"}}, "trigger": "manual"}},
			func(b *turns.Turn) {
				b.Kind, b.Verb, b.ReplyTo, b.Data = turns.Action, "approve", "c1", map[string]string{"order": "o1"}
			}},
		{"refresh", object{"type": "invoke", "name": "adaptiveCard/action", "text": absent, "value": object{
			"action": object{"type": "Action.Execute", "data": object{"verb": "look"}}, "trigger": "automatic"}},
			func(b *turns.Turn) {
				b.Kind, b.Verb, b.Automatic, b.Data = turns.Action, "look", true, map[string]string{}
			}},
		{"search", object{"type": "invoke", "name": "application/search", "text": absent, "replyToId": "c1", "value": object{
			"queryText": "+1 206", "dataset": "numbers", "queryOptions": object{"skip": 0, "top": 15}}},
			func(b *turns.Turn) { b.Kind, b.ReplyTo, b.Dataset, b.Query = turns.Search, "c1", "numbers", "+1 206" }},
		{"installed", object{"type": "installationUpdate", "action": "add"}, func(b *turns.Turn) { b.Kind = turns.Installed }},
		{"upgraded", object{"type": "installationUpdate", "action": "add-upgrade"}, func(b *turns.Turn) { b.Kind = turns.Installed }},
		{"removed", object{"type": "installationUpdate", "action": "remove-upgrade"}, func(b *turns.Turn) { b.Kind = turns.Removed }},
		{"installation of another shape", object{"type": "installationUpdate", "action": object{}}, func(b *turns.Turn) { b.Kind = turns.Other }},
		{"bot added", object{"type": "conversationUpdate", "membersAdded": members(aliceMRI, botMRI)},
			func(b *turns.Turn) { b.Kind = turns.Installed }},
		{"bot taken out", object{"type": "conversationUpdate", "membersRemoved": members(botMRI)},
			func(b *turns.Turn) { b.Kind = turns.Removed }},
		{"somebody added", object{"type": "conversationUpdate", "membersAdded": members(aliceMRI)},
			func(b *turns.Turn) { b.Kind = turns.Other }},
		{"members of another shape", object{"type": "conversationUpdate", "membersAdded": "x"},
			func(b *turns.Turn) { b.Kind = turns.Other }},
		{"edited", object{"type": "messageUpdate", "text": "add bob", "channelData": object{"eventType": "editMessage", "tenant": object{"id": ourTenant}}}, func(b *turns.Turn) {
			b.Kind, b.Of, b.Text = turns.Edited, b.ID, "add bob"
			b.ID += "/" + b.At.Format(time.RFC3339Nano)
		}},
		{"brought back", object{"type": "messageUpdate", "text": "add bob", "channelData": object{"eventType": "undeleteMessage", "tenant": object{"id": ourTenant}}},
			func(b *turns.Turn) { b.Kind = turns.Other }},
		{"deleted", object{"type": "messageDelete"}, func(b *turns.Turn) { b.Kind = turns.Other }},
		{"a file allowed", object{"type": "invoke", "name": "fileConsent/invoke", "text": absent, "replyToId": "c1", "value": object{
			"type": "fileUpload", "action": "accept", "context": object{"context": "q"}, "uploadInfo": object{"uploadUrl": "https://x.sharepoint.com/u"}}},
			func(b *turns.Turn) {
				b.Kind, b.ReplyTo = turns.Consented, "c1"
				b.Consent = turns.Consent{Accepted: true, Context: "q", Upload: turns.Upload{URL: "https://x.sharepoint.com/u"}}
			}},
		{"typing", object{"type": "typing"}, func(b *turns.Turn) { b.Kind = turns.Other }},
		{"by another clock", object{"type": "typing", "timestamp": "2026-08-03T11:00:00+02:00"},
			func(b *turns.Turn) { b.Kind, b.At = turns.Other, h.clock.now() }},
		{"without a time", object{"type": "typing", "timestamp": absent}, func(b *turns.Turn) { b.Kind, b.At = turns.Other, time.Time{} }},
		{"with no time", object{"type": "typing", "timestamp": "soon"}, func(b *turns.Turn) { b.Kind, b.At = turns.Other, time.Time{} }},
		{"reaction", object{"type": "messageReaction"}, func(b *turns.Turn) { b.Kind = turns.Other }},
		{"read receipt", object{"type": "event", "name": "application/vnd.microsoft.readReceipt", "value": "x"},
			func(b *turns.Turn) { b.Kind = turns.Other }},
		{"sender without an object id", object{"type": "typing", "from": object{"id": "28:other", "aadObjectId": "not-a-guid"}},
			func(b *turns.Turn) {
				b.Kind, b.Actor.User, b.Actor.MRI, b.Actor.Name, b.Conversation.User = turns.Other, "", "28:other", "", "28:other"
			}},
	} {
		t.Run(row.name, func(t *testing.T) {
			want := turns.Turn{ID: "1700000000001", At: h.clock.now().Add(123456700), Actor: actor, Conversation: h.personal()}
			row.want(&want)
			if w := h.send(h.message(row.changes)); w.Code != 200 {
				t.Fatalf("got %d %s", w.Code, w.Body)
			}
			if got := h.last(); !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	for c, want := range map[conversation]chats.Scope{
		{ID: "a:1", Type: "personal"}:       chats.Personal,
		{ID: "19:x", Type: "groupChat"}:     chats.Group,
		{ID: "19:x", Type: "channel"}:       chats.Channel,
		{ID: "a:1"}:                         chats.Personal,
		{ID: "a:1", IsGroup: true}:          chats.Group,
		{ID: "19:x@thread.v2"}:              chats.Group,
		{ID: "a:1", Type: "something-new"}:  chats.Group,
		{ID: "19:x", Type: "channel-to-be"}: chats.Group,
	} {
		equal(t, c.ID+" "+c.Type, c.scope(), want)
	}
}

// FuzzActivity reads any bytes as an activity. It never panics; what it accepts has what a turn needs, in bounds, and
// nobody gets a tenant that is not allowed.
func FuzzActivity(f *testing.F) {
	h := newHouse(f)
	for _, change := range []object{
		nil, {"value": "x"}, {"value": []int{1}}, {"channelData": "x"}, {"entities": object{}}, {"timestamp": ""},
		{"type": "invoke", "name": invokeAction, "value": object{"action": object{"type": "Action.Execute", "verb": 1, "data": "{}"}}},
		{"type": "invoke", "name": invokeSearch, "value": `{"queryText":null}`},
		{"type": "conversationUpdate", "membersAdded": []any{1, object{"id": botMRI}}},
		{"entities": []any{object{"type": "mention", "mentioned": "x"}, 5, nil, object{"type": "mention", "text": 3}}},
	} {
		f.Add([]byte(encode(h.message(change))))
	}
	f.Add([]byte(`{"type":"message","serviceUrl":"x","channelId":"y","conversation":{"id":"z"}}`))
	allowed := map[provision.TenantID]bool{ourTenant: true}
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := open(body)
		if err != nil {
			return
		}
		if e.Type == "" || e.ServiceURL == "" || e.ChannelID == "" || e.Conversation.ID == "" || len(e.ID) > maxID {
			t.Fatalf("let in: %+v", e)
		}
		tenant, err := e.tenant(allowed)
		if err == nil && tenant != ourTenant {
			t.Fatalf("tenant %q", tenant)
		}
		turn := e.turn(tenant)
		if turn.Kind == "" || turn.Conversation.Scope == "" || turn.Actor.User != "" && !provision.IsGUID(string(turn.Actor.User)) {
			t.Fatalf("turn %+v", turn)
		}
		if (turn.Kind == turns.Submit || turn.Kind == turns.Action) && turn.Data == nil {
			t.Fatal("no data")
		}
		for k := range turn.Data {
			if k == "msteams" || k == verbKey {
				t.Fatalf("%q in the data", k)
			}
		}
		small, err := e.minimal(h.request(nil, ""), "x")
		if err != nil {
			t.Fatal(err)
		}
		var back envelope
		if err := json.NewDecoder(small.Body).Decode(&back); err != nil || back.ServiceURL != e.ServiceURL || back.ChannelID != e.ChannelID {
			t.Fatalf("the library reads %q, we read %q", back.ServiceURL, e.ServiceURL)
		}
	})
}
