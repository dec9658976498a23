//go:build !race

package provision_test

const (
	byteStride  = 1   // every byte of an export
	replays     = 20  // stories whose inventory is worked out from the trail
	indexed     = 700 // numbers whose index is filled in some transactions
	electorates = 500 // organisations in which orders are decided
	dockets     = 4   // lists of orders at random
)
