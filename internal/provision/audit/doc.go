// Package audit is the trail: the chain of a tenant's events, each with a keyed MAC over the one before.
//
//	chain.go       append an event, in the transaction of the change that it tells of
//	trail.go       verify the chain, export it, and check an export
//	trail_index.go find a person's, a number's and an order's events without reading the rest
//	span.go        numbers that begin alike, by which events about many numbers are found
//	keymark.go     which key a store has
//	archive.go     move the beginning of the trail to a file that the rest joins
//	baseline.go    the numbers of an inventory that was there before the trail
//	replay.go      the inventory of a moment of the trail
//
// It says what happened and decides nothing. Names of people are not in the chain, so that they can be forgotten.
package audit
