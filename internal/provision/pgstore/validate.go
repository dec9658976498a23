package pgstore

import (
	"context"

	"calltab/internal/provision/pgstore/line"
)

// How much of its own commits a handle remembers, so that it need not read again what it knows to be as it was.
const (
	mostCommits   = 512
	mostFootprint = 50000 // keys
)

// history is the keys of the last commits, all of them this handle's.
type history struct {
	first   int64 // the number of the first one
	commits []footprint
	keys    int
}

// add notes a commit. One that does not follow the last means that another handle has committed since.
func (h *history) add(n int64, f footprint) {
	if n != h.last()+1 {
		*h = history{first: n}
	}
	h.commits = append(h.commits, f)
	h.keys += f.size()
	for len(h.commits) > mostCommits || h.keys > mostFootprint && len(h.commits) > 1 {
		h.keys -= h.commits[0].size()
		h.commits[0] = nil
		h.commits = h.commits[1:]
		h.first++
	}
}

// last is the number of the last commit; -1 where none is known.
func (h *history) last() int64 { return h.first + int64(len(h.commits)) - 1 }

// since are the commits behind one, up to the last one of all. ok is false where they are not all known.
func (h *history) since(n, last int64) (commits []footprint, ok bool) {
	if n == last {
		return nil, true
	}
	if n+1 < h.first || last != h.last() {
		return nil, false
	}
	return h.commits[n+1-h.first:], true
}

func (f footprint) size() int {
	size := 0
	for _, keys := range f {
		size += len(keys)
	}
	return size
}

// validate finds the updates of which something that they have read is no more what they have read. What commits of
// other handles may have changed is read again, for all of them at once, unless it was read ahead; now is what that
// was.
func (s *Store) validate(ctx context.Context, n int64, batch []*update,
	ahead *reading) (now *trace, stale map[*update]bool, err error) {
	wanted := newTrace()
	suspect := map[*update]*trace{}
	for _, u := range batch {
		if u.out || s.o.unchecked {
			continue
		}
		part := u.seen
		if commits, known := s.recent.since(u.n, n); known && u.at == line.Of(s.conn) &&
			u.since == line.Since(s.conn) {
			part = u.seen.touchedBy(commits)
		}
		if part.empty() {
			continue
		}
		suspect[u] = part
		wanted.want(part)
	}
	if ahead == nil {
		ahead = readingOf(wanted)
		answers, err := ask(ctx, s.conn, ahead.queries...)
		if err != nil {
			return nil, nil, err
		}
		ahead.take(answers)
	}
	stale = map[*update]bool{}
	for u, part := range suspect {
		stale[u] = !part.still(ahead)
	}
	return ahead.now, stale, nil
}

// mostAhead is how many keys are read ahead: many take longer than all have who wait for the lock.
const mostAhead = 1000

// readAhead is what is read together with the lock, where another handle has committed before: then it is likely to
// have done so again, and what waits would be read in a question of its own while everybody waits for the lock.
func readAhead(s *Store, batch []*update) *reading {
	if !s.others || s.o.unchecked {
		return nil
	}
	wanted := newTrace()
	for _, u := range batch {
		if !u.out {
			wanted.want(u.seen)
		}
	}
	keys := len(wanted.places)
	for _, s := range wanted.spans {
		keys += 1 + len(s.rows)
	}
	if keys > mostAhead {
		return nil
	}
	return readingOf(wanted)
}

// want adds the places and spans of a part, without what was there.
func (t *trace) want(part *trace) {
	for at := range part.places {
		t.places[at] = nil
	}
	t.spans = append(t.spans, part.spans...)
}

// still reports whether all of a trace is as it was.
func (t *trace) still(r *reading) bool {
	for at, stored := range t.places {
		if !sameStored(stored, r.now.places[at]) {
			return false
		}
	}
	for _, s := range t.spans {
		if !sameRows(s.rows, r.spans[s.span]) {
			return false
		}
	}
	return true
}

// reading reads the places and spans of a trace as they are now, in one exchange. It asks nothing where there are none.
type reading struct {
	now     *trace
	spans   map[span][]row
	order   []span // of the queries behind the first one
	queries []query
}

func readingOf(wanted *trace) *reading {
	r := &reading{now: newTrace(), spans: map[span][]row{}}
	if wanted.empty() {
		return r
	}
	var tables []string
	var keys []key
	for at := range wanted.places {
		r.now.places[at] = nil
		tables, keys = append(tables, at.table), append(keys, key(at.key))
	}
	r.queries = []query{sql("select kv.t, kv.k, kv.v from unnest($1::text[], $2::bytea[]) as wanted (t, k) "+
		"join kv on kv.t = wanted.t and kv.k = wanted.k", tables, keys)}
	for _, s := range wanted.spans {
		if _, again := r.spans[s.span]; !again {
			r.spans[s.span] = nil
			r.order = append(r.order, s.span)
			r.queries = append(r.queries, pageOf(s.span, false, 0))
		}
	}
	return r
}

// take takes over what the queries were answered.
func (r *reading) take(answers []answer) {
	if len(answers) == 0 {
		return
	}
	for _, found := range answers[0] {
		r.now.places[place{string(found[0]), string(found[1])}] = found[2]
	}
	for i, at := range r.order {
		r.spans[at] = rowsOf(answers[i+1])
		r.now.spans = append(r.now.spans, seenSpan{at, r.spans[at]})
	}
}
