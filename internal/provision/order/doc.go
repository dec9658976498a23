// Package order keeps orders: [Service.Write] is the one way in which an order changes, with its revision, its indexes,
// its event on the trail and the news to the listener, in the caller's transaction.
//
//	orders.go      read, write, list; the sheet that a card shows
//	index.go       lists of those that wait for an approver or for an operator
//	places.go      by which lists find orders: how they stand, and where
//	requester.go   by which a requester's own are found: open ones, drafts, the last one to take back
//	own.go         by which a requester finds all of their own, and a location what has stopped
//	shared.go      what a reader gets of an order that is remembered
//	plan_faults.go what is known to be wrong with the plans of a form
//	current.go     which order is a person's newest, and may act
//	scope.go       what a requester may do for whom
//	draft.go       what any change of a draft needs
//	subscriber.go  what stands against an order for a person
//	undo.go        whether a done order can be taken back, and as what; package undo does it
//	forget.go      forms that were never saved
//	restored.go    orders of a store that came from a backup
//
// It runs nothing and asks nobody: forms are package draft's, approvals package approve's, the work package fulfil's.
package order
