package bot

import (
	"context"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/judge"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/asked"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/order"
)

// docketReader lists orders by how they stand.
type docketReader interface {
	Docket(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, q docket.Query,
	) (docket.Page, error)
}

// standings are the lists of orders; what is not here is a list of its own.
var standings = map[asked.Orders]order.Standing{
	asked.Open: order.Open, asked.Done: order.Done, asked.Failed: order.Failed,
	asked.Ended: order.Ended, asked.Late: "",
}

// orders is the command that lists orders; a line that is about a person shows how far their order is.
func orders(ctx context.Context, x *exchange, words []parse.Word) error {
	places, err := x.b.Service.Places(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return err
	}
	day, rest := parse.TakePeriod(words)
	rest = asked.WithoutOrders(parse.WithoutCourtesy(rest))
	w := parse.ReadWish(rest, x.Mentions(), parse.NewVocabulary(places, nil))
	if w.Person != "" || w.User != "" {
		return status(ctx, x, words)
	}
	line := words
	if said := parse.Split(x.Turn.Text); len(said) > 0 { // "my orders"
		line = said
	}
	return x.orderList(ctx, line, w.Location, day)
}

// openOrders answers a question about orders.
func (x *exchange) openOrders(ctx context.Context, r parse.Reading) error {
	if p := r.First(); p.Found {
		return x.runLine(ctx, r.Line("status", p, x.Mentions()))
	}
	return x.orderList(ctx, parse.Split(x.Turn.Text), r.Location, r.Date)
}

// orderList shows the list of orders that a line asks for.
func (x *exchange) orderList(ctx context.Context, line []parse.Word, at provision.LocationID, day string) error {
	which := asked.Which(line, day)
	switch which {
	case asked.Own:
		return x.runLine(ctx, "status")
	case asked.Decide:
		return x.toDecide(ctx, "")
	}
	list := lists.OrderList{Query: docket.Query{Standing: standings[which], Location: at}}
	if day != "" && which != asked.Open {
		from, to, ok := asked.ReadPeriod(line, day, x.b.Now(), x.b.Zone(x.Reader().Zone))
		if !ok {
			return x.Say(ctx, "date-unclear", "text", day)
		}
		list.Since = from
		list.Until = to
		list.Day = day
	}
	m, err := x.docket(ctx, list)
	if err != nil {
		return err
	}
	return x.Show(ctx, m)
}

// ordersPage is the button that turns to another page of a list of orders.
func ordersPage(ctx context.Context, x *exchange, data map[string]string) error {
	list := lists.OrderList{Day: data[view.DataDay], Query: docket.Query{
		Standing: order.Standing(data[view.DataState]), Location: provision.LocationID(data[view.DataLocation]),
		From: data[view.DataFrom],
	}}
	if !list.Standing.Known() {
		return &provision.Error{Op: "read a button", Kind: provision.Invalid, Say: provision.Say("button-unknown")}
	}
	list.Since, _ = time.Parse(time.RFC3339Nano, data[view.DataSince])
	list.Until, _ = time.Parse(time.RFC3339Nano, data[view.DataUntil])
	m, err := x.docket(ctx, list)
	if err != nil {
		return err
	}
	return x.Replace(ctx, m)
}

// docket is the card of a page of a list of orders.
func (x *exchange) docket(ctx context.Context, list lists.OrderList) (chats.Message, error) {
	tenant := x.Turn.Actor.Tenant
	list.Limit = lists.ListedOrders
	list.Count = true
	page, err := x.b.Service.Docket(ctx, tenant, x.Actor(), list.Query)
	if err != nil {
		return chats.Message{}, err
	}
	for _, o := range page.Orders {
		x.Showed(provision.Subject{User: o.Person.ID})
	}
	list.Page = page
	list.Now = x.b.Now()
	list.Places, err = x.b.Service.Places(ctx, tenant)
	return chats.Made(x.Writer().Docket(list)), err
}

// ownDecision answers a question about approvals of a person for whom none waits: with their own order that waits for
// one, and for those who have no role with what there is of their own.
func (x *exchange) ownDecision(ctx context.Context) error {
	own, err := x.concerned().OwnPending(ctx)
	if err != nil {
		return err
	}
	if own.ID != "" {
		return x.openOrder(ctx, own.ID)
	}
	return x.Show(ctx, chats.Made(x.Writer().Approvals(nil)))
}

// noDecision answers a line about a decision for a person for whom no order waits for the sender: with those that do,
// and else with the order of that person that is open.
func (x *exchange) noDecision(ctx context.Context, name string) error {
	waits, err := x.concerned().Named(ctx, strings.Fields(name)) // "Erin too expensive"
	if err != nil {
		return err
	}
	if waits.ID != "" {
		return x.openOrder(ctx, waits.ID)
	}
	places, err := x.b.Service.Places(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return err
	}
	if !judge.MayName(parse.Split(name), places) { // "approvals boston", "approvals today"
		return approvals(ctx, x, nil)
	}
	if err := x.Say(ctx, "approvals.none-for", "person", name); err != nil {
		return err
	}
	others, err := x.b.Service.ToApprove(ctx, x.Turn.Actor.Tenant, x.Actor(), ordersShown)
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return x.Show(ctx, chats.Made(x.Writer().Approvals(others)))
	}
	id, _, err := x.concerned().OfName(ctx, name)
	if err != nil || id == "" {
		return err
	}
	return x.openOrder(ctx, id)
}

// tooLate shows a done order that is to be cancelled, as its card can take it back; of any other, the error says why
// not.
func (x *exchange) tooLate(ctx context.Context, id provision.OrderID, why error) error {
	sheet, err := x.b.Service.Open(ctx, x.Turn.Actor.Tenant, x.Actor(), id)
	if err != nil || sheet.Order.State != provision.Done {
		return why
	}
	if err := x.Say(ctx, "cancel-done", "person", sheet.Order.Person.Name(), "order", string(id)); err != nil {
		return err
	}
	return x.ShowSheet(ctx, sheet, talk.RoleFor(sheet.Order, x.Turn.Actor.User))
}
