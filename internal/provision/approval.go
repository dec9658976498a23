package provision

import (
	"slices"
	"strconv"
	"time"
)

// ApprovalSource says who approves an order. The values are persisted: never rename one.
type ApprovalSource string

// Who approves.
const (
	ByNobody  ApprovalSource = "none"    // no approval is needed
	ByManager ApprovalSource = "manager" // the manager of the person who gets the phone
	BySite    ApprovalSource = "site"    // the approvers of the location
	Never     ApprovalSource = "never"   // such an order may not be asked for
)

// Known reports whether a rule may name it.
func (a ApprovalSource) Known() bool {
	return a == ByNobody || a == ByManager || a == BySite || a == Never
}

// ApprovalRule says who approves orders. An empty field fits every order. Orders that take a phone away need no
// approval.
type ApprovalRule struct {
	Plan      PlanID         `json:"plan,omitempty"`
	Location  LocationID     `json:"location,omitempty"`
	Requester Role           `json:"requester,omitempty"`
	By        ApprovalSource `json:"by"`
	// BySite: all approvers, one after the other; else the first of them to decide
	All bool `json:"all,omitempty"`
}

// Rule says who approves an order. To take back an order that needed an approval needs one, too: where no rule says
// whose, that of the approvers who were asked then.
func (c AccessPolicy) Rule(s Sheet) ApprovalRule {
	needed := s.Undone.Approval.By
	if s.Order.Kind.Ends() && needed == "" {
		return ApprovalRule{By: ByNobody}
	}
	r := c.fitting(s.Order)
	if needed != "" && (r.By == ByNobody || r.By == Never && s.Order.Kind.Ends()) {
		r.By, r.All = needed, s.Undone.Approval.All
	}
	return r
}

// fits reports whether a rule is for orders like this one. A requester with a role that orders nothing asks as an
// employee: rules for that role and for employees fit.
func (r ApprovalRule) fits(o Order) bool {
	return (r.Plan == "" || r.Plan == o.Plan) && (r.Location == "" || r.Location == o.Location) &&
		(r.Requester == "" || r.Requester == o.Role() || r.Requester == o.Beside)
}

// fitting is the first rule that fits an order; without one, what an employee asks for needs their manager's approval.
func (c AccessPolicy) fitting(o Order) ApprovalRule {
	for _, r := range c.Approvals {
		if r.fits(o) {
			return r
		}
	}
	if o.Role() == RoleEmployee {
		return ApprovalRule{By: ByManager}
	}
	return ApprovalRule{By: ByNobody}
}

// DecisionKind is what an approver does about an order that waits for them. The kinds are persisted: never rename one.
type DecisionKind string

// The votes. Answer is the requester's, to what an approver asks back.
const (
	Approve  DecisionKind = "approve"
	Deny     DecisionKind = "deny"
	Delegate DecisionKind = "delegate"
	AskBack  DecisionKind = "ask"
	Reply    DecisionKind = "answer"
)

// DecisionRecord is what an approver decided about an order.
type DecisionRecord struct {
	Kind DecisionKind `json:"vote"`
	By   Actor        `json:"by"`
	To   Actor        `json:"to,omitzero"`   // Delegate: who decides instead
	Why  string       `json:"why,omitempty"` // in their own words; the audit trail has only its hash
	At   time.Time    `json:"at"`
}

// Asked is an approver who is asked about an order.
type Asked struct {
	Actor
	Revision int  `json:"revision"`          // of the order, when they were asked
	Instead  bool `json:"instead,omitempty"` // they stand in for those who come first
}

// Approval is how far an order is with the approval that it needs. The zero value needs none.
//
// No approver counts twice. An approver who cannot be reached is passed over: in a sequence the next one is asked, and
// at its end a stand-in; without one it ends with the approvals of all who could be reached.
type Approval struct {
	By     ApprovalSource   `json:"by,omitempty"`
	All    bool             `json:"all,omitempty"`
	Asked  []Asked          `json:"asked,omitempty"`  // the first of them to answer decides
	Next   []Actor          `json:"next,omitempty"`   // asked one after the other, when those before have approved
	Given  []DecisionRecord `json:"given,omitempty"`  // oldest first
	Ever   []UserID         `json:"ever,omitempty"`   // everybody who was asked, but for those who may not approve any more
	Missed []UserID         `json:"missed,omitempty"` // who could not be reached
	Short  bool             `json:"short,omitempty"`  // All: an approver was passed over, and a stand-in is asked last
	// the operator who took it back while it waited; zero: its requester did
	Ended  Actor     `json:"ended,omitzero"`
	Barred bool      `json:"barred,omitempty"` // the requester knows that an approval could not be taken
	Passed []Message `json:"passed,omitempty"` // why others are asked than those who come first
	Since  time.Time `json:"since,omitzero"`
	Due    time.Time `json:"due,omitzero"` // the order expires then
	// since when an outage keeps all who are asked from deciding; zero: none does
	Away time.Time `json:"away,omitzero"`
	// Lost is how much of the working time since Since outages have taken, by which reminders come later; Due is put
	// off already.
	Lost     time.Duration `json:"lost,omitempty"`
	Reminded int           `json:"reminded,omitempty"`
	// of the order, when it was submitted: an older card is about something else
	Revision int `json:"revision,omitempty"`
}

// Asks reports whether a user is asked to approve now.
func (c Approval) Asks(who UserID) bool {
	return slices.ContainsFunc(c.Asked, func(a Asked) bool { return a.ID == who })
}

// Concerns reports whether a user is, was or will be asked.
func (c Approval) Concerns(who UserID) bool {
	return slices.Contains(c.Ever, who) || c.Comes(who)
}

// Question is what an approver last asked and the requester has not answered; ok is false where nothing is open. It
// stays open until it is answered or the order is decided, no matter who is asked by then.
func (c Approval) Question() (a DecisionRecord, ok bool) {
	for _, a := range slices.Backward(c.Given) {
		switch a.Kind {
		case AskBack:
			return a, true
		case Reply:
			return DecisionRecord{}, false
		}
	}
	return a, false
}

// unanswered reports whether a question of an approver waits for its answer.
func (c Approval) unanswered(who UserID) bool {
	for _, a := range slices.Backward(c.Given) {
		switch {
		case a.Kind == Reply:
			return false
		case a.Kind == AskBack && a.By.ID == who:
			return true
		}
	}
	return false
}

// count is how often a vote was given since the last approval: whose turn is next has the same room as the one before.
func (c Approval) count(v DecisionKind) (n int) {
	for _, a := range slices.Backward(c.Given) {
		switch a.Kind {
		case Approve:
			return n
		case v:
			n++
		}
	}
	return n
}

// Answered lists who asked what the requester answered last.
func (c Approval) Answered() (who []UserID) {
	open := false
	for _, a := range slices.Backward(c.Given) {
		switch {
		case a.Kind == Reply && open:
			return who
		case a.Kind == Reply:
			open = true
		case a.Kind == AskBack && open && !slices.Contains(who, a.By.ID):
			who = append(who, a.By.ID)
		}
	}
	return who
}

// Last is the last decision of a sort.
func (c Approval) Last(v DecisionKind) (a DecisionRecord, ok bool) {
	for _, a := range slices.Backward(c.Given) {
		if a.Kind == v {
			return a, true
		}
	}
	return a, false
}

// StandsIn reports whether a user is asked as a stand-in for the approvers who come first.
func (c Approval) StandsIn(who UserID) bool {
	return slices.ContainsFunc(c.Asked, func(a Asked) bool { return a.ID == who && a.Instead })
}

// Ask makes these users the ones who are asked.
func (c *Approval) Ask(rev int, instead bool, who ...Actor) {
	for _, a := range who {
		c.Asked = append(c.Asked, Asked{a, rev, instead})
		if !slices.Contains(c.Ever, a.ID) {
			c.Ever = append(c.Ever, a.ID)
		}
	}
}

// Dismiss takes a user off those who are asked.
func (c *Approval) Dismiss(who UserID) {
	c.Asked = slices.DeleteFunc(c.Asked, func(a Asked) bool { return a.ID == who })
}

// Comes reports whether a user is asked later in the sequence.
func (c Approval) Comes(who UserID) bool {
	return slices.ContainsFunc(c.Next, func(a Actor) bool { return a.ID == who })
}

// Has reports whether a user has given a vote.
func (c Approval) Has(who UserID, v DecisionKind) bool {
	return slices.ContainsFunc(c.Given, func(a DecisionRecord) bool { return a.By.ID == who && a.Kind == v })
}

// Part reports whether an approver has or had their turn: there is no reason to ask them again.
func (c Approval) Part(who UserID) bool {
	return c.Asks(who) || c.Comes(who) || c.Has(who, Approve) || c.represented(who) || slices.Contains(c.Missed, who)
}

// represented reports whether an approver handed their decision on, and it is with a colleague who is asked now or has
// approved. A colleague who may not approve any more decides for nobody.
func (c Approval) represented(who UserID) bool {
	for _, a := range c.Given {
		if a.Kind != Delegate || !slices.Contains(c.Line(a.To.ID), who) {
			continue
		}
		if c.Asks(a.To.ID) || c.Has(a.To.ID, Approve) {
			return true
		}
	}
	return false
}

// Sender is the approver who handed the decision on to a user; the zero value where none did.
func (c Approval) Sender(who UserID) Actor {
	for _, a := range slices.Backward(c.Given) {
		if a.Kind == Delegate && a.To.ID == who {
			return a.By
		}
	}
	return Actor{}
}

// Line is an approver, and those before them who handed the decision on until it came to them, in that order.
func (c Approval) Line(who UserID) []UserID {
	all := []UserID{who}
	for {
		from := c.Sender(all[len(all)-1]).ID
		if from == "" || slices.Contains(all, from) {
			return all
		}
		all = append(all, from)
	}
}

// Excludes reports whether a user may not decide about an order: nobody approves what they ask for, or their own phone.
func (o Order) Excludes(who UserID) bool { return who == o.Requester.ID || who == o.Person.ID }

// DefaultApproval is how many working days an order waits for approval where its location does not say.
const DefaultApproval = 3

// Decision is what an approver does about an order: with a reason, a question, or the name of a colleague.
type Decision struct {
	Kind DecisionKind
	Why  string // Deny: the reason, AskBack: the question
	To   string // Delegate: a colleague's user name or name
}

// mostQuestions and mostHandedOn bound how often approvers ask back and hand on before one of them decides: each time a
// person is asked, and it is kept and shown with the order.
const (
	mostQuestions = 10
	mostHandedOn  = 5
)

// MayAsk refuses a question where an approver's last one waits for its answer, and one too many.
func (o Order) MayAsk(by Actor) error {
	const op = "ask back"
	if o.Approval.unanswered(by.ID) {
		return &Error{Op: op, Kind: Invalid, Say: Say("question-open", "person", o.Requester.Name)}
	}
	if o.Approval.count(AskBack) >= mostQuestions {
		return &Error{Op: op, Kind: Invalid,
			Say: Say("questions-many", "count", strconv.Itoa(mostQuestions), "person", o.Requester.Name)}
	}
	return nil
}

// MayHandOn refuses to hand an order on once too often.
func (o Order) MayHandOn() error {
	if o.Approval.count(Delegate) < mostHandedOn {
		return nil
	}
	return &Error{Op: "delegate approval", Kind: Invalid,
		Say: Say("delegate-often", "count", strconv.Itoa(mostHandedOn))}
}
