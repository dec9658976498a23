package joint

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// Pass is who is to get whose number, the numbers that the line names, and who wrote it.
type Pass struct {
	From, To parse.Person
	Numbers  []string
	By       Sender
}

// Sender says what a person may do.
type Sender interface {
	Access(ctx context.Context) (provision.Access, error)
}

// HandOver answers a line by which one person is to get another's number. That takes an order for each: it says which,
// and offers the first, by which the number becomes free. What else the line says is in neither order, and it says so.
func HandOver(ctx context.Context, x *talk.Exchange, r parse.Reading, p Pass) error {
	giver, done, err := onlyOne(ctx, x, p.From)
	if err != nil || done {
		return err
	}
	taker, done, err := onlyOne(ctx, x, p.To)
	if err != nil || done {
		return err
	}
	from := called(giver, p.From)
	to := called(taker, p.To)
	plain := parse.Reading{}
	beside := besides(x, r)
	if giver.Number.E164 == "" {
		question, err := given(ctx, x, giver, taker, p.Numbers)
		if err != nil {
			return err
		}
		next := "add"
		if taker.Number.E164 != "" {
			next = "change-number"
		}
		choices := []view.Choice{Choice(x, plain, next, to), Choice(x, plain, "find", from)}
		return x.AskEach(ctx, question+beside, choices)
	}
	has := x.Resolver().DialPlan.Format(giver.Number.E164)
	for _, n := range p.Numbers {
		if !isNumber(n, giver.Number.E164) {
			question := x.Words.Say("handover.other", "from", from.Text, "number", has, "said", n)
			return x.AskEach(ctx, question, []view.Choice{Choice(x, plain, "find", from), Choice(x, plain, "find", to)})
		}
	}
	acc, err := p.By.Access(ctx)
	if err != nil {
		return err
	}
	keep := ""
	if acc.May(provision.Manage, giver.Location.ID) {
		keep = keeping(taker, giver.Number.E164)
	}
	question := x.Words.Say("handover.first", "from", from.Text, "to", to.Text, "number", has,
		"keep", keep, "line", getting(taker, giver.Number.E164, giver.Location.ID))
	return x.AskEach(ctx, question+beside, []view.Choice{
		Choice(x, plain, "release", from), Choice(x, plain, "change-number", from), Choice(x, plain, "find", from),
	})
}

// keeping is the line by which a number that is free is kept for a person.
func keeping(taker provision.Finding, n provision.E164) string {
	r := parse.Reading{Numbers: []string{string(n)}}
	return r.Line("reserve", addressed(taker), nil)
}

// getting is the line by which a person gets a number of a location. Who has a phone of another location moves there.
func getting(taker provision.Finding, n provision.E164, of provision.LocationID) string {
	r := parse.Reading{Numbers: []string{string(n)}}
	intent := "add"
	switch {
	case taker.Number.E164 == "":
	case taker.Location.ID == of:
		intent = "change-number"
	default:
		intent = "move"
		r.Location = of
	}
	return r.Line(intent, addressed(taker), nil)
}

// isNumber reports whether digits of a line, as written, are those of a number or of its end.
func isNumber(said string, n provision.E164) bool {
	digits := parse.DigitsIn(strings.ReplaceAll(said, "(0)", ""))
	if len(digits) >= parse.ShortestNumber { // "020 7946 0144"
		digits = strings.TrimLeft(digits, "0")
	}
	return digits != "" && strings.HasSuffix(string(n), digits)
}

// besides says what a line names that neither order of a handover has, each with a space before it.
func besides(x *talk.Exchange, r parse.Reading) (all string) {
	left := slices.DeleteFunc(slices.Clone(r.Left), func(left string) bool {
		word := strings.ToLower(left)
		passes := said.HandsOn[word] || said.TakesOver[word] || said.Classes["give"][word] || leaving[word]
		return left == r.Date || parse.Numberish(left) || passes
	})
	for _, name := range []string{r.LocationName, r.PlanName} {
		if name != "" {
			left = append(left, name)
		}
	}
	if len(left) > 0 {
		all += " " + x.Words.Say("handover.left", "left", strings.Join(left, ", "))
	}
	if r.Reporter != "" {
		all += " " + x.Words.Say("reading.said", "reporter", r.Reporter)
	}
	if r.Date != "" {
		all += " " + x.Words.Say("reading.date", "date", r.Date)
	}
	return all
}

// leaving are words by which a line says why a number changes hands.
var leaving = lexicon.SetOf("leave", "leaves", "leaving", "left", "gone", "quits", "retires", "resigned", "moves",
	"moved")

// given says of a person who has no number what became of the one that they gave up last: while nobody has got it, it
// can still be handed on. named are the numbers of the line.
func given(
	ctx context.Context, x *talk.Exchange, giver, taker provision.Finding, named []string,
) (string, error) {
	of := x.Resolver()
	had := giver.Order.Had.Number
	over := giver.Order.State == provision.Done && giver.Order.Kind.Ends()
	other := slices.ContainsFunc(named, func(n string) bool { return !isNumber(n, had) })
	if had != "" && over && !other {
		found, err := of.Service.Find(ctx, of.Tenant, of.By, provision.Query{Number: had}, 1)
		if provision.IgnoreNotFound(err) != nil && provision.KindOf(err) != provision.Denied {
			return "", err
		}
		states := []provision.NumberState{provision.Cooling, provision.Free}
		if len(found) == 1 && slices.Contains(states, found[0].Number.State) {
			return x.Words.Say("handover.given", "from", giver.Person.Name(), "number", of.DialPlan.Format(had),
				"keep", keeping(taker, had), "line", getting(taker, had, found[0].Number.Location)), nil
		}
	}
	return x.Words.Say("handover.none", "from", giver.Person.Name()), nil
}

// Swap answers a line by which two people are to have each other's numbers: with the first of its orders, for either.
// It needs a number of each, and both in one location.
func Swap(ctx context.Context, x *talk.Exchange, r parse.Reading) error {
	ofPlans := func(w parse.Word) bool { return parse.Names([]parse.Word{w}) == "plans" }
	switch {
	case r.PlanName != "" || slices.ContainsFunc(parse.Split(x.Turn.Text), ofPlans):
		return x.Say(ctx, "reading.many")
	case len(r.Persons) != 2 || !r.Persons[0].Found || !r.Persons[1].Found:
		return x.Say(ctx, "not-yet.swap")
	}
	one, done, err := onlyOne(ctx, x, r.Persons[0])
	if err != nil || done {
		return err
	}
	other, done, err := onlyOne(ctx, x, r.Persons[1])
	if err != nil || done {
		return err
	}
	first, second := called(one, r.Persons[0]), called(other, r.Persons[1])
	r = parse.Reading{}
	shown := []view.Choice{Choice(x, r, "find", first), Choice(x, r, "find", second)}
	for _, f := range []provision.Finding{one, other} {
		if f.Number.E164 == "" {
			return x.AskEach(ctx, x.Words.Say("handover.none", "from", f.Person.Name()), shown)
		}
	}
	if one.Location.ID != other.Location.ID {
		question := x.Words.Say("handover.apart", "from", first.Text, "to", second.Text)
		return x.AskEach(ctx, question, shown)
	}
	question := x.Words.Say("handover.swap", "from", first.Text, "to", second.Text)
	return x.AskEach(ctx, question, []view.Choice{
		Choice(x, r, "change-number", first), Choice(x, r, "change-number", second),
	})
}

// Shaped is a reading of which only what it names tells what is meant, by whether its person has a phone: one who has
// none gets one, and for one who has, another place is a move.
func Shaped(ctx context.Context, x *talk.Exchange, r parse.Reading) parse.Reading {
	p := r.First()
	of := x.Resolver()
	found, err := of.Service.Find(ctx, of.Tenant, of.By, provision.Query{Text: p.Text, Whole: true, User: p.User}, 2)
	if err != nil || len(found) != 1 {
		return r // it is asked about as it is
	}
	has := found[0].Number.E164 != ""
	number := len(r.Numbers)+len(r.Digits) > 0
	switch {
	case !has && r.Intent == "change-plan":
		r.Intent = "add"
	case has && r.Intent == "add" && r.Location != "" && r.Location != found[0].Location.ID && r.Plan == "":
		r.Intent = "move"
	case has && r.Intent == "add" && number && r.Location == "" && r.Plan == "":
		r.Intent = "change-number"
	case has && r.Intent == "add" && r.Plan != "" && !number && (r.Location == "" || r.Location == found[0].Location.ID):
		r.Intent = "change-plan"
		r.Location = ""
		r.LocationName = ""
	}
	return r
}

// onlyOne finds the person whom a line names. Where it can be several, or nobody, they are shown, and it is done.
func onlyOne(ctx context.Context, x *talk.Exchange, p parse.Person) (one provision.Finding, done bool, err error) {
	of := x.Resolver()
	q := provision.Query{Text: p.Text, Whole: true, User: p.User}
	found, err := of.Service.Find(ctx, of.Tenant, of.By, q, peopleShown)
	if err != nil {
		return one, false, err
	}
	for _, f := range found {
		x.Showed(provision.Subject{User: f.Person.ID, Number: f.Number.E164})
	}
	if len(found) == 1 {
		return found[0], false, nil
	}
	return one, true, x.Show(ctx, chats.Made(x.Writer().Found(found)))
}

// called is a person of a line by their whole name.
func called(f provision.Finding, p parse.Person) parse.Person {
	p.Text = f.Person.Name()
	return p
}

// addressed is a person by their user name, for a line that is written later.
func addressed(f provision.Finding) parse.Person {
	if f.Person.UPN != "" {
		return parse.Person{Text: f.Person.UPN}
	}
	return parse.Person{Text: f.Person.Name()}
}
