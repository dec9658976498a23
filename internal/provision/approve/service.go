package approve

import (
	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/order"
	"calltab/internal/provision/outage"
	"calltab/internal/provision/people"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/stock"
)

// Service is the operations of this room. Make it with [New]; it is safe for concurrent use.
type Service struct {
	*provision.Config
	access *access.Service
	stock  *stock.Service
	roster *roster.Service
	people *people.Service
	order  *order.Service
	outage *outage.Service
}

// New returns the service over its ports and the rooms below.
func New(c *provision.Config, access *access.Service, stock *stock.Service, roster *roster.Service,
	people *people.Service, order *order.Service, outage *outage.Service) *Service {
	return &Service{Config: c, access: access, stock: stock, roster: roster, people: people, order: order,
		outage: outage}
}
