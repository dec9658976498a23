package outbox

import (
	"sync"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
)

// How long a card that answered a button may stand for what the order's change left to edit, and how many are kept at
// once. The edit comes within milliseconds; one that has to wait for something draws the card as it is by then.
const (
	drawnTime = 2 * time.Second
	mostDrawn = 64
)

// Drawn is a card as a person's client has just got it in answer to a button.
type Drawn struct {
	Revision int // of the order
	Role     chats.CardRole
	Person   provision.UserID
	Reader   chats.Reader
	chats.Message
}

// drawings are the newest of the orders whose cards are edited next. The zero value is ready for use; they are
// forgotten with the process.
type drawings struct {
	mu  sync.Mutex
	all map[OrderRef]drawing
}

type drawing struct {
	Drawn
	at time.Time
}

// Draw keeps a card for the edit that follows: the same card again, for the same person.
func (b *Outbox) Draw(ref OrderRef, d Drawn) {
	b.drawings.mu.Lock()
	defer b.drawings.mu.Unlock()
	if b.drawings.all == nil || len(b.drawings.all) >= mostDrawn {
		b.drawings.all = make(map[OrderRef]drawing)
	}
	b.drawings.all[ref] = drawing{d, b.Now()}
}

// drawn takes the card of an order that was drawn a moment ago, where it is the one that is wanted. It is given once:
// an edit that is tried again draws anew.
func (b *Outbox) drawn(ref OrderRef, want Drawn) (chats.Message, bool) {
	b.drawings.mu.Lock()
	defer b.drawings.mu.Unlock()
	d, ok := b.drawings.all[ref]
	age := b.Now().Sub(d.at)
	made := d.Message
	d.Message = chats.Message{}
	fits := d.Revision == want.Revision && d.Role == want.Role && d.Person == want.Person && d.Reader == want.Reader
	if !ok || !fits || age < 0 || age > drawnTime {
		return chats.Message{}, false
	}
	delete(b.drawings.all, ref)
	return made, true
}
