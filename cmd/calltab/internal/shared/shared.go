// Package shared is for a store that several programs write to: replicas that serve from a database, and commands of its
// owner beside them. It says what one of them does at a time, and has the service of a command, which knows no Microsoft.
//
// It decides nothing about who may write: package pgstore does, and package lease has one do a thing at a time.
package shared

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
	"calltab/internal/provision/orgfile"
)

// What one program does at a time: to bring the inventory up to a file, and to forget. They are persisted.
const (
	Change = "start" // each start of a replica imports its file
	Forget = "forget"
)

// Time is how long the others wait for a program that has died while it did one of them.
const Time = 30 * time.Second

// Clock is the time by which programs on a store agree.
func Clock(db storefile.Store) func() time.Time {
	if d, is := db.(interface{ Clock() time.Time }); is {
		return d.Clock
	}
	return time.Now
}

// Turn has one program do a thing at a time; nil where this one has the store for itself.
func Turn(db storefile.Store) *lease.Keeper {
	if !storefile.Shared(db) {
		return nil
	}
	return &lease.Keeper{Store: db, Wall: Clock(db), Name: rand.Text()}
}

// Inventory is a service that knows no Microsoft and no people: it keeps inventories. The jobs that it adds are for the
// program that runs, or for the next one.
func Inventory(db provision.Store, key []byte, now func() time.Time) *core.Core {
	jobs := job.New(db, job.Options{Now: now, Rand: mathrand.Float64})
	service := core.New(provision.Config{Store: jobs.Store(), Queue: jobs, AuditKey: key, Now: now,
		NewID: storefile.NewID})
	for _, k := range fulfil.New(service).Kinds() {
		jobs.Register(k)
	}
	return service
}

// Files brings an inventory up to organisation files. Beside programs at work it frees no number that is blocked, as
// only they can ask Microsoft whether it is in use.
func Files(service *core.Core, beside bool) *orgfile.Service {
	if beside {
		return orgfile.New(service.Store, unasked{service})
	}
	return orgfile.New(service.Store, service)
}

// unasked is a core that can ask Microsoft nothing.
type unasked struct{ *core.Core }

// NumberHolder is not known.
func (unasked) NumberHolder(context.Context, provision.TenantID, provision.E164) (provision.Holder, error) {
	return provision.Holder{}, orgfile.ErrNotAsked
}
