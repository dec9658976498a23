package admin

import (
	"context"
	"crypto/rand"
	mathrand "math/rand/v2"
	"time"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/fulfil"
	"calltab/internal/provision/job"
	"calltab/internal/provision/lease"
)

// What one of several programs on a database does at a time, a replica or a command: to bring the inventory up to a
// file, and to forget. The names are persisted.
const (
	ChangeLease = "start" // each start of a replica imports its file
	ForgetLease = "forget"
)

// LeaseTime is how long the others wait for a program that has died while it did one of them.
const LeaseTime = 30 * time.Second

// opsOn does the work on a store that this process has open. Beside other programs it does what one does at a time
// when they do not.
func opsOn(db storefile.Store, key []byte) Ops {
	now := time.Now
	if d, is := db.(interface{ Clock() time.Time }); is {
		now = d.Clock
	}
	o := Ops{Service: inventory(db, key, now), store: db}
	if storefile.Shared(db) {
		o.turn = &lease.Keeper{Store: db, Wall: now, Name: rand.Text()}
	}
	return o
}

// inventory is a service that knows no Microsoft and no people: it keeps inventories. The jobs that it adds are for the
// program that runs, or for the next one.
func inventory(db provision.Store, key []byte, now func() time.Time) *core.Core {
	jobs := job.New(db, job.Options{Now: now, Rand: mathrand.Float64})
	service := core.New(provision.Config{Store: jobs.Store(), Queue: jobs, AuditKey: key, Now: now,
		NewID: storefile.NewID})
	for _, k := range fulfil.New(service).Kinds() {
		jobs.Register(k)
	}
	return service
}

// alone does what one of several programs does at a time.
func (o Ops) alone(ctx context.Context, what string, do func(context.Context) error) error {
	return o.turn.Do(ctx, what, LeaseTime, do)
}
