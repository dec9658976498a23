package bot

import (
	"context"
	"slices"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/text"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
)

// waiver lets a person have a phone beside their calling plan.
type waiver interface {
	Waive(ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID, why string) error
	Unwaive(ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID) error
}

// finder finds people and numbers.
type finder interface {
	Contradict(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, p provision.Person, n provision.E164,
	) error
}

// How much a list shows: what fits a card.
const (
	peopleShown  = 8
	ordersShown  = 15
	numbersShown = lists.ListedNumbers + 1 // one more than the card lists: it says that there are more
)

func (x *exchange) writer() lists.Writer { return x.b.Writer(x.reader(), provision.Location{}) }

// help shows the commands that a person may give.
func help(ctx context.Context, x *exchange, words []parse.Word) error {
	if name := parse.Names(words); name != "" {
		return x.helpWith(ctx, name)
	}
	acc, err := x.b.Service.Access(ctx, x.turn.Actor.Tenant, x.turn.Actor.User)
	if err != nil {
		return err
	}
	k := helpFor{x.words, acc.May(provision.Look, ""), acc.May(provision.Operate, ""), acc.May(provision.Manage, "")}
	if m, ok := x.b.helps.Load(k); ok {
		return x.show(ctx, m.(chats.Message))
	}
	var all []view.CommandHelp
	for i, c := range Commands(x.words) {
		if r := commands[i].right; r == "" || acc.May(r, "") {
			all = append(all, c.CommandHelp)
		}
	}
	m := chats.Made(x.writer().Help(all))
	x.b.helps.Store(k, m)
	return x.show(ctx, m)
}

// helpWith shows one command.
func (x *exchange) helpWith(ctx context.Context, name string) error {
	for _, c := range Commands(x.words) {
		if c.Name == name {
			return x.show(ctx, chats.Made(x.writer().HelpWith(c.CommandHelp)))
		}
	}
	return help(ctx, x, nil)
}

// helpFor is what a help card depends on.
type helpFor struct {
	words                 *text.Words
	look, operate, manage bool
}

// locations lists the locations with what they have.
func locations(ctx context.Context, x *exchange, _ []parse.Word) error {
	stock, err := x.b.Service.Stock(ctx, x.turn.Actor.Tenant, x.actor())
	if err != nil {
		return err
	}
	return x.show(ctx, chats.Made(x.writer().Locations(stock)))
}

// plans lists the plans with their prices.
func plans(ctx context.Context, x *exchange, _ []parse.Word) error {
	all, err := x.b.Service.Plans(ctx, x.turn.Actor.Tenant)
	if err != nil {
		return err
	}
	return x.show(ctx, chats.Made(x.writer().Plans(all)))
}

// numbers lists numbers: of a location, of a state, or free ones by their digits.
func numbers(ctx context.Context, x *exchange, words []parse.Word) error {
	tenant := x.turn.Actor.Tenant
	places, err := x.b.Service.Places(ctx, tenant)
	if err != nil {
		return err
	}
	stock, err := x.b.Service.Stock(ctx, tenant, x.actor())
	if err != nil {
		return err
	}
	state, rest := parse.TakeState(words)
	digits, rest := parse.TakeDigits(rest)
	q := parse.ReadPlace(rest, places)
	if left := q.Person; left != "" {
		if x.resolver().GoesBy(ctx, left) { // "numbers gita" is about her number
			return find(ctx, x, []parse.Word{{Text: left}})
		}
		return &provision.Error{Op: "list numbers", Kind: provision.NotFound,
			Say: provision.Say("location-unknown", "location", left)}
	}
	var all []provision.Number
	switch {
	case digits != "" && state != "" && state != provision.Free:
		states := []provision.NumberState{state}
		all, err = x.b.Service.Ending(ctx, tenant, x.actor(), digits, states, numbersShown)
		all = slices.DeleteFunc(all, func(n provision.Number) bool {
			return q.Location != "" && n.Location != q.Location
		})
		if err == nil && len(all) == 1 {
			return find(ctx, x, []parse.Word{{Text: string(all[0].E164)}})
		}
		digits = ""
	case digits != "" && q.Location != "":
		all, err = x.b.Service.Free(ctx, tenant, x.actor(), q.Location, digits, numbersShown)
	case parse.CountDigits(digits) >= parse.ShortestNumber:
		return find(ctx, x, []parse.Word{{Text: digits}})
	case digits != "":
		for _, s := range stock {
			if len(all) == numbersShown {
				break
			}
			var some []provision.Number
			if some, err = x.b.Service.Free(ctx, tenant, x.actor(), s.ID, digits, numbersShown-len(all)); err != nil {
				break
			}
			all = append(all, some...)
		}
	default:
		m, err := x.numberList(ctx, lists.NumberList{Location: q.Location, State: state}, stock)
		if err != nil {
			return err
		}
		return x.show(ctx, m)
	}
	if err != nil {
		return err
	}
	return x.show(ctx, chats.Made(x.writer().Numbers(lists.NumberList{
		Title: x.numbersTitle(q.Location, state, digits,
			stock), Numbers: all, Stock: stock, Now: x.b.Now(), Found: true,
	})))
}

func (x *exchange) numbersTitle(
	id provision.LocationID, state provision.NumberState, digits string, stock []provision.Stock,
) string {
	where := x.words.Say("numbers.everywhere")
	for _, s := range stock {
		if s.ID == id {
			where = s.Name
		}
	}
	switch {
	case digits != "":
		return x.words.Say("numbers.matching", "location", where, "digits", digits)
	case state == "":
		return x.words.Say("numbers.title", "location", where)
	}
	return x.words.Say("numbers.title."+string(state), "location", where)
}

// find shows people and numbers, and what is so about them.
func find(ctx context.Context, x *exchange, words []parse.Word) error {
	found, asked, err := x.look(ctx, parse.Bare(words))
	switch {
	case err != nil:
		return err
	case asked == "":
		return x.say(ctx, "find-whom")
	case len(found) == 0:
		return x.say(ctx, "found-nothing", "text", asked)
	}
	return x.show(ctx, chats.Made(x.writer().Found(found)))
}

// why names everything that stands against a person. One who has a phone, and a number without a person, gets the card
// of find.
func why(ctx context.Context, x *exchange, words []parse.Word) error {
	found, asked, err := x.look(ctx, parse.Without(parse.Bare(words), parse.Reasons))
	switch {
	case err != nil:
		return err
	case asked == "" && len(found) == 0:
		return x.say(ctx, "why-whom")
	case len(found) == 0:
		return x.say(ctx, "found-nothing", "text", asked)
	case len(found) > 1 || found[0].Person.ID == "" || found[0].Person.Gone || found[0].Number.E164 != "":
		return x.show(ctx, chats.Made(x.writer().Found(found)))
	}
	return x.show(ctx, chats.Made(x.writer().Why(found[0])))
}

// waive is the button that lets a person have a phone beside their calling plan, and unwaive takes that back.
func waive(ctx context.Context, x *exchange, data map[string]string) error {
	user := provision.UserID(data[view.DataPerson])
	if err := x.b.Service.Waive(ctx, x.turn.Actor.Tenant, x.actor(), user, data[view.InputWhy]); err != nil {
		return err
	}
	return x.whyAgain(ctx, user)
}

func unwaive(ctx context.Context, x *exchange, data map[string]string) error {
	user := provision.UserID(data[view.DataPerson])
	if err := x.b.Service.Unwaive(ctx, x.turn.Actor.Tenant, x.actor(), user); err != nil {
		return err
	}
	return x.whyAgain(ctx, user)
}

// whyAgain shows what stands against a person now, in the place of the card that was pressed.
func (x *exchange) whyAgain(ctx context.Context, user provision.UserID) error {
	found, err := x.b.Service.Find(ctx, x.turn.Actor.Tenant, x.actor(), provision.Query{User: user}, 1)
	switch {
	case err != nil:
		return err
	case len(found) == 0 || found[0].Person.Gone || found[0].Number.E164 != "":
		return x.replace(ctx, chats.Made(x.writer().Found(found)))
	}
	return x.replace(ctx, chats.Made(x.writer().Why(found[0])))
}

// look finds whom or what a line names; asked is what it asks for, empty for nothing.
func (x *exchange) look(ctx context.Context, words []parse.Word) (found []provision.Finding, asked string, err error) {
	return x.lookUp(ctx, words, false)
}

// lookWhole is look for what changes something: a name must match in whole words, and the line says nothing else.
func (x *exchange) lookWhole(
	ctx context.Context, words []parse.Word,
) (found []provision.Finding, asked string, err error) {
	return x.lookUp(ctx, words, true)
}

func (x *exchange) lookUp(
	ctx context.Context, words []parse.Word, whole bool,
) (found []provision.Finding, asked string, err error) {
	defer func() {
		for _, f := range found {
			x.showed(provision.Subject{User: f.Person.ID, Number: f.Number.E164})
		}
	}()
	digits, words := parse.TakeEnding(words, nil)
	w := parse.ReadWish(words, x.mentions(), nil)
	if whole {
		if err := parse.Unused(w.Left); err != nil {
			return nil, "", err
		}
	}
	q := provision.Query{Text: w.Person, Whole: whole, User: w.User}
	asked = w.Person
	var n provision.E164
	if w.Number != "" {
		places, err := x.b.Service.Places(ctx, x.turn.Actor.Tenant)
		if err != nil {
			return nil, "", err
		}
		if n, err = x.resolver().Number(ctx, w.Number, "", places, whole); err != nil {
			return nil, "", err
		}
	}
	if digits != "" {
		if n, err = x.resolver().Ending(ctx, digits, ""); err != nil {
			return nil, "", err
		}
	}
	if asked == "" && q.User == "" && n != "" {
		q, asked = provision.Query{Number: n}, x.b.DialPlan.Format(n)
	}
	if asked == "" && q.User == "" {
		return nil, "", nil
	}
	found, err = x.b.Service.Find(ctx, x.turn.Actor.Tenant, x.actor(), q, peopleShown)
	if err != nil || n == "" || q.Number != "" {
		return found, asked, err
	}
	theirs := slices.DeleteFunc(slices.Clone(found), func(f provision.Finding) bool { return f.Number.E164 != n })
	if len(theirs) == 0 && len(found) > 0 {
		return nil, asked, x.b.Service.Contradict(ctx, x.turn.Actor.Tenant, x.actor(), found[0].Person, n)
	}
	return theirs, asked, nil
}

// showed notes for the log whom a person looked up.
func (x *exchange) showed(subjects ...provision.Subject) {
	for _, s := range subjects {
		switch n := string(s.Number); {
		case s.User != "":
			x.looked = append(x.looked, string(s.User))
		case s.Order != "":
			x.looked = append(x.looked, string(s.Order))
		case len(n) > 2:
			x.looked = append(x.looked, "…"+n[len(n)-2:])
		}
	}
}
