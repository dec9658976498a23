//go:build !race

package main

const (
	crashStride  = 1 // every commit
	killStride   = 1
	crashCalls   = 20 // calls at random
	ordeals      = 32
	everyOutage  = true // of TestGraphAwayForHours
	damaged      = 100  // pages, each in five ways
	nameStride   = 1    // every name
	scriptStride = 1    // every conversation
)
