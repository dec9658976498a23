package bulk

import (
	"context"
	"maps"
	"sync"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/rows"
)

// Microsoft can answer for everybody but one account. A row of that one is put off behind the others, and tried a few
// times more; where many get no answer, or its requester gets none either, it is an outage, and all wait for its end.

const (
	mostPutOff = 20               // rows of a bulk at a time
	mostTries  = 5                // of a row that alone gets no answer
	tryPause   = 30 * time.Second // from one of them to the next, once no other row is left
)

// patience is which rows are put off, and how often each has been tried. A restart forgets it: they are tried as often
// again. The zero value is ready to use.
type patience struct {
	mu    sync.Mutex
	tries map[provision.BulkID]map[int]int
}

// of is how often the rows of a bulk have been tried that are put off.
func (p *patience) of(id provision.BulkID) map[int]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.tries[id])
}

// putOff counts a try of a row, and reports whether so many may be put off.
func (p *patience) putOff(id provision.BulkID, n int) (tries int, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tries == nil {
		p.tries = map[provision.BulkID]map[int]int{}
	}
	of := p.tries[id]
	if of == nil {
		of = map[int]int{}
		p.tries[id] = of
	}
	if of[n] == 0 && len(of) == mostPutOff {
		return 0, false
	}
	of[n]++
	return of[n], true
}

// settle forgets a row.
func (p *patience) settle(id provision.BulkID, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.tries[id], n)
	if len(p.tries[id]) == 0 {
		delete(p.tries, id)
	}
}

// end forgets a bulk.
func (p *patience) end(id provision.BulkID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.tries, id)
}

// next is the first row of a bulk in a state that is not put off, and where all are, the one that was tried least.
func (s *Service) next(tx provision.Tx, b rows.Bulk, of rows.RowState) (r rows.Row, found bool, err error) {
	tries := s.later.of(b.ID)
	some, err := rows.In(tx, b.Tenant, b.ID, of, len(tries)+1)
	for _, one := range some {
		if !found || tries[one.N] < tries[r.N] {
			r, found = one, true
		}
	}
	return r, found, err
}

// hold says what becomes of a row that an error says nothing about. It is put off where Microsoft answers for others,
// until it has been tried often enough: then said is what to say of it. Else the error holds the bulk.
func (s *Service) hold(
	ctx context.Context, b rows.Bulk, r rows.Row, err error,
) (said provision.Message, again time.Duration, held error) {
	if err == nil || ctx.Err() != nil || !provision.Slow(err) || provision.KindOf(err) == provision.Throttled {
		return said, 0, err
	}
	if provision.Slow(s.draft.Answers(ctx, b.Tenant, b.Requester.ID)) {
		return said, 0, err
	}
	tries, ok := s.later.putOff(b.ID, r.N)
	switch {
	case !ok:
		return said, 0, err
	case tries >= mostTries:
		return provision.Say("bulk.no-answer"), 0, nil
	case tries > 1: // no other row is left
		return said, tryPause, nil
	}
	return said, 0, nil
}
