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
// The command line is in commands.go, with what is the caller's mistake in mistakes.go. Each command has a file: apply,
// audit_export, audit_verify, audit_archive, check, backup (its key in backup_key.go), restore, schema, and move, which
// move_undo.go takes back. admin.go finds where the work is done: by ops.go on a store that this process has open, or
// by a running one, whose side of the socket is server.go and ours client.go. How a store is copied while it is written
// says package boltstore (snapshot.go).
package admin
