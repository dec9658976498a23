// Package turns is what a turn is: one activity from Teams, verified, with what a person did. It counts them too: which
// are in hand, so that one that Teams sends again is not run twice at once, and how many a person has had within a
// minute. It does not answer them, and what it counts it forgets with the process; beside other programs the turns of a
// minute stand in the store.
package turns
