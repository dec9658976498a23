// Package admin has the commands of the store's owner: to apply and to write an organisation file, to check, write and
// archive the audit trail, to check the store, and to back it up and put it back. It has both sides of the admin
// socket, on which a running program does for these commands what only the program that has the store open can do.
//
// It decides nothing about numbers, orders and people: package provision does, and package orgfile says in what a file
// and an inventory differ. It reads no settings of the bot, sends nothing to Microsoft, and knows nothing of Teams.
//
// A program that has a store open serves [Server] on [Listen], and only while it has the store's lock. The commands
// look for the socket first and open the file themselves only where nothing answers.
//
// A database has no socket. Beside programs that serve from it the commands are one more program on it:
//
//	                                     beside the one program       beside replicas
//	export, audit export, audit verify   read                         the same
//	check                                reads one moment             the same
//	apply, audit archive                 refused until it is stopped  as one of them: what a start and another apply
//	                                                                  do waits meanwhile, and they wait for that
//	forget                               refused until it is stopped  as one of them, likewise with what each forgets
//	schema                               makes grants and views, and  the same
//	                                     raises no tables
//	move, restore without a file         refused until it is stopped  refused until all are stopped
//	backup, restore FILE                 refused: a database has tools of its own
//
// What apply asks Microsoft through the program that runs on a file it does not ask there: whether approvers are
// people, which shows when an order is sent, and whether a number is in use that is to be unblocked, which is refused.
//
// The command line is in commands.go, with what is the caller's mistake in mistakes.go. Each command has a file: apply,
// audit_export, audit_verify, audit_archive, check, backup (its key in backup_key.go), restore, schema, and move, which
// move_undo.go takes back. admin.go finds where the work is done: by ops.go on a store that this process has open, with
// others where package shared says so, or by a running one, whose side of the socket is server.go and ours client.go.
// How a store is copied while it is written says package boltstore (snapshot.go).
package admin
