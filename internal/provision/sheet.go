package provision

import "time"

// Sheet is an order with everything that a card about it shows, read in one transaction.
type Sheet struct {
	Order     Order
	Location  Location     // the order's; zero while none is picked
	Plan      Plan         // the order's; zero while none is picked
	HadPlan   Plan         // the one before; zero where the person had none from here
	HadAt     Location     // the location before; likewise
	Undone    Order        // the one that the order takes back; zero: it takes none back
	Locations []Stock      // FormLocation only: all of them, by name
	Plans     []Plan       // FormPlan only: all of them, in the inventory's order
	Rule      ApprovalRule // FormReview only: by whose word the order will go on
	Best      []Suggestion // FormNumber only: the free ones of the location that suit the person best, the order's own first
	Refused   Refusals     // what of the card would be refused to its reader; the zero value is nothing
	Now       time.Time
}

// Refusals says what of an order or a finding would be refused to a reader of its card, so that the card does not offer it.
type Refusals struct {
	Look     bool // to see the order at all
	Own      bool // what only the requester may do
	Operate  bool // what takes the right to operate at all its locations
	TakeBack bool // of an order that was saved: to take it back, before its work began or while its phone is waited for; also where that cannot be
	Manage   bool // of a finding: what takes the right to manage its location
}
