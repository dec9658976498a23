package chats

import (
	"fmt"
	"testing"
	"time"
)

func TestSeenIsBoundedAndKeepsAnswers(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var r Record
	forgotten := map[string]bool{}
	saw := func(id string, answered bool) {
		for _, f := range r.Saw(id, answered, now) {
			forgotten[f] = true
		}
	}
	saw("invoke", true)
	for i := range 500 {
		saw(fmt.Sprint("m", i), false)
	}
	if n := r.Seen.size(); n > seenPlain+seenSlack+1 {
		t.Errorf("%d activities kept", n)
	}
	if _, ok := r.Seen.Find("invoke"); !ok || len(forgotten) > 0 {
		t.Errorf("an answer of this hour is forgotten: %v", forgotten)
	}
	if _, ok := r.Seen.Find("m499"); !ok {
		t.Error("the newest is forgotten")
	}
	now = now.Add(seenTime + time.Second)
	for i := range 2 * (seenPlain + seenSlack) {
		saw(fmt.Sprint("n", i), false)
	}
	if !forgotten["invoke"] {
		t.Error("an old answer is kept for ever")
	}
	for i := range 1000 {
		saw(fmt.Sprint("i", i), true)
	}
	if n := r.Seen.size(); n > seenAnswers+1 {
		t.Errorf("%d answers kept", n)
	}
}

func TestConversationKey(t *testing.T) {
	t.Parallel()
	thread := Conversation{Tenant: "t", ID: "19:x@thread.tacv2;messageid=17", Scope: Channel}
	if got := ConversationKey(thread); got != "t/19:x@thread.tacv2" {
		t.Errorf("threads of a channel have records of their own: %q", got)
	}
	if got := ConversationKey(Conversation{Tenant: "t", ID: "a:;messageid=1", Scope: Personal}); got != "t/a:;messageid=1" {
		t.Errorf("personal: %q", got)
	}
}

func TestRecordOfAnotherVersion(t *testing.T) {
	t.Parallel()
	if _, err := ReadRecord([]byte(`2{}`)); err == nil {
		t.Error("a record of a newer program is read as ours")
	}
}
