// Package rows is how a bulk is kept: the orders of several people from one list, each of them a row. A row's state
// follows that of its order, in the transaction that changes the order, so that nothing counts rows again.
//
//	bulk.go  a bulk, its states and its record
//	row.go   a row, its states, and the index by which the next one of a state is found
//	note.go  a row that follows its order
//	clock.go bulks by a clock that was ahead
//	pace.go  how many orders of a bulk are at work at a time
//
// It decides nothing: package bulk checks and runs bulks.
package rows
