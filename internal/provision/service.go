package provision

import (
	"log/slog"
	"time"
)

// LookupTime is for how long a turn reads Graph; then a job goes on. Tests that run ten times slower set it higher.
var LookupTime = 1500 * time.Millisecond

// Limits of a draft.
const (
	HoldTime      = 15 * time.Minute    // a number picked on a form
	DraftTime     = 24 * time.Hour      // a form that nobody finishes
	AbandonedTime = 30 * 24 * time.Hour // for which an ended form is kept that was never saved
	BestCount     = 5                   // numbers that a form offers
)

// The kinds of jobs that the service queues beside those of orders (kind.go). They are persisted: never rename one.
const (
	JobWatch    = "watch-readiness" // waiting for Microsoft's side, after the work
	JobLookup   = "look-up"         // a person whom Graph did not show in time
	JobApproval = "watch-approval"  // reminders, and orders that nobody approves
	JobDraft    = "watch-draft"     // holds that end and drafts that nobody finishes
	JobCool     = "end-cooling"     // a number cools down until another person may have it
	JobReserve  = "end-reserve"     // a number is kept for a person until a date
	JobSync     = "sync"            // reading the people of a tenant
	JobNumbers  = "sync-numbers"    // holding the inventory against Microsoft's
	JobLine     = "tell-line"       // telling the carrier of a line that no order made
	JobStock    = "watch-stock"     // warning of a location that runs out of numbers
	JobTakeBack = "take-back"       // taking an order back whose phone is waited for
	JobBulk     = "bulk"            // the orders of several people, checked and begun one after the other
	JobSettle   = "settle-carrier"  // telling the carrier what a person let an order end with
)

// Config is the ports of the core and its settings, which all rooms share. All fields but Carrier, Log and Listener are
// required.
type Config struct {
	Store      Store
	Directory  Directory
	Telephony  Telephony
	BulkReader BulkReader
	Carrier    Carrier // nil: a Ledger in the store
	Queue      Queue
	Operator   Operator
	Admins     []string // Entra object ids of people and groups who may use the bot
	AuditKey   []byte   // of the MAC that chains the audit trail; keep it outside the store
	Now        func() time.Time
	NewID      func() string // a new order's id: short, unique, lower-case letters and digits
	Log        *slog.Logger
	Listener   Listener // set where the rooms are joined
	Beside     bool     // other programs are on the store: what one is told that all must know is kept there
}
