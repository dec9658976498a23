package provision

import "time"

// Query says whom find looks for: a name or user name, a person, or a number.
type Query struct {
	Text   string
	Whole  bool // the text must name a person in whole words: something is taken away from them
	User   UserID
	Number E164
	Known  bool // only who it is, and what Calltab knows: the telephone service is not asked
}

// Finding is what Calltab knows of one person.
type Finding struct {
	Person      Person
	Voice       Voice
	VoiceKnown  bool    // false: the telephone service was not asked, or did not say everything
	Unread      Message // why not, where Calltab lacks a permission
	Number      Number
	Location    Location
	Plan        Plan        // zero: no phone from here
	Subscriber  Subscriber  // zero: they are none
	Conditions  []Condition // of their phone, as Microsoft shows them now; none where it is not known
	Order       Order       // the live one, else the one that was saved last; zero ID: none
	History     []Order     // the newest few, by when they were saved
	Eligibility Eligibility
	Listing     Eligibility // whether sync offers them: the rules for a number and for being imported
	Waiver      Waiver      // zero: a calling plan stands against them
	Refused     Refusals    // what of it would be refused to who asked
	Now         time.Time
}

// Sheet is an order with everything that a card about it shows, read in one transaction.
type Sheet struct {
	Order     Order
	Location  Location // the order's; zero while none is picked
	Plan      Plan     // the order's; zero while none is picked
	HadPlan   Plan     // the one before; zero where the person had none from here
	HadAt     Location // the location before; likewise
	Undone    Order    // the one that the order takes back; zero: it takes none back
	Locations []Stock  // FormLocation only: those that the person can have, by name
	Plans     []Plan   // FormPlan only: those that the person can have, in the inventory's order
	// PlanFaults, by plan: what is wrong with its policies. FormPlan and FormReview only, for admins.
	PlanFaults map[PlanID][]Message
	Rule       ApprovalRule // FormReview only: who will approve the order
	Proposed   Suggestion   // FormReview only: the number that is proposed; zero: none is
	Instead    bool         // FormReview only: there is a stand-in for approvers who cannot be asked
	Best       []Suggestion // FormNumber only: the free ones that suit the person best, the order's own first
	Others     []Form       // of a draft: the forms to which it leads and which have another answer
	Refused    Refusals     // what of the card would be refused to its reader; the zero value is nothing
	Usual      Usual        // how long phones of the order's location take; only where a card says so
	Now        time.Time
}

// LacksNumber reports a draft that cannot go on, as its location has no free number.
func (s Sheet) LacksNumber() bool {
	return s.Order.WithoutNumber() && (s.Order.Form == FormReview || len(s.Best) == 0)
}

// WithoutNumber reports a draft at the question for a number, or behind it, that has none.
func (o Order) WithoutNumber() bool {
	if o.State != Draft || o.Undoes != "" || !o.Kind.Asks(FormNumber) {
		return false
	}
	return o.Number == "" && (o.Form == FormNumber || o.Form == FormReview && o.Proposed.Number == "")
}

// Usual is how long the newest phones of a location took to be ready once Microsoft had the number. With a zero Half
// there are too few to say.
type Usual struct {
	Count      int
	Half, Most time.Duration // half of them, and nine of ten, took no longer
}

// Refusals says what of an order or a finding would be refused to a reader of its card, so that the card does not offer
// it.
type Refusals struct {
	Look     bool // to see the order at all
	Own      bool // what only the requester may do
	Operate  bool // what takes the right to operate at all its locations
	TakeBack bool // to take back an order that is at work; true as well where nobody can
	Manage   bool // of a finding: what takes the right to manage its location
}

// Merit is why a number is offered to a person. The message catalogue has its words.
type Merit string

// The merits, the best first.
const (
	ForThem       Merit = "reserved"  // it is kept for them
	LikeExtension Merit = "extension" // it ends in the extension of their desk phone
	LikeMobile    Merit = "mobile"    // it ends like their mobile number
	SameArea      Merit = "area"      // it is of the area of a number that they have
	NeverUsed     Merit = "unused"
	RestedLongest Merit = "rested"
)

// Suggestion is a free number that is offered to a person, and why. Digits are those in which it is like another
// number.
type Suggestion struct {
	Number
	Merit  Merit
	Digits string
}
