package main

import (
	"fmt"
	"os"
	"strconv"
	"testing"
)

// mortals are the programs that the test binary itself is, by the variable that holds their number.
var mortals = map[string]func(n int) error{}

func TestMain(m *testing.M) {
	for name, run := range mortals {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			fmt.Fprintln(os.Stderr, run(n))
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}
