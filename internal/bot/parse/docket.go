package parse

import (
	"time"

	"calltab/internal/bot/parse/date"
)

// OrderList is which orders a line about orders asks for.
type OrderList string

// The lists of orders.
const (
	OrdersOpen   OrderList = "open"
	OrdersDone   OrderList = "done"
	OrdersFailed OrderList = "failed"
	OrdersEnded  OrderList = "ended"     // rejected, cancelled, expired
	OrdersLate   OrderList = "over"      // over lately, whatever came of them
	OrdersOwn    OrderList = "own"       // the sender's
	OrdersDecide OrderList = "to-decide" // that wait for the sender
)

// WhichOrders tells which orders a line about orders asks for: the open ones where it does not say. day is the day or
// span of days that it names, as written.
func WhichOrders(line []Word, day string) OrderList {
	has := func(set Set) bool {
		for _, w := range line {
			if set.Has(w) {
				return true
			}
		}
		return false
	}
	switch {
	case has(said.OrdersDecide), has(said.Own) && has(said.OrdersMine), forSender(line):
		return OrdersDecide
	case has(said.OrdersOwn):
		return OrdersOwn
	case has(said.OrdersFailed):
		return OrdersFailed
	case has(said.OrdersEnded):
		return OrdersEnded
	case has(said.OrdersDone):
		return OrdersDone
	case has(said.OrdersOpen):
		return OrdersOpen
	case has(said.Self) && !has(said.Show):
		return OrdersOwn
	case has(said.OrdersLate), day != "":
		return OrdersLate
	}
	return OrdersOpen
}

// forSender reports "anything for me", "waiting on me".
func forSender(line []Word) bool {
	for i, w := range line {
		if i > 0 && said.Self.Has(w) && said.ForSender.Has(line[i-1]) {
			return true
		}
	}
	return false
}

// WithoutOrders takes out the words by which a line says which orders it asks for.
func WithoutOrders(words []Word) []Word {
	var rest []Word
	for _, w := range words {
		some := []Set{said.OrdersDecide, said.OrdersMine, said.OrdersFailed, said.OrdersEnded, said.OrdersDone,
			said.OrdersOpen, said.OrdersLate, said.Since, said.Own, said.Referring}
		known := false
		for _, set := range some {
			known = known || set.Has(w)
		}
		if !known {
			rest = append(rest, w)
		}
	}
	return rest
}

// WithoutSince takes out the word that stands before a day from which on something is listed.
func WithoutSince(words []Word) []Word { return Without(words, said.Since) }

// ReadPeriod reads the day of a line as the time that it means: the day, or with "since" all from it on, which ends
// with the zero time. ok is false for what does not read as a day.
func ReadPeriod(line []Word, day string, now time.Time, zone *time.Location) (from, to time.Time, ok bool) {
	d, ok := date.Read(day, now, zone)
	if !ok {
		return from, to, false
	}
	for _, w := range line {
		if said.Since.Has(w) {
			return d.From, to, true
		}
	}
	return d.From, d.To, true
}
