package bot

import (
	"context"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
)

// stockKeeper keeps the numbers of the locations.
type stockKeeper interface {
	Stock(ctx context.Context, tenant provision.TenantID, by provision.Actor) ([]provision.Stock, error)
	Numbers(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, loc provision.LocationID,
		state provision.NumberState, after provision.E164, limit int,
	) ([]provision.Number, error)
	FreeNow(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164) error
	AddNumbers(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, loc provision.LocationID,
		block []provision.E164, dry bool,
	) (provision.Addition, error)
	Block(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164) error
	Unblock(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164) error
}

// addNumbers shows what adding a block of numbers would come to, and the button that does it.
func (x *exchange) addNumbers(ctx context.Context, words []parse.Word) error {
	places, err := x.b.Service.Places(ctx, x.turn.Actor.Tenant)
	if err != nil {
		return err
	}
	w := parse.ReadPlace(words, places)
	left := parse.Join(parse.WithoutCourtesy(parse.Split(w.Person)))
	switch {
	case left != "":
		return &provision.Error{Op: "add numbers", Kind: provision.NotFound,
			Say: provision.Say("location-unknown", "location", left)}
	case w.Number == "" || w.Location == "":
		return x.say(ctx, "add-numbers-what")
	}
	a, err := x.add(ctx, w.Location, w.Number, true)
	if err != nil {
		return err
	}
	return x.show(ctx, chats.Made(x.writer().Addition(a, w.Number, false)))
}

// numbersAdd is the button that adds them. What it carries is read and checked again.
func numbersAdd(ctx context.Context, x *exchange, data map[string]string) error {
	a, err := x.add(ctx, provision.LocationID(data[view.DataLocation]), data[view.DataBlock], false)
	if err != nil {
		return err
	}
	return x.replace(ctx, chats.Made(x.writer().Addition(a, data[view.DataBlock], true)))
}

// add adds a block of numbers, as a person writes it, to a location.
func (x *exchange) add(
	ctx context.Context, loc provision.LocationID, text string, dry bool,
) (provision.Addition, error) {
	tenant := x.turn.Actor.Tenant
	places, err := x.b.Service.Places(ctx, tenant)
	if err != nil {
		return provision.Addition{}, err
	}
	for _, s := range places {
		if s.ID != loc {
			continue
		}
		block, err := x.b.DialPlan.Expand(text, s.Country, provision.MostAdded)
		if err != nil {
			return provision.Addition{}, x.withArea(ctx, err, s)
		}
		for _, n := range block {
			if !x.b.DialPlan.In(n, s.Country) {
				return provision.Addition{}, &provision.Error{Op: "add numbers", Kind: provision.Invalid,
					Say: provision.Say("number-wrong-country", "number", string(n), "country", s.Country, "location",
						s.Name)}
			}
		}
		return x.b.Service.AddNumbers(ctx, tenant, x.actor(), loc, block, dry)
	}
	return provision.Addition{}, &provision.Error{Op: "add numbers", Kind: provision.NotFound,
		Say: provision.Say("location-unknown", "location", string(loc))}
}

// withArea adds to the refusal of a number without area code what the numbers of its location begin with.
func (x *exchange) withArea(ctx context.Context, err error, at provision.Location) error {
	say, _ := provision.SayOf(err)
	if say.ID != "number-local" {
		return err
	}
	area, failed := x.area(ctx, at.ID)
	if failed != nil {
		return failed
	}
	say.Args["area"], say.Args["location"] = area, at.Name
	return err
}

// blocking is the command that blocks a number, or the one that gives it back.
func blocking(block bool) func(context.Context, *exchange, []parse.Word) error {
	return func(ctx context.Context, x *exchange, words []parse.Word) error {
		tenant := x.turn.Actor.Tenant
		digits, rest := parse.TakeEnding(parse.Bare(words), nil)
		text, rest := parse.TakeNumber(rest)
		if text == "" && digits == "" {
			return x.say(ctx, "block-what")
		}
		if err := parse.Unused(rest); err != nil {
			return err
		}
		do, said := x.b.Service.Block, "number-blocked"
		state := provision.Free
		if !block {
			do, said = x.b.Service.Unblock, "number-unblocked"
			state = provision.Blocked
		}
		n, err := x.stockNumber(ctx, text, digits, state)
		if err != nil {
			return err
		}
		if err := do(ctx, tenant, x.actor(), n); err != nil {
			return err
		}
		return x.say(ctx, said, "number", string(n))
	}
}

// stockNumber is a number of ours as written, or the one in a state that ends in some digits.
func (x *exchange) stockNumber(
	ctx context.Context, text, digits string, state provision.NumberState,
) (provision.E164, error) {
	if text == "" {
		return x.resolver().Ending(ctx, digits, "", state)
	}
	places, err := x.b.Service.Places(ctx, x.turn.Actor.Tenant)
	if err != nil {
		return "", err
	}
	return x.resolver().Number(ctx, text, "", places, true)
}

// numbersPage is the button that turns to the next numbers of a list.
func numbersPage(ctx context.Context, x *exchange, data map[string]string) error {
	stock, err := x.b.Service.Stock(ctx, x.turn.Actor.Tenant, x.actor())
	if err != nil {
		return err
	}
	list := lists.NumberList{
		Location: provision.LocationID(data[view.DataLocation]),
		State:    provision.NumberState(data[view.DataState]), After: provision.E164(data[view.DataNumber]),
	}
	m, err := x.numberList(ctx, list, stock)
	if err != nil {
		return err
	}
	return x.replace(ctx, m)
}

// numberList is the card of a list of numbers from a place on.
func (x *exchange) numberList(
	ctx context.Context, list lists.NumberList, stock []provision.Stock,
) (chats.Message, error) {
	all, err := x.b.Service.Numbers(ctx, x.turn.Actor.Tenant, x.actor(), list.Location, list.State, list.After,
		numbersShown)
	list.Title = x.numbersTitle(list.Location, list.State, "", stock)
	list.Numbers = all
	list.Stock = stock
	list.Now = x.b.Now()
	return chats.Made(x.writer().Numbers(list)), err
}
