package chat

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// The whole activity of a message in a personal chat, as Teams sends it.
func TestPersonalMessageShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, err := w.Say(t.Context(), "alice", Personal, "hello")
	if err != nil {
		t.Fatal(err)
	}
	p := w.person2(t, "alice")
	want := activity{
		"type": "message", "id": "1772442000123", "timestamp": "2026-03-02T09:00:00.123Z",
		"localTimestamp": "2026-03-02T09:00:00.123+00:00", "localTimezone": "UTC",
		"serviceUrl": w.ServiceURL(), "channelId": "msteams", "locale": "en-US",
		"text": "hello", "textFormat": "plain",
		"from":         map[string]any{"id": p.mri, "name": "Alice Moreau", "aadObjectId": p.ID},
		"recipient":    map[string]any{"id": "28:" + appID, "name": "Calltab"},
		"conversation": map[string]any{"conversationType": "personal", "tenantId": tenant, "id": p.chat.id},
		"channelData":  map[string]any{"tenant": map[string]any{"id": tenant}},
		"entities":     []any{map[string]any{"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Web", "timezone": "UTC"}},
	}
	got := w.last()
	if !reflect.DeepEqual(got.act, want) {
		t.Errorf("got  %v\nwant %v", asJSON(got.act), asJSON(want))
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer for " + w.ServiceURL(), "Content-Type": "application/json; charset=utf-8",
		"X-Ms-Conversation-Id": p.chat.id, "X-Ms-Tenant-Id": tenant,
	} {
		if got.header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.header.Get(name), want)
		}
	}
	if r.Status != 200 || r.ActivityID != "1772442000123" || !json.Valid(r.Sent) {
		t.Errorf("result %+v", r)
	}
	if m := w.Last("alice"); m.From != "alice" || m.Text != "hello" || m.ID != r.ActivityID || !m.At.Equal(w.clock()) {
		t.Errorf("message %+v", m)
	}
}

func TestSayInGroupAndChannel(t *testing.T) {
	t.Parallel()
	const bot = "<at>Calltab</at>"
	tests := []struct {
		name  string
		where Where
		line  string
		text  string // empty: the bot hears nothing
		named []string
	}{
		{"group, no mention", Group, "help", "", nil},
		{"group, another mentioned", Group, "hi @Dana Reyes", "", nil},
		{"group", Group, "@Calltab help", bot + "&nbsp;help", []string{"bot"}},
		{"group, mention last", Group, "help @calltab", "help " + bot, []string{"bot"}},
		{"two mentioned", Group, "@Calltab add @Dana Reyes please", bot + "&nbsp;add <at>Dana Reyes</at> please", []string{"bot", "dana"}},
		{"namesakes", Group, "@Calltab add @{samuel}", bot + "&nbsp;add <at>Sam Taylor</at>", []string{"bot", "samuel"}},
		{"unknown name stays", Group, "@Calltab add @Nobody", bot + "&nbsp;add @Nobody", []string{"bot"}},
		{"lines", Group, "@Calltab a\nb", bot + "&nbsp;a\r\nb", []string{"bot"}},
		{"channel", Channel, "@Calltab help", bot + "&nbsp;help\r\n", []string{"bot"}},
		{"personal mention", Personal, "@Calltab help", bot + "&nbsp;help", []string{"bot"}},
		{"not oneself in personal", Personal, "I am @Alice Moreau", "I am @Alice Moreau", nil},
		{"nobody else in personal", Personal, "add @Dana Reyes", "add @Dana Reyes", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			r, err := w.Say(t.Context(), "alice", tt.where, tt.line)
			if err != nil {
				t.Fatal(err)
			}
			if m := w.Last("alice"); m.Text != tt.line {
				t.Errorf("shown %q", m.Text)
			}
			if tt.text == "" {
				if w.count() != 0 || r.Status != 0 {
					t.Errorf("the bot heard %v", w.heard)
				}
				return
			}
			a := w.last().act
			if text(a["text"]) != tt.text {
				t.Errorf("text %q, want %q", a["text"], tt.text)
			}
			checkMentions(t, w, a, tt.named)
		})
	}
}

// checkMentions: the entities name these aliases by MRI, without aadObjectId,
// and their text stands in the message.
func checkMentions(t *testing.T, w *world, a activity, named []string) {
	t.Helper()
	var got []string
	for _, e := range objects(a["entities"]) {
		if e["type"] != "mention" {
			continue
		}
		if !strings.Contains(text(a["text"]), text(e["text"])) {
			t.Errorf("entity text %q is not in %q", e["text"], a["text"])
		}
		who := object(e["mentioned"])
		if keys := slices.Sorted(maps.Keys(who)); !slices.Equal(keys, []string{"id", "name"}) {
			t.Errorf("mentioned has %q", keys)
		}
		if id := text(who["id"]); id == "28:"+appID {
			got = append(got, "bot")
		} else {
			w.Server.mu.Lock()
			got = append(got, w.personByKey(id).Alias)
			w.Server.mu.Unlock()
		}
	}
	if !slices.Equal(got, named) {
		t.Errorf("mentioned %q, want %q", got, named)
	}
}

func TestChannelActivity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, err := w.Say(t.Context(), "alice", Channel, "@Calltab help")
	if err != nil {
		t.Fatal(err)
	}
	a := w.last().act
	c, d := object(a["conversation"]), object(a["channelData"])
	thread := w.Channel() + ";messageid=" + r.ActivityID
	if c["id"] != thread || c["isGroup"] != true || c["conversationType"] != "channel" || c["tenantId"] != tenant {
		t.Errorf("conversation %v", c)
	}
	if d["teamsChannelId"] != w.Channel() || object(d["channel"])["id"] != w.Channel() || object(d["team"])["id"] == nil || object(d["tenant"])["id"] != tenant {
		t.Errorf("channelData %v", d)
	}
	if html := objects(a["attachments"]); len(html) != 1 || html[0]["content"] != "<p><at>Calltab</at>&nbsp;help</p>" {
		t.Errorf("attachments %v", a["attachments"])
	}
	// The thread can be answered in, by the bot and by people.
	w.post(thread, "here")
	if _, err := w.Say(t.Context(), "dana", Where(thread), "@Calltab more"); err != nil {
		t.Fatal(err)
	}
	if got := object(w.last().act["conversation"])["id"]; got != thread {
		t.Errorf("reply went to %v", got)
	}
}

func TestSayRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tt := range map[string]struct {
		alias string
		where Where
	}{
		"nobody":            {"zed", Personal},
		"not installed":     {"erin", Personal},
		"blocked":           {"ben", Personal},
		"other tenant":      {"eve", Group},
		"other's chat":      {"dana", Where(w.chatOf("alice"))},
		"no such place":     {"alice", "nowhere"},
		"foreigner, thread": {"eve", Where(w.Channel())},
	} {
		if _, err := w.Say(t.Context(), tt.alias, tt.where, "@Calltab hi"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if w.count() != 0 {
		t.Errorf("the bot heard %v", w.heard)
	}
}

// A user of another tenant brings the id of that tenant in both places.
func TestForeignTenant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.Say(t.Context(), "eve", Personal, "hi"); err != nil {
		t.Fatal(err)
	}
	a := w.last().act
	if object(a["conversation"])["tenantId"] != otherOrg || object(object(a["channelData"])["tenant"])["id"] != otherOrg {
		t.Errorf("got %s", asJSON(a))
	}
}

func TestEditAndDeleteByPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, err := w.Say(t.Context(), "alice", Personal, "add dana")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Edit(t.Context(), "alice", r.ActivityID, "add erin"); err != nil {
		t.Fatal(err)
	}
	a := w.last().act
	if a["type"] != "messageUpdate" || a["id"] != r.ActivityID || a["text"] != "add erin" || object(a["channelData"])["eventType"] != "editMessage" {
		t.Errorf("got %s", asJSON(a))
	}
	if m := w.Last("alice"); m.Text != "add erin" || m.Versions != 2 {
		t.Errorf("message %+v", m)
	}
	if _, err := w.Delete(t.Context(), "alice", r.ActivityID); err != nil {
		t.Fatal(err)
	}
	if a := w.last().act; a["type"] != "messageDelete" || object(a["channelData"])["eventType"] != "softDeleteMessage" || a["text"] != nil {
		t.Errorf("got %s", asJSON(a))
	}
	if _, err := w.Edit(t.Context(), "dana", r.ActivityID, "x"); err == nil {
		t.Error("somebody edited a message of another")
	}
}

// A repetition is the same bytes under a fresh token.
func TestResend(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, err := w.Say(t.Context(), "alice", Personal, "hello")
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.Resend(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	if w.count() != 2 || !reflect.DeepEqual(w.heard[0].act, w.heard[1].act) || again.ActivityID != first.ActivityID {
		t.Errorf("first %s\nagain %s", first.Sent, again.Sent)
	}
	if n := len(w.Messages("alice")); n != 1 {
		t.Errorf("%d messages are shown, want 1", n)
	}
	next, err := w.Say(t.Context(), "alice", Personal, "hello")
	if err != nil || next.ActivityID == first.ActivityID {
		t.Errorf("ids %q and %q at the same moment, %v", first.ActivityID, next.ActivityID, err)
	}
	if _, err := w.Resend(t.Context(), Result{}); err == nil {
		t.Error("resent nothing")
	}
}

func TestSendRaw(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.answer = func(activity) (int, string) { return 401, "no" }
	status, body, err := w.SendRaw(t.Context(), []byte("not JSON"), "")
	if status != 401 || string(body) != "no" || err != nil {
		t.Errorf("got %d %q %v", status, body, err)
	}
	if _, sent := w.last().header["Authorization"]; sent {
		t.Error("an empty token was sent")
	}
}
