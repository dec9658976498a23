package teams

import (
	"strings"
	"testing"

	"calltab/internal/bot/chats"
)

// TestTargeted: what one person alone sees says so in its address and of its recipient, each time.
func TestTargeted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	to := h.personal()
	to.ID, to.Scope, to.User, to.Only = "19:x@thread.tacv2;messageid=17", chats.Channel, "", aliceMRI
	if _, err := h.Courier().Post(t.Context(), to, chats.Outgoing{Text: "hello"}); err != nil {
		t.Fatal(err)
	}
	if err := h.Courier().Edit(t.Context(), to, "1700000000001", chats.Outgoing{Text: "hello"}); err != nil {
		t.Fatal(err)
	}
	to.Only = ""
	if _, err := h.Courier().Post(t.Context(), to, chats.Outgoing{Text: "hello"}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, true, false} {
		got := h.connector.got()[i]
		equal(t, "query", got.query == "isTargetedActivity=true", want)
		equal(t, "recipient", strings.Contains(got.body, `"recipient":{"id":"`+aliceMRI+`","isTargeted":true}`), want)
		equal(t, "says so", strings.Contains(got.body, "isTargeted"), want)
	}
}

// TestSuggested: lines to be sent by a press stand under a text, three at most, and never under a card.
func TestSuggested(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lines := []string{"help", "status", "plans", "numbers"}
	for _, m := range []chats.Outgoing{{Text: "hello", Next: lines}, {Card: []byte(`{}`), Next: lines}} {
		if _, err := h.Courier().Post(t.Context(), h.personal(), m); err != nil {
			t.Fatal(err)
		}
	}
	want := `"suggestedActions":{"actions":[{"type":"imBack","title":"help","value":"help"},` +
		`{"type":"imBack","title":"status","value":"status"},{"type":"imBack","title":"plans","value":"plans"}]}`
	if got := h.connector.got()[0].body; !strings.Contains(got, want) {
		t.Errorf("under a text: %s", got)
	}
	if got := h.connector.got()[1].body; strings.Contains(got, "suggestedActions") {
		t.Errorf("under a card: %s", got)
	}
}
