package bot

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/judge"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/remedy"
	"calltab/internal/bot/text"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/routes"
	"calltab/internal/provision/span"
)

// finder finds people and numbers.
type finder interface {
	Contradict(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, p provision.Person, n provision.E164,
	) error
}

// How much a list shows: what fits a card.
const (
	peopleShown = 8
	ordersShown = 15
)

// help shows the commands that a person may give.
func help(ctx context.Context, x *exchange, words []parse.Word) error {
	if name := parse.Names(words); name != "" {
		return x.helpWith(ctx, name)
	}
	acc, err := x.b.Service.Access(ctx, x.Turn.Actor.Tenant, x.Turn.Actor.User)
	if err != nil {
		return err
	}
	k := helpFor{x.Words, acc.May(provision.Look, ""), acc.May(provision.Operate, ""), acc.May(provision.Manage, "")}
	if m, ok := x.b.helps.Load(k); ok {
		return x.Show(ctx, m.(chats.Message))
	}
	var all []view.CommandHelp
	for i, c := range Commands(x.Words) {
		if r := commands[i].right; r == "" || acc.May(r, "") {
			all = append(all, c.CommandHelp)
		}
	}
	m := chats.Made(x.Writer().Help(all))
	x.b.helps.Store(k, m)
	return x.Show(ctx, m)
}

// helpWith shows one command.
func (x *exchange) helpWith(ctx context.Context, name string) error {
	for _, c := range Commands(x.Words) {
		if c.Name == name {
			return x.Show(ctx, chats.Made(x.Writer().HelpWith(c.CommandHelp)))
		}
	}
	return help(ctx, x, nil)
}

// helpFor is what a help card depends on.
type helpFor struct {
	words                 *text.Words
	look, operate, manage bool
}

// plans lists the plans with their prices, and for admins what is known to be wrong with them.
func plans(ctx context.Context, x *exchange, _ []parse.Word) error {
	all, err := x.b.Service.Plans(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return err
	}
	acc, err := x.b.Service.Access(ctx, x.Turn.Actor.Tenant, x.Turn.Actor.User)
	if err != nil {
		return err
	}
	if !acc.May(provision.Look, "") {
		return x.Show(ctx, chats.Made(x.Writer().Prices(all)))
	}
	var faults map[provision.PlanID][]routes.Fault
	if acc.May(provision.Manage, "") { // others can do nothing about it
		if faults, err = x.b.Service.PlanFaults(ctx, x.Turn.Actor.Tenant, all); err != nil {
			return err
		}
	}
	return x.Show(ctx, chats.Made(x.Writer().Plans(all, faults)))
}

// find shows people and numbers, and what is so about them.
func find(ctx context.Context, x *exchange, words []parse.Word) error {
	found, asked, err := x.look(ctx, parse.Bare(words))
	switch {
	case err != nil:
		return x.nothingFound(ctx, "find", asked, err)
	case asked == "":
		return x.Say(ctx, "find-whom")
	case len(found) == 0:
		return x.nothingFound(ctx, "find", asked, nil)
	}
	return x.Show(ctx, chats.Made(x.Writer().Found(found)))
}

// why names everything that stands against a person. One who has a phone, and a number without a person, gets the card
// of find. Who may ask about nobody learns what stands against themselves when they ask for a phone.
func why(ctx context.Context, x *exchange, words []parse.Word) error {
	acc, err := x.b.Service.Access(ctx, x.Turn.Actor.Tenant, x.Turn.Actor.User)
	if err != nil {
		return err
	}
	looks := acc.May(provision.Look, "")
	if !looks && parse.SaysOwn(words) {
		return x.Ask(ctx, x.Words.Say("why-own"), []view.Choice{{
			Title: x.Words.Say("reading.title.order-own"), Line: parse.CommandLine("order-own"),
		}})
	}
	if !looks { // a refusal is put on the trail
		return x.refused(ctx, x.b.Service.Admit(ctx, x.Turn.Actor.Tenant, x.Actor(), provision.Look))
	}
	found, asked, err := x.look(ctx, parse.Without(parse.Bare(words), parse.Reasons))
	switch {
	case err != nil:
		return x.nothingFound(ctx, "why", asked, err)
	case asked == "" && len(found) == 0:
		return x.Say(ctx, "why-whom")
	case len(found) == 0:
		return x.nothingFound(ctx, "why", asked, nil)
	case len(found) > 1 || found[0].Person.ID == "" || found[0].Person.Gone || found[0].Number.E164 != "":
		return x.Show(ctx, chats.Made(x.Writer().Found(found)))
	}
	return x.Show(ctx, chats.Made(x.Writer().Why(found[0])))
}

// look finds whom or what a line names, and what is so about a single person; asked is what it asks for, empty for
// nothing.
func (x *exchange) look(ctx context.Context, words []parse.Word) (found []provision.Finding, asked string, err error) {
	return x.lookUp(ctx, words, provision.Query{})
}

// lookKnown is look for what shows no more of a person than Calltab knows.
func (x *exchange) lookKnown(ctx context.Context, words []parse.Word) ([]provision.Finding, string, error) {
	return x.lookUp(ctx, words, provision.Query{Known: true})
}

// lookWhole is lookKnown for what changes something: a name must match in whole words, and the line says nothing else.
func (x *exchange) lookWhole(ctx context.Context, words []parse.Word) ([]provision.Finding, string, error) {
	return x.lookUp(ctx, words, provision.Query{Known: true, Whole: true})
}

// person is the only person whom a line means that changes something about them. Without one the answer has been given:
// whom is what asks for a name.
func (x *exchange) person(ctx context.Context, words []parse.Word, whom string) (p provision.Person, err error) {
	found, asked, err := x.lookWhole(ctx, parse.WithoutReferring(words))
	switch {
	case err != nil:
		return p, err
	case asked == "" && len(found) == 0:
		return p, x.Say(ctx, whom)
	case len(found) > 1:
		return p, x.Show(ctx, chats.Made(x.Writer().Found(found)))
	case len(found) == 0 || found[0].Person.ID == "":
		return p, x.Say(ctx, "found-nothing", "text", x.asked(words))
	}
	return found[0].Person, nil
}

// lookUp asks for whom or what a line names, in the way that q says.
func (x *exchange) lookUp(
	ctx context.Context, words []parse.Word, q provision.Query,
) (found []provision.Finding, asked string, err error) {
	defer func() {
		for _, f := range found {
			x.Showed(provision.Subject{User: f.Person.ID, Number: f.Number.E164})
		}
	}()
	digits, words := parse.TakeEnding(words, nil)
	w := parse.ReadWish(words, x.Mentions(), nil)
	if q.Whole {
		if err := parse.Unused(w.Left); err != nil {
			return nil, "", err
		}
	}
	q.Text, q.User = w.Person, w.User
	asked = w.Person
	var n provision.E164
	if w.Number != "" {
		places, err := x.b.Service.Places(ctx, x.Turn.Actor.Tenant)
		if err != nil {
			return nil, "", err
		}
		if n, err = x.Resolver().Number(ctx, w.Number, "", places, q.Whole); err != nil {
			return nil, "", err
		}
	}
	if digits != "" {
		if n, err = x.Resolver().Ending(ctx, digits, ""); err != nil {
			return nil, "", err
		}
	}
	if asked == "" && q.User == "" && n != "" {
		q, asked = provision.Query{Number: n, Known: q.Known}, x.b.DialPlan.Format(n)
	}
	if asked == "" && q.User == "" {
		return nil, "", nil
	}
	found, err = x.b.Service.Find(ctx, x.Turn.Actor.Tenant, x.Actor(), q, peopleShown)
	name, owned := strings.CutSuffix(q.Text, "s")
	looks := !q.Whole // what acts takes a name as it is
	if looks && judge.NotFound(err) && q.User == "" && owned && !parse.IsUPN(name) && x.Resolver().GoesBy(ctx, name) {
		q.Text = name // "status danas order"
		asked = name
		found, err = x.b.Service.Find(ctx, x.Turn.Actor.Tenant, x.Actor(), q, peopleShown)
	}
	if err != nil || n == "" || q.Number != "" {
		return found, asked, err
	}
	theirs := slices.DeleteFunc(slices.Clone(found), func(f provision.Finding) bool { return f.Number.E164 != n })
	if len(theirs) == 0 && len(found) > 0 {
		return nil, asked, x.b.Service.Contradict(ctx, x.Turn.Actor.Tenant, x.Actor(), found[0].Person, n)
	}
	return theirs, asked, nil
}

// timekeeper says how long phones took to be ready.
type timekeeper interface {
	Usual(ctx context.Context, tenant provision.TenantID) ([]span.Place, error)
}

// durations says how long phones take: at one location, or everywhere where none is named.
func (x *exchange) durations(ctx context.Context, at provision.LocationID) error {
	all, err := x.b.Service.Usual(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return err
	}
	if at != "" {
		all = slices.DeleteFunc(all, func(p span.Place) bool { return p.ID != at })
	}
	return x.Show(ctx, chats.Made(x.Writer().Durations(all)))
}

// mender holds records against what Microsoft shows.
type mender interface {
	Examine(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID,
	) (provision.Repair, error)
	remedy.Service
}

// repair holds the records of a person against what Microsoft shows, and offers to set them by it.
func repair(ctx context.Context, x *exchange, words []parse.Word) error {
	p, err := x.person(ctx, words, "repair-whom")
	if err != nil || p.ID == "" {
		return err
	}
	r, err := x.b.Service.Examine(ctx, x.Turn.Actor.Tenant, x.Actor(), p.ID)
	if err != nil {
		return err
	}
	return x.Show(ctx, chats.Made(x.Writer().Repair(r)))
}
