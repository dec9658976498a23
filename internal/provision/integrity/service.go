package integrity

import (
	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/stock"
)

// Service is the operations of this room. Make it with [New]; it is safe for concurrent use.
type Service struct {
	*provision.Config
	stock  *stock.Service
	roster *roster.Service
	order  *order.Service
}

// New returns the service over its ports and the rooms below.
func New(c *provision.Config, stock *stock.Service, roster *roster.Service, order *order.Service) *Service {
	return &Service{Config: c, stock: stock, roster: roster, order: order}
}
