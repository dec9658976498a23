package chats

import (
	"fmt"
	"slices"
	"testing"
)

// TestNobodyLosesTheirCard asks for the same order's card many times, as one side and another: everybody else's stays.
func TestNobodyLosesTheirCard(t *testing.T) {
	t.Parallel()
	faces := []CardRole{OrderCard, PhoneCard, ChannelCard, ApprovalCard}
	for _, often := range faces {
		var p Posted
		for _, f := range faces {
			p.Note(PostedCard{Activity: string(f), Role: f, To: Conversation{ID: "first"}})
		}
		most := cardsOfRole
		if often == ApprovalCard {
			most = cardsOfApproval
		}
		for i := range 3 * most {
			p.Note(PostedCard{Activity: fmt.Sprint(i), Role: often, To: Conversation{ID: "second"}, Revision: i})
		}
		if want := len(faces) - 1 + most; len(p.Cards) != want {
			t.Errorf("with many of %s %d cards are kept, want %d", often, len(p.Cards), want)
		}
		for _, f := range faces {
			if !slices.ContainsFunc(p.Cards, func(c PostedCard) bool { return c.Activity == string(f) }) {
				t.Errorf("with many of %s the %s card in another chat is lost: %v", often, f, p.Cards)
			}
		}
		if newest := p.Cards[len(p.Cards)-1]; newest.Revision != 3*most-1 {
			t.Errorf("the newest of %s is %v", often, newest)
		}
		p.Note(PostedCard{Activity: "order", Role: OrderCard, To: Conversation{ID: "first"}, Revision: 7})
		if p.Cards[0].Revision != 7 || len(p.Cards) != len(faces)-1+most {
			t.Errorf("a newer revision is not taken over: %v", p.Cards)
		}
	}
}

// TestOldestCardMakesRoom: many people are asked, and each once.
func TestOldestCardMakesRoom(t *testing.T) {
	t.Parallel()
	var p Posted
	for i := range cardsOfApproval + 1 {
		p.Note(PostedCard{Activity: fmt.Sprint(i), Role: ApprovalCard, To: Conversation{ID: fmt.Sprint(i)}})
	}
	if len(p.Cards) != cardsOfApproval || p.Cards[0].Activity != "1" {
		t.Errorf("%d are kept, from %v", len(p.Cards), p.Cards[0])
	}
}
