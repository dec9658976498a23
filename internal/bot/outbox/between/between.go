// Package between has the programs on a store tell one another of the connector's trouble: a pause that it asked one of
// them for, and a message that it may have taken although it answered with an error. What one program alone makes of
// trouble, its lanes, is package outbox's.
package between

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
)

// Pauses keeps what is told; *pauses.Keeper is it.
type Pauses interface {
	Left(ctx context.Context, tenant provision.TenantID, service string) time.Duration
	Ask(ctx context.Context, tenant provision.TenantID, service string, d time.Duration) error
	End(ctx context.Context, tenant provision.TenantID, service string) error
	EndAll(ctx context.Context, tenant provision.TenantID, prefix string) error
}

// Programs are those on a store. nil: there is one, which knows everything by itself. What the others cannot be told they
// meet by themselves: it is only logged.
type Programs struct {
	Pauses Pauses
	Now    func() time.Time // business time
	Log    *slog.Logger
}

// The names of what is told. They are persisted, before the method and the conversation: never rename one.
const (
	asked = "connector"        // a pause
	taken = "connector-unsure" // a message that may have been taken
	anew  = "connector-anew"   // an operator has had everything tried again
)

// unsureTime is how long a message that may have been taken is remembered: it is tried again much sooner. anewTime is
// longer than any program waits by itself.
const (
	unsureTime = time.Hour
	anewTime   = time.Hour
)

// spot is what a lane is about: a tenant, and a method with a conversation or person of it.
func spot(method, lane string) (tenant provision.TenantID, at string) {
	before, after, _ := strings.Cut(lane, "/")
	return provision.TenantID(before), method + "/" + after
}

// Known is what the others have met where a call goes.
type Known struct {
	Wait   time.Duration // for how long nobody may make it
	Unsure bool          // an earlier message may have been taken
	Anew   time.Time     // what failed before it is to be tried again; zero: nothing
}

// Ahead is what is known where a call goes, by its method and lane.
func (p *Programs) Ahead(ctx context.Context, method, lane string) (k Known) {
	if p == nil {
		return k
	}
	tenant, at := spot(method, lane)
	k.Wait = max(p.Pauses.Left(ctx, tenant, asked+"/"+method), p.Pauses.Left(ctx, tenant, asked+"/"+at))
	k.Unsure = p.Pauses.Left(ctx, tenant, taken+"/"+at) > 0
	if left := p.Pauses.Left(ctx, tenant, anew); left > 0 {
		k.Anew = p.Now().Add(left - anewTime)
	}
	return k
}

// Again has all programs try everything of a tenant again, whatever they wait for by themselves, and whatever pause one
// of them was asked for.
func (p *Programs) Again(ctx context.Context, tenant provision.TenantID) {
	if p == nil {
		return
	}
	p.told(p.Pauses.EndAll(ctx, tenant, asked+"/"))
	p.told(p.Pauses.Ask(ctx, tenant, anew, anewTime))
}

// Came tells the others what came of a call. everywhere says that the connector refuses the whole app, and unsure that
// it may have taken the message.
func (p *Programs) Came(ctx context.Context, method, lane string, err error, everywhere, unsure bool) {
	if p == nil {
		return
	}
	tenant, at := spot(method, lane)
	if chats.Reason(err) != chats.Busy {
		p.told(p.Pauses.End(ctx, tenant, taken+"/"+at))
		return
	}
	if unsure {
		p.told(p.Pauses.Ask(ctx, tenant, taken+"/"+at, unsureTime))
	}
	var d *chats.DeliveryError
	if !errors.As(err, &d) {
		return
	}
	p.told(p.Pauses.Ask(ctx, tenant, asked+"/"+at, d.RetryAfter))
	if everywhere {
		p.told(p.Pauses.Ask(ctx, tenant, asked+"/"+method, d.RetryAfter))
	}
}

func (p *Programs) told(err error) {
	if err != nil {
		p.Log.Warn("other replicas are not told of the connector's trouble", "error", err)
	}
}
