// Package numbers answers what people write and press about the numbers of the organisation: which there are, adding
// and blocking them, files of them, and the locations that they belong to.
//
//	numbers.go  the Keeper, and what it needs
//	list.go     locations, and numbers by location, state or digits
//	stock.go    adding, blocking, giving back
//	reserve.go  numbers that are kept for a person
//	file.go     files of numbers
//	site.go     new locations
package numbers

import (
	"context"

	"calltab/internal/bot/talk"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

// Service is what the Keeper needs of the core.
type Service interface {
	finder
	stockKeeper
	reserver
	fileTaker
	siteAdder
}

// finder finds numbers and locations.
type finder interface {
	Admit(ctx context.Context, tenant provision.TenantID, by provision.Actor, r provision.Right) error
	Places(ctx context.Context, tenant provision.TenantID) ([]provision.Location, error)
	Find(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, q provision.Query, limit int,
	) ([]provision.Finding, error)
	Ending(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, digits string, at provision.LocationID,
		states []provision.NumberState, limit int,
	) ([]provision.Number, error)
	Free(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, loc provision.LocationID,
		digits string, limit int,
	) ([]provision.Number, error)
}

// Keeper answers about numbers.
type Keeper struct {
	Service  Service
	DialPlan provision.DialPlan
	Files    turns.Files // nil: files are not read
	// People takes the lines of a file of orders for several people
	People func(ctx context.Context, x *talk.Exchange, lines []string, notes []provision.Message) error
}
