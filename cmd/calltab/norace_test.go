//go:build !race

package main

const (
	damaged      = 100 // pages, each in five ways
	scriptStride = 1   // every conversation
	faultStride  = 1   // every two faults
)
