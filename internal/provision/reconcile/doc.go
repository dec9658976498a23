// Package reconcile holds the inventory against Microsoft's numbers, a page at a time: those that match, those to
// adopt, and those that miss. It also brings the orders of a store from a backup in line with what Microsoft shows,
// before anything new is given.
//
//	reading.go            begin, read a page, note it
//	match.go              the steps of a reading: match, adopt, miss
//	report.go             what was found, for people
//	restored.go           a store from a backup: who is compared, and when it ends
//	restored_requests.go  what an order of it becomes by what Microsoft shows
package reconcile
