// Package move copies all records of one store into another and shows that they are the same there. It also has the
// mark that stands in a store while it is filled, and in one that was moved away.
//
// It knows neither what a record means nor in what a store keeps it: it reads and writes as every caller does. Nothing
// of how far it came is kept. A copy that was cut off is made whole by beginning again: what is there already is read
// and left, what is missing, different or too much is put right.
//
//	mark.go   which store is out of use, and where its records are
//	copy.go   the copy, some records at a time
//	sum.go    the count and the digest of each table
//
// What callers owe: no program has either store, and the store that is filled has its mark before the first record.
package move
