package numbers

import (
	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"context"
)

// numbersShown is one more than the card lists: it says that there are more.
const numbersShown = lists.ListedNumbers + 1

// Locations lists the locations with what they have.
func (k *Keeper) Locations(ctx context.Context, x *talk.Exchange, _ []parse.Word) error {
	stock, err := k.Service.Stock(ctx, x.Turn.Actor.Tenant, x.Actor())
	if err != nil {
		return err
	}
	return x.Show(ctx, chats.Made(x.Writer().Locations(stock)))
}

// unplaced is why words behind a location name none: they name another one, or nothing that is known.
func unplaced(left string, places []provision.Location) error {
	say := provision.Say("location-unknown", "location", left)
	if another := parse.ReadPlace(parse.Split(left), places); another.Location != "" { // "numbers Boston and Seattle"
		say = provision.Say("reading.many")
	}
	return &provision.Error{Op: "list numbers", Kind: provision.NotFound, Say: say}
}

// List lists numbers: of a location, of a state, or free ones by their digits. Where the line is about one person or
// one number, nothing is shown, and about is what to look for.
func (k *Keeper) List(ctx context.Context, x *talk.Exchange, words []parse.Word) (about string, err error) {
	tenant := x.Turn.Actor.Tenant
	places, err := k.Service.Places(ctx, tenant)
	if err != nil {
		return "", err
	}
	stock, err := k.Service.Stock(ctx, tenant, x.Actor())
	if err != nil {
		return "", err
	}
	state, rest := parse.TakeState(parse.WithoutCourtesy(words))
	digits, rest := parse.TakeDigits(rest)
	q := parse.ReadPlace(rest, places)
	if left := q.Person; left != "" {
		if x.Resolver().GoesBy(ctx, left) { // "numbers gita" is about her number
			return left, nil
		}
		return "", unplaced(left, places)
	}
	var all []provision.Number
	switch {
	case digits != "" && state != "" && state != provision.Free:
		states := []provision.NumberState{state}
		all, err = k.Service.Ending(ctx, tenant, x.Actor(), digits, q.Location, states, numbersShown)
		if err == nil && len(all) == 1 {
			return string(all[0].E164), nil
		}
		if err == nil && len(all) == 0 && q.Location != "" { // says so where the reader may not look there
			_, err = k.Service.Numbers(ctx, tenant, x.Actor(), q.Location, state, "", 1)
		}
	case digits != "" && q.Location != "":
		all, err = k.Service.Free(ctx, tenant, x.Actor(), q.Location, digits, numbersShown)
	case parse.CountDigits(digits) >= parse.ShortestNumber:
		return digits, nil
	case digits != "":
		for _, s := range stock {
			if len(all) == numbersShown {
				break
			}
			var some []provision.Number
			if some, err = k.Service.Free(ctx, tenant, x.Actor(), s.ID, digits, numbersShown-len(all)); err != nil {
				break
			}
			all = append(all, some...)
		}
	default:
		m, err := k.numberList(ctx, x, lists.NumberList{Location: q.Location, State: state}, stock)
		if err != nil {
			return "", err
		}
		return "", x.Show(ctx, m)
	}
	if err != nil {
		return "", err
	}
	return "", x.Show(ctx, chats.Made(x.Writer().Numbers(lists.NumberList{
		Title: numbersTitle(x, q.Location, state, digits, stock), Numbers: all, Stock: stock, Now: x.Now(),
		Found: true,
	})))
}

func numbersTitle(
	x *talk.Exchange, id provision.LocationID, state provision.NumberState, digits string, stock []provision.Stock,
) string {
	where := x.Words.Say("numbers.everywhere")
	for _, s := range stock {
		if s.ID == id {
			where = s.Name
		}
	}
	title := x.Writer().NumbersTitle(where, state)
	switch {
	case digits == "":
		return title
	case state != "" && state != provision.Free:
		return x.Words.Say("numbers.ending", "title", title, "digits", digits)
	}
	return x.Words.Say("numbers.matching", "location", where, "digits", digits)
}

// Free ends the rest of a number, and shows the number as it is now.
func (k *Keeper) Free(ctx context.Context, x *talk.Exchange, data map[string]string) error {
	tenant, n := x.Turn.Actor.Tenant, provision.E164(data[view.DataNumber])
	if err := k.Service.FreeNow(ctx, tenant, x.Actor(), n); err != nil {
		return err
	}
	found, err := k.Service.Find(ctx, tenant, x.Actor(), provision.Query{Number: n}, 1)
	if err != nil {
		return err
	}
	return x.Replace(ctx, chats.Made(x.Writer().Found(found)))
}
