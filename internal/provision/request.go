package provision

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Unsent reports an order that expired while its requester was changing it: it had been submitted, and was not
// submitted again.
func (o Order) Unsent() bool {
	return o.State == Expired && !o.Amended.IsZero() && o.Approval.Since.IsZero()
}

// Answer is what a form sends back. Exactly one field is set.
type Answer struct {
	Person   *PersonAnswer // FormPerson
	Which    UserID        // FormWhich
	Location LocationID    // FormLocation
	Plan     PlanID        // FormPlan
	Number   E164          // FormNumber
	Another  Form          // FormReview: to this form, for another answer than the one that is shown
	Back     bool          // to the form before
	Recheck  bool          // FormRefused: look again
}

// PersonAnswer is the person form as filled in.
type PersonAnswer struct{ UPN, GivenName, Surname string }

// Typed takes the names of the form. Where the form was filled in for another person, they are that person's: Microsoft
// 365 names the new one.
func (o *Order) Typed(who UserID, a PersonAnswer) {
	if o.Person.ID != "" && o.Person.ID != who {
		return
	}
	if given := strings.TrimSpace(a.GivenName); given != "" {
		o.GivenName = given
	}
	if surname := strings.TrimSpace(a.Surname); surname != "" {
		o.Surname = surname
	}
}

// OwnNumber is the number that a request says is the person's now.
func (r Request) OwnNumber() E164 {
	if r.Kind.Asks(FormNumber) {
		return r.FromNumber
	}
	return r.Number
}

// Request begins an order: whom for, and whatever else the requester already said. Empty fields are asked for.
type Request struct {
	Tenant    TenantID
	Kind      OrderKind // empty: Add
	Requester Actor
	Query     string // user name or name, as written
	User      UserID // where it is known, as from a mention
	Location  LocationID
	Plan      PlanID
	// Add: its location is the order's. Else a number that a person has names that person, and a free one is wished for
	Number     E164
	From       LocationID // where the line says that the phone is now; empty: not said
	FromNumber E164       // … and the number that it has now
	Undoes     OrderID    // a done order that is to be taken back: Undo fills in what that takes
}

// IsAboutNobody reports whether the request names its person by a number that is not assigned, and wishes for no other
// number.
func (r Request) IsAboutNobody() bool {
	return r.OwnNumber() != "" && r.Query == "" && r.User == "" && r.Undoes == ""
}

// Slow reports an error of Microsoft's side that may pass: what was asked for is looked up by a job then.
func Slow(err error) bool {
	k := KindOf(err)
	return k == Throttled || k == Unavailable || errors.Is(err, context.DeadlineExceeded)
}

var ZeroTime time.Time

// Unmet makes a draft ask for the person who was not found; one that takes an order back is about nobody else.
func (o *Order) Unmet(err error) {
	if o.Undoes != "" {
		o.Form, o.Reasons = FormRefused, []Reason{{Rule: AccountMissing}}
		return
	}
	o.Form = FormPerson
	o.Notice, _ = SayOf(err)
}

// IsGUID reports whether s has the form 8-4-4-4-12 of hexadecimal digits, as ids in Entra have.
func IsGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (c == '-') {
			return false
		}
		if c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

// JobKey names the job of an order, and ParseJobKey reads it back.
func JobKey(tenant TenantID, id OrderID) string { return string(tenant) + "/" + string(id) }

// ParseJobKey splits what JobKey made.
func ParseJobKey(k string) (TenantID, OrderID) {
	tenant, id, _ := strings.Cut(k, "/")
	return TenantID(tenant), OrderID(id)
}

// ParseNumberKey splits the key of a number's job.
func ParseNumberKey(k string) (TenantID, E164) {
	tenant, n, _ := strings.Cut(k, "/")
	return TenantID(tenant), E164(n)
}

// Filter picks orders: those that Requester asked for, or those for Person; one of them is required.
type Filter struct {
	Requester, Person UserID
	Open, Drafts      bool // only those not over; only forms that are open
	Sent              bool // Person: no forms, and none that was taken back, rejected or forgotten before its work
	Limit             int
}

// The states of a step.
const (
	StepWaiting = "waiting"
	StepRunning = "running"
	StepDone    = "done"
	StepUndone  = "undone"
)

// Later is the later of two times.
func Later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
