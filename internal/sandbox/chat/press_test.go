package chat

import (
	"errors"
	"maps"
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
		`{"type":"Action.Execute","title":"Grey","isEnabled":false}`, goAction))
	line := w.post(w.chatOf("alice"), "no card")
	for name, tt := range map[string]struct{ who, id, title string }{
		"hidden": {"alice", id, "Hidden"}, "a link": {"alice", id, "Site"}, "disabled": {"alice", id, "Grey"},
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

func TestInputs(t *testing.T) {
	t.Parallel()
	const (
		set = `{"type":"Input.ChoiceSet","id":"site","label":"Location","isRequired":true,"errorMessage":"Pick one","choices":[{"title":"Seattle","value":"sea"},{"title":"Boston","value":"bos"}]}`
		two = `{"type":"Input.ChoiceSet","id":"many","isMultiSelect":true,"value":"a","choices":[{"title":"A","value":"a"},{"title":"B","value":"b"}]}`
		num = `{"type":"Input.Number","id":"n","min":1,"max":5}`
		box = `{"type":"Input.Toggle","id":"yes","title":"Sure?","valueOn":"on","valueOff":"off"}`
		tel = `{"type":"Input.Text","id":"tel","regex":"^\\+[0-9]+$","maxLength":6}`
		day = `{"type":"Input.Date","id":"day","min":"2026-03-01","max":"2026-03-31"}`
		hid = `{"type":"Container","isVisible":false,"items":[{"type":"Input.Text","id":"h","value":"kept","isRequired":true}]}`
	)
	tests := []struct {
		name, body string
		given      map[string]string
		want       map[string]string // nil: refused
		message    string            // of the refusal
	}{
		{"empty are left out", num + "," + tel, nil, map[string]string{}, ""},
		{"by title", set, map[string]string{"site": "boston"}, map[string]string{"site": "bos"}, ""},
		{"by value and label", set, map[string]string{"location": "sea"}, map[string]string{"site": "sea"}, ""},
		{"required", set, nil, nil, "Pick one"},
		{"no such choice", set, map[string]string{"site": "Paris"}, nil, `there is no choice "Paris"`},
		{"default of several", two, nil, map[string]string{"many": "a"}, ""},
		{"several", two, map[string]string{"many": "A, b"}, map[string]string{"many": "a,b"}, ""},
		{"cleared", two, map[string]string{"many": ""}, map[string]string{}, ""},
		{"number as string", num, map[string]string{"n": "3"}, map[string]string{"n": "3"}, ""},
		{"no number", num, map[string]string{"n": "x"}, nil, "not a number"},
		{"too small", num, map[string]string{"n": "0"}, nil, "less than 1"},
		{"too large", num, map[string]string{"n": "6"}, nil, "more than 5"},
		{"toggle untouched", box, nil, map[string]string{"yes": "off"}, ""},
		{"toggle on", box, map[string]string{"yes": "true"}, map[string]string{"yes": "on"}, ""},
		{"toggle nonsense", box, map[string]string{"yes": "maybe"}, nil, `a toggle is true or false, not "maybe"`},
		{"pattern", tel, map[string]string{"tel": "+123"}, map[string]string{"tel": "+123"}, ""},
		{"not the pattern", tel, map[string]string{"tel": "123"}, nil, `does not match ^\+[0-9]+$`},
		{"too long", tel, map[string]string{"tel": "+1234567"}, nil, "longer than 6 characters"},
		{"a date", day, map[string]string{"day": "2026-03-09"}, map[string]string{"day": "2026-03-09"}, ""},
		{"too late", day, map[string]string{"day": "2026-04-01"}, nil, "out of range"},
		{"hidden are sent unchecked", hid, nil, map[string]string{"h": "kept"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := collect(card(tt.body), tt.given, nil)
			if tt.want == nil {
				var refused *InputError
				if !errors.As(err, &refused) || refused.Message != tt.message {
					t.Errorf("got %v, %v, want %q", got, err, tt.message)
				}
				return
			}
			if err != nil || !maps.Equal(got, tt.want) {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
	if _, err := collect(card(set), map[string]string{"nope": "x"}, nil); err == nil {
		t.Error("an unknown input was filled")
	}
	if _, err := collect(card(`{"type":"Input.Text","id":"x","regex":"(","value":"y"}`), nil, nil); err == nil {
		t.Error("a broken pattern was accepted")
	}
}

func TestSearchThenPick(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.post(w.chatOf("alice"), card(
		`{"type":"Input.ChoiceSet","id":"number","label":"Number","style":"filtered","choices":[{"title":"one","value":"1"}],"choices.data":{"type":"Data.Query","dataset":"numbers"}}`, goAction))
	w.answer = func(activity) (int, string) {
		return 200, invokeAnswer(200, "application/vnd.microsoft.search.searchResponse",
			map[string]any{"results": []Choice{{"(206) 555-0142", "+12065550142"}}})
	}
	found, err := w.Search(t.Context(), "alice", id, "Number", "0142")
	if err != nil || !slices.Equal(found, []Choice{{"(206) 555-0142", "+12065550142"}}) {
		t.Fatalf("found %v, %v", found, err)
	}
	a := w.last().act
	want := map[string]any{"queryText": "0142", "dataset": "numbers", "queryOptions": map[string]any{"skip": 0.0, "top": 15.0}}
	if a["name"] != "application/search" || a["type"] != "invoke" || a["replyToId"] != id || !reflect.DeepEqual(a["value"], any(want)) {
		t.Errorf("got %s", asJSON(a))
	}
	w.answer = func(activity) (int, string) {
		return 200, invokeAnswer(200, "application/vnd.microsoft.activity.message", "ok")
	}
	if _, err := w.Press(t.Context(), "alice", id, "Save", map[string]string{"number": "(206) 555-0142"}); err != nil {
		t.Fatal(err)
	}
	if got := object(object(object(w.last().act["value"])["action"])["data"])["number"]; got != "+12065550142" {
		t.Errorf("sent %v", got)
	}
}

func TestSearchRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(w.chatOf("alice"), card(nameInput+`,{"type":"Input.ChoiceSet","id":"q","choices.data":{"type":"Data.Query","dataset":"d"}}`))
	if _, err := w.Search(t.Context(), "alice", "", "name", "x"); err == nil {
		t.Error("searched in a text input")
	}
	const kind = "application/vnd.microsoft.search.searchResponse"
	for name, tt := range map[string]struct {
		status int
		body   string
		bad    bool
	}{
		"HTTP 500":     {500, "", false},
		"no body":      {200, "", true},
		"no results":   {200, invokeAnswer(200, kind, map[string]any{}), true},
		"other type":   {200, invokeAnswer(200, cardType, map[string]any{"results": []any{}}), true},
		"other status": {200, invokeAnswer(400, kind, map[string]any{"results": []any{}}), true},
		"none":         {200, invokeAnswer(200, kind, map[string]any{"results": []any{}}), false},
	} {
		w.answer = func(activity) (int, string) { return tt.status, tt.body }
		if found, err := w.Search(t.Context(), "alice", "", "q", "x"); (err != nil) != tt.bad || len(found) != 0 {
			t.Errorf("%s: %v, %v", name, found, err)
		}
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

func TestWatchTellsWhoSees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type told struct {
		kind  EventKind
		to    string
		text  string
		toast string
	}
	var got []told
	w.Watch(func(e Event) {
		w.Last("alice") // no lock is held
		got = append(got, told{e.Kind, strings.Join(e.To, " "), e.Message.Text, e.Toast})
	})
	chat := w.chatOf("alice")
	if _, err := w.Say(t.Context(), "alice", Personal, "hi"); err != nil {
		t.Fatal(err)
	}
	id := w.post(chat, "hello")
	w.call("PUT", message("hello you"), chat, "activities", id)
	w.call("DELETE", "", chat, "activities", id)
	id = w.post(chat, card("", goAction))
	w.answer = func(activity) (int, string) { return 200, invokeAnswer(200, cardType, card("")) }
	if _, err := w.Press(t.Context(), "alice", id, "Save", nil); err != nil {
		t.Fatal(err)
	}
	id = w.post(w.GroupChat(), card("", goAction))
	w.answer = func(activity) (int, string) { return 500, "" }
	if _, err := w.Press(t.Context(), "dana", id, "Save", nil); err != nil {
		t.Fatal(err)
	}
	want := []told{
		{Said, "alice", "hi", ""}, {Sent, "alice", "hello", ""}, {Edited, "alice", "hello you", ""}, {Removed, "alice", "", ""},
		{Sent, "alice", "", ""}, {Shown, "alice", "", ""},
		{Sent, "alice dana erin ben sam samuel", "", ""}, {Toasted, "dana", "", wentWrong},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}
