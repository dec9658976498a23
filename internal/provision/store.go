package provision

import (
	"context"
	"iter"
)

// SchemaVersion is that of everything in a store, of this package and of all others. It rises with each release that
// stores something in another form, also where it only adds to a record: an older program would drop what it does not
// know. A store does not open for a program whose version is smaller than its own.
//
//	1  commit 3380b9b and before
//	2  orders, approvals, deliveries, jobs and outages are kept in more detail
//	3  every value has a checksum
//	4  the beginning of an audit trail may be in an archive: to an older program those events would be missing
//	5  a day's forms are counted, and an order that a restored backup was at work on is marked, which would be dropped
//	6  a draft keeps what Calltab proposed, and a location its usual plan: an older program would save no number;
//	   how long phones took to be ready is kept, by location; orders have an index that an
//	   older program would not keep
//	7  numbers have an index that an older program would not keep; the watch of a list's rows is a job of its own
//	8  orders have an index by requester, subscribers one by location and name, and the trail one by spans of numbers,
//	   that an older program would not keep
//	9  orders have another index by requester, and parked ones by location, that an older program would not keep
//	10 a job's record says which runner has it in hand, and the store which key the trails have
const SchemaVersion = 10

// Tx is one transaction of a [Store]: ordered tables of opaque values. It is an alias of an unnamed interface so that
// packages that may not import each other (this one and job) speak of the same type.
//
// Reads see the transaction's own writes. Values and keys handed out are copies and may be kept. A read or write that
// fails makes the rest of the transaction see nothing and makes View or Update return that error: callers need no
// check of their own.
type Tx = interface {
	// Get returns the value, and whether the key is there.
	Get(table, key string) ([]byte, bool)
	// Put writes a value; an empty value is a value.
	Put(table, key string, value []byte)
	// Delete removes a key; a missing one is fine.
	Delete(table, key string)
	// Scan yields the keys that begin with prefix, in byte order, starting at the first one not below from (from ""
	// starts at the prefix). The table may not be written while a scan runs.
	Scan(table, prefix, from string) iter.Seq2[string, []byte]
	// ScanBack is Scan from the other end: it starts at the last key below before (before "": at the prefix's last).
	ScanBack(table, prefix, before string) iter.Seq2[string, []byte]
}

// Store keeps everything that must outlive the process. Both methods may be called concurrently.
type Store interface {
	// View runs f on a consistent snapshot. Writes in f are a programmer's mistake and panic.
	View(ctx context.Context, f func(Tx) error) error
	// Update runs f and commits what it wrote, durably, before it returns nil; an error from f undoes everything f
	// wrote and is returned as it is. f may run more than once and must have no effect outside tx. Touch few keys:
	// other stores than the embedded one limit a transaction to about a hundred.
	Update(ctx context.Context, f func(Tx) error) error
}
