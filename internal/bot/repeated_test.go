package bot

import (
	"testing"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

// A tenant that has moved is reached where its newest activity came from, and else at the global address.
func TestWrongGeo(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	w.handle(w.turn(dana, turns.Installed))
	moved := w.turn(alice, turns.Other)
	moved.Conversation.ServiceURL = "https://smba.example/moved/"
	w.handle(moved)
	w.teams.onlyFor(chat(dana).ID)
	w.teams.fail("post", &chats.DeliveryError{Reason: chats.Elsewhere, Status: 400})
	w.ready()
	if got := w.newest(chat(dana)); got.to.ServiceURL != moved.Conversation.ServiceURL {
		t.Errorf("posted at %s", got.to.ServiceURL)
	}
}

// What a press was answered with is what its repetition gets, also by another process.
func TestRepeatedAnswerIsTheFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := only(t, w.say(alice, "add dana reyes seattle metered +12065550115"))
	turn := w.turn(alice, turns.Action)
	turn.Verb, turn.ReplyTo, turn.Data = "order.save", p.activity, dataOf(t, p.card, "order.save")
	first := w.handle(turn)
	w.change("o1", provision.OrderProgress, func(o *provision.Order) { o.Late = provision.Late })
	again := w.handle(turn)
	if string(first.Card) == "" || string(first.Card) != string(again.Card) || first.Toast != again.Toast || first.Error != again.Error {
		t.Errorf("first %s\nagain %s", first.Card, again.Card)
	}
}

func TestStoredAnswerKeepsItsBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := chats.Answer{Card: []byte(`{"text":"<R&D> \u2028 ü"}`)}
	var got chats.Answer
	err := w.store.Update(t.Context(), func(tx provision.Tx) error {
		if err := chats.Put(tx, chats.TableAnswers, "k", want); err != nil {
			return err
		}
		raw, _ := tx.Get(chats.TableAnswers, "k")
		return chats.Decode(raw, &got)
	})
	if err != nil || string(got.Card) != string(want.Card) {
		t.Errorf("got %s, want %s, %v", got.Card, want.Card, err)
	}
}
