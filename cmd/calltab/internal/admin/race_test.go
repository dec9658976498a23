//go:build race

package admin

// Under the race detector everything is about ten times slower: a part of it will do.
const killStride = 11
