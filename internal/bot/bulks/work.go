package bulks

import (
	"context"
	"math"
	"regexp"

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
	if err := k.readable(words); err != nil {
		return provision.Request{}, err
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

// noValue is what stands in the place of a value that a workbook does not have: Excel's own words for a mistake, and
// what package xlsx puts there.
var noValue = regexp.MustCompile(
	`^#([A-Z]{1,3}[1-9][0-9]*|N/A|NAME|REF|VALUE|DIV/0|NUM|NULL|SPILL|CALC)[!?]?$`)

// readable refuses the words of a line that a spreadsheet has spoilt. Read on, they would be part of a name.
func (k *Keeper) readable(words []parse.Word) error {
	for _, w := range words {
		if noValue.MatchString(w.Text) {
			return &provision.Error{Op: "read row", Kind: provision.Invalid,
				Say: provision.Say("bulk.no-value", "text", w.Text)}
		}
		_, err := k.Outbox.DialPlan.Parse(w.Text, "")
		if said, _ := provision.SayOf(err); said.ID == "number-digits-lost" {
			return err
		}
	}
	return nil
}
