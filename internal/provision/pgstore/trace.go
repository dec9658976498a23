package pgstore

import (
	"bytes"
	"iter"
	"slices"
)

// trace is what a function has read: places, and spans as far as it went.
type trace struct {
	places map[place][]byte // nil: there is none
	spans  []seenSpan
}

// seenSpan is a span with all of its rows, in the order of their keys.
type seenSpan struct {
	span
	rows []row
}

func newTrace() *trace { return &trace{places: map[place][]byte{}} }

// tracing notes what is read. A place is read once.
type tracing struct {
	below source
	seen  *trace
}

func (t tracing) get(at place) ([]byte, error) {
	if stored, known := t.seen.places[at]; known {
		return stored, nil
	}
	stored, err := t.below.get(at)
	if err == nil {
		t.seen.places[at] = stored
	}
	return stored, err
}

func (t tracing) rows(at span, back bool) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		seen := seenSpan{span: at}
		for r, err := range t.below.rows(at, back) {
			if err != nil {
				yield(row{}, err)
				return
			}
			seen.rows = append(seen.rows, r)
			if !yield(r, nil) {
				if back {
					seen.from = r.key
				} else {
					seen.to = r.key + "\x00"
				}
				break
			}
		}
		if back {
			slices.Reverse(seen.rows)
		}
		t.seen.spans = append(t.seen.spans, seen)
	}
}

// footprint is the keys that a commit has written, by table and in order.
type footprint map[string][]string

func (f footprint) has(at place) bool {
	_, found := slices.BinarySearch(f[at.table], at.key)
	return found
}

func (f footprint) touches(at span) bool { return len(within(f[at.table], at)) > 0 }

func (w *writes) footprint() footprint {
	f := make(footprint, len(w.tables))
	for table, t := range w.tables {
		f[table] = t.order()
	}
	return f
}

// touchedBy is the part of a trace that commits may have changed.
func (t *trace) touchedBy(commits []footprint) *trace {
	part := newTrace()
	for at, stored := range t.places {
		if slices.ContainsFunc(commits, func(f footprint) bool { return f.has(at) }) {
			part.places[at] = stored
		}
	}
	for _, s := range t.spans {
		if slices.ContainsFunc(commits, func(f footprint) bool { return f.touches(s.span) }) {
			part.spans = append(part.spans, s)
		}
	}
	return part
}

// conflicts reports whether what was written would have been read.
func (t *trace) conflicts(w *writes) bool {
	for at := range t.places {
		if _, written := w.get(at); written {
			return true
		}
	}
	return slices.ContainsFunc(t.spans, func(s seenSpan) bool { return len(w.in(s.span)) > 0 })
}

func (t *trace) empty() bool { return len(t.places) == 0 && len(t.spans) == 0 }

func sameRows(a, b []row) bool {
	return slices.EqualFunc(a, b, func(a, b row) bool { return a.key == b.key && sameStored(a.stored, b.stored) })
}

// sameStored tells what is not there from what is empty, though nothing behind a seal is.
func sameStored(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) }

// known reads traces that are true, the first of them that has an answer, and asks below for the rest.
type known struct {
	traces []*trace
	below  source
}

func (k known) get(at place) ([]byte, error) {
	for _, t := range k.traces {
		if stored, has := t.places[at]; has {
			return stored, nil
		}
	}
	return k.below.get(at)
}

func (k known) rows(at span, back bool) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		rest := at
		for {
			seen, found := k.begins(rest, back)
			if !found {
				k.below.rows(rest, back)(yield)
				return
			}
			rows := slices.Clone(seen.rows)
			if back {
				slices.Reverse(rows)
			}
			for _, r := range rows {
				if rest.has(r.key) && !yield(r, nil) {
					return
				}
			}
			if back {
				if seen.from <= rest.from {
					return
				}
				rest.to = seen.from
				continue
			}
			if seen.to == "" || rest.to != "" && seen.to >= rest.to {
				return
			}
			rest.from = seen.to
		}
	}
}

// begins finds a span that was seen and has the beginning of another one, in the direction of a scan.
func (k known) begins(at span, back bool) (seenSpan, bool) {
	for _, t := range k.traces {
		for _, s := range t.spans {
			if s.table != at.table {
				continue
			}
			if !back && s.has(at.from) {
				return s, true
			}
			if back && (s.to == "" || at.to != "" && s.to >= at.to) && (at.to == "" || s.from < at.to) {
				return s, true
			}
		}
	}
	return seenSpan{}, false
}
