package outage

import (
	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/order"
)

// Service is the operations of this room. Make it with [New]; it is safe for concurrent use.
type Service struct {
	*provision.Config
	access *access.Service
	order  *order.Service
}

// New returns the service over its ports and the rooms below.
func New(c *provision.Config, access *access.Service, order *order.Service) *Service {
	return &Service{Config: c, access: access, order: order}
}
