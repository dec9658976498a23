package chat

import (
	"slices"
	"strings"
	"testing"
)

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

// A message is the reader's to change.
func TestMessagesAreCopies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(w.chatOf("alice"), card(`{"type":"TextBlock","text":"kept"}`))
	objects(w.Last("alice").Card["body"])[0]["text"] = "changed"
	if got := Render(w.Last("alice")); !slices.Equal(got, []string{"kept"}) {
		t.Errorf("got %q", got)
	}
}

func TestNobodySeesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if w.Messages("zed") != nil || w.Last("zed").ID != "" || w.Last("alice").ID != "" || w.Toast("zed") != "" {
		t.Error("somebody unknown sees something")
	}
}
