// Package graph reads people and changes telephone service over Microsoft Graph v1.0. It is the only importer of
// msgraph-sdk-go: no type of the SDK leaves it, and every error that does is a *provision.Error.
//
//	directory.go   people and groups (provision.Directory)
//	voice.go       what the telephone service knows of a person (provision.Telephony, with the next four)
//	assignment.go  what it knows of a number
//	number.go      numbers given and taken
//	operation.go   how far that is
//	policy.go      policies found, given and taken
//	bulk.go        everybody of a tenant, page by page (provision.BulkReader)
//	install.go     the app put into a person's Teams (provision.Installer)
//	wire.go        people and user configurations read from bytes; person.go: what is read of a person
//	away.go        whether they are away
//	search.go      people found by name and address
//	client.go      the Client; call.go: one call, one page, all pages
//	odata.go       names, ids and numbers made safe for an address
//	gate.go        the last stop before the network: host, token, failures
//	failure.go     an error answer, read
//	errors.go      one table from Microsoft's answers to kinds of errors; fulfil says what one means for an order
//
// It never retries and never waits: the SDK's own retries, redirects and request compression are off, because the job
// runner owns every retry. (Go's transport still sends a read again when a kept connection turns out to be dead; never
// a change.) Callers bring a context with a deadline. Microsoft's error texts stay in Error.Err, for the log and
// for package fulfil, which believes them last: after the state read again, and after the code.
//
// Only sub-packages of the SDK are imported. Its root package registers every model and serializer there is, which
// more than doubles the cold build.
package graph
