package provision

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Limits of a turn and of a draft.
const (
	lookupTime    = 1500 * time.Millisecond // Graph reads within a turn; then a job goes on
	holdTime      = 15 * time.Minute        // a number picked on a form
	draftTime     = 24 * time.Hour          // a form that nobody finishes
	abandonedTime = 30 * 24 * time.Hour     // for which an ended form is kept that was never saved
	bestCount     = 5                       // numbers that a form offers
)

// The kinds of jobs that the service queues. They are persisted: never rename one.
const (
	JobAdd          = "add"             // the work on an approved order that gives a phone
	JobChangePlan   = "change-plan"     // … that changes the plan
	JobChangeNumber = "change-number"   // … that changes the number, and perhaps the location
	JobRelease      = "release"         // … that takes the phone away
	JobWatch        = "watch-readiness" // waiting for Microsoft's side, after the work
	JobLookup       = "look-up"         // a person whom Graph did not show in time
	JobApproval     = "watch-approval"  // reminders, and orders that nobody approves
	JobDraft        = "watch-draft"     // holds that end and drafts that nobody finishes
	JobCool         = "end-cooling"     // a number that rests until somebody else may have it
	JobSync         = "sync"            // reading the people of a tenant
	JobNumbers      = "sync-numbers"    // holding the inventory against Microsoft's
	JobLine         = "tell-line"       // telling the carrier of a line that no order made
	JobStock        = "watch-stock"     // warning of a location that runs out of numbers
	JobTakeBack     = "take-back"       // taking an order back whose phone is waited for
	JobSettle       = "settle-carrier"  // telling the carrier what a person let an order end with
)

// Config is what a Service needs. All fields but Carrier and Log are required.
type Config struct {
	Store     Store
	Directory Directory
	Telephony Telephony
	Census    Census
	Carrier   Carrier // nil: a Ledger in the store
	Queue     Queue
	Operator  Operator
	Admins    []string // Entra object ids of people and groups who may use the bot
	AuditKey  []byte   // of the MAC that chains the audit trail; keep it outside the store
	Now       func() time.Time
	NewID     func() string // a new order's id: short, unique, lower-case letters and digits
	Log       *slog.Logger
}

// Service is the core's use cases. Each method commits what it changes, with its audit event and its jobs, in one
// transaction before it returns; errors are *Error. It is safe for concurrent use.
type Service struct {
	Config
	access   access
	listener Listener
	learning sync.Mutex
	learnt   atomic.Pointer[map[TenantID]*licenceTable] // by organisation files
}

// New returns a Service over its ports.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Carrier == nil {
		c.Carrier = Ledger{c.Store}
	}
	return &Service{Config: c, listener: silence{}}
}

// Listen names who hears of every change; call it before the service is used.
func (s *Service) Listen(l Listener) { s.listener = l }

type silence struct{}

func (silence) OrderChanged(Tx, Order, Event) error              { return nil }
func (silence) SyncChanged(Tx, TenantID, Roll) error             { return nil }
func (silence) NumbersCompared(Tx, TenantID, NumberReport) error { return nil }
func (silence) StockLow(Tx, TenantID, Location, int) error       { return nil }
func (silence) OutageChanged(Tx, TenantID, Outage, bool) error   { return nil }
func (silence) Undelivered(Tx, Order) (time.Time, error)         { return zeroTime, nil }
func (silence) LinkCame(Tx, Order, string) error                 { return nil }

// update is one transaction that changes an order and returns its sheet.
func (s *Service) update(ctx context.Context, tenant TenantID, id OrderID, change func(Tx, *Order) error) (Sheet, error) {
	var sheet Sheet
	err := s.Store.Update(ctx, func(tx Tx) error {
		o, err := s.OrderIn(tx, tenant, id)
		if err != nil {
			return err
		}
		if err := change(tx, &o); err != nil {
			return err
		}
		sheet, err = s.sheet(tx, o)
		return err
	})
	return sheet, err
}
