//go:build !race

package main

const (
	crashStride = 1  // every commit
	crashCalls  = 20 // calls at random
)
