package provision

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Operator moves work that waits for a person; the job runner is it. Each method takes the kind and key of a parked job
// and changes it in the transaction.
type Operator interface {
	// Retry runs the step again where the work stands, with all its tries before it.
	Retry(tx Tx, kind, key string) error
	// Wake has live work look at once. What is parked or has ended is left alone.
	Wake(tx Tx, kind, key string) error
	// Undo takes the work back, from where it stands.
	Undo(tx Tx, kind, key string) error
	// Accept ends the work as it stands.
	Accept(tx Tx, kind, key string) error
}

// Resolution is what a person decides about a parked order.
type Resolution string

// The rulings. They are persisted: never rename one.
const (
	TryAgain  Resolution = "retry"
	TakeBack  Resolution = "undo"
	LeaveAsIs Resolution = "accept"
)

// Resolved is who decided what about an order that had stopped.
type Resolved struct {
	Resolution Resolution `json:"ruling"`
	By         Actor      `json:"by"`
	Why        string     `json:"why,omitempty"` // LeaveAsIs: in their own words
	At         time.Time  `json:"at"`
}

// Halt is where the work of an order stopped, and how much was tried there.
type Halt struct {
	Job      string    `json:"job"`  // the kind of the job that is parked
	Step     StepName  `json:"step"` // of that job
	Undoing  bool      `json:"undoing,omitempty"`
	Since    time.Time `json:"since,omitzero"`  // when the step was begun
	Tries    int       `json:"tries,omitempty"` // how often it was tried or looked for since
	Revision int       `json:"revision"`        // the order's when it was parked: an older card is about something else
}

// Watched reports that it stopped while it waited for Microsoft's side.
func (h Halt) Watched() bool { return strings.TrimPrefix(h.Job, OfBulk) == JobWatch }

// CanUndo reports whether there is work to take back. Once the number is there and only waited for, that is for a
// release; what goes back already goes on by trying again; and nothing is given back to an account that is gone.
func (o Order) CanUndo() bool {
	return o.State == Parked && !o.Halt.Watched() && !o.Halt.Undoing &&
		(o.Kind.Gives() || o.Observation.Account != AccountGone)
}

// Undoing reports that the work goes back because a person has decided so.
func (o Order) Undoing() bool {
	return o.State == Running && (o.Halt.Undoing || o.Decided.Resolution == TakeBack || o.Withdrawn())
}

// LeftAsIs reports an order that is done because a person said so.
func (o Order) LeftAsIs() bool { return o.State == Done && o.Decided.Resolution == LeaveAsIs }

// Operates reports whether they may decide about an order.
func (a Access) Operates(o Order) bool { return a.Need("", Operate, o.Sites()...) == nil }

// How long an outage lasts before the admins are told of it: a permission that lacks does not come back by itself, but
// one refusal may be Microsoft's mistake.
const (
	permissionGrace = time.Minute
	silenceGrace    = 4 * time.Hour
)

// SignIn is the class of all calls to Microsoft, where Calltab gets no token. It is persisted: never rename it.
const SignIn = "sign-in"

// CarrierCalls is the class of what is told to the carrier. It is persisted: never rename it.
const CarrierCalls = "carrier"

// outageNotices are what the card of an order says that an outage holds, and since when: the argument "since", in the
// form of RFC 3339. Orders of older programs do not have it.
var outageNotices = []string{"waits-for-microsoft", "waits-for-carrier", "waits-for-permission", "waits-for-admin"}

// Waits reports that an outage holds the order, as its card says: Microsoft or the carrier does not answer, or Calltab
// is refused.
func (o Order) Waits() bool { return slices.Contains(outageNotices, o.Notice.ID) }

// Outage is a kind of call with which nobody gets on: Microsoft or the carrier does not answer, or Microsoft does not
// let Calltab in. Orders wait for its end.
type Outage struct {
	Class string      `json:"class"` // of calls, such as CarrierCalls, or SignIn
	Why   Message     `json:"why"`
	Lacks bool        `json:"lacks,omitempty"` // Calltab is refused, and a person must grant something
	Since time.Time   `json:"since"`
	Told  time.Time   `json:"told,omitzero"` // when the admins were told; zero: not yet
	Held  []HeldOrder `json:"held,omitempty"`
}

// HeldOrder is an order that waits for the end of an outage, by its job.
type HeldOrder struct {
	Job   string  `json:"job"`
	Order OrderID `json:"order"`
}

// Grace is how long an outage may last before the admins are told.
func (o Outage) Grace() time.Duration {
	if o.Lacks {
		return permissionGrace
	}
	return silenceGrace
}

// Same reports whether two messages read the same.
func (m Message) Same(other Message) bool { return m.ID == other.ID && maps.Equal(m.Args, other.Args) }

// IgnoreNotFound is an error, or nil where it only says that something is not there.
func IgnoreNotFound(err error) error {
	if KindOf(err) == NotFound {
		return nil
	}
	return err
}

// StoppedWork is a parked job with the text of its last error.
type StoppedWork struct{ Kind, Key, Failure string }
