package provision

import (
	"iter"
	"strconv"
	"strings"
	"time"
)

// NumberChange is what a link of the audit trail did to the record of a number, or to those of several that follow one another. From
// them the inventory can be worked out as it was at any time: every change of where a number is, of its state and of whose it is
// leaves one.
type NumberChange struct {
	First E164        `json:"first"`
	Last  E164        `json:"last,omitempty"` // empty: it is about First alone
	To    NumberState `json:"to,omitempty"`   // empty: not in the inventory any more
	At    LocationID  `json:"at,omitempty"`
	User  UserID      `json:"user,omitempty"`
	Order OrderID     `json:"order,omitempty"`
}

// became is the change that made a number's record what it is.
func became(n Number) NumberChange {
	return NumberChange{First: n.E164, To: n.State, At: n.Location, User: n.User, Order: n.Order}
}

// gather adds a change to some, as part of the last one where it goes on with it.
func gather(all []NumberChange, c NumberChange) []NumberChange {
	if len(all) > 0 {
		last := &all[len(all)-1]
		if end := last.end(); c.First.Follows(end) && last.To == c.To && last.At == c.At && last.User == c.User && last.Order == c.Order {
			last.Last = c.end()
			return all
		}
	}
	return append(all, c)
}

func (c NumberChange) end() E164 {
	if c.Last == "" {
		return c.First
	}
	return c.Last
}

// Holds reports whether a change is about a number.
func (c NumberChange) Holds(n E164) bool {
	if c.Last == "" || n == c.First {
		return n == c.First
	}
	return len(n) == len(c.First) && n >= c.First && n <= c.Last
}

// numbers yields each number that a change is about. A span that is none, which no link of ours has, is its first number.
func (c NumberChange) numbers() iter.Seq[E164] {
	return func(yield func(E164) bool) {
		from, err := strconv.ParseUint(strings.TrimPrefix(string(c.First), "+"), 10, 64)
		to, failed := strconv.ParseUint(strings.TrimPrefix(string(c.end()), "+"), 10, 64)
		if err != nil || failed != nil || c.Last == "" {
			yield(c.First)
			return
		}
		for n := from; n <= to; n++ {
			if !yield(E164("+" + strconv.FormatUint(n, 10))) {
				return
			}
		}
	}
}

// Replay is the inventory of numbers as the links of a trail made it, up to a time: what each number's record said of its place, its
// state, its user and its order.
func Replay(trail iter.Seq2[AuditEvent, error], until time.Time) (map[E164]Number, error) {
	all := map[E164]Number{}
	for e, err := range trail {
		if err != nil {
			return nil, err
		}
		if e.At.After(until) {
			break
		}
		for _, c := range e.Numbers {
			for n := range c.numbers() {
				if all[n] = (Number{E164: n, Location: c.At, State: c.To, User: c.User, Order: c.Order}); c.To == "" {
					delete(all, n)
				}
			}
		}
	}
	return all, nil
}
