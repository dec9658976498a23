//go:build race

package main

// Under the race detector everything is about ten times slower: a part of it will do.
const (
	crashStride = 5
	killStride  = 5
	crashCalls  = 4
	ordeals     = 3
	everyOutage = false
	damaged     = 10
	nameStride  = 10
)
