// Package doctor looks at an installation before and after its first start: what is wrong, why that matters, and what
// mends it. It asks in the way in which the bot does, and is safe beside a running one. It changes nothing, unless it is told to
// try a phone out with a person, which the running one then gives and takes back.
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
//	serving.go       whether a Calltab runs with the store
//	greet.go         the whole round, with a person who presses a button
//	firstphone.go    a phone given to a test user and taken back: what will be done, and the yes
//	rehearsal.go     … how far it is, and what came of each step
//	questions.go     … and what that says of Microsoft's side
//	steps.go         what only a person can do, ticked by the checks
package doctor
