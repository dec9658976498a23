// Package lists draws what is not one order: lists of orders, people and numbers found, what happened to them, files
// of numbers, locations, what came of reading Microsoft 365, and messages that are stuck. The rules of voice are
// package view's, and so are the names that cards send back. Nothing is read and no permission is checked here either.
// The golden cards are in the tests of view, which look at all cards together.
//
//	list.go orders.go       what all lists share, locations and plans; a person's orders, and those to decide
//	docket.go               orders by how they stand
//	found.go phones.go      people and numbers found, with what can be done for them; who has which phone
//	diagnosis.go            why a person cannot call
//	duration.go             how long phones take
//	history.go              what happened, and whose a number was
//	stock.go batch.go       numbers, and files of them
//	site.go                 locations: new ones, and those that run low
//	sync.go compared.go     readings of people and of numbers
//	repair.go outbox.go     records that differ; messages that are stuck
package lists

import "calltab/internal/bot/view"

// Writer writes cards for one reader, those of orders too.
type Writer struct{ view.Writer }
