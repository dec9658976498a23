// Package boltstore is the embedded store: one bbolt file that one process owns.
//
// Each table is a bucket, made by the first write to it. Concurrent Updates share one commit, and so one wait for the
// disk, without a timer: the caller that finds nobody committing leads, runs the functions of everyone who waits in one
// database transaction, commits, and hands the lead to the first of those who came meanwhile. A lone caller therefore
// pays nothing for the company it might have had, and 64 callers wait for a few commits and not for 64.
//
// A function that fails leaves no trace and harms nobody: when it has written, the transaction is thrown away and the
// others run again without it. Functions may hence run more than once, and not on the goroutine that called Update.
//
// The file's lock keeps a second process out, with an error that says so. The file carries a schema version; older
// files are brought up to date when they are opened, newer ones are refused.
//
// A commit that the disk refuses fails alone, and the next one may succeed; after one that the disk did not confirm the
// store is broken and does nothing more (see health).
//
// What callers owe: transaction functions are short (all writers wait for them), do not call the
// store, and do not keep tx.
package boltstore
