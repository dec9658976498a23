package provision

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Ballot is what an approver does about an order: with a reason, a question, or the name of a colleague.
type Ballot struct {
	Vote Vote
	Why  string // Deny: the reason, AskBack: the question
	To   string // Delegate: a colleague's user name or name
}

// mostReadings bounds how often a decision is worked out again because the order changed meanwhile.
const mostReadings = 5

// mostQuestions and mostHandedOn bound how often approvers ask back and hand on before one of them decides: each time a
// person is asked, and it is kept and shown with the order.
const (
	mostQuestions = 10
	mostHandedOn  = 5
)

// Decide takes the word of an approver about a pending order. It is decided once: from a card about something else, or
// after somebody else, nothing changes, and the sheet comes back as it is now, with who decided. Nobody decides about
// an order of their own, or about their own phone.
//
// Who may decide, the rules and what the requester may order are read again, before the transaction: where Microsoft
// does not answer nothing changes. An approver who has lost their say is refused, and those are asked who have it now.
// What the requester may not order any more is not begun: it stays pending, and the requester is told.
func (s *Service) Decide(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int, b Ballot) (Sheet, error) {
	if err := s.compared(ctx, tenant); err != nil {
		return Sheet{}, err
	}
	var sheet Sheet
	for range mostReadings {
		var again bool
		var err error
		sheet, again, err = s.decide(ctx, tenant, by, id, rev, b)
		if kind := KindOf(err); err != nil && (kind == Throttled || kind == Unavailable) {
			return sheet, s.undecided(ctx, tenant, id, err)
		}
		if err != nil || !again {
			return sheet, err
		}
	}
	sheet.Order.Notice = Say("card-was-old")
	return sheet, nil
}

// undecided has JobApproval look at once whether an outage keeps approvers from deciding: then their time stands still.
// It returns cause.
func (s *Service) undecided(ctx context.Context, tenant TenantID, id OrderID, cause error) error {
	err := s.Store.Update(ctx, func(tx Tx) error { return s.Operator.Wake(tx, JobApproval, JobKey(tenant, id)) })
	if err != nil {
		return err
	}
	return cause
}

// decide is one try of Decide; again says that the order changed while Microsoft was read.
func (s *Service) decide(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int, b Ballot) (sheet Sheet, again bool, err error) {
	const op = "decide about order"
	if sheet, err = s.Sheet(ctx, tenant, id); err != nil {
		return sheet, false, err
	}
	if o := sheet.Order; o.excludes(by.ID) || !o.Consent.Concerns(by.ID) {
		say := "not-your-approval"
		if o.Requester.ID == by.ID {
			say = "own-approval"
		}
		return Sheet{}, false, &Error{Op: op, Kind: Denied, Say: Say(say)}
	}
	a := Approval{Vote: b.Vote, By: by, Why: strings.TrimSpace(b.Why), At: s.Now().UTC()}
	if said, late := outvoted(sheet.Order, rev, a); late {
		sheet.Order.Notice = said
		return sheet, false, nil
	}
	if err := s.fill(ctx, sheet.Order, b, &a); err != nil {
		return sheet, false, err
	}
	n, err := s.reread(ctx, sheet, a)
	if err != nil {
		return sheet, false, err
	}
	var refused error
	read := sheet.Order.Revision
	sheet, err = s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		refused, again = nil, false
		said, late := outvoted(*o, rev, a)
		if o.Notice = said; late {
			return nil
		}
		if again = o.Revision != read; again {
			return nil
		}
		if n.changed {
			o.Consent.adopt(o.Revision+1, n.need)
		}
		if n.may {
			return s.vote(tx, o, a, n)
		}
		var err error
		refused, err = s.reseat(tx, o, n, by)
		return err
	})
	if err == nil && refused != nil {
		return Sheet{}, false, refused
	}
	return sheet, again, err
}

// fill checks what a vote needs beside itself, and finds the colleague to whom a decision is handed on.
func (s *Service) fill(ctx context.Context, o Order, b Ballot, a *Approval) (err error) {
	switch b.Vote {
	case Approve:
		a.Why = ""
	case Delegate:
		a.Why = ""
		if err := o.mayHandOn(); err != nil {
			return err
		}
		a.To, err = s.colleague(ctx, o, a.By, strings.TrimSpace(b.To))
		return err
	case Deny, AskBack:
		if a.Why == "" || len(a.Why) > mostWhy {
			return &Error{Op: "decide about order", Kind: Invalid, Say: Say("words-needed." + string(b.Vote))}
		}
		if b.Vote == AskBack {
			return o.mayAsk(a.By)
		}
	default:
		return &Error{Op: "decide about order", Kind: Invalid, Say: Say("button-unknown")}
	}
	return nil
}

// mayAsk refuses a question where an approver's last one waits for its answer, and one too many.
func (o Order) mayAsk(by Actor) error {
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
func (o Order) mayHandOn() error {
	if o.Consent.count(Delegate) < mostHandedOn {
		return nil
	}
	return &Error{Op: "delegate approval", Kind: Invalid,
		Say: Say("delegate-often", "count", strconv.Itoa(mostHandedOn))}
}

// outvoted reports a decision that comes too late, or about an order that has changed since its card was made, and says
// why. Whoever pressed twice needs no word.
func outvoted(o Order, rev int, a Approval) (Message, bool) {
	if o.State == Pending && rev >= o.Consent.Revision && o.Consent.Asks(a.By.ID) {
		return Message{}, false
	}
	if rev < o.Consent.Revision || len(o.Consent.Given) == 0 {
		return Say("card-was-old"), true
	}
	for _, g := range slices.Backward(o.Consent.Given) {
		switch {
		case g.By.ID == a.By.ID && g.Vote == a.Vote:
			return Message{}, true
		case g.Vote == Approve || g.Vote == Deny || g.Vote == Delegate:
			return Say("decided-by", "person", g.By.Name), true
		}
	}
	return Say("card-was-old"), true
}

func (s *Service) vote(tx Tx, o *Order, a Approval, n footing) error {
	c := &o.Consent
	if a.Vote == Approve && n.barred.ID != "" {
		return s.bar(tx, o, a.By, n.barred)
	}
	c.Given = append(c.Given, a)
	switch a.Vote {
	case Approve:
		c.Asked, c.Next, c.Barred = nil, n.next, false
		over, err := s.onward(tx, o, n.standIns)
		if err == nil && over {
			err = s.approve(tx, o)
		}
		if err != nil {
			return err
		}
		return s.Write(tx, o, OrderApproved, a.By.ID, "")
	case Delegate:
		instead := c.Standing(a.By.ID)
		c.dismiss(a.By.ID)
		c.ask(o.Revision+1, instead, a.To)
		return s.Write(tx, o, OrderDelegated, a.By.ID, "to "+string(a.To.ID))
	case AskBack:
		return s.Write(tx, o, OrderQuestioned, a.By.ID, hashed(a.Why))
	}
	o.State, c.Asked, c.Next = Rejected, nil, nil
	if err := s.giveUp(tx, o, a.By.ID); err != nil {
		return err
	}
	return s.Write(tx, o, OrderRejected, a.By.ID, hashed(a.Why))
}

// bar keeps an order pending that its requester may not order any more, and has them told, once.
func (s *Service) bar(tx Tx, o *Order, by Actor, why Message) error {
	told := o.Consent.Barred
	o.Notice, o.Consent.Barred = why, true
	if told {
		return nil
	}
	return s.Write(tx, o, OrderBarred, by.ID, why.ID)
}

// hashed is how the audit trail keeps words that may be forgotten.
func hashed(words string) string {
	sum := sha256.Sum256([]byte(words))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// giveUp returns the number that an order holds to the stock, where it is not the person's own.
func (s *Service) giveUp(tx Tx, o *Order, by UserID) error {
	if !o.Kind.asks(FormNumber) {
		return nil
	}
	return s.letGo(tx, o, Free, by)
}
