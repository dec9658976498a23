package bulk

import (
	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/approve"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/draft"
	"calltab/internal/provision/order"
	"calltab/internal/provision/stock"
)

// Service is the operations of this room. Make it with [New]; it is safe for concurrent use.
type Service struct {
	*provision.Config
	audit   *audit.Service
	access  *access.Service
	stock   *stock.Service
	order   *order.Service
	approve *approve.Service
	draft   draft.Filler
	later   patience
	storing storing
}

// New returns the service over its ports and the rooms below.
func New(c *provision.Config, audit *audit.Service, access *access.Service, stock *stock.Service,
	order *order.Service, approve *approve.Service, drafts *draft.Service) *Service {
	return &Service{Config: c, audit: audit, access: access, stock: stock, order: order, approve: approve,
		draft: draft.Filler{Service: drafts}}
}
