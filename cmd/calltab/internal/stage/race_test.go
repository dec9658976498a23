//go:build race

package stage

// Under the race detector everything is about ten times slower: a part of it will do.
const (
	crashStride = 22
	killStride  = 22
	crashCalls  = 2
	ordeals     = 1
	everyOutage = false
	nameStride  = 20
	bulkRows    = 60
	bulkFaulty  = 6
	bulkDies    = 25 // the row
)
