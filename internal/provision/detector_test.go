//go:build race

package provision_test

import "flag"

// Under the race detector everything is about ten times slower: a part of it will do.
const (
	byteStride  = 31
	replays     = 3
	indexed     = 250
	electorates = 100
	dockets     = 1
)

// Each property is tried with a tenth of the cases.
func init() {
	if err := flag.Set("rapid.checks", "10"); err != nil {
		panic(err)
	}
}
