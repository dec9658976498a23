package stock

import (
	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// RunningLow counts the locations of a tenant that have fewer free numbers than their warning line. The free numbers
// are counted as they change, so that this costs a few reads a location.
func (s *Service) RunningLow(tx provision.Tx, tenant provision.TenantID) (n int, err error) {
	all, err := record.RecallAll[provision.Location](tx, record.TableLocations, record.Key(tenant, ""))
	for _, l := range all {
		if _, is := low(tx, tenant, l); is {
			n++
		}
	}
	return n, err
}
