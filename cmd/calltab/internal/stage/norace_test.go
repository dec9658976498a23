//go:build !race

package stage

const (
	crashStride     = 1 // every commit
	rehearsalStride = 9 // some commits: most are those of every order
	killStride      = 1
	crashCalls      = 20 // calls at random
	ordeals         = 32
	everyOutage     = true // of TestGraphAwayForHours
	nameStride      = 1    // every name
	bulkRows        = 500
	bulkFaulty      = 35
	bulkDies        = 211 // the row
)
