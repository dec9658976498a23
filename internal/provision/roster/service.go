package roster

import (
	"sync"
	"sync/atomic"

	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/stock"
)

// Service is the operations of this room. Make it with [New]; it is safe for concurrent use.
type Service struct {
	*provision.Config
	audit    *audit.Service
	access   *access.Service
	stock    *stock.Service
	learning sync.Mutex
	learnt   atomic.Pointer[map[provision.TenantID]*provision.LicenceTable] // by organisation files
}

// New returns the service over its ports and the rooms below.
func New(c *provision.Config, audit *audit.Service, access *access.Service, stock *stock.Service) *Service {
	return &Service{Config: c, audit: audit, access: access, stock: stock}
}
