package provision

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Ballot is what an approver does about an order: with a reason, a question, or the name of a colleague.
type Ballot struct {
	Vote Vote
	Why  string // Deny: the reason, AskBack: the question
	To   string // Delegate: a colleague's user name or name
}

// Decide takes the word of an approver about a pending order. It is decided once: from a card about something else, or after
// somebody else, nothing changes, and the sheet comes back as it is now, with who decided. Nobody decides about an order of their
// own, or about their own phone.
func (s *Service) Decide(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int, b Ballot) (Sheet, error) {
	sheet, err := s.Sheet(ctx, tenant, id)
	if err != nil {
		return sheet, err
	}
	if o := sheet.Order; o.excludes(by.ID) || !o.Consent.Concerns(by.ID) {
		say := "not-your-approval"
		if o.Requester.ID == by.ID {
			say = "own-approval"
		}
		return Sheet{}, &Error{Op: "decide about order", Kind: Denied, Say: Say(say)}
	}
	a := Approval{Vote: b.Vote, By: by, Why: strings.TrimSpace(b.Why), At: s.Now().UTC()}
	if said, late := outvoted(sheet.Order, rev, a); late {
		sheet.Order.Notice = said
		return sheet, nil
	}
	switch b.Vote {
	case Approve:
		a.Why = ""
	case Delegate:
		a.Why = ""
		if a.To, err = s.colleague(ctx, sheet.Order, by, strings.TrimSpace(b.To)); err != nil {
			return sheet, err
		}
	case Deny, AskBack:
		if a.Why == "" || len(a.Why) > mostWhy {
			return sheet, &Error{Op: "decide about order", Kind: Invalid, Say: Say("words-needed." + string(b.Vote))}
		}
	default:
		return sheet, &Error{Op: "decide about order", Kind: Invalid, Say: Say("button-unknown")}
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		said, late := outvoted(*o, rev, a)
		if o.Notice = said; late {
			return nil
		}
		return s.vote(tx, o, a)
	})
}

// outvoted reports a decision that comes too late, or about an order that has changed since its card was made, and says why.
// Whoever pressed twice needs no word.
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

func (s *Service) vote(tx Tx, o *Order, a Approval) error {
	c := &o.Consent
	c.Given = append(c.Given, a)
	switch a.Vote {
	case Approve:
		c.Asked = nil
		if c.All && len(c.Next) > 0 {
			c.ask(o.Revision+1, false, c.Next[0])
			c.Next = c.Next[1:]
			return s.Write(tx, o, OrderApproved, a.By.ID, "")
		}
		if err := s.approve(tx, o); err != nil {
			return err
		}
		return s.Write(tx, o, OrderApproved, a.By.ID, "")
	case Delegate:
		c.Asked = slices.DeleteFunc(c.Asked, func(x Asked) bool { return x.ID == a.By.ID })
		c.ask(o.Revision+1, false, a.To)
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

// Answered takes what the requester of an order answers to an approver's question.
func (s *Service) Answered(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int, words string) (Sheet, error) {
	sheet, err := s.mine(ctx, tenant, by, id)
	if err != nil {
		return sheet, err
	}
	words = strings.TrimSpace(words)
	if _, open := sheet.Order.Consent.Question(); !open || sheet.Order.State != Pending || rev < sheet.Order.Consent.Revision {
		sheet.Order.Notice = Say("card-was-old")
		return sheet, nil
	}
	if words == "" || len(words) > mostWhy {
		return sheet, &Error{Op: "answer approver", Kind: Invalid, Say: Say("words-needed.answer")}
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if _, open := o.Consent.Question(); !open || o.State != Pending {
			o.Notice = Say("card-was-old")
			return nil
		}
		o.Notice = Message{}
		o.Consent.Given = append(o.Consent.Given, Approval{Vote: Reply, By: by, Why: words, At: s.Now().UTC()})
		return s.Write(tx, o, OrderAnswered, by.ID, hashed(words))
	})
}

// Amend makes a pending order a draft again, so that its requester can change it: what was decided is void, and the number is
// held like that of any draft.
func (s *Service) Amend(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int) (Sheet, error) {
	sheet, err := s.mine(ctx, tenant, by, id)
	if err != nil {
		return sheet, err
	}
	if sheet.Order.State != Pending || rev < sheet.Order.Consent.Revision {
		sheet.Order.Notice = Say("card-was-old")
		return sheet, nil
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.State != Pending {
			o.Notice = Say("card-was-old")
			return nil
		}
		now := s.Now().UTC()
		o.State, o.Form, o.Notice, o.Amended = Draft, FormReview, Message{}, now
		o.Consent = Consent{Ever: o.Consent.Ever} // they have cards of it
		if o.Kind.asks(FormNumber) {
			if err := s.take(tx, o, o.Number); err != nil {
				return err
			}
		}
		if err := s.Queue.Add(tx, JobDraft, JobKey(tenant, id), nil, now.Add(holdTime)); err != nil {
			return err
		}
		return s.Write(tx, o, OrderAmended, by.ID, "")
	})
}

// Unreached notes that an approver cannot be reached: whoever stands in is asked instead. Where nobody does, the requester hears
// of it, and the order waits.
func (s *Service) Unreached(ctx context.Context, tenant TenantID, id OrderID, who UserID, why Message) error {
	sheet, err := s.Sheet(ctx, tenant, id)
	if err != nil || sheet.Order.State != Pending || !sheet.Order.Consent.Asks(who) {
		return err
	}
	c, err := s.Charter(ctx, tenant)
	if err != nil {
		return err
	}
	others, err := s.standIns(ctx, sheet.Order, sheet.Location, c)
	if err != nil {
		return err
	}
	_, err = s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		c := &o.Consent
		if o.State != Pending || !c.Asks(who) {
			return nil
		}
		c.Passed = append(c.Passed, why)
		c.Asked = slices.DeleteFunc(c.Asked, func(a Asked) bool { return a.ID == who })
		if len(c.Asked) == 0 {
			for _, a := range others {
				if a.ID != who && !c.Concerns(a.ID) {
					c.ask(o.Revision+1, true, a)
				}
			}
		}
		e := OrderAsked
		if len(c.Asked) == 0 {
			e = OrderUnasked
		}
		return s.Write(tx, o, e, "", why.ID)
	})
	return err
}

// Await is the work of JobApproval: it reminds the approvers of a pending order every working day, ends the order when its time
// is over, and says when to look again. over means never.
func (s *Service) Await(ctx context.Context, tenant TenantID, id OrderID) (again time.Duration, over bool, err error) {
	sheet, err := s.Sheet(ctx, tenant, id)
	if err != nil || sheet.Order.State != Pending {
		return 0, err == nil, err
	}
	now, c := s.Now(), sheet.Order.Consent
	next := workdays(c.Since, c.Reminded+1, sheet.Location.TimeZone)
	if !next.Before(c.Due) {
		next = c.Due
	}
	if now.Before(next) {
		return next.Sub(now), false, nil
	}
	_, err = s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.Revision != sheet.Order.Revision {
			return nil // somebody was quicker: look again
		}
		if now.Before(o.Consent.Due) {
			o.Consent.Reminded++
			return s.Write(tx, o, OrderReminded, "", "")
		}
		o.State = Expired
		o.Consent.Asked, o.Consent.Next = nil, nil
		if err := s.giveUp(tx, o, ""); err != nil {
			return err
		}
		return s.Write(tx, o, OrderExpired, "", "approval")
	})
	return time.Second, false, err
}

// ToApprove lists the orders that wait for somebody's word, the oldest first.
func (s *Service) ToApprove(ctx context.Context, tenant TenantID, by Actor, limit int) ([]Order, error) {
	var found []Order
	err := s.Store.View(ctx, func(tx Tx) error {
		found = nil
		for k := range tx.Scan(tableToApprove, key(tenant, string(by.ID), ""), "") {
			o, err := s.OrderIn(tx, tenant, OrderID(k[strings.LastIndexByte(k, '/')+1:]))
			if err != nil {
				return err
			}
			if found = append(found, o); len(found) == limit {
				return nil
			}
		}
		return nil
	})
	return found, err
}

// indexToApprove keeps the lists of what waits for somebody's word true.
func indexToApprove(tx Tx, before Order, o *Order) {
	at := func(o Order, a Asked) string {
		return key(o.Tenant, string(a.ID), sortable(o.Consent.Since), string(o.ID))
	}
	for _, a := range before.Consent.Asked {
		tx.Delete(tableToApprove, at(before, a))
	}
	for _, a := range o.Consent.Asked {
		tx.Put(tableToApprove, at(*o, a), nil)
	}
}
