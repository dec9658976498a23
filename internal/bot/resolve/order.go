package resolve

import "calltab/internal/provision"

// Cancellable is the newest of a requester's orders that is not approved yet; where there is none, all whose work has
// not begun, whose work an outage holds, or whose phones are waited for.
func Cancellable(open []provision.Order) (some []provision.Order) {
	for _, o := range open {
		switch {
		case o.State == provision.Draft || o.State == provision.Pending:
			return []provision.Order{o}
		case o.State == provision.Approved,
			o.ShowsTakeBack() && o.ReopenedAt.IsZero(): // a phone that worked is taken back by its name only
			some = append(some, o)
		}
	}
	return some
}
