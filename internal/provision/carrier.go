package provision

import "context"

// Carrier is whoever carries the calls: a carrier, or the SBC in between. It is told of every line before Microsoft gives the
// number to somebody, and after Microsoft took it back.
type Carrier interface {
	// Tell tells of one line. The same notice, by its ID, may come again, also while the first one is under way: it has one
	// effect, and gets the same receipt. Errors as for Directory; Invalid, Conflict and NotFound are a refusal, which no
	// repetition changes, and Denied means that the carrier does not believe that it is Calltab who tells.
	Tell(ctx context.Context, n Notice) (Receipt, error)
}

// LineEvent is what happens to a line. The events go over the wire: never rename one.
type LineEvent string

// The events of a line.
const (
	LineActivate LineEvent = "activate" // a number is somebody's from now on, with this plan and location
	LineChange   LineEvent = "change"   // … has another plan
	LineRelease  LineEvent = "release"  // … is nobody's any more; of no effect where the carrier knows it as somebody else's
)

// Line is a number that is in use, as the carrier knows it.
type Line struct {
	Number   E164       `json:"number"`
	User     UserID     `json:"user"`
	UPN      string     `json:"upn,omitempty"`
	Name     string     `json:"name,omitempty"`
	Location LocationID `json:"location"`
	Plan     PlanID     `json:"plan,omitempty"`
	Order    OrderID    `json:"order"` // the one that it was last told for; empty: a phone that was there before Calltab
}

// Notice is what a carrier is told of a line.
type Notice struct {
	ID     string // the same in every repetition, and of no other notice: letters, digits and dashes
	Tenant TenantID
	Event  LineEvent
	Line
	Replaces E164     // activate: the number that the person had until now, which is released later
	Site     Location // the records that the line names, as they are now; zero where there is none any more
	Offer    Plan
}

// Receipt is what a carrier answers.
type Receipt struct {
	// Link leads the person, once, to a login that the carrier keeps for them; mostly empty. It is handed on to them and to
	// nobody else, and kept no longer than that takes.
	Link string
}

// TellCarrier tells the carrier of a line. id names the notice among those of the line's order.
func (s *Service) TellCarrier(ctx context.Context, tenant TenantID, id string, e LineEvent, l Line, replaces E164) (Receipt, error) {
	if l.Order != "" {
		id = string(l.Order) + "-" + id
	}
	n := Notice{ID: id, Tenant: tenant, Event: e, Line: l, Replaces: replaces}
	err := s.Store.View(ctx, func(tx Tx) (err error) {
		if n.Site, err = s.LocationIn(tx, tenant, l.Location); ignoreNotFound(err) != nil || l.Plan == "" {
			return ignoreNotFound(err)
		}
		n.Offer, err = s.PlanIn(tx, tenant, l.Plan)
		return ignoreNotFound(err)
	})
	if err != nil {
		return Receipt{}, err
	}
	return s.Carrier.Tell(ctx, n)
}

// Pass has the person of an order handed a carrier's link, in the transaction that records what earned it.
func (s *Service) Pass(tx Tx, o Order, link string) error { return s.listener.LinkCame(tx, o, link) }

// Lines are the numbers of an order with what the records say of each: in use with somebody, or nobody's. Numbers that another
// order has meanwhile are left out, since that one tells of them.
func (s *Service) Lines(tx Tx, o Order) (inUse, free []Line, err error) {
	for i, n := range []E164{o.Number, o.Had.Number} {
		if n == "" || i == 1 && n == o.Number {
			continue
		}
		v, err := number(tx, o.Tenant, n)
		if ignoreNotFound(err) != nil {
			return nil, nil, err
		}
		l := Line{Number: n, User: o.Person.ID, UPN: o.Person.UPN, Name: o.Person.Name(), Location: o.Location, Plan: o.Plan, Order: o.ID}
		switch {
		case v.State == Held, v.State == Assigned && v.User != o.Person.ID:
		case v.State != Assigned:
			free = append(free, l)
		default:
			sub, _, err := s.SubscriberIn(tx, o.Tenant, o.Person.ID)
			if err != nil {
				return nil, nil, err
			}
			l.Location, l.Plan = sub.Location, sub.Plan
			inUse = append(inUse, l)
		}
	}
	return inUse, free, nil
}
