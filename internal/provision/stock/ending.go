package stock

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// mostEndings is how many numbers of one location and state that end in some digits Ending looks through for the lowest
// ones.
const mostEndings = 100

// Ending lists the lowest numbers that end in some digits, in the states that are given (none: in any), at a location,
// or without one at those that the actor may see, up to the limit (0: none). Where more than mostEndings of a location
// and state do, they are the lowest of so many of them: what it costs does not grow with the stock, once NumberIndex is
// whole.
func (s *Service) Ending(ctx context.Context, tenant provision.TenantID, by provision.Actor, digits string,
	at provision.LocationID, states []provision.NumberState, limit int) ([]provision.Number, error) {
	acc, err := s.access.Access(ctx, tenant, by.ID)
	if err != nil {
		return nil, err
	}
	var found []provision.Number
	whole := false
	err = s.Store.View(ctx, func(tx provision.Tx) (err error) {
		if whole = NumberIndex.Whole(tx); !whole {
			return nil
		}
		all := endings(tx, listsOf(tx, tenant, acc, at, states...), digits)
		found, err = numbersOf(tx, tenant, slices.Values(all), limit)
		return err
	})
	if err != nil || whole {
		return found, err
	}
	return s.endingScanned(ctx, tenant, acc, digits, at, states, limit)
}

// endings are numbers of some lists that end in some digits, in order, each once.
func endings(tx provision.Tx, lists []string, digits string) (all []string) {
	for _, list := range lists {
		n := 0
		for k := range tx.Scan(record.TableEndings, list+backwards(digits), "") {
			if n == mostEndings {
				break
			}
			n++
			all = append(all, string(numberOf(k[len(list):])))
		}
	}
	slices.Sort(all)
	return slices.Compact(all) // one whose extension ends as the number does is there twice
}

// endingScanned is Ending until the index is whole: it reads all numbers, a few hundred at a look.
func (s *Service) endingScanned(ctx context.Context, tenant provision.TenantID, acc provision.Access, digits string,
	at provision.LocationID, states []provision.NumberState, limit int) ([]provision.Number, error) {
	var found []provision.Number
	for n, err := range s.EachNumber(ctx, tenant) {
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(string(n.E164), ";") // without its extension
		fits := strings.HasSuffix(number, digits) || strings.HasSuffix(string(n.E164), digits)
		wanted := len(states) == 0 || slices.Contains(states, n.State)
		if !fits || !wanted || at != "" && n.Location != at || !acc.May(provision.Look, n.Location) {
			continue
		}
		found = append(found, n)
		if len(found) == limit {
			break
		}
	}
	return found, nil
}
