package bot

import (
	"fmt"
	"testing"
)

// TestNobodyLosesTheirCard asks for the same order's card many times, as one side and the other: the other's stays.
func TestNobodyLosesTheirCard(t *testing.T) {
	t.Parallel()
	for _, faces := range [][2]face{{orderCard, phoneCard}, {phoneCard, orderCard}} {
		var p posted
		p.note(postedCard{Activity: "one", Face: faces[0]})
		for i := range 3 * cardsOfOrder {
			p.note(postedCard{Activity: fmt.Sprint(i), Face: faces[1], Revision: i})
		}
		if len(p.Cards) != cardsOfOrder {
			t.Errorf("%d cards are kept, want %d", len(p.Cards), cardsOfOrder)
		}
		if p.Cards[0].Activity != "one" || p.Cards[len(p.Cards)-1].Revision != 3*cardsOfOrder-1 {
			t.Errorf("of one %s card and many of %s these are left: %v", faces[0], faces[1], p.Cards)
		}
		p.note(postedCard{Activity: "one", Face: faces[0], Revision: 7})
		if p.Cards[0].Revision != 7 || len(p.Cards) != cardsOfOrder {
			t.Errorf("a newer revision is not taken over: %v", p.Cards)
		}
	}
}
