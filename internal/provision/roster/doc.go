// Package roster is the people of a tenant as Calltab read them: the reading itself, page by page, and one record a
// person with the verdict on whether they can have a phone.
//
//	sync.go       begin, end and report a reading
//	reading.go    the steps of it, which the job runs
//	roster.go     a person's record, judged anew when anything that decides changes
//	candidates.go lists of people by name, site and text
//	named.go      people whom a name can mean
//	page.go       what such a list gives, and what an import of people does
//	licence.go    what the licences mean, for one tenant
//	tidy.go       people whom the last reading did not meet again
//
// Lists and verdicts only: a phone is given by an order, which asks Microsoft anew and reads nothing from here.
package roster
