// Package core joins the rooms of package provision: [New] makes every service over one set of ports, each with the
// ones below it, and a [Core] has the operations of all. It decides nothing itself. The program and its tests make one;
// a caller that uses only some operations names a small interface beside the use.
package core

import (
	"log/slog"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/approve"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/bulk"
	"calltab/internal/provision/diagnose"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/draft"
	"calltab/internal/provision/forget"
	"calltab/internal/provision/history"
	"calltab/internal/provision/integrity"
	"calltab/internal/provision/limits"
	"calltab/internal/provision/lookup"
	"calltab/internal/provision/observe"
	"calltab/internal/provision/order"
	"calltab/internal/provision/outage"
	"calltab/internal/provision/people"
	"calltab/internal/provision/reconcile"
	"calltab/internal/provision/repair"
	"calltab/internal/provision/result"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/routes"
	"calltab/internal/provision/span"
	"calltab/internal/provision/stock"
	"calltab/internal/provision/undo"
)

// The services, under names that a struct can embed side by side.
type (
	auditService     = audit.Service
	accessService    = access.Service
	stockService     = stock.Service
	spanService      = span.Service
	rosterService    = roster.Service
	peopleService    = people.Service
	orderService     = order.Service
	docketService    = docket.Service
	outageService    = outage.Service
	limitsService    = limits.Service
	lookupService    = lookup.Service
	approveService   = approve.Service
	draftService     = draft.Service
	bulkService      = bulk.Service
	observeService   = observe.Service
	resultService    = result.Service
	undoService      = undo.Service
	repairService    = repair.Service
	diagnoseService  = diagnose.Service
	historyService   = history.Service
	reconcileService = reconcile.Service
	integrityService = integrity.Service
	routesService    = routes.Service
)

// Core is every operation of the rooms. It is safe for concurrent use.
type Core struct {
	*provision.Config
	*auditService
	*accessService
	*stockService
	*spanService
	*rosterService
	*peopleService
	*orderService
	*docketService
	*outageService
	*limitsService
	*lookupService
	*approveService
	*draftService
	*bulkService
	*observeService
	*resultService
	*undoService
	*repairService
	*diagnoseService
	*historyService
	*reconcileService
	*integrityService
	*routesService

	// Forgets forgets people, in the tables of the rooms
	Forgets *forget.Service

	heard *listening
}

// New returns a core over its ports.
func New(c provision.Config) *Core {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Carrier == nil {
		c.Carrier = stock.Ledger{Store: c.Store}
	}
	heard := &listening{silence{}}
	c.Listener = heard
	core := &Core{Config: &c, heard: heard}
	core.auditService = audit.New(&c)
	core.accessService = access.New(&c)
	core.stockService = stock.New(&c, core.auditService, core.accessService)
	core.spanService = span.New(&c)
	core.rosterService = roster.New(&c, core.auditService, core.accessService, core.stockService)
	core.peopleService = people.New(&c, core.auditService, core.accessService, core.stockService,
		core.rosterService)
	core.orderService = order.New(&c, core.auditService, core.accessService, core.stockService,
		core.rosterService)
	core.docketService = docket.New(&c, core.accessService, core.orderService)
	core.outageService = outage.New(&c, core.accessService, core.orderService)
	core.limitsService = limits.New(&c, core.auditService, core.accessService, core.orderService)
	core.lookupService = lookup.New(&c, core.auditService, core.accessService, core.stockService,
		core.rosterService, core.peopleService, core.orderService)
	core.approveService = approve.New(&c, core.accessService, core.stockService, core.rosterService,
		core.peopleService, core.orderService, core.outageService)
	core.draftService = draft.New(&c, core.accessService, core.stockService, core.rosterService,
		core.orderService, core.limitsService, core.lookupService, core.approveService)
	core.bulkService = bulk.New(&c, core.auditService, core.accessService, core.stockService, core.orderService,
		core.approveService, core.draftService)
	core.observeService = observe.New(&c, core.rosterService, core.peopleService, core.orderService)
	core.resultService = result.New(&c, core.auditService, core.accessService, core.stockService,
		core.rosterService, core.peopleService, core.orderService, core.outageService, core.limitsService,
		core.observeService)
	core.undoService = undo.New(&c, core.auditService, core.accessService, core.stockService,
		core.rosterService, core.orderService, core.outageService, core.approveService, core.draftService,
		core.resultService)
	core.repairService = repair.New(&c, core.auditService, core.accessService, core.stockService,
		core.rosterService, core.peopleService, core.orderService, core.observeService, core.resultService)
	core.diagnoseService = diagnose.New(&c, core.accessService, core.rosterService, core.peopleService,
		core.orderService, core.lookupService, core.repairService)
	core.historyService = history.New(&c, core.auditService, core.accessService, core.rosterService,
		core.peopleService, core.orderService)
	core.reconcileService = reconcile.New(&c, core.auditService, core.accessService, core.stockService,
		core.rosterService, core.peopleService, core.orderService, core.observeService, core.repairService)
	core.Forgets = forget.New(&c, core.auditService, core.rosterService, core.peopleService)
	core.routesService = routes.New(&c)
	core.integrityService = integrity.New(&c, core.stockService, core.rosterService, core.orderService)
	return core
}

// Filler fills orders in whose requester answers no form.
func (c *Core) Filler() draft.Filler { return draft.Filler{Service: c.draftService} }

// Listen names who hears of every change; call it before the core is used.
func (c *Core) Listen(l provision.Listener) { c.heard.Listener = l }

// listening passes on what it hears to a listener that is named after the services are made.
type listening struct{ provision.Listener }

// silence hears nothing.
type silence struct{}

func (silence) OrderChanged(provision.Tx, provision.Order, provision.Event) error        { return nil }
func (silence) SyncChanged(provision.Tx, provision.TenantID, provision.SyncReport) error { return nil }
func (silence) NumbersCompared(provision.Tx, provision.TenantID, provision.NumberReport) error {
	return nil
}
func (silence) StockLow(provision.Tx, provision.TenantID, provision.Location, int) error { return nil }
func (silence) OutageChanged(provision.Tx, provision.TenantID, provision.Outage, bool) error {
	return nil
}
func (silence) BulkChanged(provision.Tx, provision.TenantID, provision.BulkID) error { return nil }
func (silence) Undelivered(provision.Tx, provision.Order) (time.Time, error)         { return time.Time{}, nil }
func (silence) LinkCame(provision.Tx, provision.Order, string) error                 { return nil }
