//go:build race

package fulfil_test

import "flag"

// Under the race detector everything is about ten times slower: each property is tried with an eighth of the cases.
func init() {
	if err := flag.Set("rapid.checks", "12"); err != nil {
		panic(err)
	}
}
