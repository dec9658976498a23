// Package orgfile brings the inventory of a store up to an organisation file: the locations, plans, roles, approvals
// and numbers that a company has written down. Import adds and changes; Apply also removes what the file does not name
// and nobody uses, and can tell of all differences without making them. What stands against a difference is told and
// stays as it is.
//
// The room decides what differs and in which order it is made so. It writes nothing itself: [Core] changes the
// inventory and adds the link of the audit trail, in the transaction that a difference was found in. It knows no YAML
// (the program reads and writes the text), no chat, and no Microsoft but for the one question who has a number, which
// it asks outside of transactions.
//
//	orgfile.go        OrgFile, what the room needs of the core, Import and Apply
//	apply.go          one run: find, write, tell; locations and plans
//	apply_numbers.go  numbers, many at a look and few in a transaction
//	diff.go           a difference and how it reads; a number, a location and the plans held against the file
//	diff_access.go    the access policy held against the file's
//	prune.go          locations and plans that go, unless a person, an order or a number needs them
//
// Duty of a caller: one run at a time for a tenant. Two at once do no harm to any record, but each undoes what the
// other did.
package orgfile
