//go:build race

package fulfil_test

import "flag"

// Under the race detector everything is about ten times slower: each property is tried with a sixteenth of the cases.
func init() {
	if err := flag.Set("rapid.checks", "6"); err != nil {
		panic(err)
	}
}
