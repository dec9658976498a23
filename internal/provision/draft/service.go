package draft

import (
	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/approve"
	"calltab/internal/provision/limits"
	"calltab/internal/provision/lookup"
	"calltab/internal/provision/order"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/stock"
)

// Service is the operations of this room. Make it with [New]; it is safe for concurrent use.
type Service struct {
	*provision.Config
	access  *access.Service
	stock   *stock.Service
	roster  *roster.Service
	order   *order.Service
	limits  *limits.Service
	lookup  *lookup.Service
	approve *approve.Service
}

// New returns the service over its ports and the rooms below.
func New(c *provision.Config, access *access.Service, stock *stock.Service, roster *roster.Service,
	order *order.Service, limits *limits.Service, lookup *lookup.Service, approve *approve.Service) *Service {
	return &Service{Config: c, access: access, stock: stock, roster: roster, order: order,
		limits: limits, lookup: lookup, approve: approve}
}
