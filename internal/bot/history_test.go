package bot

import (
	"strings"
	"testing"
)

// Microsoft 365 knows nothing of people who have left; the trail does, by their object id.
func TestHistoryOfALeaver(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	w.settle()
	delete(w.graph.people, dana)
	if p := only(t, w.say(alice, "history Dana Reyes")); !strings.Contains(p.text, "their object id") {
		t.Errorf("by name: %s", p)
	}
	if p := only(t, w.say(alice, "history "+strings.ToUpper(string(dana)))); !strings.Contains(string(p.card), "History of Dana Reyes") {
		t.Errorf("by object id: %s", p)
	}
}
