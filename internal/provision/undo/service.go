package undo

import (
	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/approve"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/draft"
	"calltab/internal/provision/order"
	"calltab/internal/provision/outage"
	"calltab/internal/provision/result"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/stock"
)

// Service is the operations of this room. Make it with [New]; it is safe for concurrent use.
type Service struct {
	*provision.Config
	audit   *audit.Service
	access  *access.Service
	stock   *stock.Service
	roster  *roster.Service
	order   *order.Service
	outage  *outage.Service
	approve *approve.Service
	draft   *draft.Service
	result  *result.Service
}

// New returns the service over its ports and the rooms below.
func New(c *provision.Config, audit *audit.Service, access *access.Service, stock *stock.Service,
	roster *roster.Service, order *order.Service, outage *outage.Service, approve *approve.Service,
	draft *draft.Service, result *result.Service) *Service {
	return &Service{Config: c, audit: audit, access: access, stock: stock, roster: roster, order: order,
		outage: outage, approve: approve, draft: draft, result: result}
}
