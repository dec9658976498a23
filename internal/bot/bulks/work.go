package bulks

import (
	"context"
	"math"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/resolve"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/rows"
)

// Kinds are the jobs, for the runner.
func (k *Keeper) Kinds() []job.Kind {
	return []job.Kind{
		{Name: provision.JobBulk, Attempts: math.MaxInt, Clocked: true,
			Steps: []job.Step{{Name: "work", Do: calm(k.work)}}},
		{Name: kindCard, Attempts: math.MaxInt, Steps: []job.Step{{Name: "show", Do: k.show}}},
		{Name: kindAsk, Attempts: math.MaxInt, Steps: []job.Step{{Name: "ask", Do: k.ask}}},
		{Name: kindVote, Attempts: math.MaxInt, Steps: []job.Step{{Name: "vote", Do: calm(k.vote)}}},
	}
}

// calm has a step that meets an outage wait for its end.
func calm(do func(context.Context, *job.Run) error) func(context.Context, *job.Run) error {
	return func(ctx context.Context, r *job.Run) error {
		err := do(ctx, r)
		if err != nil && provision.Slow(err) {
			return job.Weather(err)
		}
		return err
	}
}

// work does what is due of a list.
func (k *Keeper) work(ctx context.Context, r *job.Run) error {
	tenant, id := provision.ParseJobKey(r.Key())
	again, over, err := k.Service.Work(ctx, tenant, provision.BulkID(id), k.read)
	if err != nil || over {
		return err
	}
	return job.Wait(again)
}

// read reads a row as its requester would be read.
func (k *Keeper) read(ctx context.Context, b rows.Bulk, line string) (provision.Request, error) {
	kind, words := parse.OrderOf(parse.Message(line, nil))
	if kind == "" {
		return provision.Request{}, &provision.Error{Op: "read row", Kind: provision.Invalid,
			Say: provision.Say("bulk.no-order")}
	}
	places, err := k.Service.Places(ctx, b.Tenant)
	if err != nil {
		return provision.Request{}, err
	}
	plans, err := k.Service.Plans(ctx, b.Tenant)
	if err != nil {
		return provision.Request{}, err
	}
	rs := resolve.Resolver{Service: k.Service, DialPlan: k.Outbox.DialPlan, Tenant: b.Tenant, By: b.Requester}
	ask, _, err := rs.Request(ctx, resolve.Line{Kind: kind, Words: words}, places, plans)
	if err == nil && ask.Query == "" && ask.User == "" && ask.OwnNumber() == "" {
		err = &provision.Error{Op: "read row", Kind: provision.Invalid, Say: provision.Say("bulk.nobody")}
	}
	return ask, err
}
