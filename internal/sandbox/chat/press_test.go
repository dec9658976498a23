package chat

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const (
	goAction  = `{"type":"Action.Execute","id":"a1","title":"Save","verb":"order.save","data":{"order":"o1","rev":3},"fallback":{"type":"Action.Submit","title":"Save","data":{"verb":"order.save"}}}`
	nameInput = `{"type":"Input.Text","id":"name","label":"Name","value":"Dana"}`
)

func TestExecuteShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.post(w.chatOf("alice"), card(nameInput, goAction))
	w.answer = func(activity) (int, string) {
		return 200, invokeAnswer(200, "application/vnd.microsoft.activity.message", "Saved")
	}
	r, err := w.Press(t.Context(), "alice", id, "save", map[string]string{"Name": "Erin"})
	if err != nil {
		t.Fatal(err)
	}
	a := w.last().act
	want := map[string]any{
		"trigger": "manual",
		"action": map[string]any{
			"type": "Action.Execute", "id": "a1", "title": "Save", "verb": "order.save",
			"data": map[string]any{"order": "o1", "rev": 3.0, "name": "Erin"},
		},
	}
	if !reflect.DeepEqual(a["value"], want) {
		t.Errorf("value %s\nwant  %s", asJSON(a["value"]), asJSON(want))
	}
	if a["type"] != "invoke" || a["name"] != "adaptiveCard/action" || a["replyToId"] != id || a["text"] != nil || !strings.HasPrefix(r.ActivityID, "f:") {
		t.Errorf("got %s", asJSON(a))
	}
	if object(object(a["channelData"])["legacy"])["replyToId"] != id || object(a["from"])["aadObjectId"] != people()[0].ID {
		t.Errorf("got %s", asJSON(a))
	}
	if w.Toast("alice") != "Saved" {
		t.Errorf("toast %q", w.Toast("alice"))
	}
	if m := w.Last("alice"); m.Versions != 1 || !reflect.DeepEqual(m.Card, card(nameInput, goAction)) {
		t.Errorf("the card changed: %+v", m)
	}
}

func TestSubmitShape(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, action string
		options      []Option
		value        map[string]any
	}{
		{"submit", `{"type":"Action.Submit","title":"Save","data":{"verb":"x"}}`, nil, map[string]any{"verb": "x", "name": "Dana"}},
		{"no data", `{"type":"Action.Submit","title":"Save"}`, nil, map[string]any{"name": "Dana"}},
		{"fallback", goAction, []Option{AsSubmit()}, map[string]any{"verb": "order.save", "name": "Dana"}},
		{"no inputs wanted", `{"type":"Action.Submit","title":"Save","associatedInputs":"none","data":{"verb":"x"}}`, nil, map[string]any{"verb": "x"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.post(w.chatOf("alice"), card(nameInput, tt.action))
			if _, err := w.Press(t.Context(), "alice", "", "Save", nil, tt.options...); err != nil {
				t.Fatal(err)
			}
			a := w.last().act
			if a["type"] != "message" || a["text"] != nil || a["replyToId"] != id || !reflect.DeepEqual(a["value"], any(tt.value)) {
				t.Errorf("got %s, want value %s", asJSON(a), asJSON(tt.value))
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	after := card(`{"type":"TextBlock","text":"after"}`)
	const failure = "application/vnd.microsoft.error"
	tests := []struct {
		name   string
		status int
		body   string
		toast  string
		card   bool // the card is replaced
		bad    bool // Press reports a malformed answer
	}{
		{"card", 200, invokeAnswer(200, cardType, after), "", true, false},
		{"text", 200, invokeAnswer(200, "application/vnd.microsoft.activity.message", "ok"), "ok", false, false},
		{"error", 200, invokeAnswer(400, failure, map[string]string{"code": "BadRequest", "message": "No."}), "No.", false, false},
		{"precondition", 200, invokeAnswer(412, failure+".preconditionFailed", map[string]string{"message": "Old."}), "Old.", false, false},
		{"HTTP 500", 500, "", wentWrong, false, false},
		{"HTTP 501", 501, "{}", wentWrong, false, false},
		{"empty body", 200, "", wentWrong, false, true},
		{"no status code", 200, `{"type":"` + cardType + `"}`, wentWrong, false, true},
		{"the old type", 200, invokeAnswer(200, "application/vnd.microsoft.adaptive.card", after), wentWrong, false, true},
		{"card as a string", 200, invokeAnswer(200, cardType, asJSON(after)), wentWrong, false, true},
		{"text as an object", 200, invokeAnswer(200, "application/vnd.microsoft.activity.message", after), wentWrong, false, true},
		{"error with status 200", 200, invokeAnswer(200, failure, map[string]string{"message": "No."}), wentWrong, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			before := card("", goAction)
			w.post(w.chatOf("alice"), before)
			w.answer = func(activity) (int, string) { return tt.status, tt.body }
			r, err := w.Press(t.Context(), "alice", "", "Save", nil)
			if (err != nil) != tt.bad || r.Status != tt.status {
				t.Errorf("status %d, error %v", r.Status, err)
			}
			if w.Toast("alice") != tt.toast {
				t.Errorf("toast %q, want %q", w.Toast("alice"), tt.toast)
			}
			want := before
			if tt.card {
				want = after
			}
			if got := w.Last("alice").Card; !reflect.DeepEqual(got, want) {
				t.Errorf("card %s", asJSON(got))
			}
		})
	}
}

// An answered card is for the presser; an edit is for everybody.
func TestPrivateCardUntilEdit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, private, second := card(`{"type":"TextBlock","text":"1"}`, goAction), card(`{"type":"TextBlock","text":"mine"}`), card(`{"type":"TextBlock","text":"2"}`)
	id := w.post(w.GroupChat(), first)
	w.answer = func(activity) (int, string) { return 200, invokeAnswer(200, cardType, private) }
	if _, err := w.Press(t.Context(), "alice", id, "Save", nil); err != nil {
		t.Fatal(err)
	}
	see := func(who string, want map[string]any) {
		t.Helper()
		if got := w.Last(who).Card; !reflect.DeepEqual(got, want) {
			t.Errorf("%s sees %s", who, asJSON(got))
		}
	}
	see("alice", private)
	see("dana", first)
	if r := w.call("PUT", message(second), w.GroupChat(), "activities", id); r.status != http.StatusOK {
		t.Fatal(r.raw)
	}
	see("alice", second)
	see("dana", second)
}

// An edit that comes while the invoke runs is not hidden by its answer.
func TestEditDuringInvoke(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chat := w.chatOf("alice")
	id := w.post(chat, card("", goAction))
	edited := card(`{"type":"TextBlock","text":"edited"}`)
	w.answer = func(activity) (int, string) {
		w.call("PUT", message(edited), chat, "activities", id)
		return 200, invokeAnswer(200, cardType, card(`{"type":"TextBlock","text":"answered"}`))
	}
	if _, err := w.Press(t.Context(), "alice", id, "Save", nil); err != nil {
		t.Fatal(err)
	}
	if got := w.Last("alice").Card; !reflect.DeepEqual(got, edited) {
		t.Errorf("alice sees %s", asJSON(got))
	}
}

func TestPressStale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chat := w.chatOf("alice")
	id := w.post(chat, card("", `{"type":"Action.Execute","title":"Old","verb":"v","data":{"rev":1}}`))
	w.call("PUT", message(card("", `{"type":"Action.Execute","title":"New","verb":"v","data":{"rev":2}}`)), chat, "activities", id)
	now := card(`{"type":"TextBlock","text":"current"}`)
	w.answer = func(activity) (int, string) { return 200, invokeAnswer(200, cardType, now) }
	if _, err := w.Press(t.Context(), "alice", id, "Old", nil); err == nil {
		t.Error("pressed a button that is gone")
	}
	if _, err := w.PressStale(t.Context(), "alice", id, 1, "Old", nil); err != nil {
		t.Fatal(err)
	}
	if rev := object(object(object(w.last().act["value"])["action"])["data"])["rev"]; rev != 1.0 {
		t.Errorf("rev %v, want 1", rev)
	}
	if got := w.Last("alice").Card; !reflect.DeepEqual(got, now) {
		t.Errorf("the stale device shows %s", asJSON(got))
	}
	for _, version := range []int{0, 3} {
		if _, err := w.PressStale(t.Context(), "alice", id, version, "Old", nil); err == nil {
			t.Errorf("version %d was pressed", version)
		}
	}
}

func TestPressRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.post(w.chatOf("alice"), card(
		`{"type":"ActionSet","isVisible":false,"actions":[{"type":"Action.Execute","title":"Hidden"}]}`,
		`{"type":"Action.OpenUrl","title":"Site","url":"https://example.com"}`,
		`{"type":"Action.Submit","title":"Back","data":{"msteams":{"type":"imBack","value":"x"}}}`,
		`{"type":"Action.Execute","title":"Grey","isEnabled":false}`, goAction))
	line := w.post(w.chatOf("alice"), "no card")
	for name, tt := range map[string]struct{ who, id, title string }{
		"of Teams's own": {"alice", id, "Back"}, "hidden": {"alice", id, "Hidden"}, "a link": {"alice", id, "Site"}, "disabled": {"alice", id, "Grey"},
		"no such button": {"alice", id, "Nope"}, "no such number": {"alice", id, "#9"},
		"not in the chat": {"dana", id, "Save"}, "no card": {"alice", line, "Save"},
		"no message": {"alice", "1:1x", "Save"}, "nobody": {"zed", id, "Save"}, "no card anywhere": {"dana", "", "Save"},
	} {
		if _, err := w.Press(t.Context(), tt.who, tt.id, tt.title, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if w.count() != 0 {
		t.Errorf("the bot heard %v", w.heard)
	}
}

func TestToggleVisibility(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(w.GroupChat(), card(`{"type":"TextBlock","id":"more","isVisible":false,"text":"details"},{"type":"TextBlock","id":"less","text":"short"}`,
		`{"type":"Action.ToggleVisibility","title":"More","targetElements":["more",{"elementId":"less","isVisible":false}]}`))
	r, err := w.Press(t.Context(), "alice", "", "#1", nil)
	if err != nil || r.Status != 0 || w.count() != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if got := Render(w.Last("alice")); !slices.Equal(got, []string{"details", "[1] More"}) {
		t.Errorf("alice sees %q", got)
	}
	if got := Render(w.Last("dana")); !slices.Equal(got, []string{"short", "[1] More"}) {
		t.Errorf("dana sees %q", got)
	}
}
