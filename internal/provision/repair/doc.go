// Package repair sets the records by what Microsoft shows, where the two differ although no order is at work: it shows
// the difference first, and changes nothing but what was shown.
package repair
