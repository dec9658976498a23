// Package bulk orders for several people from one list. Its rows are checked first, one by one, and nothing is ordered
// by that: a row that can be ordered is filled in as a form would be, and its number is held. Once its requester has
// looked at what came of it, the rows are ordered one after the other, each an order of its own, so many at a time that
// the order of another person is not kept waiting.
//
//	begin.go     a list taken, and what its requester reads of it
//	check.go     rows checked
//	run.go       rows ordered, and a bulk that ends
//	patience.go  rows that are put off, as Microsoft gives no answer about one account
//	decide.go    begun, paused, stopped, left, and the failed rows tried again
//	approve.go   the rows that wait for one approver
//
// A row is ordered in one transaction, with its state (package rows), so that after a crash it has either begun or not.
// What is done when is said by one job for each bulk ([Service.Work]). How a line of a list is read is its caller's.
package bulk
