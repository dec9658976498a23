package provision

import "time"

// OrderState is where an order is in its life:
//
//	draft → pending → approved → running → waiting → done
//
// with the exits rejected, cancelled and expired (nothing was changed), failed (everything was undone) and parked (a
// person must look). An order that is taken back while it is at work or waits runs until all is undone, and is
// cancelled then. A done order goes back to waiting when its person reports no dial pad.
type OrderState string

// The states of an order.
const (
	Draft     OrderState = "draft"     // being filled in; may hold a number for a while
	Pending   OrderState = "pending"   // submitted; an approver must decide
	Approved  OrderState = "approved"  // submitted, and approved where that is needed; the work has not begun
	Running   OrderState = "running"   // Microsoft is being changed
	Waiting   OrderState = "waiting"   // assigned, not yet ready on Microsoft's side
	Done      OrderState = "done"      // every condition that Microsoft shows is met
	Rejected  OrderState = "rejected"  // an approver said no
	Cancelled OrderState = "cancelled" // taken back before it was done
	Expired   OrderState = "expired"   // a draft that nobody finished, or nobody approved
	Failed    OrderState = "failed"    // it could not be done; everything was undone
	Parked    OrderState = "parked"    // it needs a person
)

// Over reports whether nothing more will happen to the order by itself.
func (s OrderState) Over() bool {
	return s == Done || s == Rejected || s == Cancelled || s == Expired || s == Failed || s == Parked
}

// Actor is a person as the verified activity named them.
type Actor struct {
	ID   UserID `json:"id"`
	Name string `json:"name,omitempty"` // for cards; never for a decision
}

// Order is one wish. It is written only through order.Service.Write, each time with a new Revision.
type Order struct {
	ID        OrderID    `json:"id"`
	Tenant    TenantID   `json:"tenant"`
	Kind      OrderKind  `json:"kind"`
	State     OrderState `json:"state"`
	Revision  int        `json:"revision"`
	Requester Actor      `json:"requester"`
	OrderRight
	OrderWish
	OrderForm
	Approval Approval `json:"consent,omitzero"`
	Resent   int      `json:"resent,omitempty"` // how often it was sent to its approvers again after a change
	OrderWork
	OrderHalt
	OrderUndo
	OrderTimes
	Bulk BulkRow `json:"bulk,omitzero"` // zero: it was ordered by itself
}

// BulkRow is the place of an order in a bulk: the orders of several people from one list.
type BulkRow struct {
	ID   BulkID `json:"id"`
	Row  int    `json:"row"`            // counted from 1
	Held bool   `json:"held,omitempty"` // approved: its work begins when the bulk lets it
}

// OrderRight is by what right the requester asks.
type OrderRight struct {
	// what the requester asks as; empty: RoleAdmin, before there were roles
	As     Role         `json:"as,omitempty"`
	Within []LocationID `json:"within,omitempty"` // where the requester has that role; none: everywhere
	// submitted: the role that an employee has who orders nothing by it, such as auditor
	Beside Role `json:"beside,omitempty"`
	// the person is the requester, or reports to them: what every employee may ask for
	Team bool `json:"team,omitempty"`
}

// OrderWish is what is asked for.
type OrderWish struct {
	Person    Person     `json:"person"`  // as last read; zero while it is not known
	Surname   string     `json:"surname"` // as typed or prefilled; may differ from the directory's
	GivenName string     `json:"given_name"`
	Location  LocationID `json:"location,omitempty"`
	Plan      PlanID     `json:"plan,omitempty"`
	Number    E164       `json:"number,omitempty"`
	Picks     bool       `json:"picks,omitempty"` // an employee may choose the number
	Why       string     `json:"why,omitempty"`   // the requester's reason, for the approvers
	Had       Subscriber `json:"had,omitzero"`    // what the person had before; zero where they had no phone from here
}

// OrderForm is a draft's question, and what it met.
type OrderForm struct {
	Form     Form      `json:"form,omitempty"`     // draft: what is asked now
	Query    string    `json:"query,omitempty"`    // draft: whom the requester asked for, as written
	Wish     E164      `json:"wish,omitempty"`     // draft: a number asked for before the person was known; not held
	Choices  []Person  `json:"choices,omitempty"`  // FormWhich: who is meant?
	Reasons  []Reason  `json:"reasons,omitempty"`  // FormRefused: why not
	Notice   Message   `json:"notice,omitzero"`    // what the last answer met: a number taken, a hold that ended
	HoldEnds time.Time `json:"hold_ends,omitzero"` // draft that holds a number
	Proposed Proposal  `json:"proposed,omitzero"`  // draft: what of the wish is Calltab's
	Asked    int       `json:"asked,omitempty"`    // draft: how many questions its requester had to answer
}

// Proposal is what of a draft Calltab filled in, for its requester to look at and save. Nothing of it is held before
// that: the number may be gone by then, and another one is proposed.
type Proposal struct {
	Location Ground `json:"location,omitempty"` // why the draft's location is proposed; empty: it was chosen
	Plan     bool   `json:"plan,omitempty"`     // the draft's plan is the usual one of its location
	Number   E164   `json:"number,omitempty"`
	Merit    Merit  `json:"merit,omitempty"`  // of the number
	Digits   string `json:"digits,omitempty"` // that the merit is about
}

// ProposeNumber puts a number into a draft as Calltab's proposal; the zero suggestion takes the one before out.
func (o *Order) ProposeNumber(n Suggestion) {
	o.Proposed.Number = n.E164
	o.Proposed.Merit = n.Merit
	o.Proposed.Digits = n.Digits
}

// Ground is why a location is proposed. The message catalogue has its words.
type Ground string

// The grounds, the best first.
const (
	WorksThere Ground = "works-there" // Microsoft 365 has the person there
	OnlyOne    Ground = "only-one"    // no other location can be the person's
)

// OrderWork is how far the work is, and whether the phone works.
type OrderWork struct {
	Work       []StepState `json:"work,omitempty"`
	Conditions []Condition `json:"conditions,omitempty"`
	Late       Lateness    `json:"late,omitempty"`
	Reopened   int         `json:"reopened,omitempty"` // how often the person saw no dial pad
	ReopenedAt time.Time   `json:"reopened_at,omitzero"`
	Confirmed  time.Time   `json:"confirmed,omitzero"` // when the person said "I see it"
	Untold     Message     `json:"untold,omitzero"`    // why the person could not be told
	Before     []OldPolicy `json:"before,omitempty"`   // policies to restore on undo
	Left       []E164      `json:"left,omitempty"`     // done release or remove: numbers still on the person
}

// OrderHalt is why and where an order stopped, and what was decided of it.
type OrderHalt struct {
	Problem     Message     `json:"problem,omitzero"` // failed, parked: why
	Halt        Halt        `json:"halt,omitzero"`    // parked: where the work stands; afterwards where it last stood
	Observation Observation `json:"known,omitzero"`   // what Microsoft showed when the work last stopped, or later
	Decided     Resolved    `json:"decided,omitzero"` // what a person last decided about it
	Settled     Settled     `json:"settled,omitzero"` // why it ended when the store was restored
}

// OrderUndo is how an order stands to those before and after it.
type OrderUndo struct {
	Past      bool     `json:"past,omitempty"`      // a later order changed the phone that this one gave
	NoChange  bool     `json:"no_change,omitempty"` // left as it is: the person has what they had before it
	Undoes    OrderID  `json:"undoes,omitempty"`    // the done order that this one takes back
	UndoneBy  OrderID  `json:"undone_by,omitempty"` // the order that took this one back
	TakenBack Resolved `json:"taken_back,omitzero"` // who took it back while it was at work or waited, and when
	// taken back: the person does not have the number of before any more
	Lost bool `json:"lost,omitempty"`
}

// OrderTimes is when an order came how far. Zero: not yet.
type OrderTimes struct {
	Created   time.Time `json:"created"`
	Amended   time.Time `json:"amended,omitzero"` // when it was last made a draft again
	Submitted time.Time `json:"submitted,omitzero"`
	Accepted  time.Time `json:"accepted,omitzero"` // Microsoft has the number on the person: the 24 hours begin
	Ready     time.Time `json:"ready,omitzero"`
	Ended     time.Time `json:"ended,omitzero"`
}

// Form names what a draft asks next.
type Form string

// The forms; lookup, which and refused stand before the first question. Which ones an order asks, its kind says.
const (
	FormLookup   Form = "lookup"   // Microsoft is slow: a job is looking the person up
	FormPerson   Form = "person"   // user name, first and last name
	FormWhich    Form = "which"    // several people go by that name
	FormRefused  Form = "refused"  // not eligible: Reasons
	FormLocation Form = "location" // site
	FormPlan     Form = "plan"     // plan
	FormNumber   Form = "number"   // number
	FormReview   Form = "review"   // everything, and save
)

// StepState is a step of the work as a card shows it.
type StepState struct {
	Name  StepName  `json:"name"`
	State string    `json:"state"` // "waiting", "running", "done", "undone"
	Since time.Time `json:"since,omitzero"`
}

// Lateness is how long past the usual time an order waits.
type Lateness string

// Not late; past the soft limit; escalated.
const (
	InTime    Lateness = ""
	Late      Lateness = "late"
	Escalated Lateness = "escalated"
)

// OldPolicy is a policy that a person had directly before the order, by type; without an ID they had none.
type OldPolicy struct {
	Type string `json:"type"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"` // as people know it
	// what the order gives them instead; empty for none, and in orders older than this field
	Set string `json:"set,omitempty"`

	// it was not what the plan that they had sets: an admin gave it to them, or took the plan's away
	Beside bool `json:"beside,omitempty"`
}
