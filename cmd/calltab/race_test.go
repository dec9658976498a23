//go:build race

package main

import (
	"time"

	"calltab/internal/provision"
)

// Under the race detector everything is about ten times slower: a part of it will do.
const (
	damaged      = 10
	scriptStride = 16
	faultStride  = 11
)

func init() { provision.LookupTime = 20 * time.Second } // so that Microsoft is not slow where only the test is
