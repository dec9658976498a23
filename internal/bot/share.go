package bot

import (
	"context"
	"strconv"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

// turnLimiter says how many turns a person may have within a minute.
type turnLimiter interface {
	TurnLimit(ctx context.Context, tenant provision.TenantID, user provision.UserID) (int, error)
	Lift(ctx context.Context, tenant provision.TenantID, by provision.Actor, of provision.UserID) (time.Time, error)
}

// resultLimited is of a turn that was one too many within a minute: nothing of it was read.
const resultLimited = "limited"

// fewTurns are so few in a minute that nobody's limit is looked up for them.
const fewTurns = 10

// limited answers a turn that is one too many for its person in this minute, so that everybody else is served as fast
// as ever. A message is told so once a minute, a press each time, since a button waits for its answer. Looking for a
// number as one types does not count.
func (x *exchange) limited(ctx context.Context) (yes bool, err error) {
	by := x.Turn.Actor
	switch x.Turn.Kind {
	case turns.Message, turns.Submit, turns.Action, turns.Dropped, turns.Consented, turns.Edited:
	default:
		return false, nil
	}
	person := chats.PersonKey(by.Tenant, by.User)
	t := x.b.turns.Add(person, x.b.Now(), x.counted)
	if t.N <= fewTurns || by.User == "" {
		return false, nil
	}
	if t.Most == 0 {
		t.Most, err = x.b.Service.TurnLimit(ctx, by.Tenant, by.User)
		if err != nil {
			return false, err
		}
		x.b.turns.Bound(person, t.Most)
	}
	if t.Most < 0 || t.N <= t.Most {
		return false, nil
	}
	x.Result = resultLimited
	m := provision.Say("share-turns", "count", strconv.Itoa(t.Most))
	switch {
	case x.Turn.Kind == turns.Action:
		x.Answer = chats.Answer{Error: x.Line(m)}
	case t.N == max(t.Most, fewTurns)+1:
		x.Cause = x.Tell(ctx, m)
	}
	return true, nil
}

// lift has no limit hold for a person for a day.
func lift(ctx context.Context, x *exchange, words []parse.Word) error {
	p, err := x.person(ctx, words, "lift-whom")
	if err != nil || p.ID == "" {
		return err
	}
	if _, err := x.b.Service.Lift(ctx, x.Turn.Actor.Tenant, x.Actor(), p.ID); err != nil {
		return err
	}
	return x.Say(ctx, "lifted", "person", p.Name())
}
