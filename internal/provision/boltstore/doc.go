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
// store is broken and does nothing more (health.go). While commits fail, package job sets going nothing new, package
// bot answers presses and lines with one sentence, and package app tries again; of a broken store it ends the program.
//
// It is the only importer of bbolt, and decides nothing about what a record means.
//
//	store.go                   open and close the file, View
//	update.go lead.go          Update: who waits, and who commits for all
//	tx.go table.go             what a transaction reads and writes
//	seal.go                    the sum over each value, by which a damaged one is known
//	pages.go                   a file's pages walked before bbolt trusts them
//	migrate.go migrateseal.go  files of earlier programs
//	mark.go                    the mark of a store that is out of use
//	health.go                  commits that the disk refused, and that it did not confirm
//	freelist.go                when the list of free pages is written, and a file without one
//	wipe.go                    deleted values overwritten
//	size.go                    how much of the file is in use
//	snapshot.go backup.go      a moment of the store, copied while it is written; what a backup holds
//
// What callers owe: transaction functions are short (all writers wait for them), do not call the
// store, and do not keep tx.
package boltstore
