// Package greet proves the whole round with one person: a card goes out to them, and their press on its button comes
// back through the endpoint. The doctor asks for it, as nothing else shows that Teams reaches the bot.
//
// A greeting is of the moment and is not stored: it ends with the process, and with the command that waits for it.
// Callers hand presses on to [Keeper.Press]; the token in a card is only a name, and whose press it is says the
// verified sender.
package greet

import (
	"context"
	"errors"
	"sync"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// Why a greeting could not be sent: sentences for the person who asked for it.
var (
	ErrNotInstalled = errors.New("the app is not in their Teams")
	ErrBlocked      = errors.New("they have blocked Calltab in Teams")
)

// Keeper greets. All fields are required.
type Keeper struct {
	Outbox     *outbox.Outbox
	Courier    chats.Courier // the turns' way to the connector
	ServiceURL string        // for people never met
	NewID      func() string

	mu      sync.Mutex
	waiting map[string]greeting // by token
}

// greeting is one whose press is waited for.
type greeting struct {
	tenant  provision.TenantID
	user    provision.UserID
	pressed chan struct{} // closed by the press
}

// Greet sends a person a card, calls sent when it is in their chat, and returns when they have pressed its button. Its
// error is ErrNotInstalled, ErrBlocked, that of the connector, or that of ctx.
func (k *Keeper) Greet(ctx context.Context, tenant provision.TenantID, user provision.UserID, sent func()) error {
	near := chats.Conversation{Tenant: tenant, ServiceURL: k.ServiceURL}
	chat, _, err := k.Outbox.Personal(ctx, k.Courier, near, user)
	if err != nil {
		return because(err)
	}
	token, pressed := k.await(tenant, user)
	defer k.forget(token)
	m := chats.Made(k.Outbox.Writer(chats.Reader{}, provision.Location{}).Greeting(token))
	if _, err := k.Courier.Post(ctx, chat, chats.Outgoing{Card: m.Card, Summary: m.Summary}); err != nil {
		return because(err)
	}
	sent()
	select {
	case <-pressed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// because is the error of a message that did not go out.
func because(err error) error {
	switch chats.Reason(err) {
	case chats.NotInstalled:
		return ErrNotInstalled
	case chats.BlockedByUser:
		return ErrBlocked
	}
	return err
}

func (k *Keeper) await(tenant provision.TenantID, user provision.UserID) (token string, pressed <-chan struct{}) {
	g := greeting{tenant: tenant, user: user, pressed: make(chan struct{})}
	token = k.NewID()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.waiting == nil {
		k.waiting = map[string]greeting{}
	}
	k.waiting[token] = g
	return token, g.pressed
}

func (k *Keeper) forget(token string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.waiting, token)
}

// take ends the waiting for a greeting, where the press is its person's, and with it that for every other greeting of
// that person: what one press proves, nobody needs another one for. It reports whether it was.
func (k *Keeper) take(token string, tenant provision.TenantID, user provision.UserID) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	g, ok := k.waiting[token]
	if !ok || g.tenant != tenant || g.user != user {
		return false
	}
	for other, o := range k.waiting {
		if o.tenant == tenant && o.user == user {
			delete(k.waiting, other)
			close(o.pressed)
		}
	}
	return true
}

// Press is a press on the card's button. One that nobody waits for any more gets a card that says so.
func (k *Keeper) Press(ctx context.Context, x *talk.Exchange, data map[string]string) error {
	inTime := k.take(data[view.DataGreeting], x.Turn.Actor.Tenant, x.Turn.Actor.User)
	return x.Replace(ctx, chats.Made(x.Writer().Greeted(inTime)))
}
