// Package pgstore is the store in PostgreSQL, for an installation that cannot have its records on the disk of one
// machine. One process at a time has it, by a lease, unless Options.Shared lets several write.
//
// All records are rows of one table, kv: the name of their table, a key, and the value behind its seal. An Update's
// function runs on a snapshot of its own, beside all others, and what it reads and writes is noted. Then one goroutine
// of the process commits for all that wait: it locks the one row that every commit locks, finds whose reads are no
// more what they were, has those functions run again behind the lock, and writes what all have written in one
// transaction. So transactions are as if they had run one after another, and neither a slow function nor a slow network
// holds the lock while it reads. What this handle has committed itself it knows and need not read again; what another
// handle may have changed is read again, all of it at once.
//
// SERIALIZABLE transactions of PostgreSQL were measured and left: the trail and the counters are written by everybody,
// so that most of them fail and run again. REPEATABLE READ alone lets two take what only one may have (storetest has
// the case).
//
// A commit that was not answered may have been made. Each writes a number of its handle with it: the handle connects
// again, takes the lock, so that nothing of it is still under way, and reads the number.
//
// Commits that wait for a standby are said to be made once it has them, and not before. A server in whose place another
// one was promoted is told by its timeline, and not used any more. Each transaction asks for it: behind a pooler that
// keeps connections over a promotion, two transactions of one connection may lead to two servers.
//
// A pooler may stand between (PgBouncer in transaction mode): settings that matter are made within transactions, and
// statements are prepared only on a connection that leads to the server itself.
//
// # Versions
//
// Tables have a schema version, and a program knows those up to its own. What holds between programs of different ones:
//
//   - Programs of one schema version may share a store, of whatever release: most upgrades raise nothing, and replicas
//     are then replaced one after another.
//   - A newer program raises the tables only while no other has them; beside one that does, it says so and ends. So an
//     upgrade that raises is one with all replicas stopped, for as long as a start takes.
//   - A program under which the tables were raised all the same, by hand or by a newer one after it was paused for
//     longer than its lease, finds that before its next commit or snapshot, or when it renews its lease. It then does
//     nothing more.
//   - A version is raised where a program of the version before would read something wrongly, or lose it by writing.
//     A change that replicas are to go through without a stop is made in two releases and raises nothing: the first
//     reads both forms and writes the old one, and the second writes the new one. The first may then not be passed over
//     while replicas run, which docs/upgrade.md has to say.
//
// It and package reach are the only importers of pgx, and it decides nothing about what a record means.
//
//	store.go              open and close, View; what a URL means has package reach
//	schema.go             the tables, and their version
//	owner.go              the tables made, raised and let to others by their owner
//	tx.go writes.go       what a function reads and writes
//	source.go trace.go    where it reads, and what it has read
//	memory.go             what was read and written lately
//	update.go lead.go     Update: who waits, and the commit for all
//	validate.go           what of the things read is no more so
//	lease.go health.go    which process has the store; whether it can be written
//	lineage.go newest.go  servers in whose place another one was promoted; the connection that commits
//	servers.go watch.go   all servers looked at: once, and again and again
//	room.go               the probe of a full disk
//	mark.go               the mark of a store that is out of use
//	snapshot.go look.go   a moment of the store, to be checked; who has it, and what its user may do
//	ask.go                statements sent together
//
// What callers owe: transaction functions do not call the store, which may run out of connections, and do not keep tx.
// Who changes rows of kv by hand does that while no program has the store.
package pgstore
