package outbox

import (
	"context"
	"slices"
	"strconv"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// kindOperators is the job that finds out who may decide about a stopped order, and leaves each a message. It is
// persisted: never rename it.
const kindOperators = "tell-operators"

// operatorFinder says who operates at the locations of an order.
type operatorFinder interface {
	NamedOperators(tx provision.Tx, o provision.Order) ([]string, error)
	OperatorsAmong(ctx context.Context, o provision.Order, people []provision.UserID) ([]provision.UserID, error)
	SiteAdmins(tx provision.Tx, o provision.Order) ([]provision.UserID, error)
}

// stoppedNote is the state of a tell-operators: the order that has stopped, and how far the telling has come.
type stoppedNote struct {
	Tenant   provision.TenantID `json:"tenant"`
	Order    provision.OrderID  `json:"order"`
	Revision int                `json:"revision"`       // when it stopped
	From     string             `json:"from,omitempty"` // where the people begin among whom operators have not been looked for
	Told     []provision.UserID `json:"told,omitempty"` // whose message has been left
}

// orderStopped leaves the job that tells the operators. Who is one may depend on groups that only Microsoft knows, so
// it is no part of this transaction.
func (b *Outbox) orderStopped(tx provision.Tx, o provision.Order) error {
	key := chats.OrderKey(o.Tenant, o.ID) + "/" + strconv.Itoa(o.Revision)
	return b.Runner.Add(tx, kindOperators, key, stoppedNote{Tenant: o.Tenant, Order: o.ID, Revision: o.Revision},
		b.Now())
}

// tellOperators leaves a message for each operator of a stopped order whose requester may not decide about it: for the
// admins of its locations, and for those who have a chat with the bot. The requester is told in any case, and by
// another job.
func (b *Outbox) tellOperators(ctx context.Context, r *job.Run) error {
	var n stoppedNote
	if err := r.Load(&n); err != nil {
		return job.Park(err)
	}
	sheet, err := b.Service.Sheet(ctx, n.Tenant, n.Order)
	if provision.KindOf(err) == provision.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	o := sheet.Order
	if o.State != provision.Parked || o.Halt.Revision != n.Revision {
		return nil // it was decided, or it stopped anew, which has a job of its own
	}
	decides, _ := b.Service.OperatorsAmong(ctx, o, []provision.UserID{o.Requester.ID})
	if len(decides) > 0 {
		return nil
	}
	var some fewPeople
	var admins []provision.UserID
	err = b.Store.View(ctx, func(tx provision.Tx) (err error) {
		if admins, err = b.Service.SiteAdmins(tx, o); err != nil {
			return err
		}
		named, err := b.Service.NamedOperators(tx, o)
		if err != nil {
			return err
		}
		some, err = fewToCheck(tx, n.Tenant, named, n.From)
		return err
	})
	if err != nil {
		return err
	}
	operators, unsure := b.Service.OperatorsAmong(ctx, o, slices.Concat(some.named, some.check))
	for _, user := range slices.Concat(admins, operators) {
		if user == o.Requester.ID || slices.Contains(n.Told, user) {
			continue
		}
		n.Told = append(n.Told, user)
		r.Commit(func(tx provision.Tx) error { return b.notify(tx, o, provision.OrderParked, operator, user, "") })
	}
	if unsure == nil {
		n.From = some.next
	}
	if err := r.Save(n); err != nil {
		return err
	}
	if unsure == nil && some.next != "" {
		return job.Wait(0)
	}
	return job.Weather(unsure)
}

// forOperator reports a notice that is the card of a stopped order, for an operator who is to decide about it.
func (n *notice) forOperator() bool { return n.To == operator && n.Event == provision.OrderParked }

// fitted fits the sheet of such a notice to its reader. While Microsoft does not tell what they may see, it is
// Unavailable.
func (b *Outbox) fitted(ctx context.Context, n *notice, s provision.Sheet) (provision.Sheet, error) {
	if !n.forOperator() {
		return s, nil
	}
	s, _, err := b.Service.ReadBy(ctx, s, n.User)
	return s, err
}
