// Package asked tells which orders a line asks for: the open ones, those that failed, the sender's, and from when on.
package asked

import (
	"time"

	"calltab/internal/bot/parse/date"
	"calltab/internal/bot/parse/lexicon"
)

// said is the one lexicon, as of package parse.
var said = lexicon.English

// Orders is which orders a line about orders asks for.
type Orders string

// The lists of orders.
const (
	Open   Orders = "open"
	Done   Orders = "done"
	Failed Orders = "failed"
	Ended  Orders = "ended"     // rejected, cancelled, expired
	Late   Orders = "over"      // over lately, whatever came of them
	Own    Orders = "own"       // the sender's
	Decide Orders = "to-decide" // that wait for the sender
)

// Which tells which orders a line about orders asks for: the open ones where it does not say. day is the day or
// span of days that it names, as written.
func Which(line []lexicon.Word, day string) Orders {
	has := func(set lexicon.Set) bool {
		for _, w := range line {
			if set.Has(w) {
				return true
			}
		}
		return false
	}
	switch {
	case has(said.OrdersDecide), ofSender(line) && has(said.OrdersMine), forSender(line):
		return Decide
	case has(said.OrdersOwn):
		return Own
	case has(said.OrdersFailed):
		return Failed
	case has(said.OrdersEnded):
		return Ended
	case has(said.OrdersDone):
		return Done
	case has(said.OrdersOpen):
		return Open
	case has(said.Self) && !has(said.Show):
		return Own
	case has(said.OrdersLate), day != "":
		return Late
	}
	return Open
}

// ofSender reports a word like "my", but the "me" of "show me", which only says to whom.
func ofSender(line []lexicon.Word) bool {
	for i, w := range line {
		if said.Own.Has(w) && (i == 0 || !said.Show.Has(line[i-1])) {
			return true
		}
	}
	return false
}

// forSender reports "anything for me", "waiting on me".
func forSender(line []lexicon.Word) bool {
	for i, w := range line {
		if i > 0 && said.Self.Has(w) && said.ForSender.Has(line[i-1]) {
			return true
		}
	}
	return false
}

// WithoutOrders takes out the words by which a line says which orders it asks for.
func WithoutOrders(words []lexicon.Word) []lexicon.Word {
	var rest []lexicon.Word
	for _, w := range words {
		some := []lexicon.Set{said.OrdersDecide, said.OrdersMine, said.OrdersFailed, said.OrdersEnded, said.OrdersDone,
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
func WithoutSince(words []lexicon.Word) []lexicon.Word { return lexicon.Without(words, said.Since) }

// ReadPeriod reads the day of a line as the time that it means: the day, or with "since" all from it on, which ends
// with the zero time. ok is false for what does not read as a day.
func ReadPeriod(line []lexicon.Word, day string, now time.Time, zone *time.Location) (from, to time.Time, ok bool) {
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
