package bot

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/provision"
)

// face is which of an order's cards a message shows. It is persisted: never rename one.
type face string

const (
	orderCard    face = "order"    // the requester's
	phoneCard    face = "phone"    // the new user's
	channelCard  face = "channel"  // everybody's in a team's channel
	approvalCard face = "approval" // of whoever is asked for their word
	operatorCard face = "operator" // of a stopped order, for those who may decide about it
)

// posted is what people have before them about an order.
type posted struct {
	Cards []postedCard `json:"cards,omitempty"`
	Ready bool         `json:"ready,omitempty"` // the ready messages are under way or there: never again
	Anew  []string     `json:"anew,omitempty"`  // the faces and chats whose card was gone and posted anew, which is done once
}

// postedCard is a message that is edited when its order changes. To is as it was then; the conversation's record knows better.
type postedCard struct {
	To       Conversation `json:"to"`
	Activity string       `json:"activity"`
	Face     face         `json:"face"`
	Revision int          `json:"revision"` // of the order as shown
}

// How many messages of one order are kept up to date: `status` posts one more each time, and whoever is asked for their word is
// reminded with a new one.
const (
	cardsOfFace     = 8
	cardsOfApproval = 24
	cardsOfOperator = 24
)

func orderKey(tenant provision.TenantID, id provision.OrderID) string {
	return string(tenant) + "/" + string(id)
}

func readPosted(tx provision.Tx, tenant provision.TenantID, id provision.OrderID) (posted, error) {
	var p posted
	raw, ok := tx.Get(tableOrders, orderKey(tenant, id))
	if !ok {
		return p, nil
	}
	return p, decode(raw, &p)
}

// remember stores a posted card under its order, and in its conversation for type-ahead, which does not name the order.
func remember(tx provision.Tx, s sent) error {
	tenant := s.to.Tenant
	p, err := readPosted(tx, tenant, s.about.Order)
	if err != nil {
		return err
	}
	p.note(postedCard{s.to, s.activity, s.about.Face, s.about.Revision})
	if err := put(tx, tableOrders, orderKey(tenant, s.about.Order), p); err != nil {
		return err
	}
	raw, _ := tx.Get(tableConversations, conversationKey(s.to))
	rec, err := readRecord(raw)
	if err != nil {
		return err
	}
	if raw == nil {
		rec.meet(s.to)
	}
	if order, known := rec.Cards.find(s.activity); known && order == string(s.about.Order) {
		return nil
	}
	rec.Cards = rec.Cards.add(s.activity, string(s.about.Order)).last(cardsKept)
	return putRecord(tx, conversationKey(s.to), &rec)
}

func anewKey(to Conversation, of face) string { return string(of) + " " + to.ID }

// postedAnew reports whether a card that is not found is not posted anew: that was done already, or it is one of a channel, where
// people delete messages that they want no more.
func (p *posted) postedAnew(c postedCard) bool {
	return c.Face == channelCard || slices.Contains(p.Anew, anewKey(c.To, c.Face))
}

// beginAnew notes that a card is posted anew. It reports false where that was done before.
func (p *posted) beginAnew(to Conversation, of face) bool {
	key := anewKey(to, of)
	if slices.Contains(p.Anew, key) {
		return false
	}
	p.Anew = append(p.Anew, key)
	return true
}

// has reports whether a chat has a card of a face.
func (p *posted) has(to Conversation, of face) bool {
	return slices.ContainsFunc(p.Cards, func(c postedCard) bool { return c.To.ID == to.ID && c.Face == of })
}

// showed reports whether a card of a face is before somebody, or was and is gone.
func (p *posted) showed(of face) bool {
	there := slices.ContainsFunc(p.Cards, func(c postedCard) bool { return c.Face == of })
	return there || slices.ContainsFunc(p.Anew, func(key string) bool { return strings.HasPrefix(key, string(of)+" ") })
}

// note adds a card or takes over its newer revision.
func (p *posted) note(c postedCard) {
	for i := range p.Cards {
		if known := &p.Cards[i]; known.Activity == c.Activity && known.To.ID == c.To.ID {
			known.Revision = max(known.Revision, c.Revision)
			return
		}
	}
	p.makeRoom(c)
	p.Cards = append(p.Cards, c)
}

// makeRoom drops the oldest card of the same face where there are too many, of the same chat if it has one: who asks often costs
// nobody else their card.
func (p *posted) makeRoom(c postedCard) {
	most := cardsOfFace
	switch c.Face {
	case approvalCard:
		most = cardsOfApproval
	case operatorCard:
		most = cardsOfOperator
	}
	count, oldest, ownOldest := 0, -1, -1
	for i, old := range slices.Backward(p.Cards) {
		if old.Face != c.Face {
			continue
		}
		count, oldest = count+1, i
		if old.To.ID == c.To.ID {
			ownOldest = i
		}
	}
	if ownOldest >= 0 {
		oldest = ownOldest
	}
	if count >= most {
		p.Cards = slices.Delete(p.Cards, oldest, oldest+1)
	}
}

// render draws an order's card for a reader.
func (b *Bot) render(r reader, s provision.Sheet, of face, person provision.UserID) message {
	w := b.writer(r, s.Location)
	switch of {
	case phoneCard:
		return made(w.Phone(s))
	case approvalCard:
		return made(w.Approval(s, person))
	}
	return made(w.Order(s))
}

// fit fits a sheet to its reader, so that the card offers nothing that would be refused to them. What cannot be found out is not
// offered.
func (x *exchange) fit(ctx context.Context, s provision.Sheet, of face) (provision.Sheet, error) {
	if of != orderCard {
		return s, nil
	}
	read, _, err := x.b.Service.ReadBy(ctx, s, x.turn.Actor.User)
	if provision.KindOf(err) == provision.Unavailable {
		return read, nil // what was asked for was allowed a moment ago
	}
	return read, err
}

// faceFor is the card of an order that a person gets who wants to see it.
func faceFor(o provision.Order, reader provision.UserID) face {
	if o.Requester.ID != reader && o.Consent.Concerns(reader) {
		return approvalCard
	}
	return orderCard
}
