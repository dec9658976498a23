package stock

import (
	"context"
	"iter"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// EachNumber yields all numbers of a tenant in order, a few hundred at a look: there may be very many.
func (s *Service) EachNumber(ctx context.Context, tenant provision.TenantID) iter.Seq2[provision.Number, error] {
	return func(yield func(provision.Number, error) bool) {
		for from, more := "", true; more; {
			var some []record.Row[provision.Number]
			next := ""
			err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
				some, next, err = record.Page[provision.Number](tx, record.TableNumbers, record.Key(tenant, ""),
					from, record.CompareChunk)
				return err
			})
			if err != nil {
				yield(provision.Number{}, err)
				return
			}
			for _, n := range some {
				if !yield(n.Value, nil) {
					return
				}
			}
			from = next
			more = next != ""
		}
	}
}

// Numbers lists at most limit numbers in order, behind a number (empty: from the beginning; limit 0: all of them); an
// empty location means all that are the asker's, an empty state all. What it costs does not grow with the stock, but
// with the locations, until NumberIndex is whole with the stock too. Denied where the asker may not look.
func (s *Service) Numbers(ctx context.Context, tenant provision.TenantID, by provision.Actor, loc provision.LocationID,
	state provision.NumberState, after provision.E164, limit int) ([]provision.Number, error) {
	acc, err := s.access.Permit(ctx, "list numbers", tenant, by, provision.Look, loc)
	if err != nil {
		return nil, err
	}
	from := ""
	if after != "" {
		from = string(after) + "\x00"
	}
	_, everywhere := acc.Within(provision.Look)
	all := loc == "" && state == "" && everywhere
	var found []provision.Number
	err = s.Store.View(ctx, func(tx provision.Tx) (err error) {
		if all || !NumberIndex.Whole(tx) {
			found, err = scanned(tx, tenant, acc, loc, state, from, limit)
			return err
		}
		var states []provision.NumberState
		if state != "" {
			states = append(states, state)
		}
		lists := listsOf(tx, tenant, acc, loc, states...)
		found, err = numbersOf(tx, tenant, keysOf(record.Merge(tx, record.TableNumbersAt, lists, from)), limit)
		return err
	})
	return found, err
}

// scanned reads numbers one after the other, from one on, and keeps those that are asked for.
func scanned(tx provision.Tx, tenant provision.TenantID, acc provision.Access, loc provision.LocationID,
	state provision.NumberState, from string, limit int) ([]provision.Number, error) {
	var found []provision.Number
	for k, raw := range tx.Scan(record.TableNumbers, record.Key(tenant, ""), record.Key(tenant, from)) {
		var n provision.Number
		if err := record.Decode(record.TableNumbers, k, raw, &n); err != nil {
			return nil, err
		}
		wanted := (loc == "" || n.Location == loc) && (state == "" || n.State == state)
		if !wanted || !acc.May(provision.Look, n.Location) {
			continue
		}
		found = append(found, n)
		if len(found) == limit {
			break
		}
	}
	return found, nil
}

// mostRecalled is how many numbers a list may have that people look at on a card, page after page; longer ones are for
// files, and read once.
const mostRecalled = 100

// numbersOf reads the records of numbers, at most so many (0: all).
func numbersOf(tx provision.Tx, tenant provision.TenantID, numbers iter.Seq[string],
	limit int) ([]provision.Number, error) {
	read := Number
	if 0 < limit && limit <= mostRecalled {
		read = recallNumber
	}
	found := make([]provision.Number, 0, min(limit, mostRecalled))
	for n := range numbers {
		v, err := read(tx, tenant, provision.E164(n))
		if err != nil {
			return nil, err
		}
		found = append(found, v)
		if len(found) == limit {
			break
		}
	}
	return found, nil
}

// keysOf leaves the values out.
func keysOf(all iter.Seq2[string, string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range all {
			if !yield(k) {
				return
			}
		}
	}
}
