package result

import (
	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/limits"
	"calltab/internal/provision/observe"
	"calltab/internal/provision/order"
	"calltab/internal/provision/outage"
	"calltab/internal/provision/people"
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
	people  *people.Service
	order   *order.Service
	outage  *outage.Service
	limits  *limits.Service
	observe *observe.Service
}

// New returns the service over its ports and the rooms below.
func New(c *provision.Config, audit *audit.Service, access *access.Service, stock *stock.Service,
	roster *roster.Service, people *people.Service, order *order.Service, outage *outage.Service,
	limits *limits.Service, observe *observe.Service) *Service {
	return &Service{Config: c, audit: audit, access: access, stock: stock, roster: roster,
		people: people, order: order, outage: outage, limits: limits, observe: observe}
}
