package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/lease"
)

// Log keys of the one line of a turn. Never names, numbers, cards or tokens.
const (
	keyKind      = "kind"
	keyWhat      = "what" // command, verb or dataset
	keyResult    = "result"
	keyTook      = "took"
	keyTenant    = "tenant"
	keyUser      = "user" // who did it, an Entra object id
	keyActivity  = "activity_id"
	keyOrder     = "order" // that it was about
	keyAbout     = "about" // whom it showed, by the same ids; a number by its last two digits
	keyReference = "reference"
	keyError     = "error"
	keyStack     = "stack"
)

// Handler answers turns. Handle is called concurrently, within the request; an error is shown to the person by the
// handler itself, so what it returns is only for the log and the status.
type Handler interface {
	Handle(ctx context.Context, t turns.Turn) (chats.Answer, error)
}

// Handle answers one turn. The same activity again, as Teams sends it after 15 seconds without an answer, waits for the
// first or gets its stored answer. Panics end here.
func (b *Bot) Handle(ctx context.Context, t turns.Turn) (chats.Answer, error) {
	var count func(provision.Tx) error
	counted := 0
	if b.Claims != nil {
		count = turns.Beside(chats.PersonKey(t.Actor.Tenant, t.Actor.User), b.Now(), &counted)
	}
	answer, err := b.flights.Once(ctx, t, b.Claims, count, func(ctx context.Context) (chats.Answer, error) {
		return b.once(ctx, t, counted)
	})
	if turns.NotBegun(err) && talk.Untaken(err) {
		return b.notBegun(ctx, t, err)
	}
	return answer, err
}

// exchange is a turn being answered, with what answers it.
type exchange struct {
	*talk.Exchange
	b       *Bot
	own     bool // the line is about the sender's own phone
	counted int  // the turn's number in this minute, where several programs count; else 0
}

// once answers a turn that no other goroutine has in hand.
func (b *Bot) once(ctx context.Context, t turns.Turn, counted int) (chats.Answer, error) {
	began := b.Wall()
	x := &exchange{Exchange: b.talk.Begin(t), b: b, counted: counted}
	if t.Kind == turns.Action { // the edit of the posted card finds the answer's drawn
		var begin func()
		ctx, begin = job.Gather(ctx)
		defer begin()
	}
	done, err := x.held(ctx)
	if !done {
		err = x.Recall(ctx)
	}
	if !done && err == nil && !x.Repeated {
		done, err = x.limited(ctx)
	}
	switch {
	case done:
	case err != nil:
		x.Fail(ctx, err)
	case !x.Repeated:
		x.run(ctx)
		if err = x.Commit(ctx); err != nil {
			err = x.unrecorded(ctx, err)
		}
	}
	if errors.Is(err, lease.ErrLost) || errors.Is(x.Cause, lease.ErrLost) {
		x, err = b.overtaken(ctx, x, err)
	}
	b.report(ctx, x, err, b.Wall().Sub(began))
	return x.Answer, err
}

// overtaken is a turn that has lost its claim: with the answer of the program that has it now, where that is stored.
func (b *Bot) overtaken(ctx context.Context, lost *exchange, err error) (*exchange, error) {
	ctx, cancel := talk.Late(ctx)
	defer cancel()
	x := &exchange{Exchange: b.talk.Begin(lost.Turn), b: b}
	if x.Recall(ctx) == nil && x.Repeated {
		return x, nil
	}
	if lost.Turn.Kind == turns.Action {
		lost.Answer = chats.Answer{Error: lost.Line(provision.Say(talk.Unsure))}
	}
	return lost, err
}

// run does what the turn asks. What goes wrong is shown to the person.
func (x *exchange) run(ctx context.Context) {
	end := x.Working(ctx)
	defer end()
	defer func() {
		if p := recover(); p != nil {
			x.Stack = string(debug.Stack())
			x.Fail(ctx, fmt.Errorf("panic: %v", p))
		}
	}()
	answer := x.b.router.dispatch
	if x.old() {
		answer = answerOld
	}
	if err := answer(ctx, x); err != nil {
		x.Fail(ctx, err)
	}
}

// Answered is what a turn came to. What is a command, verb or dataset of the bot's, unless Result says unknown.
type Answered struct{ Kind, What, Result, Order, Reference string }

func (b *Bot) report(ctx context.Context, x *exchange, err error, took time.Duration) {
	order := x.About()
	b.Observe(ctx, Answered{string(x.Turn.Kind), x.What, x.Result, order, x.Reference})
	level := slog.LevelInfo
	attrs := make([]slog.Attr, 0, 12)
	attrs = append(attrs, slog.String(keyKind, string(x.Turn.Kind)), slog.String(keyWhat, x.What),
		slog.String(keyResult, x.Result),
		slog.Duration(keyTook, took), slog.String(keyTenant, string(x.Turn.Actor.Tenant)), slog.String(keyUser,
			string(x.Turn.Actor.User)), slog.String(keyActivity, x.Turn.ID))
	if len(x.Looked) > 0 {
		attrs = append(attrs, slog.String(keyAbout, strings.Join(x.Looked, " ")))
	}
	if order != "" {
		attrs = append(attrs, slog.String(keyOrder, order))
	}
	if x.Reference != "" {
		level = slog.LevelError
		attrs = append(attrs, slog.String(keyReference, x.Reference))
	}
	if cause := x.Cause; cause != nil || err != nil {
		if err != nil {
			level, cause = slog.LevelError, err
		}
		attrs = append(attrs, slog.Any(keyError, talk.Unnamed(cause)))
	}
	if x.Stack != "" {
		attrs = append(attrs, slog.String(keyStack, x.Stack))
	}
	b.Log.LogAttrs(ctx, level, "turn", attrs...)
}
