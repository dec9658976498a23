//go:build !linux

package app

// releaseProgram does nothing: how a program gives back the pages of its own file is known of Linux alone.
func releaseProgram() {}
