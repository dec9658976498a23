package stock

import (
	"bytes"
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
// or without one at those that the actor may see. There are at most limit of them, which is at least 1. Where more than
// mostEndings of a location and state end so, they are the lowest of so many of them: what it costs does not grow with
// the stock, once NumberIndex is whole.
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
		all := endings(tx, listsOf(tx, tenant, acc, at, states...), digits, limit)
		found, err = numbersOf(tx, tenant, slices.Values(all), limit)
		return err
	})
	if err != nil || whole {
		return found, err
	}
	return s.endingScanned(ctx, tenant, acc, digits, at, states, limit)
}

// endings are the lowest numbers of some lists that end in some digits, in order, each once.
func endings(tx provision.Tx, lists []string, digits string, most int) []string {
	found := lowest{most: most}
	tail := backwards(digits)
	var number []byte
	n := 0
	for _, list := range lists {
		n = 0
		record.Walk(tx, record.TableEndings, list+tail, "", func(key, _ []byte) bool {
			if ending := key[len(list):]; !found.above(ending) {
				number = appendNumber(number[:0], ending)
				found.add(number)
			}
			n++
			return n < mostEndings
		})
	}
	return found.all
}

// lowest keeps the lowest of many numbers, in order, each once.
type lowest struct {
	all  []string
	most int
}

// above reports whether the number of an ending is higher than all that are kept, where no more are: most are in a
// large stock, and need not be turned round for it. One with an extension is not judged: not all of it is backwards.
func (l *lowest) above(ending []byte) bool {
	if len(l.all) < l.most || bytes.IndexByte(ending, '/') >= 0 {
		return false
	}
	last := l.all[l.most-1]
	for i := range min(len(ending), len(last)) {
		one, other := ending[len(ending)-1-i], last[i]
		if one != other {
			return one > other
		}
	}
	return false
}

// add takes a number in, for which another one may have to go.
func (l *lowest) add(number []byte) {
	full := len(l.all) == l.most
	if full && string(number) >= l.all[l.most-1] {
		return
	}
	text := string(number)
	at, there := slices.BinarySearch(l.all, text)
	if there { // one whose extension ends as the number does has two endings
		return
	}
	if full {
		l.all = l.all[:l.most-1]
	}
	l.all = slices.Insert(l.all, at, text)
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
