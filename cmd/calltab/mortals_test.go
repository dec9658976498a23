package main

import (
	"fmt"
	"os"
	"strconv"
	"testing"
)

const mortalEnv = "CALLTAB_TEST_DIES_AFTER" // commits

// mortals are the programs, by the variable that holds their number.
var mortals = map[string]func(n int) error{mortalEnv: mortalMain}

func TestMain(m *testing.M) {
	for name, run := range mortals {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			fmt.Fprintln(os.Stderr, run(n))
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}
