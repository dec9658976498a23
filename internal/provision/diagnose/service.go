package diagnose

import (
	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/lookup"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
	"calltab/internal/provision/repair"
	"calltab/internal/provision/roster"
)

// Service is the operations of this room. Make it with [New]; it is safe for concurrent use.
type Service struct {
	*provision.Config
	access *access.Service
	roster *roster.Service
	people *people.Service
	order  *order.Service
	lookup *lookup.Service
	repair *repair.Service
}

// New returns the service over its ports and the rooms below.
func New(c *provision.Config, access *access.Service, roster *roster.Service, people *people.Service,
	order *order.Service, lookup *lookup.Service, repair *repair.Service) *Service {
	return &Service{Config: c, access: access, roster: roster, people: people, order: order, lookup: lookup,
		repair: repair}
}
