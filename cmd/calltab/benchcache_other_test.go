//go:build !linux

package main

import "testing"

// uncache does nothing: what is resident is measured on Linux alone.
func uncache(*testing.B, string) {}
