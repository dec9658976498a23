package graph

import "time"

// timeline is a value that changes at known times. Writers say from when a reader may see
// the new value; readers ask what is to be seen now. That is all there is to late
// visibility: no goroutine and no timer. The zero timeline holds the zero value.
type timeline[T any] struct{ changes []change[T] }

type change[T any] struct {
	at    time.Time
	value T
}

// set makes value visible from at on, or from the last change before it when that comes
// later: what was written last is what remains.
func (l *timeline[T]) set(at time.Time, value T) {
	if n := len(l.changes); n > 0 && at.Before(l.changes[n-1].at) {
		at = l.changes[n-1].at
	}
	l.changes = append(l.changes, change[T]{at, value})
}

// at returns the value that is visible now.
func (l *timeline[T]) at(now time.Time) T {
	for i := len(l.changes) - 1; i >= 0; i-- {
		if !l.changes[i].at.After(now) {
			return l.changes[i].value
		}
	}
	var zero T
	return zero
}
