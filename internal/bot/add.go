package bot

import (
	"context"
	"errors"
	"slices"
	"strings"

	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// ordering is the command for orders of a kind.
func ordering(kind provision.OrderKind) func(context.Context, *exchange, []word) error {
	if kind == provision.Add {
		return func(ctx context.Context, x *exchange, words []word) error {
			numbers := len(words) > 0 && strings.EqualFold(words[0].text, "numbers")
			location := len(words) > 0 && !words[0].quoted && slices.Contains([]string{"location", "site", "office"}, strings.ToLower(words[0].text))
			if numbers || location {
				if err := x.b.Service.Admit(ctx, x.turn.Actor.Tenant, x.actor(), provision.Manage); err != nil {
					return x.refused(ctx, err)
				}
			}
			switch {
			case numbers:
				return x.addNumbers(ctx, words[1:])
			case location:
				return x.show(ctx, made(x.writer().NewLocation(view.LocationForm{Name: join(words[1:])})))
			}
			return x.order(ctx, kind, words)
		}
	}
	return func(ctx context.Context, x *exchange, words []word) error { return x.order(ctx, kind, words) }
}

// ownOrder is the command for a phone of one's own: "I need a phone". A line that names somebody else means them.
func ownOrder(ctx context.Context, x *exchange, words []word) error {
	x.own = true
	return x.order(ctx, provision.Add, words)
}

// firstPerson are the words for oneself.
var firstPerson = setOf("me", "myself", "i")

// order begins an order with what the line says, and shows the first form for the rest.
func (x *exchange) order(ctx context.Context, kind provision.OrderKind, words []word) error {
	tenant := x.turn.Actor.Tenant
	places, err := x.b.Service.Places(ctx, tenant)
	if err != nil {
		return err
	}
	plans, err := x.b.Service.Plans(ctx, tenant)
	if err != nil {
		return err
	}
	var origin wish
	if kind == provision.Move || kind == provision.ChangeNumber {
		origin, words = takeOrigin(words, vocabulary(places, nil))
	}
	w, err := x.wish(ctx, words, orderWords(kind, places, plans))
	if err != nil {
		return err
	}
	if w.User == "" && (firstPerson[strings.ToLower(w.Person)] || x.own && w.Person == "") {
		w.Person, w.User = x.turn.Actor.Name, x.turn.Actor.User
	}
	if err := unused(x.left(kind, w, plans)); err != nil {
		return err
	}
	r := provision.Request{Tenant: tenant, Kind: kind, Requester: x.actor(), Query: w.Person, User: w.User, Location: w.Location, Plan: w.Plan}
	if w.Number != "" {
		if r.Number, err = x.number(ctx, w.Number, w.Location, places, !kind.Gives()); err != nil {
			return err
		}
	}
	r.From = origin.Location
	if origin.Number != "" {
		if r.FromNumber, err = x.number(ctx, origin.Number, origin.Location, places, true); err != nil {
			return err
		}
	}
	sheet, err := x.b.Service.Begin(ctx, r)
	if err != nil {
		return unplaced(err, w)
	}
	if kind == provision.Add && (len(x.turn.Mentions) > 1 || len(others(words, w.Person)) > 0) {
		if err := x.say(ctx, "one-at-a-time", "person", w.Person); err != nil {
			return err
		}
	}
	return x.showSheet(ctx, sheet, orderCard)
}

// left is what an order of the kind makes nothing of: what says nothing, a plan where the kind leaves it as it is, and other people,
// who are left for later where a phone is given. What takes away or changes is for the one person whom the line names.
func (x *exchange) left(kind provision.OrderKind, w wish, plans []provision.Plan) []word {
	left := w.Left
	if kind == provision.Add {
		for _, m := range x.turn.Mentions {
			left = withoutEach(left, split(m.Name))
		}
	}
	left = slices.DeleteFunc(slices.Clone(left), func(v word) bool {
		return isUPN(v.text) && (kind == provision.Add || strings.EqualFold(v.text, w.Person))
	})
	if slices.Contains(kind.Forms(), provision.FormPlan) {
		return left
	}
	for _, p := range plans {
		if p.ID == w.Plan {
			left = append(left, word{text: p.Name, quoted: true})
		}
	}
	return left
}

// change is the command that names what changes, or leaves it to be guessed from the rest: "change plan dana",
// "change dana to unlimited".
func change(ctx context.Context, x *exchange, words []word) error {
	kinds := map[string]provision.OrderKind{
		"plan": provision.ChangePlan, "number": provision.ChangeNumber, "phone": provision.ChangeNumber,
		"location": provision.Move, "site": provision.Move, "office": provision.Move,
	}
	for _, w := range words {
		if kind := kinds[strings.ToLower(w.text)]; kind != "" && !w.quoted {
			return x.order(ctx, kind, words)
		}
	}
	places, err := x.b.Service.Places(ctx, x.turn.Actor.Tenant)
	if err != nil {
		return err
	}
	plans, err := x.b.Service.Plans(ctx, x.turn.Actor.Tenant)
	if err != nil {
		return err
	}
	switch w := parseWish(words, x.turn.Mentions, vocabulary(places, plans)); {
	case w.Plan != "":
		return x.order(ctx, provision.ChangePlan, words)
	case w.Location != "":
		return x.order(ctx, provision.Move, words)
	case w.Number != "":
		return x.order(ctx, provision.ChangeNumber, words)
	}
	return x.say(ctx, "change-what")
}

// takeOrigin takes out the location that a person moves from, or the number that changes: "move dana from seattle to boston". What
// else stands behind the "from" stays in the line.
func takeOrigin(words []word, known []named) (wish, []word) {
	is := func(text string) func(word) bool {
		return func(w word) bool { return !w.quoted && strings.EqualFold(w.text, text) }
	}
	origin := wish{Person: "?"}
	from := slices.IndexFunc(words, is("from"))
	if from < 0 {
		return origin, words
	}
	before, behind := words[:from], words[from+1:]
	var rest []word
	if to := slices.IndexFunc(behind, is("to")); to >= 0 {
		behind, rest = behind[:to], behind[to:]
	}
	behind = slices.Clone(behind)
	origin.Number, behind = takeNumber(behind)
	behind = origin.takeNames(behind, known)
	behind = origin.takeGuesses(behind, known)
	return origin, slices.Concat(before, behind, rest)
}

func notFound(err error) bool {
	m, _ := provision.SayOf(err)
	return err != nil && m.ID == "person-not-found"
}

// others are the people whom a line names by their user names besides the one.
func others(words []word, person string) []word {
	return slices.DeleteFunc(slices.Clone(words), func(w word) bool { return !isUPN(w.text) || strings.EqualFold(w.text, person) })
}

// unplaced says more where nobody goes by several words: one of them may be meant as a location or a plan.
func unplaced(err error, w wish) error {
	var e *provision.Error
	if !errors.As(err, &e) || !notFound(err) || w.User != "" || isUPN(w.Person) || !strings.Contains(w.Person, " ") {
		return err
	}
	more := *e
	more.Say = provision.Say("words-not-placed", "person", w.Person)
	return &more
}
