package chats

import (
	"slices"
	"strings"

	"calltab/internal/provision"
)

// CardRole is which of an order's cards a message shows. It is persisted: never rename one.
type CardRole string

const (
	OrderCard    CardRole = "order"    // the requester's
	PhoneCard    CardRole = "phone"    // the new user's
	ChannelCard  CardRole = "channel"  // everybody's in a team's channel
	ApprovalCard CardRole = "approval" // of an approver who is asked
	OperatorCard CardRole = "operator" // of a stopped order, for those who may decide about it
)

// Posted is what people have before them about an order.
type Posted struct {
	Cards []PostedCard `json:"cards,omitempty"`
	Ready bool         `json:"ready,omitempty"` // the ready messages are under way or there: never again
	Anew  []string     `json:"anew,omitempty"`  // the roles and chats whose card was gone and posted anew, which is done once
}

// PostedCard is a message that is edited when its order changes. To is as it was then; the conversation's record knows
// better.
type PostedCard struct {
	To       Conversation `json:"to"`
	Activity string       `json:"activity"`
	Role     CardRole     `json:"face"`
	Revision int          `json:"revision"` // of the order as shown
}

// How many messages of one order are kept up to date: `status` posts one more each time, and an approver is
// reminded with a new one.
const (
	cardsOfRole     = 8
	cardsOfApproval = 24
	cardsOfOperator = 24
)

// OrderKey is the key of an order in TableOrders, and how the keys of jobs about it begin.
func OrderKey(tenant provision.TenantID, id provision.OrderID) string {
	return string(tenant) + "/" + string(id)
}

// ReadPosted reads which cards of an order people have; none where nothing is kept of it.
func ReadPosted(tx provision.Tx, tenant provision.TenantID, id provision.OrderID) (Posted, error) {
	var p Posted
	raw, ok := tx.Get(TableOrders, OrderKey(tenant, id))
	if !ok {
		return p, nil
	}
	return p, Decode(raw, &p)
}

// Remember stores a posted card under its order, and in its conversation for type-ahead, which does not name the order.
func Remember(tx provision.Tx, s Sent) error {
	tenant := s.To.Tenant
	p, err := ReadPosted(tx, tenant, s.About.Order)
	if err != nil {
		return err
	}
	p.Note(PostedCard{s.To, s.Activity, s.About.Role, s.About.Revision})
	if err := Put(tx, TableOrders, OrderKey(tenant, s.About.Order), p); err != nil {
		return err
	}
	raw, _ := tx.Get(TableConversations, ConversationKey(s.To))
	rec, err := ReadRecord(raw)
	if err != nil {
		return err
	}
	if raw == nil {
		rec.Meet(s.To)
	}
	if order, known := rec.Cards.Find(s.Activity); known && order == string(s.About.Order) {
		return nil
	}
	rec.Cards = rec.Cards.add(s.Activity, string(s.About.Order)).last(cardsKept)
	return PutRecord(tx, ConversationKey(s.To), &rec)
}

func anewKey(to Conversation, of CardRole) string { return string(of) + " " + to.ID }

// PostedAnew reports whether a card that is not found is not posted anew: that was done already, or it is one of a
// channel, where people delete messages that they want no more.
func (p *Posted) PostedAnew(c PostedCard) bool {
	return c.Role == ChannelCard || slices.Contains(p.Anew, anewKey(c.To, c.Role))
}

// BeginAnew notes that a card is posted anew. It reports false where that was done before.
func (p *Posted) BeginAnew(to Conversation, of CardRole) bool {
	key := anewKey(to, of)
	if slices.Contains(p.Anew, key) {
		return false
	}
	p.Anew = append(p.Anew, key)
	return true
}

// Has reports whether a chat has a card of a role.
func (p *Posted) Has(to Conversation, of CardRole) bool {
	return slices.ContainsFunc(p.Cards, func(c PostedCard) bool { return c.To.ID == to.ID && c.Role == of })
}

// Showed reports whether a card of a role is before a person, or was and is gone.
func (p *Posted) Showed(of CardRole) bool {
	there := slices.ContainsFunc(p.Cards, func(c PostedCard) bool { return c.Role == of })
	return there || slices.ContainsFunc(p.Anew, func(key string) bool { return strings.HasPrefix(key, string(of)+" ") })
}

// Note adds a card or takes over its newer revision.
func (p *Posted) Note(c PostedCard) {
	for i := range p.Cards {
		if known := &p.Cards[i]; known.Activity == c.Activity && known.To.ID == c.To.ID {
			known.Revision = max(known.Revision, c.Revision)
			return
		}
	}
	p.makeRoom(c)
	p.Cards = append(p.Cards, c)
}

// makeRoom drops the oldest card of the same role where there are too many, of the same chat if it has one: who asks
// often costs nobody else their card.
func (p *Posted) makeRoom(c PostedCard) {
	most := cardsOfRole
	switch c.Role {
	case ApprovalCard:
		most = cardsOfApproval
	case OperatorCard:
		most = cardsOfOperator
	}
	count := 0
	oldest := -1
	ownOldest := -1
	for i, old := range slices.Backward(p.Cards) {
		if old.Role != c.Role {
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

// Sent is a posted card of an order.
type Sent struct {
	To       Conversation
	Activity string
	About    About
}

// About is what a card shows, so that it can be edited later.
type About struct {
	Order    provision.OrderID `json:"o,omitempty"` // empty: nothing that changes
	Role     CardRole          `json:"s,omitempty"`
	Revision int               `json:"r,omitempty"`
}

// At is the card as it shows a revision.
func (c PostedCard) At(revision int) PostedCard {
	c.Revision = revision
	return c
}

// BulkCard is the card of a bulk: where it stands, and what it shows. There is one at a time.
type BulkCard struct {
	To       Conversation `json:"to"`
	Locale   string       `json:"locale,omitempty"`
	Zone     string       `json:"zone,omitempty"`
	Activity string       `json:"activity,omitempty"` // empty: it is to be posted
	Shows    string       `json:"shows,omitempty"`    // a fingerprint of what it shows
	Told     bool         `json:"told,omitempty"`     // it was posted again at the end of the bulk
}
