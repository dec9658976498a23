package audit

import (
	"iter"
	"time"

	"calltab/internal/provision"
)

// Became is the change that made a number's record what it is.
func Became(n provision.Number) provision.NumberChange {
	return provision.NumberChange{First: n.E164, To: n.State, At: n.Location, User: n.User, Order: n.Order}
}

// Gather adds a change to some, as part of the last one where it goes on with it.
func Gather(all []provision.NumberChange, c provision.NumberChange) []provision.NumberChange {
	if len(all) > 0 {
		last := &all[len(all)-1]
		if end := last.End(); c.First.Follows(end) && last.To == c.To && last.At == c.At && last.User == c.User &&
			last.Order == c.Order {
			last.Last = c.End()
			return all
		}
	}
	return append(all, c)
}

// Replay is the inventory of numbers as the events of a trail made it, up to a time: what each number's record said of
// its place, its state, its user and its order.
func Replay(trail iter.Seq2[provision.AuditEvent, error],
	until time.Time) (map[provision.E164]provision.Number, error) {
	all := map[provision.E164]provision.Number{}
	for e, err := range trail {
		if err != nil {
			return nil, err
		}
		if e.At.After(until) {
			break
		}
		for _, c := range e.Numbers {
			for n := range c.Numbers() {
				all[n] = provision.Number{E164: n, Location: c.At, State: c.To, User: c.User, Order: c.Order}
				if c.To == "" {
					delete(all, n)
				}
			}
		}
	}
	return all, nil
}
