package bot

import (
	"cmp"
	"context"
	"strconv"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// formTaker takes what the forms of an order bring. Each gets the revision of the card that was pressed.
type formTaker interface {
	Answer(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int,
		a provision.Answer,
	) (provision.Sheet, error)
	Save(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int, why string,
	) (provision.Sheet, error)
	Decide(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int,
		b provision.Decision,
	) (provision.Sheet, error)
	Answered(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int, words string,
	) (provision.Sheet, error)
	Amend(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int,
	) (provision.Sheet, error)
	AskAgain(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int,
	) (provision.Sheet, error)
	Resolve(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int,
		r provision.Resolution, why string,
	) (provision.Sheet, error)
	Seen(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, sees bool,
	) (provision.Sheet, error)
}

// form is what a button of a card does: the inputs that come with it, by the ids under which the views draw them, and
// where they go.
type form struct {
	verb   string
	fields []field
	send   func(ctx context.Context, x *exchange, p pressed) (provision.Sheet, error)
	role   chats.CardRole // the card that it belongs to
}

// field is one input of a form.
type field struct {
	id       string
	required bool
	put      func(p *pressed, value string)
}

// pressed is a button as it was pressed. All of it is untrusted: the core decides what this person may do with that
// order, and whether the revision is still the one.
type pressed struct {
	order  provision.OrderID
	rev    int
	answer provision.Answer
	why    string // words of the person's own
	to     string // a colleague
}

// longestInput bounds an input, in bytes; no name or user name is longer. longestWords bounds a few sentences in any
// writing.
const (
	longestInput = 256
	longestWords = 2000
)

// forms is the one table of buttons.
var forms = []form{
	{verb: view.VerbPerson, send: answer, fields: []field{
		{view.InputUPN, true, func(p *pressed, v string) { person(&p.answer).UPN = lexicon.UserName(v) }},
		{view.InputGivenName, false, func(p *pressed, v string) { person(&p.answer).GivenName = v }},
		{view.InputSurname, false, func(p *pressed, v string) { person(&p.answer).Surname = v }},
	}},
	{verb: view.VerbWhich, send: answer, fields: []field{
		{view.InputWhich, true, func(p *pressed, v string) { p.answer.Which = provision.UserID(v) }},
	}},
	{verb: view.VerbLocation, send: answer, fields: []field{
		{view.InputLocation, true, func(p *pressed, v string) { p.answer.Location = provision.LocationID(v) }},
	}},
	{verb: view.VerbPlan, send: answer, fields: []field{
		{view.InputPlan, true, func(p *pressed, v string) { p.answer.Plan = provision.PlanID(v) }},
	}},
	{verb: view.VerbNumber, send: answer, fields: []field{
		{view.InputBest, false, putNumber},
		{view.InputNumber, false, putNumber},
	}},
	{verb: view.VerbRecheck, send: with(provision.Answer{Recheck: true})},
	{verb: view.VerbAnother, send: answer, fields: []field{
		{view.DataForm, true, func(p *pressed, v string) { p.answer.Another = provision.Form(v) }},
	}},
	{verb: view.VerbBack, send: with(provision.Answer{Back: true})},
	{verb: view.VerbSave, send: save, fields: []field{{view.InputWhy, false, putWhy}}},
	{verb: view.VerbCancel, send: revoke},
	{verb: view.VerbTakeBack, send: takeBack},
	{verb: view.VerbRetry, send: resolving(provision.TryAgain)},
	{verb: view.VerbUndo, send: resolving(provision.TakeBack)},
	{verb: view.VerbAccept, send: resolving(provision.LeaveAsIs), fields: []field{{view.InputWhy, true, putWhy}}},
	{verb: view.VerbReply, send: reply, fields: []field{{view.InputWhy, false, putWhy}}},
	{verb: view.VerbAmend, send: amend},
	{verb: view.VerbAskAgain, send: askAgain},
	{verb: view.VerbApprove, send: voting(provision.Approve), role: chats.ApprovalCard},
	{verb: view.VerbDeny, send: voting(provision.Deny), fields: []field{{view.InputWhy, false, putWhy}},
		role: chats.ApprovalCard},
	{verb: view.VerbAskBack, send: voting(provision.AskBack), fields: []field{{view.InputWhy, false, putWhy}},
		role: chats.ApprovalCard},
	{verb: view.VerbDelegate, send: voting(provision.Delegate), fields: []field{
		{view.InputColleague, false, func(p *pressed, v string) { p.to = lexicon.UserName(v) }},
	}, role: chats.ApprovalCard},
	{verb: view.VerbSeen, send: seen(true), role: chats.PhoneCard},
	{verb: view.VerbMissing, send: seen(false), role: chats.PhoneCard},
}

func putWhy(p *pressed, v string) { p.why = v }

// putNumber takes the number of the last list in which one is chosen.
func putNumber(p *pressed, v string) {
	p.answer.Number = provision.E164(cmp.Or(v, string(p.answer.Number)))
}

func person(a *provision.Answer) *provision.PersonAnswer {
	if a.Person == nil {
		a.Person = new(provision.PersonAnswer)
	}
	return a.Person
}

func answer(ctx context.Context, x *exchange, p pressed) (provision.Sheet, error) {
	return x.b.Service.Answer(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order, p.rev, p.answer)
}

func with(a provision.Answer) func(context.Context, *exchange, pressed) (provision.Sheet, error) {
	return func(ctx context.Context, x *exchange, p pressed) (provision.Sheet, error) {
		p.answer = a
		return answer(ctx, x, p)
	}
}

func save(ctx context.Context, x *exchange, p pressed) (provision.Sheet, error) {
	return x.b.Service.Save(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order, p.rev, p.why)
}

// revoke cancels. Only a card from before the order was saved still has the button then, so its order is shown as it
// is.
func revoke(ctx context.Context, x *exchange, p pressed) (provision.Sheet, error) {
	now, err := x.b.Service.Open(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order)
	// the form that was sent since
	if err == nil && now.Order.State == provision.Pending && p.rev < now.Order.Approval.Revision {
		now.Order.Notice = provision.Say("card-was-old")
		return now, nil
	}
	sheet, err := x.b.Service.Cancel(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order)
	if err == nil || provision.KindOf(err) != provision.Conflict {
		return sheet, err
	}
	sheet, err = x.b.Service.Open(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order)
	sheet.Order.Notice = provision.Say("card-was-old")
	return sheet, err
}

// takeBack takes back an order that waits. From a card that shows it waiting although it does not any more, the card as
// it is now comes back.
func takeBack(ctx context.Context, x *exchange, p pressed) (provision.Sheet, error) {
	sheet, err := x.b.Service.Withdraw(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order)
	if said, _ := provision.SayOf(err); said.ID != "withdraw-not-waiting" {
		return sheet, err
	}
	sheet, err = x.b.Service.Open(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order)
	sheet.Order.Notice = provision.Say("card-was-old")
	return sheet, err
}

func resolving(r provision.Resolution) func(context.Context, *exchange, pressed) (provision.Sheet, error) {
	return func(ctx context.Context, x *exchange, p pressed) (provision.Sheet, error) {
		return x.b.Service.Resolve(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order, p.rev, r, p.why)
	}
}

func voting(v provision.DecisionKind) func(context.Context, *exchange, pressed) (provision.Sheet, error) {
	return func(ctx context.Context, x *exchange, p pressed) (provision.Sheet, error) {
		return x.b.Service.Decide(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order, p.rev,
			provision.Decision{Kind: v, Why: p.why, To: p.to})
	}
}

func reply(ctx context.Context, x *exchange, p pressed) (provision.Sheet, error) {
	return x.b.Service.Answered(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order, p.rev, p.why)
}

func amend(ctx context.Context, x *exchange, p pressed) (provision.Sheet, error) {
	return x.b.Service.Amend(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order, p.rev)
}

func askAgain(ctx context.Context, x *exchange, p pressed) (provision.Sheet, error) {
	return x.b.Service.AskAgain(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order, p.rev)
}

func seen(sees bool) func(context.Context, *exchange, pressed) (provision.Sheet, error) {
	return func(ctx context.Context, x *exchange, p pressed) (provision.Sheet, error) {
		return x.b.Service.Seen(ctx, x.Turn.Actor.Tenant, x.Actor(), p.order, sees)
	}
}

// decode reads what came with a button. A revision that is none reads as 0, which is never current: the core answers
// with the order as it is.
func (f *form) decode(data map[string]string) (pressed, error) {
	p := pressed{order: provision.OrderID(data[dataOrder])}
	p.rev, _ = strconv.Atoi(data[dataRevision])
	if p.order == "" {
		return p, &provision.Error{Op: "read a button", Kind: provision.NotFound, Say: provision.Say("order-not-found")}
	}
	for _, in := range f.fields {
		value, most := parse.Readable(data[in.id]), longestInput
		if in.id == view.InputWhy {
			most = longestWords
		}
		if value == "" && in.required || len(value) > most {
			return p, &provision.Error{Op: "read an input", Kind: provision.Invalid, Say: provision.Say("choose-first")}
		}
		in.put(&p, value)
	}
	return p, nil
}

// The data under every button, besides its inputs.
const (
	dataOrder    = "order"
	dataRevision = "rev"
)

// press answers a button.
func press(ctx context.Context, x *exchange) error {
	f, b := x.b.router.forms[x.Turn.Verb], x.b.router.buttons[x.Turn.Verb]
	switch {
	case f != nil:
		x.What = f.verb
	case b != nil:
		x.What = b.verb
	default:
		x.Result = talk.ResultUnknown
		return x.Say(ctx, "button-unknown")
	}
	if x.Turn.Actor.User == "" {
		return &provision.Error{Op: "press", Kind: provision.Denied, Say: provision.Say("no-account")}
	}
	run := func() error { return f.press(ctx, x) }
	if b != nil {
		run = func() error { return b.press(ctx, x, clean(x.Turn.Data)) }
	}
	// What is posted in answer would be everybody's; a card in answer to an Action.Execute is its presser's alone.
	if x.Turn.Conversation.Scope != chats.Personal &&
		(x.Turn.Kind == turns.Submit || b != nil && b.verb != view.VerbShow) {
		x.Turn.ReplyTo = ""
		return x.Aside(ctx, run)
	}
	return run()
}

func (f *form) press(ctx context.Context, x *exchange) error {
	p, err := f.decode(x.Turn.Data)
	if err != nil {
		return err
	}
	sheet, err := f.send(ctx, x, p)
	if err != nil {
		return err
	}
	return x.ShowSheet(ctx, sheet, cmp.Or(f.role, chats.OrderCard))
}
