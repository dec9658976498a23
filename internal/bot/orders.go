package bot

import (
	"context"
	"slices"
	"strconv"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/judge"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/asked"
	"calltab/internal/bot/resolve"
	"calltab/internal/provision"
	"calltab/internal/provision/result"
)

// orderUndoer takes orders back, as far as they are.
type orderUndoer interface {
	Cancel(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	) (provision.Sheet, error)
	Withdraw(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	) (provision.Sheet, error)
	Undo(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	) (provision.Sheet, error)
	UndoLast(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID,
	) (provision.Sheet, error)
	UndoOwnLast(ctx context.Context, tenant provision.TenantID, by provision.Actor) (provision.Sheet, error)
}

// orderReader reads orders with what their cards show.
type orderReader interface {
	Open(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	) (provision.Sheet, error)
	Sheet(ctx context.Context, tenant provision.TenantID, id provision.OrderID) (provision.Sheet, error)
}

// orderLister lists orders.
type orderLister interface {
	Orders(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, f provision.Filter,
	) ([]provision.Order, error)
	ToApprove(ctx context.Context, tenant provision.TenantID, by provision.Actor, limit int) ([]provision.Order, error)
	ToApproveFor(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, name string, limit int,
	) ([]provision.Order, error)
	Stopped(ctx context.Context, tenant provision.TenantID, by provision.Actor, limit int) ([]provision.Order, error)
	RetryStopped(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, limit int,
	) (result.Retried, error)
}

// status shows one's own orders, or the order of whom the line names.
func status(ctx context.Context, x *exchange, words []parse.Word) error {
	tenant, words := x.Turn.Actor.Tenant, parse.Bare(words)
	if len(words) == 0 && len(x.Turn.Mentions) == 0 {
		all, err := x.b.Service.Orders(ctx, tenant, x.Actor(),
			provision.Filter{Requester: x.Turn.Actor.User, Limit: ordersShown})
		if err != nil {
			return err
		}
		if len(all) == 0 { // another person ordered it
			acc, err := x.b.Service.Access(ctx, tenant, x.Turn.Actor.User)
			if err != nil {
				return err
			}
			if shown, err := x.ownPhone(ctx, acc); err != nil || shown {
				return err
			}
			if !acc.May(provision.Look, "") {
				return x.Say(ctx, "no-orders-employee")
			}
		}
		return x.Show(ctx, chats.Made(x.Writer().Orders(all, x.b.Now())))
	}
	id, found, err := x.orderOf(ctx, words, false, x.lookKnown)
	switch {
	case err != nil:
		return x.nothingFound(ctx, "status", x.asked(words), err)
	case len(found) > 1:
		return x.Show(ctx, chats.Made(x.Writer().Found(found)))
	case id == "":
		return x.Say(ctx, "no-order-for", "text", x.asked(words))
	}
	return x.openOrder(ctx, id)
}

// approvals lists the orders that wait for one's own word.
func approvals(ctx context.Context, x *exchange, words []parse.Word) error {
	name := parse.Join(parse.WithoutSmall(parse.WithoutCourtesy(asked.WithoutOrders(words))))
	if name != "" {
		return x.toDecide(ctx, name)
	}
	all, err := x.b.Service.ToApprove(ctx, x.Turn.Actor.Tenant, x.Actor(), ordersShown)
	if err != nil {
		return err
	}
	return x.Show(ctx, chats.Made(x.Writer().Approvals(all)))
}

// toDecide shows the order about which the sender is to decide: that of the person whom a line names, or where it names
// nobody, all.
func (x *exchange) toDecide(ctx context.Context, name string) error {
	name = parse.Join(judge.Decided(parse.Split(name)))
	all, err := x.waiting(ctx, name)
	if err != nil {
		return err
	}
	switch {
	case len(all) == 0 && name != "":
		return x.noDecision(ctx, name)
	case len(all) == 0:
		return x.ownDecision(ctx)
	case len(all) > 1:
		return x.Show(ctx, chats.Made(x.Writer().Approvals(all)))
	}
	return x.openOrder(ctx, all[0].ID)
}

// waiting are the orders that wait for the sender's decision, about a person where one is named.
func (x *exchange) waiting(ctx context.Context, name string) ([]provision.Order, error) {
	if name != "" {
		return x.b.Service.ToApproveFor(ctx, x.Turn.Actor.Tenant, x.Actor(), name, ordersShown)
	}
	return x.b.Service.ToApprove(ctx, x.Turn.Actor.Tenant, x.Actor(), ordersShown)
}

// stopped lists the orders that wait for a person.
func stopped(ctx context.Context, x *exchange, _ []parse.Word) error {
	all, err := x.b.Service.Stopped(ctx, x.Turn.Actor.Tenant, x.Actor(), ordersShown)
	if err != nil {
		return err
	}
	acc, err := x.b.Service.Access(ctx, x.Turn.Actor.Tenant, x.Turn.Actor.User)
	if err != nil {
		return err
	}
	return x.Show(ctx, chats.Made(x.Writer().Stopped(all, slices.ContainsFunc(all, acc.Operates), x.b.Now())))
}

// retryStopped is the button that has each of the listed orders tried again that the sender may decide about.
func retryStopped(ctx context.Context, x *exchange, _ map[string]string) error {
	r, err := x.b.Service.RetryStopped(ctx, x.Turn.Actor.Tenant, x.Actor(), ordersShown)
	switch {
	case err != nil:
		return err
	case r.Again == 0 && r.Left == 0:
		return x.Say(ctx, "stopped-nothing")
	case r.Left == 0:
		return x.Say(ctx, "stopped-again", "count", strconv.Itoa(r.Again))
	case r.Again == 0:
		return x.Say(ctx, "stopped-left", "count", strconv.Itoa(r.Left))
	}
	return x.Say(ctx, "stopped-again-left", "count", strconv.Itoa(r.Again), "left", strconv.Itoa(r.Left))
}

// cancel takes back an order that has not begun, or that waits for Microsoft's side or for the end of an outage: the
// newest of one's own that has not begun, else the only one that waits; or the order of the person whom the line names.
// A line about all of them shows them where they are several.
func cancel(ctx context.Context, x *exchange, words []parse.Word) error {
	tenant, several := x.Turn.Actor.Tenant, parse.SaysSeveral(words)
	words = judge.WithoutKind(parse.WithoutCourtesy(parse.WithoutReferring(words)))
	var id provision.OrderID
	if len(x.Turn.Mentions) == 0 && parse.OnlySeveral(words) {
		some, err := x.ownCancellable(ctx, several)
		switch {
		case err != nil:
			return err
		case len(some) == 0:
			return x.Say(ctx, "nothing-to-cancel")
		case len(some) > 1:
			return x.Show(ctx, chats.Made(x.Writer().Orders(some, x.b.Now())))
		}
		id = some[0].ID
	} else {
		only, found, err := x.orderOf(ctx, words, true, x.lookWhole)
		switch {
		case err != nil:
			return err
		case len(found) > 1:
			return x.Show(ctx, chats.Made(x.Writer().Found(found)))
		case only == "":
			return x.Say(ctx, "no-order-for", "text", x.asked(words))
		}
		id = only
	}
	sheet, err := x.b.Service.Cancel(ctx, tenant, x.Actor(), id)
	if said, _ := provision.SayOf(err); said.ID == "order-already-running" {
		if sheet, err = x.b.Service.Withdraw(ctx, tenant, x.Actor(), id); err == nil {
			return x.ShowSheet(ctx, sheet, chats.OrderCard)
		}
		return x.tooLate(ctx, id, err)
	}
	if err != nil {
		return err
	}
	who := sheet.Order.Person.Name()
	if who == "" {
		who = sheet.Order.Query
	}
	if who == "" {
		return x.Say(ctx, "cancelled")
	}
	return x.Say(ctx, "cancelled-for", "person", who)
}

// ownCancellable is the newest of the sender's orders that is not approved yet; where there is none, all whose work has
// not begun, whose work an outage holds, or whose phones are waited for. Where several are meant, it is these and all
// that are open.
func (x *exchange) ownCancellable(ctx context.Context, several bool) ([]provision.Order, error) {
	mine := provision.Filter{Requester: x.Turn.Actor.User, Open: true, Limit: draftsSearched}
	some, err := x.b.Service.Orders(ctx, x.Turn.Actor.Tenant, x.Actor(), mine)
	if err != nil {
		return nil, err
	}
	if !several {
		some = resolve.Cancellable(some)
		if len(some) > 0 {
			return some, nil
		}
	}
	mine = provision.Filter{Requester: x.Turn.Actor.User, Limit: ordersShown} // one that has stopped counts as over
	newest, err := x.b.Service.Orders(ctx, x.Turn.Actor.Tenant, x.Actor(), mine)
	newest = slices.DeleteFunc(newest, func(o provision.Order) bool {
		return slices.ContainsFunc(some, func(have provision.Order) bool { return have.ID == o.ID })
	})
	return append(some, resolve.Cancellable(newest)...), err
}

// cancelOrUndo takes an order back as far as it is: one that has not begun or is waited for as cancel does, and a done
// one as undo does.
func cancelOrUndo(ctx context.Context, x *exchange, words []parse.Word) error {
	if len(parse.Bare(words)) == 0 && len(x.Turn.Mentions) == 0 {
		return cancel(ctx, x, words)
	}
	id, _, err := x.orderOf(ctx, parse.WithoutReferring(words), true, x.lookWhole)
	if err != nil {
		return err
	}
	if id == "" { // cancel says why
		return cancel(ctx, x, words)
	}
	sheet, err := x.b.Service.Open(ctx, x.Turn.Actor.Tenant, x.Actor(), id)
	if err != nil {
		return err
	}
	if sheet.Order.State == provision.Done {
		return undo(ctx, x, words)
	}
	return cancel(ctx, x, words)
}

// undo begins to take a done order back: the one that is named by its reference, or the last one of the only person
// that the line can mean, or with "undo last" the reader's own last one.
func undo(ctx context.Context, x *exchange, words []parse.Word) error {
	tenant := x.Turn.Actor.Tenant
	if len(parse.WithoutCourtesy(parse.Bare(words))) == 0 && len(x.Turn.Mentions) == 0 {
		return x.Say(ctx, "undo-which")
	}
	words = judge.WithoutKind(parse.WithoutCourtesy(parse.WithoutReferring(words)))
	if judge.SaysLast(words) && len(x.Turn.Mentions) == 0 {
		sheet, err := x.b.Service.UndoOwnLast(ctx, tenant, x.Actor())
		if err != nil {
			return err
		}
		return x.ShowSheet(ctx, sheet, chats.OrderCard)
	}
	id, err := x.byReference(ctx, words)
	if err != nil {
		return err
	}
	if id != "" {
		sheet, err := x.b.Service.Undo(ctx, tenant, x.Actor(), id)
		if err != nil {
			return err
		}
		return x.ShowSheet(ctx, sheet, chats.OrderCard)
	}
	found, _, err := x.lookWhole(ctx, words)
	switch {
	case err != nil:
		return err
	case len(found) > 1:
		return x.Show(ctx, chats.Made(x.Writer().Found(found)))
	case len(found) == 0 || found[0].Person.ID == "":
		return x.Say(ctx, "no-order-for", "text", x.asked(words))
	}
	sheet, err := x.b.Service.UndoLast(ctx, tenant, x.Actor(), found[0].Person.ID)
	if err != nil {
		return err
	}
	return x.ShowSheet(ctx, sheet, chats.OrderCard)
}

// asked is what a line asks for, as an answer repeats it.
func (x *exchange) asked(words []parse.Word) string {
	if len(x.Turn.Mentions) > 0 {
		return x.Turn.Mentions[0].Name
	}
	return parse.Join(words)
}
