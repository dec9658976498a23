package outbox

import (
	"fmt"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
)

func TestDrawnIsGivenOnceAndOnlyToWhomItWasDrawnFor(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	b := &Outbox{Config: Config{Now: func() time.Time { return now }}}
	ref := OrderRef{Tenant: "t", Order: "o1"}
	card := Drawn{Revision: 3, Role: chats.OrderCard, Person: "alice", Reader: chats.Reader{Locale: "en-US", Zone: "UTC"}}
	drawn := card
	drawn.Message = chats.Message{Card: []byte("{}"), Summary: "s"}

	for name, other := range map[string]func(*Drawn){
		"another revision": func(d *Drawn) { d.Revision = 4 },
		"another role":     func(d *Drawn) { d.Role = chats.ApprovalCard },
		"another person":   func(d *Drawn) { d.Person = "bruno" },
		"another zone":     func(d *Drawn) { d.Reader.Zone = "Europe/Berlin" },
	} {
		b.Draw(ref, drawn)
		want := card
		other(&want)
		if _, ok := b.drawn(ref, want); ok {
			t.Errorf("given for %s", name)
		}
	}
	if _, ok := b.drawn(OrderRef{Tenant: "t", Order: "o2"}, card); ok {
		t.Error("given for another order")
	}
	if m, ok := b.drawn(ref, card); !ok || m.Summary != "s" {
		t.Errorf("not given: %v", m)
	}
	if _, ok := b.drawn(ref, card); ok {
		t.Error("given twice")
	}
	b.Draw(ref, drawn)
	now = now.Add(drawnTime + 1)
	if _, ok := b.drawn(ref, card); ok {
		t.Error("given although it is old")
	}
	for i := range 10 * mostDrawn {
		b.Draw(OrderRef{Tenant: "t", Order: provision.OrderID(fmt.Sprint(i))}, drawn)
	}
	if n := len(b.drawings.all); n > mostDrawn {
		t.Errorf("%d are kept", n)
	}
}
