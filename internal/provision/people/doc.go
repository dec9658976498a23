// Package people is one person at a time: found in the directory, looked at in the telephone service, held against the
// rules, waived a rule, known as a subscriber. It also applies a change of an organisation file to location, plan,
// access policy and number together. It never touches an order.
//
//	lookup.go            a person found, with what directory and telephone service say
//	readiness.go         which conditions of a working phone are met
//	subscriber.go        who has a phone by the records
//	phones.go            who has which phone, page by page
//	subscriber_index.go  by which lists find them: where, on which plan, since when, and what they are called
//	waiver.go            a rule that an operator waives for a person
//	inventory_change.go  one change of an organisation file
//	number_sync.go       the report of package reconcile's last reading, as a record
//	carrier.go           the lines that stock's ledger keeps
package people
