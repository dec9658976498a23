package numbers

import (
	"context"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/talk"
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

// Add shows what adding a block of numbers would come to, and the button that does it.
func (k *Keeper) Add(ctx context.Context, x *talk.Exchange, words []parse.Word) error {
	places, err := k.Service.Places(ctx, x.Turn.Actor.Tenant)
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
		return x.Say(ctx, "add-numbers-what")
	}
	a, err := k.add(ctx, x, w.Location, w.Number, true)
	if err != nil {
		return err
	}
	return x.Show(ctx, chats.Made(x.Writer().Addition(a, w.Number, false)))
}

// AddBlock is the button that adds them. What it carries is read and checked again.
func (k *Keeper) AddBlock(ctx context.Context, x *talk.Exchange, data map[string]string) error {
	a, err := k.add(ctx, x, provision.LocationID(data[view.DataLocation]), data[view.DataBlock], false)
	if err != nil {
		return err
	}
	return x.Replace(ctx, chats.Made(x.Writer().Addition(a, data[view.DataBlock], true)))
}

// add adds a block of numbers, as a person writes it, to a location.
func (k *Keeper) add(
	ctx context.Context, x *talk.Exchange, loc provision.LocationID, text string, dry bool,
) (provision.Addition, error) {
	tenant := x.Turn.Actor.Tenant
	places, err := k.Service.Places(ctx, tenant)
	if err != nil {
		return provision.Addition{}, err
	}
	for _, s := range places {
		if s.ID != loc {
			continue
		}
		block, err := k.DialPlan.Expand(text, s.Country, provision.MostAdded)
		if err != nil {
			return provision.Addition{}, k.withArea(ctx, x, err, s)
		}
		for _, n := range block {
			if !k.DialPlan.In(n, s.Country) {
				return provision.Addition{}, &provision.Error{Op: "add numbers", Kind: provision.Invalid,
					Say: provision.Say("number-wrong-country", "number", string(n), "country", s.Country, "location",
						s.Name)}
			}
		}
		return k.Service.AddNumbers(ctx, tenant, x.Actor(), loc, block, dry)
	}
	return provision.Addition{}, &provision.Error{Op: "add numbers", Kind: provision.NotFound,
		Say: provision.Say("location-unknown", "location", string(loc))}
}

// withArea adds to the refusal of a number without area code what the numbers of its location begin with.
func (k *Keeper) withArea(ctx context.Context, x *talk.Exchange, err error, at provision.Location) error {
	say, _ := provision.SayOf(err)
	if say.ID != "number-local" {
		return err
	}
	area, failed := x.Resolver().Area(ctx, at.ID)
	if failed != nil {
		return failed
	}
	say.Args["area"], say.Args["location"] = area, at.Name
	return err
}

// Block is the command that blocks a number.
func (k *Keeper) Block(ctx context.Context, x *talk.Exchange, words []parse.Word) error {
	return k.block(ctx, x, words, true)
}

// Unblock is the command that gives a blocked number back.
func (k *Keeper) Unblock(ctx context.Context, x *talk.Exchange, words []parse.Word) error {
	return k.block(ctx, x, words, false)
}

func (k *Keeper) block(ctx context.Context, x *talk.Exchange, words []parse.Word, block bool) error {
	tenant := x.Turn.Actor.Tenant
	digits, rest := parse.TakeEnding(parse.Bare(words), nil)
	text, rest := parse.TakeNumber(rest)
	if text == "" && digits == "" {
		return x.Say(ctx, "block-what")
	}
	if err := parse.Unused(rest); err != nil {
		return err
	}
	do, said := k.Service.Block, "number-blocked"
	state := provision.Free
	if !block {
		do, said = k.Service.Unblock, "number-unblocked"
		state = provision.Blocked
	}
	n, err := k.stockNumber(ctx, x, text, digits, state)
	if err != nil {
		return err
	}
	if err := do(ctx, tenant, x.Actor(), n); err != nil {
		return err
	}
	return x.Say(ctx, said, "number", string(n))
}

// stockNumber is a number of ours as written, or the one in a state that ends in some digits.
func (k *Keeper) stockNumber(
	ctx context.Context, x *talk.Exchange, text, digits string, state provision.NumberState,
) (provision.E164, error) {
	if text == "" {
		return x.Resolver().Ending(ctx, digits, "", state)
	}
	places, err := k.Service.Places(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return "", err
	}
	return x.Resolver().Number(ctx, text, "", places, true)
}

// Page is the button that turns to the next numbers of a list.
func (k *Keeper) Page(ctx context.Context, x *talk.Exchange, data map[string]string) error {
	stock, err := k.Service.Stock(ctx, x.Turn.Actor.Tenant, x.Actor())
	if err != nil {
		return err
	}
	list := lists.NumberList{
		Location: provision.LocationID(data[view.DataLocation]),
		State:    provision.NumberState(data[view.DataState]), After: provision.E164(data[view.DataNumber]),
	}
	m, err := k.numberList(ctx, x, list, stock)
	if err != nil {
		return err
	}
	return x.Replace(ctx, m)
}

// numberList is the card of a list of numbers from a place on.
func (k *Keeper) numberList(
	ctx context.Context, x *talk.Exchange, list lists.NumberList, stock []provision.Stock,
) (chats.Message, error) {
	all, err := k.Service.Numbers(ctx, x.Turn.Actor.Tenant, x.Actor(), list.Location, list.State, list.After,
		numbersShown)
	list.Title = numbersTitle(x, list.Location, list.State, "", stock)
	list.Numbers = all
	list.Stock = stock
	list.Now = x.Now()
	return chats.Made(x.Writer().Numbers(list)), err
}
