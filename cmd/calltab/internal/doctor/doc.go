// Package doctor looks at an installation before and after its first start: what is wrong, why that matters, and what
// mends it. It asks in the way in which the bot does, changes nothing, and is safe beside a running one.
//
// What cannot be checked because of something else says because of what: nothing is green that was not looked at.
//
//	doctor.go        the round: which check needs which, and what comes of it
//	report.go        what people and programs read
//	reach.go         names, ways, certificates, clocks and Microsoft's keys
//	wayin.go         how Teams' calls come in, and the certificate that they are shown
//	signin.go        the bot's tokens
//	permissions.go   the permissions that they carry
//	reads.go         a harmless call of each kind
//	routes.go        what was read at night of the plans' routes
//	here.go          settings, the organisation file and the store
//	database.go      the store where it is in PostgreSQL
//	greet.go         the whole round, with a person who presses a button
//	steps.go         what only a person can do, ticked by the checks
package doctor
