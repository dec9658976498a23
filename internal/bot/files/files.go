// Package files gives people lists as files: who has which phone, the numbers, and orders. A press on a list's button
// offers the file; Teams asks its person whether they want it, and with their yes comes an address to which a job
// writes it. A list is read page by page as the person who asked may see it at that moment, and lies in a temporary
// file, never in memory.
//
//	files.go  the Maker, and what it needs
//	offer.go  the question, and its answer
//	send.go   the job that makes, stores and shows the file
//	rows.go   phones and numbers, row by row
//	orders.go orders, row by row
//	bulk.go   the rows of a list of several people
package files

import (
	"context"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
	"calltab/internal/provision/bulk"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/people"
)

// Service is what the Maker needs of the core.
type Service interface {
	Admit(ctx context.Context, tenant provision.TenantID, by provision.Actor, r provision.Right) error
	Places(ctx context.Context, tenant provision.TenantID) ([]provision.Location, error)
	Plans(ctx context.Context, tenant provision.TenantID) ([]provision.Plan, error)
	Phones(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, q people.PhoneQuery,
	) (people.PhonePage, error)
	Numbers(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, loc provision.LocationID,
		state provision.NumberState, after provision.E164, limit int,
	) ([]provision.Number, error)
	Docket(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, q docket.Query,
	) (docket.Page, error)
	BulkRows(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.BulkID, from, most int,
	) ([]bulk.Line, error)
	Exported(tx provision.Tx, tenant provision.TenantID, by provision.UserID, list string, rows int) error
}

// Maker makes lists into files.
type Maker struct {
	Service Service
	Outbox  *outbox.Outbox // whose words, clock and store are used, and whose courier the job's messages go by
	Courier chats.Courier  // the turns' way to the connector
	Files   turns.Files    // nil: no file is offered
}

// Query is a list that a person wants. It goes to the client and comes back, so nothing of it is believed: what its
// person may not see is not in the file.
type Query struct {
	List     List                 `json:"list"`
	Location provision.LocationID `json:"at,omitempty"`
	Plan     provision.PlanID     `json:"plan,omitempty"`
	// of numbers, or how orders stand
	State provision.NumberState `json:"state,omitempty"`
	Since time.Time             `json:"since,omitzero"` // orders that ended within, phones from it on
	Until time.Time             `json:"until,omitzero"`
	Bulk  provision.BulkID      `json:"bulk,omitempty"` // whose rows
}

// List names a list. The names are in offers that lie in chats: never rename one.
type List string

// The lists.
const (
	Phones  List = "phones"  // who has which
	Numbers List = "numbers" // by location or state
	Orders  List = "orders"  // by how they stand
	Bulk    List = "bulk"    // the rows of a list of several people
)
