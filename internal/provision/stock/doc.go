// Package stock is what there is to give: locations, plans and numbers.
//
//	inventory.go   locations and plans
//	new_location.go a location that an operator adds
//	stock.go       a number's record, and its states: hold, release, resume; free ones in their order
//	index.go       all numbers by location and state, and by their last digits
//	list.go        lists of numbers
//	add_numbers.go blocks of numbers added and blocked
//	batch.go       a file of numbers, kept until a person confirms it
//	ending.go      numbers by their last digits
//	suggest.go     which free numbers suit a person best, and why
//	reserve.go     numbers that are kept for one person
//	low_stock.go   the warning of a location that runs out
//	carrier.go     telling the carrier of a line
//	ledger.go      the lines, kept in the store where no carrier is to be told
//	restored.go    a store from a backup gives nothing until its numbers have been compared with Microsoft's
//
// A number's record is the only authority on who may have it: two orders cannot hold one number. This room reads and
// writes no orders: it is given their ids.
package stock
