package provision

import "time"

// NumberState is where a number is in its life.
type NumberState string

// The states of a number: free → held → assigned → cooling → free, or blocked, or reserved, also while it cools down.
const (
	Free     NumberState = "free"
	Held     NumberState = "held"
	Assigned NumberState = "assigned"
	Cooling  NumberState = "cooling"
	Blocked  NumberState = "blocked"
	Reserved NumberState = "reserved"
)

// Number is one phone number of a location and who has it. A number belongs to at most one order or person: the store
// record is the only authority, and it changes only together with the order that it names.
type Number struct {
	E164     E164        `json:"e164"`
	Location LocationID  `json:"location"`
	State    NumberState `json:"state"`
	Order    OrderID     `json:"order,omitempty"` // held: the order that holds it; assigned: the one that assigned it
	// assigned: who has it; cooling: who had it last; reserved: for whom
	User UserID `json:"user,omitempty"`
	// held by a draft: when the hold ends, zero: with the order; cooling: when it is free; reserved: when that ends
	Until  time.Time `json:"until,omitzero"`
	Rested time.Time `json:"rested,omitzero"` // free: since when nobody has it; zero: never used
	Note   string    `json:"note,omitempty"`  // what the user who added it had to say of it
	// blocked: because Microsoft shows it on an account, and not because a user wanted it so
	Taken bool `json:"taken,omitempty"`
	// held, assigned: the cooling period that the order interrupted, and that goes on if the order comes to nothing;
	// reserved: the one that goes on afterwards
	Rest Rest `json:"rest,omitzero"`
	// reserved: for whom; held, assigned: the reservation that goes on if the order comes to nothing
	Kept Reservation `json:"kept,omitzero"`
}

// Reservation keeps a number for a person.
type Reservation struct {
	User  UserID    `json:"user"`
	Name  string    `json:"name,omitempty"`
	By    UserID    `json:"by,omitempty"` // who made it
	Until time.Time `json:"until"`
}

// ReservedFor reports whether a number is kept for a person.
func (n Number) ReservedFor(user UserID) bool { return n.State == Reserved && n.User == user }

// Rest is what a cooling number's record said before an order took it out of its cooling period.
type Rest struct {
	Order OrderID   `json:"order"`
	User  UserID    `json:"user"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
}
