package chat

import (
	"testing"
)

// refreshing is a card that the clients of those ask a card of their own for.
func refreshing(action string, users ...any) map[string]any {
	c := card(`{"type":"TextBlock","text":"for everybody"}`)
	c["refresh"] = map[string]any{"action": map[string]any{"type": action, "verb": "show", "data": map[string]any{"order": "o1"}}, "userIds": users}
	return c
}

// A client asks for a card of its person's own only where the card names them, and shows the answer to
// them alone, until an edit.
func TestRefresh(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.answer = func(activity) (int, string) {
		return 200, invokeAnswer(200, "application/vnd.microsoft.card.adaptive", card(`{"type":"TextBlock","text":"for Alice"}`))
	}
	id := w.post(w.Channel(), refreshing("Action.Execute", w.MRI("alice")))
	if _, err := w.Refresh(t.Context(), "dana"); err == nil {
		t.Error("the card refreshes for Dana")
	}
	if _, err := w.Refresh(t.Context(), "alice"); err != nil {
		t.Fatal(err)
	}
	sent := w.last().act
	value := object(sent["value"])
	if sent["name"] != "adaptiveCard/action" || value["trigger"] != "automatic" || object(value["action"])["verb"] != "show" || sent["replyToId"] != id {
		t.Errorf("sent %s", asJSON(sent))
	}
	shows := func(who, text string) {
		t.Helper()
		if lines := Render(w.Last(who)); len(lines) == 0 || lines[0] != text {
			t.Errorf("%s sees %q, want %q", who, lines, text)
		}
	}
	shows("alice", "for Alice")
	shows("dana", "for everybody")
	if r := w.call("PUT", message(refreshing("Action.Execute", w.MRI("dana"))), w.Channel(), "activities", id); r.status != 200 {
		t.Fatalf("edit: %d %s", r.status, r.raw)
	}
	shows("alice", "for everybody")
	if _, err := w.Refresh(t.Context(), "alice"); err == nil {
		t.Error("the edited card refreshes for Alice")
	}
}
