//go:build race

package stage

import (
	"time"

	"calltab/internal/provision"
)

// Under the race detector everything is about ten times slower: a part of it will do.
const (
	crashStride     = 22
	rehearsalStride = 22
	killStride      = 22
	crashCalls      = 2
	ordeals         = 1
	everyOutage     = false
	nameStride      = 20
	bulkRows        = 60
	bulkFaulty      = 6
	bulkDies        = 25 // the row
)

func init() { provision.LookupTime = 20 * time.Second } // so that Microsoft is not slow where only the test is
