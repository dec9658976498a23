// Package turns keeps count of turns: which are in hand, so that one that Teams sends again is not run twice at once,
// and how many a person has had within a minute. It does not know what turns are about, and forgets with the process.
package turns
