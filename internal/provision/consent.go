package provision

import (
	"slices"
	"strconv"
	"time"
)

// Approvers says by whose word an order goes on. The values are persisted: never rename one.
type Approvers string

// By whose word.
const (
	ByNobody  Approvers = "none"    // none is needed
	ByManager Approvers = "manager" // the manager of the person who gets the phone
	BySite    Approvers = "site"    // the approvers of the location
	Never     Approvers = "never"   // such an order may not be asked for
)

// Known reports whether a rule may name it.
func (a Approvers) Known() bool { return a == ByNobody || a == ByManager || a == BySite || a == Never }

// ApprovalRule says by whose word orders go on. An empty field fits every order. Orders that take a phone away need
// nobody's.
type ApprovalRule struct {
	Plan      PlanID     `json:"plan,omitempty"`
	Location  LocationID `json:"location,omitempty"`
	Requester Role       `json:"requester,omitempty"`
	By        Approvers  `json:"by"`
	All       bool       `json:"all,omitempty"` // BySite: all of them, one after the other; else whoever of them is first
}

// rule says by whose word an order goes on. To take back an order that needed somebody's word needs somebody's, too:
// where no rule says whose, that of those who were asked then.
func (c Charter) Rule(s Sheet) ApprovalRule {
	needed := s.Undone.Consent.By
	if s.Order.Kind.Ends() && needed == "" {
		return ApprovalRule{By: ByNobody}
	}
	r := c.fitting(s.Order)
	if needed != "" && (r.By == ByNobody || r.By == Never && s.Order.Kind.Ends()) {
		r.By, r.All = needed, s.Undone.Consent.All
	}
	return r
}

// fits reports whether a rule is for orders like this one. A requester with a role that orders nothing asks as an
// employee: rules for that role and for employees fit.
func (r ApprovalRule) fits(o Order) bool {
	return (r.Plan == "" || r.Plan == o.Plan) && (r.Location == "" || r.Location == o.Location) &&
		(r.Requester == "" || r.Requester == o.Role() || r.Requester == o.Beside)
}

// fitting is the first rule that fits an order; where none does, what an employee asks for needs their manager's word.
func (c Charter) fitting(o Order) ApprovalRule {
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

// Vote is what somebody does about an order that waits for their word. The votes are persisted: never rename one.
type Vote string

// The votes. Answer is the requester's, to what an approver asks back.
const (
	Approve  Vote = "approve"
	Deny     Vote = "deny"
	Delegate Vote = "delegate"
	AskBack  Vote = "ask"
	Reply    Vote = "answer"
)

// Approval is what somebody decided about an order.
type Approval struct {
	Vote Vote      `json:"vote"`
	By   Actor     `json:"by"`
	To   Actor     `json:"to,omitzero"`   // Delegate: who decides instead
	Why  string    `json:"why,omitempty"` // in their own words; the audit trail has only its hash
	At   time.Time `json:"at"`
}

// Asked is somebody who is asked for their word.
type Asked struct {
	Actor
	Revision int  `json:"revision"`          // of the order, when they were asked
	Instead  bool `json:"instead,omitempty"` // they stand in for those who come first
}

// Consent is how far an order is with the word that it needs. The zero value needs none.
//
// Nobody's word counts twice. An approver who cannot be reached is passed over: in a sequence the next one is asked,
// and at its end somebody who stands in; with nobody to stand in it ends with the word of all who could be reached.
type Consent struct {
	By     Approvers  `json:"by,omitempty"`
	All    bool       `json:"all,omitempty"`
	Asked  []Asked    `json:"asked,omitempty"`  // whoever of them is first decides
	Next   []Actor    `json:"next,omitempty"`   // asked one after the other, when those before have approved
	Given  []Approval `json:"given,omitempty"`  // oldest first
	Ever   []UserID   `json:"ever,omitempty"`   // everybody who was asked, but for those who lost their say
	Missed []UserID   `json:"missed,omitempty"` // who could not be reached
	Short  bool       `json:"short,omitempty"`  // All: somebody was passed over, and at the end a stand-in is asked
	Ended  Actor      `json:"ended,omitzero"`   // the operator who took it back while it waited; zero: its requester did
	Barred bool       `json:"barred,omitempty"` // the requester knows that an approval could not be taken
	Passed []Message  `json:"passed,omitempty"` // why others are asked than those who come first
	Since  time.Time  `json:"since,omitzero"`
	Due    time.Time  `json:"due,omitzero"`  // the order expires then
	Away   time.Time  `json:"away,omitzero"` // since when an outage keeps all who are asked from deciding; zero: none does
	// Lost is how much of the working time since Since outages have taken, by which reminders come later; Due is put
	// off already.
	Lost     time.Duration `json:"lost,omitempty"`
	Reminded int           `json:"reminded,omitempty"`
	Revision int           `json:"revision,omitempty"` // of the order, when it was submitted: an older card is about something else
}

// Asks reports whether somebody is asked for their word now.
func (c Consent) Asks(who UserID) bool {
	return slices.ContainsFunc(c.Asked, func(a Asked) bool { return a.ID == who })
}

// Concerns reports whether somebody is, was or will be asked.
func (c Consent) Concerns(who UserID) bool {
	return slices.Contains(c.Ever, who) || c.Comes(who)
}

// Question is what an approver last asked and the requester has not answered; ok is false where nothing is open. It
// stays open until it is answered or the order is decided, no matter who is asked by then.
func (c Consent) Question() (a Approval, ok bool) {
	for _, a := range slices.Backward(c.Given) {
		switch a.Vote {
		case AskBack:
			return a, true
		case Reply:
			return Approval{}, false
		}
	}
	return a, false
}

// unanswered reports whether a question of an approver waits for its answer.
func (c Consent) unanswered(who UserID) bool {
	for _, a := range slices.Backward(c.Given) {
		switch {
		case a.Vote == Reply:
			return false
		case a.Vote == AskBack && a.By.ID == who:
			return true
		}
	}
	return false
}

// count is how often a vote was given since the last approval: whose turn is next has the same room as the one before.
func (c Consent) count(v Vote) (n int) {
	for _, a := range slices.Backward(c.Given) {
		switch a.Vote {
		case Approve:
			return n
		case v:
			n++
		}
	}
	return n
}

// Answered lists who asked what the requester answered last.
func (c Consent) Answered() (who []UserID) {
	open := false
	for _, a := range slices.Backward(c.Given) {
		switch {
		case a.Vote == Reply && open:
			return who
		case a.Vote == Reply:
			open = true
		case a.Vote == AskBack && open && !slices.Contains(who, a.By.ID):
			who = append(who, a.By.ID)
		}
	}
	return who
}

// Last is the last decision of a sort.
func (c Consent) Last(v Vote) (a Approval, ok bool) {
	for _, a := range slices.Backward(c.Given) {
		if a.Vote == v {
			return a, true
		}
	}
	return a, false
}

// Standing reports whether somebody is asked who stands in for those who come first.
func (c Consent) Standing(who UserID) bool {
	return slices.ContainsFunc(c.Asked, func(a Asked) bool { return a.ID == who && a.Instead })
}

// ask makes somebody the one who is asked.
func (c *Consent) Ask(rev int, instead bool, who ...Actor) {
	for _, a := range who {
		c.Asked = append(c.Asked, Asked{a, rev, instead})
		if !slices.Contains(c.Ever, a.ID) {
			c.Ever = append(c.Ever, a.ID)
		}
	}
}

// dismiss asks somebody no more.
func (c *Consent) Dismiss(who UserID) {
	c.Asked = slices.DeleteFunc(c.Asked, func(a Asked) bool { return a.ID == who })
}

// comes reports whether somebody is asked later in the sequence.
func (c Consent) Comes(who UserID) bool {
	return slices.ContainsFunc(c.Next, func(a Actor) bool { return a.ID == who })
}

// has reports whether somebody has given a vote.
func (c Consent) Has(who UserID, v Vote) bool {
	return slices.ContainsFunc(c.Given, func(a Approval) bool { return a.By.ID == who && a.Vote == v })
}

// part reports whether an approver has or had their turn: there is no reason to ask them again.
func (c Consent) Part(who UserID) bool {
	return c.Asks(who) || c.Comes(who) || c.Has(who, Approve) || c.represented(who) || slices.Contains(c.Missed, who)
}

// represented reports whether an approver handed their decision on, and it is with a colleague who is asked now or has
// approved. A colleague who lost their say decides for nobody.
func (c Consent) represented(who UserID) bool {
	for _, a := range c.Given {
		if a.Vote != Delegate || !slices.Contains(c.Line(a.To.ID), who) {
			continue
		}
		if c.Asks(a.To.ID) || c.Has(a.To.ID, Approve) {
			return true
		}
	}
	return false
}

// sender is who handed the decision on to somebody; the zero value where nobody did.
func (c Consent) Sender(who UserID) Actor {
	for _, a := range slices.Backward(c.Given) {
		if a.Vote == Delegate && a.To.ID == who {
			return a.By
		}
	}
	return Actor{}
}

// line is somebody, and those from whom they have their say because it was handed on, in that order.
func (c Consent) Line(who UserID) []UserID {
	all := []UserID{who}
	for {
		from := c.Sender(all[len(all)-1]).ID
		if from == "" || slices.Contains(all, from) {
			return all
		}
		all = append(all, from)
	}
}

// excludes reports whether somebody may not decide about an order: nobody approves what they ask for, or their own
// phone.
func (o Order) Excludes(who UserID) bool { return who == o.Requester.ID || who == o.Person.ID }

// DefaultApproval is how many working days an order waits for approval where its location does not say.
const DefaultApproval = 3

// Ballot is what an approver does about an order: with a reason, a question, or the name of a colleague.
type Ballot struct {
	Vote Vote
	Why  string // Deny: the reason, AskBack: the question
	To   string // Delegate: a colleague's user name or name
}

// mostQuestions and mostHandedOn bound how often approvers ask back and hand on before one of them decides: each time a
// person is asked, and it is kept and shown with the order.
const (
	mostQuestions = 10
	mostHandedOn  = 5
)

// mayAsk refuses a question where an approver's last one waits for its answer, and one too many.
func (o Order) MayAsk(by Actor) error {
	const op = "ask back"
	if o.Consent.unanswered(by.ID) {
		return &Error{Op: op, Kind: Invalid, Say: Say("question-open", "person", o.Requester.Name)}
	}
	if o.Consent.count(AskBack) >= mostQuestions {
		return &Error{Op: op, Kind: Invalid,
			Say: Say("questions-many", "count", strconv.Itoa(mostQuestions), "person", o.Requester.Name)}
	}
	return nil
}

// mayHandOn refuses to hand an order on once too often.
func (o Order) MayHandOn() error {
	if o.Consent.count(Delegate) < mostHandedOn {
		return nil
	}
	return &Error{Op: "delegate approval", Kind: Invalid,
		Say: Say("delegate-often", "count", strconv.Itoa(mostHandedOn))}
}
