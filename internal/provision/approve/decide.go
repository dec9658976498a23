package approve

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/stock"
)

// mostReadings bounds how often a decision is worked out again because the order changed meanwhile.
const mostReadings = 5

// Decide takes the decision of an approver about a pending order. It is decided once: from a card about something else,
// or after another approver, nothing changes, and the sheet comes back as it is now, with who decided. Nobody decides
// about an order of their own, or about their own phone.
//
// Who may decide, the rules and what the requester may order are read again, before the transaction: where Microsoft
// does not answer nothing changes. A user who may not approve any more is refused, and those are asked who may now.
// What the requester may not order any more is not begun: it stays pending, and the requester is told.
func (s *Service) Decide(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	rev int, b provision.Decision) (provision.Sheet, error) {
	if err := s.stock.Compared(ctx, tenant); err != nil {
		return provision.Sheet{}, err
	}
	var sheet provision.Sheet
	for range mostReadings {
		var again bool
		var err error
		sheet, again, err = s.decide(ctx, tenant, by, id, rev, b)
		if kind := provision.KindOf(err); err != nil && (kind == provision.Throttled || kind == provision.Unavailable) {
			return sheet, s.undecided(ctx, tenant, id, err)
		}
		if err != nil || !again {
			return sheet, err
		}
	}
	sheet.Order.Notice = provision.Say("card-was-old")
	return sheet, nil
}

// undecided has JobApproval look at once whether an outage keeps approvers from deciding: then their time stands still.
// It returns cause.
func (s *Service) undecided(ctx context.Context, tenant provision.TenantID, id provision.OrderID, cause error) error {
	err := s.Store.Update(ctx, func(tx provision.Tx) error {
		return s.Operator.Wake(tx, provision.JobApproval, provision.JobKey(tenant, id))
	})
	if err != nil {
		return err
	}
	return cause
}

// decide is one try of Decide; again says that the order changed while Microsoft was read.
func (s *Service) decide(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	rev int, b provision.Decision) (sheet provision.Sheet, again bool, err error) {
	const op = "decide about order"
	if sheet, err = s.order.Sheet(ctx, tenant, id); err != nil {
		return sheet, false, err
	}
	if o := sheet.Order; o.Excludes(by.ID) || !o.Approval.Concerns(by.ID) {
		say := "not-your-approval"
		if o.Requester.ID == by.ID {
			say = "own-approval"
		}
		return provision.Sheet{}, false, &provision.Error{Op: op, Kind: provision.Denied, Say: provision.Say(say)}
	}
	a := provision.DecisionRecord{Kind: b.Kind, By: by, Why: strings.TrimSpace(b.Why), At: s.Now().UTC()}
	if said, late := overtaken(sheet.Order, rev, a); late {
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
	sheet, err = s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		refused, again = nil, false
		if err := stock.RequireCompared(tx, tenant); err != nil {
			return err
		}
		said, late := overtaken(*o, rev, a)
		o.Notice = said
		if late {
			return nil
		}
		if again = o.Revision != read; again {
			return nil
		}
		if n.changed {
			o.Approval.Adopt(o.Revision+1, n.need)
		}
		if n.may {
			return s.take(tx, o, a, n)
		}
		var err error
		refused, err = s.reseat(tx, o, n, by)
		return err
	})
	if err == nil && refused != nil {
		return provision.Sheet{}, false, refused
	}
	return sheet, again, err
}

// fill checks what a vote needs beside itself, and finds the colleague to whom a decision is handed on.
func (s *Service) fill(ctx context.Context, o provision.Order, b provision.Decision,
	a *provision.DecisionRecord) (err error) {
	switch b.Kind {
	case provision.Approve:
		a.Why = ""
	case provision.Delegate:
		a.Why = ""
		if err := o.MayHandOn(); err != nil {
			return err
		}
		a.To, err = s.colleague(ctx, o, a.By, strings.TrimSpace(b.To))
		return err
	case provision.Deny, provision.AskBack:
		if a.Why == "" || len(a.Why) > people.MostWhy {
			return &provision.Error{Op: "decide about order", Kind: provision.Invalid,
				Say: provision.Say("words-needed." + string(b.Kind))}
		}
		if b.Kind == provision.AskBack {
			return o.MayAsk(a.By)
		}
	default:
		return &provision.Error{Op: "decide about order", Kind: provision.Invalid, Say: provision.Say("button-unknown")}
	}
	return nil
}

// overtaken reports a decision that comes too late, or about an order that has changed since its card was made, and
// says why. An approver who pressed twice is told nothing.
func overtaken(o provision.Order, rev int, a provision.DecisionRecord) (provision.Message, bool) {
	if o.State == provision.Pending && rev >= o.Approval.Revision && o.Approval.Asks(a.By.ID) {
		return provision.Message{}, false
	}
	if rev < o.Approval.Revision || len(o.Approval.Given) == 0 {
		return provision.Say("card-was-old"), true
	}
	for _, g := range slices.Backward(o.Approval.Given) {
		switch {
		case g.By.ID == a.By.ID && g.Kind == a.Kind:
			return provision.Message{}, true
		case g.Kind == provision.Approve || g.Kind == provision.Deny || g.Kind == provision.Delegate:
			return provision.Say("decided-by", "person", g.By.Name), true
		}
	}
	return provision.Say("card-was-old"), true
}

func (s *Service) take(tx provision.Tx, o *provision.Order, a provision.DecisionRecord, n footing) error {
	c := &o.Approval
	if a.Kind == provision.Approve && n.barred.ID != "" {
		return s.bar(tx, o, a.By, n.barred)
	}
	c.Given = append(c.Given, a)
	switch a.Kind {
	case provision.Approve:
		c.Asked = nil
		c.Next = n.next
		c.Barred = false
		over, err := s.onward(tx, o, n.standIns)
		if err == nil && over {
			err = s.Approve(tx, o)
		}
		if err != nil {
			return err
		}
		return s.order.Write(tx, o, provision.OrderApproved, a.By.ID, "")
	case provision.Delegate:
		instead := c.StandsIn(a.By.ID)
		c.Dismiss(a.By.ID)
		c.Ask(o.Revision+1, instead, a.To)
		return s.order.Write(tx, o, provision.OrderDelegated, a.By.ID, "to "+string(a.To.ID))
	case provision.AskBack:
		return s.order.Write(tx, o, provision.OrderQuestioned, a.By.ID, Hashed(a.Why))
	}
	o.State = provision.Rejected
	c.Asked = nil
	c.Next = nil
	if err := s.GiveUp(tx, o, a.By.ID); err != nil {
		return err
	}
	return s.order.Write(tx, o, provision.OrderRejected, a.By.ID, Hashed(a.Why))
}

// bar keeps an order pending that its requester may not order any more, and has them told, once.
func (s *Service) bar(tx provision.Tx, o *provision.Order, by provision.Actor, why provision.Message) error {
	told := o.Approval.Barred
	o.Notice, o.Approval.Barred = why, true
	if told {
		return nil
	}
	return s.order.Write(tx, o, provision.OrderBarred, by.ID, why.ID)
}

// Hashed is how the audit trail keeps a text that may be forgotten.
func Hashed(words string) string {
	sum := sha256.Sum256([]byte(words))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// GiveUp returns the number that an order holds to the stock, where it is not the person's own.
func (s *Service) GiveUp(tx provision.Tx, o *provision.Order, by provision.UserID) error {
	if !o.Kind.Asks(provision.FormNumber) {
		return nil
	}
	return s.stock.LetGo(tx, o, provision.Free, by)
}
