//go:build !linux

package main

import "runtime/debug"

// tidy gives back the free pages of the heap that starting has left behind.
func tidy() { debug.FreeOSMemory() }
