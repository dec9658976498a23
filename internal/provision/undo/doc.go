// Package undo takes orders back: a done one by an order that leads back, a waiting or held one in place, with the job
// turned round. It also says which buttons a reader of an order gets.
//
//	undo.go      a done order, by one that leads back
//	withdraw.go  a waiting or held order, in place; what its job does backwards is package fulfil's
//	reader.go    [Service.ReadBy]: what a reader of an order may press. An auditor sees each card and presses nothing
//	             that changes anything
package undo
