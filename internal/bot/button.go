package bot

import (
	"context"
	"slices"

	"calltab/internal/bot/bulks"
	"calltab/internal/bot/chats"
	"calltab/internal/bot/numbers"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/remedy"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// button is what a press does that is not about one order: it turns a page, shows a person, begins an order. press gets
// what came with it: the card's data and its inputs, cleaned. All of it is untrusted.
type button struct {
	verb  string
	names []string // of the data and inputs that it reads
	press func(ctx context.Context, x *exchange, data map[string]string) error
}

// ofRemedies answers a button with what package remedy does.
func ofRemedies(
	answer func(context.Context, *talk.Exchange, remedy.Service, map[string]string) error,
) func(context.Context, *exchange, map[string]string) error {
	return func(ctx context.Context, x *exchange, data map[string]string) error {
		return answer(ctx, x.Exchange, x.b.Service, data)
	}
}

// buttons is the one table of them.
var buttons = []button{
	{verb: view.VerbBegin, names: []string{view.DataPerson, view.DataKind}, press: begin},
	{verb: view.VerbRevert, names: []string{view.DataOrder}, press: revert},
	{verb: view.VerbOpen, names: []string{view.DataOrder}, press: open},
	{verb: view.VerbAddNumbers, names: []string{view.DataLocation, view.DataBlock},
		press: ofNumbers((*numbers.Keeper).AddBlock)},
	{verb: view.VerbAddBatch, names: []string{view.DataBatch}, press: ofNumbers((*numbers.Keeper).AddBatch)},
	{verb: view.VerbPlaceBatch, names: []string{view.DataBatch, view.InputLocation},
		press: ofNumbers((*numbers.Keeper).PlaceBatch)},
	{verb: view.VerbAddLocation, names: []string{view.InputName, view.InputCountry, view.InputZone,
		view.InputEmergency, view.InputCooling, view.InputLow},
		press: ofNumbers((*numbers.Keeper).AddLocation)},
	{verb: view.VerbNumbers, names: []string{view.DataLocation, view.DataState, view.DataNumber},
		press: ofNumbers((*numbers.Keeper).Page)},
	{verb: view.VerbFree, names: []string{view.DataNumber}, press: ofNumbers((*numbers.Keeper).Free)},
	{verb: view.VerbUnreserve, names: []string{view.DataNumber}, press: ofNumbers((*numbers.Keeper).Release)},
	{verb: view.VerbWaive, names: []string{view.DataPerson, view.InputWhy}, press: ofRemedies(remedy.Waive)},
	{verb: view.VerbUnwaive, names: []string{view.DataPerson}, press: ofRemedies(remedy.Unwaive)},
	{verb: view.VerbMend, names: []string{view.DataPerson, view.DataMark}, press: ofRemedies(remedy.Mend)},
	{verb: view.VerbOrders, names: []string{view.DataState, view.DataLocation, view.DataDay, view.DataSince,
		view.DataUntil, view.DataFrom}, press: ordersPage},
	{verb: view.VerbFile, names: []string{view.DataList, view.DataLocation, view.DataPlan, view.DataState,
		view.DataSince, view.DataUntil, view.DataBulk},
		press: offerFile},
	{verb: view.VerbDiagnose, names: []string{view.DataPerson}, press: diagnoseAgain},
	{verb: view.VerbPhones, names: []string{view.DataLocation, view.DataPlan, view.DataPerson, view.DataSince},
		press: phonesPage},
	{verb: view.VerbRoster, names: []string{view.DataOthers, view.DataText, view.DataLocation, view.DataPerson},
		press: rosterPage},
	{verb: view.VerbBulk, names: []string{view.DataBulk, view.DataRevision, view.DataDecision, view.InputWhy},
		press: ofBulks((*bulks.Keeper).Press)},
	{verb: view.VerbBulkPeople, names: []string{view.InputPeople, view.InputLocation}, press: orderPhones},
	{verb: view.VerbBulkVote, names: []string{view.DataBulk, view.DataDecision, view.DataBefore, view.InputWhy},
		press: ofBulks((*bulks.Keeper).Vote)},
	{verb: view.VerbShow, names: []string{view.DataOrder}, press: refresh},
	{verb: view.VerbHistory, names: []string{view.DataPerson, view.DataNumber, view.DataOrder, view.DataBefore},
		press: historyPage},
	{verb: view.VerbOutbox, press: outboxRetry},
	{verb: view.VerbRetryAll, press: retryStopped},
	{verb: view.VerbSay, names: []string{view.DataLine, view.DataOf}, press: sayLine},
	{verb: view.VerbGreet, names: []string{view.DataGreeting}, press: greeted},
	{verb: view.VerbImport, names: []string{view.InputPeople, view.InputLocation}, press: importPeople},
}

// offerFile asks whether the person wants a list as a file.
func offerFile(ctx context.Context, x *exchange, data map[string]string) error {
	return x.b.files.Offer(ctx, x.Exchange, data)
}

// greeted is a press on a greeting.
func greeted(ctx context.Context, x *exchange, data map[string]string) error {
	return x.b.greets.Press(ctx, x.Exchange, data)
}

// begin starts an order for the person of a card.
func begin(ctx context.Context, x *exchange, data map[string]string) error {
	sheet, err := x.b.Service.Begin(ctx, provision.Request{
		Tenant: x.Turn.Actor.Tenant, Kind: provision.OrderKind(data[view.DataKind]), Requester: x.Actor(),
		User: provision.UserID(data[view.DataPerson]),
	})
	if err != nil {
		return err
	}
	return x.OpenSheet(ctx, sheet)
}

// revert begins to take a done order back.
func revert(ctx context.Context, x *exchange, data map[string]string) error {
	sheet, err := x.b.Service.Undo(ctx, x.Turn.Actor.Tenant, x.Actor(), provision.OrderID(data[view.DataOrder]))
	if err != nil {
		return err
	}
	return x.OpenSheet(ctx, sheet)
}

// open shows an order's card as a new message.
func open(ctx context.Context, x *exchange, data map[string]string) error {
	sheet, err := x.b.Service.Open(ctx, x.Turn.Actor.Tenant, x.Actor(), provision.OrderID(data[view.DataOrder]))
	if err != nil {
		return err
	}
	return x.OpenSheet(ctx, sheet)
}

// clean takes out of a button's data what cannot be text of ours, and values too long for any input.
func clean(data map[string]string) map[string]string {
	kept := make(map[string]string, len(data))
	for name, value := range data {
		if value = parse.Readable(value); value != "" && len(value) <= longestValue {
			kept[name] = value
		}
	}
	return kept
}

// longestValue bounds what a button may bring under one name: a selection of several people is longer than any input.
const longestValue = 4096

// refresh is what a client asks for by itself, or its person by the card's menu: each approver who is asked gets the
// buttons, and everybody else what the channel shows anyway. Everybody in the channel may ask at once, so nobody is
// looked up. Of an order whose card was not posted there nothing is shown to anybody who may not see it.
func refresh(ctx context.Context, x *exchange, data map[string]string) error {
	tenant, id := x.Turn.Actor.Tenant, provision.OrderID(data[view.DataOrder])
	p, err := x.b.Posted(ctx, outbox.OrderRef{Tenant: tenant, Order: id})
	if err != nil {
		return err
	}
	here := slices.ContainsFunc(p.Cards, func(c chats.PostedCard) bool {
		return c.Role == chats.ChannelCard && c.Activity == x.Turn.ReplyTo &&
			chats.ConversationKey(c.To) == chats.ConversationKey(x.Turn.Conversation)
	})
	var s provision.Sheet
	if here {
		s, err = x.b.Service.Sheet(ctx, tenant, id)
	} else {
		s, err = x.b.Service.Open(ctx, tenant, x.Actor(), id)
	}
	if err != nil {
		return err
	}
	m := chats.Made(x.b.Writer(x.Reader(), s.Location).Channel(s, nil))
	if s.Order.State == provision.Pending && s.Order.Approval.Asks(x.Turn.Actor.User) {
		m = x.b.Render(x.Reader(), s, chats.ApprovalCard, x.Turn.Actor.User)
	}
	x.Answer = chats.Answer{Card: m.Card}
	return nil
}
