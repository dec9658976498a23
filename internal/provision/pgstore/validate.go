package pgstore

import (
	"context"

	"github.com/jackc/pgx/v5"
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
	if n != h.first+int64(len(h.commits)) {
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

// since are the commits behind one, up to the last one of all. ok is false where they are not all known.
func (h *history) since(n, last int64) (commits []footprint, ok bool) {
	if n == last {
		return nil, true
	}
	if n+1 < h.first || last != h.first+int64(len(h.commits))-1 {
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
// other handles may have changed is read again, for all of them at once; now is what that was.
func (s *Store) validate(ctx context.Context, n int64,
	batch []*update) (now *trace, stale map[*update]bool, err error) {
	wanted := newTrace()
	suspect := map[*update]*trace{}
	for _, u := range batch {
		if u.out || s.o.unchecked {
			continue
		}
		part := u.seen
		if commits, known := s.recent.since(u.n, n); known && u.at == lineOf(s.conn.PgConn()) {
			part = u.seen.touchedBy(commits)
		}
		if part.empty() {
			continue
		}
		suspect[u] = part
		for at := range part.places {
			wanted.places[at] = nil
		}
		wanted.spans = append(wanted.spans, part.spans...)
	}
	if wanted.empty() {
		return wanted, nil, nil
	}
	spans, err := fetch(ctx, s.conn, wanted)
	if err != nil {
		return nil, nil, err
	}
	stale = map[*update]bool{}
	for u, part := range suspect {
		stale[u] = !part.still(wanted, spans)
	}
	return wanted, stale, nil
}

// still reports whether all of a trace is as it was.
func (t *trace) still(now *trace, spans map[span][]row) bool {
	for at, stored := range t.places {
		if !sameStored(stored, now.places[at]) {
			return false
		}
	}
	for _, s := range t.spans {
		if !sameRows(s.rows, spans[s.span]) {
			return false
		}
	}
	return true
}

// fetch reads the places and spans of a trace as they are now, in one exchange, and puts them into it.
func fetch(ctx context.Context, conn *pgx.Conn, wanted *trace) (spans map[span][]row, err error) {
	var tables []string
	var keys []key
	for at := range wanted.places {
		tables, keys = append(tables, at.table), append(keys, key(at.key))
	}
	queries := []query{sql("select kv.t, kv.k, kv.v from unnest($1::text[], $2::bytea[]) as wanted (t, k) "+
		"join kv on kv.t = wanted.t and kv.k = wanted.k", tables, keys)}
	spans = map[span][]row{}
	var order []span
	for _, s := range wanted.spans {
		if _, again := spans[s.span]; !again {
			spans[s.span] = nil
			order = append(order, s.span)
			queries = append(queries, pageOf(s.span, false, 0))
		}
	}
	answers, err := ask(ctx, conn, queries...)
	if err != nil {
		return nil, err
	}
	for _, r := range answers[0] {
		wanted.places[place{string(r[0]), string(r[1])}] = r[2]
	}
	wanted.spans = nil
	for i, at := range order {
		spans[at] = rowsOf(answers[i+1])
		wanted.spans = append(wanted.spans, seenSpan{at, spans[at]})
	}
	return spans, nil
}
