package names

import (
	"cmp"
	"slices"

	"calltab/internal/provision"
)

// Best are those of the people found whom the name means: who is called just so, else who has all of the words of a
// name of several. One word may be the beginning of another's name, and so it means them all, the best first.
func (q Query) Best(found []provision.Person) []provision.Person {
	slices.SortStableFunc(found, func(a, b provision.Person) int { return cmp.Compare(q.Match(b), q.Match(a)) })
	least := BeginsMatch
	if len(found) > 0 {
		top := q.Match(found[0])
		if top == FullMatch || len(q.Words) > 1 {
			least = top
		}
	}
	return slices.DeleteFunc(slices.Clone(found), func(p provision.Person) bool { return q.Match(p) < least })
}
