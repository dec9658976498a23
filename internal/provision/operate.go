package provision

import (
	"context"
	"slices"
	"time"
)

// Operator moves work that waits for a person; the job runner is it. Each method takes the kind and key of a parked job and
// changes it in the transaction.
type Operator interface {
	// Retry runs the step again where the work stands, with all its tries before it.
	Retry(tx Tx, kind, key string) error
	// Undo takes the work back, from where it stands.
	Undo(tx Tx, kind, key string) error
	// Accept ends the work as it stands.
	Accept(tx Tx, kind, key string) error
}

// Ruling is what a person decides about a parked order.
type Ruling string

// The rulings. They are persisted: never rename one.
const (
	TryAgain  Ruling = "retry"
	TakeBack  Ruling = "undo"
	LeaveAsIs Ruling = "accept"
)

// Decision is who decided what about an order that had stopped.
type Decision struct {
	Ruling Ruling    `json:"ruling"`
	By     Actor     `json:"by"`
	Why    string    `json:"why,omitempty"` // LeaveAsIs: in their own words
	At     time.Time `json:"at"`
}

// CanUndo reports whether there is work to take back: once the number is there and only waited for, it is for a release.
func (o Order) CanUndo() bool { return o.State == Parked && o.Stuck != JobWatch }

// Rule decides about a parked order, for anybody who may use the bot. An answer to an earlier revision, or to an order that
// is not parked any more, changes nothing: the sheet comes back as it is now, with who decided. LeaveAsIs needs a reason, and
// first reads at Microsoft whose the numbers are now: the records are set by that and by nothing else.
func (s *Service) Rule(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int, ruling Ruling, why string) (Sheet, error) {
	sheet, err := s.Sheet(ctx, tenant, id)
	if err != nil || late(&sheet, rev) {
		return sheet, err
	}
	var seen facts
	switch {
	case ruling == TakeBack && !sheet.Order.CanUndo():
		return sheet, conflict("undo order", "cannot-undo")
	case ruling == LeaveAsIs && why == "":
		return sheet, &Error{Op: "accept order", Kind: Invalid, Say: Say("reason-needed")}
	case ruling == LeaveAsIs:
		if seen, err = s.facts(ctx, sheet.Order); err != nil {
			return sheet, err
		}
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.Revision != rev || o.State != Parked {
			o.Notice = decided(*o)
			return nil
		}
		o.Decided = Decision{Ruling: ruling, By: by, Why: why, At: s.Now().UTC()}
		return s.rule(tx, o, seen)
	})
}

// late reports a decision that comes too late, and says so on the sheet.
func late(sheet *Sheet, rev int) bool {
	if sheet.Order.Revision == rev && sheet.Order.State == Parked {
		return false
	}
	sheet.Order.Notice = decided(sheet.Order)
	return true
}

// decided says who was quicker.
func decided(o Order) Message {
	if o.Decided.By.Name == "" {
		return Say("card-was-old")
	}
	return Say("decided-by", "person", o.Decided.By.Name)
}

func (s *Service) rule(tx Tx, o *Order, seen facts) error {
	kind, key, by := o.Stuck, JobKey(o.Tenant, o.ID), o.Decided.By.ID
	if kind == "" { // parked by a program that did not write it down
		kind = o.Kind.Job()
	}
	switch o.Decided.Ruling {
	case LeaveAsIs:
		if err := s.Operator.Accept(tx, kind, key); err != nil {
			return err
		}
		if err := s.settleAs(tx, o, seen); err != nil {
			return err
		}
		o.State, o.Problem = Done, Message{}
		return s.Write(tx, o, OrderAccepted, by, "")
	case TakeBack:
		o.State, o.Problem = Running, Message{}
		if err := s.Operator.Undo(tx, kind, key); err != nil {
			return err
		}
		return s.Write(tx, o, OrderUndone, by, "")
	}
	if o.State = Running; kind == JobWatch {
		o.State = Waiting
	}
	o.Problem = Message{}
	if err := s.Operator.Retry(tx, kind, key); err != nil {
		return err
	}
	return s.Write(tx, o, OrderRetried, by, "")
}

// facts is whose an order's numbers are, as Microsoft shows it.
type facts struct{ now, had holder }

// holder is who has a number.
type holder int

const (
	nobody holder = iota
	person        // of the order
	somebody
)

func (s *Service) facts(ctx context.Context, o Order) (seen facts, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	if seen.now, err = s.holder(ctx, o, o.Number); err != nil || o.Had.Number == "" {
		return seen, err
	}
	seen.had, err = s.holder(ctx, o, o.Had.Number)
	return seen, err
}

func (s *Service) holder(ctx context.Context, o Order, n E164) (holder, error) {
	if n == "" {
		return nobody, nil
	}
	a, err := s.Telephony.Assignment(ctx, o.Tenant, n)
	switch {
	case err != nil:
		return nobody, err
	case a.Found && a.Target == o.Person.ID:
		return person, nil
	case a.Found && a.Target != "":
		return somebody, nil
	}
	v, err := s.Telephony.Voice(ctx, o.Tenant, o.Person.ID)
	if err == nil && slices.Contains(v.Numbers, n) {
		return person, nil
	}
	return nobody, err
}

// settleAs sets the records of an order that is left as it stands by what Microsoft shows.
func (s *Service) settleAs(tx Tx, o *Order, seen facts) error {
	switch {
	case o.Kind.Ends() && seen.now == person:
		return s.restore(tx, o)
	case o.Kind.Ends():
		return s.End(tx, o, seen.now == somebody)
	case seen.now == person:
		if err := s.Assign(tx, o); err != nil || o.Had.Number == "" || o.Had.Number == o.Number || seen.had == person {
			return err
		}
		return s.Rest(tx, o, o.Had.Number, seen.had == somebody)
	}
	if o.Number != o.Had.Number {
		to := Free
		if seen.now == somebody {
			to = Blocked
		}
		if err := s.letGo(tx, o, to, o.Decided.By.ID); err != nil {
			return err
		}
	}
	if o.Had.Number == "" || seen.had == person {
		return s.restore(tx, o)
	}
	blocked := seen.had == somebody // the phone that they had is gone as well
	if err := s.Rest(tx, o, o.Had.Number, blocked); err != nil {
		return err
	}
	s.leaveImported(tx, o)
	return nil
}

// Stopped lists the parked orders of a tenant, the longest stopped first.
func (s *Service) Stopped(ctx context.Context, tenant TenantID, limit int) ([]Order, error) {
	var found []Order
	err := s.Store.View(ctx, func(tx Tx) error {
		found = nil
		for _, id := range tx.Scan(tableParked, key(tenant, ""), "") {
			o, err := s.OrderIn(tx, tenant, OrderID(id))
			if err != nil {
				return err
			}
			if found = append(found, o); len(found) == limit {
				break
			}
		}
		return nil
	})
	return found, err
}

// indexParked keeps the list of parked orders true.
func indexParked(tx Tx, before Order, o *Order) {
	at := func(o Order) string { return key(o.Tenant, sortable(o.Ended), string(o.ID)) }
	if before.State == Parked {
		tx.Delete(tableParked, at(before))
	}
	if o.State == Parked {
		tx.Put(tableParked, at(*o), []byte(o.ID))
	}
}
