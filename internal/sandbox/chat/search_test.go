package chat

import (
	"reflect"
	"slices"
	"testing"
)

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
