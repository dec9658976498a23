package stock

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/provision"
)

// Ending lists the numbers that end in some digits, in the states that are given (none: in any), at the locations that
// the actor may see. It reads every number of the tenant up to the limit, a few hundred at a look.
func (s *Service) Ending(ctx context.Context, tenant provision.TenantID, by provision.Actor, digits string,
	states []provision.NumberState, limit int) ([]provision.Number, error) {
	acc, err := s.access.Access(ctx, tenant, by.ID)
	if err != nil {
		return nil, err
	}
	var found []provision.Number
	for n, err := range s.EachNumber(ctx, tenant) {
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(string(n.E164), ";") // without its extension
		fits := strings.HasSuffix(number, digits) || strings.HasSuffix(string(n.E164), digits)
		wanted := len(states) == 0 || slices.Contains(states, n.State)
		if !fits || !wanted || !acc.May(provision.Look, n.Location) {
			continue
		}
		found = append(found, n)
		if len(found) == limit {
			break
		}
	}
	return found, nil
}
