package job

import (
	"context"
	"iter"
	"slices"
	"time"
)

// entry is one line of the table of due jobs.
type entry struct {
	kind, key string
	at        time.Time
}

// found is what one look at the store gave.
type found struct {
	due   []entry   // not running, allowed to start, earliest first
	next  time.Time // when the earliest one is due that is not due yet
	later bool      // there is such a one
}

// look reads the head of each kind's line. What it costs does not depend on how many jobs wait behind the head.
func (r *Runner) look(ctx context.Context, now time.Time) (found, error) {
	var f found
	err := r.store.View(ctx, func(tx Tx) error {
		f = found{}
		for kind := range kinds(tx) {
			r.lookAt(tx, kind, now, &f)
		}
		return nil
	})
	slices.SortStableFunc(f.due, func(a, b entry) int { return a.at.Compare(b.at) })
	return f, err
}

func (r *Runner) lookAt(tx Tx, kind string, now time.Time, f *found) {
	room := r.room(kind)
	if k := r.kinds[kind]; r.shared && k != nil && k.Limit > 0 {
		room = min(room, k.vacant(tx, r.wall()))
	}
	for e := range r.entries(tx, kind) {
		if e.at.After(now) {
			if !f.later || e.at.Before(f.next) {
				f.next, f.later = e.at, true
			}
			return
		}
		if r.inHand(e) {
			continue
		}
		if room == 0 {
			return // the next release looks again
		}
		room--
		f.due = append(f.due, e)
	}
}

// room is how many more jobs of a kind may start now.
func (r *Runner) room(kind string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	room := r.workers - len(r.running)
	if k := r.kinds[kind]; k != nil && k.Limit > 0 {
		room = min(room, k.Limit-r.perKind[kind])
	}
	return room
}

func (r *Runner) inHand(e entry) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := id(e.kind, e.key)
	return r.running[name] || r.left[name].After(r.wall())
}

// kinds yields every kind that has a live job, known to this program or not, with one seek each.
func kinds(tx Tx) iter.Seq[string] {
	return func(yield func(string) bool) {
		from := ""
		for {
			kind, ok := "", false
			for k := range tx.Scan(tableDue, "", from) {
				kind, _ = splitID(k)
				ok = true
				break
			}
			if !ok || !yield(kind) {
				return
			}
			from = kind + afterSeparator
		}
	}
}

// entries yields the live jobs of one kind, earliest first. An entry that cannot be read is left where it is.
func (r *Runner) entries(tx Tx, kind string) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		for k := range tx.Scan(tableDue, kind+separator, "") {
			key, at, err := splitDue(k)
			if err != nil {
				r.log.Error("job index", keyError, err)
				continue
			}
			if !yield(entry{kind, key, at}) {
				return
			}
		}
	}
}

// Next says when the earliest live job is due, running ones included; ok is false when there is none.
func (r *Runner) Next(ctx context.Context) (at time.Time, ok bool, err error) {
	err = r.store.View(ctx, func(tx Tx) error {
		at, ok = time.Time{}, false
		for kind := range kinds(tx) {
			for e := range r.entries(tx, kind) {
				if !ok || e.at.Before(at) {
					at, ok = e.at, true
				}
				break
			}
		}
		return nil
	})
	return at, ok, err
}

// Idle returns when no job is due at the clock's time and none runs, or with ctx's error. It needs Run to be running.
func (r *Runner) Idle(ctx context.Context) error {
	var again <-chan time.Time
	for {
		if r.shared { // another runner may have done what was due, and does not say so
			again = time.After(glance)
		}
		r.mu.Lock()
		changed := r.changed
		claims := r.claims
		busy := len(r.running) > 0
		r.mu.Unlock()
		if !busy {
			at, ok, err := r.Next(ctx)
			if err != nil {
				return err
			}
			due := ok && !at.After(r.now())
			if !due && r.untouched(claims) {
				return nil
			}
			r.Kick()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-again:
		}
	}
}

// glance is how long Idle waits between two looks where others work on the store.
const glance = 20 * time.Millisecond

// Claims is how many steps were begun so far, the one in hand among them.
func (r *Runner) Claims() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.claims
}

// untouched says that nothing was claimed since claims was read, so nothing runs if nothing ran then.
func (r *Runner) untouched(claims uint64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.claims == claims
}
