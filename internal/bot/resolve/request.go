package resolve

import (
	"context"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/provision"
)

// Line is what a line says behind the command of an order.
type Line struct {
	Kind  provision.OrderKind
	Words []parse.Word
	Own   bool // it is about its sender where it names nobody
}

// Request reads the line of an order: whom it is for, and whatever else it says of it. What nothing was made of is an
// error that names it.
func (r Resolver) Request(
	ctx context.Context, l Line, places []provision.Location, plans []provision.Plan,
) (provision.Request, parse.Wish, error) {
	ask := provision.Request{Tenant: r.Tenant, Kind: l.Kind, Requester: r.By}
	words := l.Words
	var origin parse.Wish
	if l.Kind == provision.Move || l.Kind == provision.ChangeNumber {
		origin, words = parse.TakeOrigin(words, parse.NewVocabulary(places, nil))
	}
	known := parse.OrderVocabulary(l.Kind, places, plans)
	digits, words := parse.TakeEnding(words, known)
	w, err := r.Wish(ctx, words, known)
	if err != nil {
		return ask, w, err
	}
	if w.User == "" && (lexicon.IsSelf(w.Person) || l.Own && w.Person == "") {
		w.Person, w.User = r.By.Name, r.By.ID
	}
	if err := parse.Unused(w.Unused(l.Kind, r.Mentions, plans)); err != nil {
		return ask, w, err
	}
	ask.Query = w.Person
	ask.User = w.User
	ask.Location = w.Location
	ask.Plan = w.Plan
	ask.From = origin.Location
	if ask.Number, err = r.numberOf(ctx, l.Kind, w, digits, places); err != nil {
		return ask, w, err
	}
	switch n := origin.Number; {
	case n == "":
	case parse.CountDigits(n) < parse.ShortestNumber:
		ask.FromNumber, err = r.Ending(ctx, n, origin.Location, provision.Assigned)
	default:
		ask.FromNumber, err = r.Number(ctx, n, origin.Location, places, true)
	}
	return ask, w, err
}

// numberOf is the number that an order's line names, in full or by its last digits; empty where it names none.
func (r Resolver) numberOf(
	ctx context.Context, kind provision.OrderKind, w parse.Wish, digits string, places []provision.Location,
) (provision.E164, error) {
	asks := kind.Asks(provision.FormNumber) // one in its line is the new one then, else it is the person's own
	switch {
	case w.Number != "":
		return r.Number(ctx, w.Number, w.Location, places, !kind.Gives())
	case digits == "" && w.Any && w.Location != "" && asks:
		return r.BestFree(ctx, w.Location), nil
	case digits == "":
		return "", nil
	case kind == provision.ChangeNumber:
		return r.Ending(ctx, digits, r.PlaceOf(ctx, w), provision.Free)
	case asks:
		return r.Ending(ctx, digits, w.Location, provision.Free)
	}
	return r.Ending(ctx, digits, w.Location, provision.Assigned)
}
