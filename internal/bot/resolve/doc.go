// Package resolve finds out which person, number and order of ours a line means: it asks directory, stock and dial plan
// about what package parse has read. Where several are meant as well, its errors ask which one.
//
// It shows nothing and changes nothing. What the reader may not see does not exist for it.
//
// Callers make one [Resolver] for each turn.
package resolve
