package access

import "calltab/internal/provision"

// Service is the operations of this room. Make it with [New]; it is safe for concurrent use.
type Service struct {
	*provision.Config
	access cache
}

// New returns the service over its ports.
func New(c *provision.Config) *Service { return &Service{Config: c} }
