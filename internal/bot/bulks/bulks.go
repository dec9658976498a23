// Package bulks is how people order for several others at once: a list is taken from a message, checked by a job, and
// shown on one card that its requester decides on and that follows the orders from then on. An approver gets one card
// for all rows that wait for them.
//
//	bulks.go  the Keeper, and what it needs; the commands and buttons
//	lines.go  the rows of a message
//	work.go   the job that checks and orders them, row by row
//	card.go   the job that shows how far they are
//	vote.go   the approvers' card, and their decision
package bulks

import (
	"context"
	"strconv"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/resolve"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/bulk"
	"calltab/internal/provision/rows"
)

// Service is what the Keeper needs of the core.
type Service interface {
	resolve.Service
	keeper
	voter
}

// keeper keeps bulks.
type keeper interface {
	BeginBulk(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, lines []string,
	) (rows.Bulk, error)
	ReadBulk(ctx context.Context, tenant provision.TenantID, id provision.BulkID) (bulk.Sheet, error)
	NewestBulk(ctx context.Context, tenant provision.TenantID, by provision.Actor) (bulk.Sheet, error)
	DecideBulk(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.BulkID, rev int,
		d bulk.Decision, why string,
	) (bulk.Sheet, error)
	Plans(ctx context.Context, tenant provision.TenantID) ([]provision.Plan, error)
	Work(
		ctx context.Context, tenant provision.TenantID, id provision.BulkID, read bulk.Reader,
	) (again time.Duration, over bool, err error)
}

// Keeper takes lists and shows what becomes of them.
type Keeper struct {
	Service Service
	Outbox  *outbox.Outbox // whose words, clock and store are used
}

// Take begins a list, a line for each row. Its card comes by a job, as soon as a row is checked. notes say
// what was not used.
func (k *Keeper) Take(ctx context.Context, x *talk.Exchange, lines []string, notes []provision.Message) error {
	b, err := k.Service.BeginBulk(ctx, x.Turn.Actor.Tenant, x.Actor(), lines)
	if err != nil {
		return err
	}
	if err := k.place(ctx, x, b.ID); err != nil {
		return err
	}
	for _, n := range notes {
		if err := x.Tell(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// Show shows the newest list of the sender as a new message.
func (k *Keeper) Show(ctx context.Context, x *talk.Exchange) error {
	sheet, err := k.Service.NewestBulk(ctx, x.Turn.Actor.Tenant, x.Actor())
	if err != nil {
		return err
	}
	return k.place(ctx, x, sheet.ID)
}

// place has the card of a list posted where the sender's answers go. The one before is not edited any more.
func (k *Keeper) place(ctx context.Context, x *talk.Exchange, id provision.BulkID) error {
	tenant := x.Turn.Actor.Tenant
	return k.Outbox.Store.Update(ctx, func(tx provision.Tx) error {
		p := chats.BulkCard{To: x.Home(), Locale: x.Reader().Locale, Zone: x.Reader().Zone}
		if err := chats.Put(tx, chats.TableBulks, cardKey(tenant, id), p); err != nil {
			return err
		}
		return k.Outbox.Runner.Add(tx, kindCard, cardKey(tenant, id), nil, k.Outbox.Now())
	})
}

// Press is the button by which its requester decides about a list.
func (k *Keeper) Press(ctx context.Context, x *talk.Exchange, data map[string]string) error {
	rev, err := strconv.Atoi(data[view.DataRevision])
	if err != nil {
		rev = 0 // never current: the list is shown as it is
	}
	sheet, err := k.Service.DecideBulk(ctx, x.Turn.Actor.Tenant, x.Actor(), provision.BulkID(data[view.DataBulk]), rev,
		bulk.Decision(data[view.DataDecision]), data[view.InputWhy])
	if err != nil {
		return err
	}
	return x.Replace(ctx, chats.Made(x.Writer().Bulk(sheet)))
}
