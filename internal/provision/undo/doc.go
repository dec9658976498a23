// Package undo takes orders back: a done one by an order that leads back, one that waits for Microsoft or for the end
// of an outage in place: its job undoes its steps. It also says which buttons a reader of an order gets.
//
//	undo.go      a done order, by one that leads back
//	withdraw.go  a waiting order, in place; what its job undoes is package fulfil's
//	reader.go    [Service.ReadBy]: what a reader of an order may press. An auditor sees each card and presses nothing
//	             that changes anything
package undo
