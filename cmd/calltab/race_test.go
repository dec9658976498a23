//go:build race

package main

// Under the race detector everything is about ten times slower: a part of it will do.
const (
	damaged      = 10
	scriptStride = 16
	faultStride  = 11
)
