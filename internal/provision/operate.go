package provision

import (
	"context"
	"strings"
	"time"
)

// Operator moves work that waits for a person; the job runner is it. Each method takes the kind and key of a parked job and
// changes it in the transaction.
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

// Halt is where the work of an order stopped, and how much was tried there.
type Halt struct {
	Job      string    `json:"job"`  // the kind of the job that is parked
	Step     StepName  `json:"step"` // of that job
	Undoing  bool      `json:"undoing,omitempty"`
	Since    time.Time `json:"since,omitzero"`  // when the step was begun
	Tries    int       `json:"tries,omitempty"` // how often it was tried or looked for since
	Revision int       `json:"revision"`        // the order's when it was parked: an older card is about something else
}

// CanUndo reports whether there is work to take back. Once the number is there and only waited for, that is for a release;
// what goes back already goes on by trying again; and nothing is given back to an account that is gone.
func (o Order) CanUndo() bool {
	return o.State == Parked && o.Halt.Job != JobWatch && !o.Halt.Undoing && (o.Kind.Gives() || o.Known.Account != AccountGone)
}

// Undoing reports that the work goes back because a person has decided so.
func (o Order) Undoing() bool {
	return o.State == Running && (o.Halt.Undoing || o.Decided.Ruling == TakeBack || o.Withdrawn())
}

// LeftAsIs reports an order that is done because a person said so.
func (o Order) LeftAsIs() bool { return o.State == Done && o.Decided.Ruling == LeaveAsIs }

// Park gives an order to a person, in the transaction that parks its job.
func (s *Service) Park(tx Tx, o *Order, at Halt, why Message) error {
	at.Revision = o.Revision + 1 // the one that Write gives
	o.State, o.Problem, o.Halt = Parked, why, at
	return s.Write(tx, o, OrderParked, "", why.ID)
}

// Rule decides about a parked order, for anybody who may operate at its locations. It is decided once: from an older card, or after
// somebody else, nothing changes, and the sheet comes back as it is now, with who decided. LeaveAsIs needs a reason, and first
// reads at Microsoft what is so now: the records are set by that and by nothing else. Conflict where there is nothing to undo, and
// where another order has the person's phone by now: then it can only be left as it is, which changes nothing of theirs.
func (s *Service) Rule(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int, ruling Ruling, why string) (Sheet, error) {
	if err := s.compared(ctx, tenant); err != nil {
		return Sheet{}, err
	}
	sheet, err := s.Sheet(ctx, tenant, id)
	if err != nil {
		return sheet, err
	}
	if _, err := s.permit(ctx, "decide about order", tenant, by, Operate, sheet.Order.sites()...); err != nil {
		return Sheet{}, err
	}
	decision := Decision{Ruling: ruling, By: by, Why: strings.TrimSpace(why), At: s.Now().UTC()}
	if said, late := tooLate(sheet.Order, rev, decision); late {
		sheet.Order.Notice = said
		return sheet, nil
	}
	var v seen
	switch {
	case ruling == TakeBack && !sheet.Order.CanUndo():
		return sheet, conflict("undo order", "cannot-undo")
	case ruling == LeaveAsIs && decision.Why == "":
		return sheet, &Error{Op: "accept order", Kind: Invalid, Say: Say("reason-needed")}
	case ruling == LeaveAsIs:
		ctx, cancel := context.WithTimeout(ctx, acceptTime)
		defer cancel()
		if v, err = s.see(ctx, sheet.Order, sheet.Plan); err != nil {
			return sheet, err
		}
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		said, late := tooLate(*o, rev, decision)
		if late || o.Halt != sheet.Order.Halt { // parked anew since it was read
			o.Notice = said
			return nil
		}
		o.Notice, o.Decided = Message{}, decision
		endDoubt(tx, *o)
		return s.rule(tx, o, v)
	})
}

// tooLate reports a decision about an order that is not parked any more, or was parked anew since the card was made, and says
// who was quicker. Whoever pressed twice needs no word.
func tooLate(o Order, rev int, d Decision) (Message, bool) {
	switch {
	case o.State == Parked && rev >= o.Halt.Revision:
		return Message{}, false
	case o.State == Parked, rev < o.Halt.Revision, o.Decided.Ruling == "":
		return Say("card-was-old"), true
	case o.Decided.By.ID == d.By.ID && o.Decided.Ruling == d.Ruling:
		return Message{}, true
	}
	return Say("decided-by", "person", o.Decided.By.Name), true
}

func (s *Service) rule(tx Tx, o *Order, v seen) error {
	key, by := JobKey(o.Tenant, o.ID), o.Decided.By.ID
	job := o.Halt.Job
	if job == "" {
		job = o.Kind.Job()
	}
	if o.Decided.Ruling != LeaveAsIs {
		if err := s.mayAct(tx, *o); err != nil {
			return err
		}
	}
	switch o.Decided.Ruling {
	case LeaveAsIs:
		if err := s.Operator.Accept(tx, job, key); err != nil {
			return err
		}
		o.State, o.Known, o.Conditions, o.TakenBack = Done, v.known, v.conditions, Decision{}
		if err := s.follow(tx, o, v); err != nil {
			return err
		}
		if err := s.Queue.Add(tx, JobSettle, key, nil, s.Now()); err != nil {
			return err
		}
		return s.Write(tx, o, OrderAccepted, by, string(o.Halt.Step))
	case TakeBack: // the problem stays: it is why the order will have failed
		if err := s.Operator.Undo(tx, job, key); err != nil {
			return err
		}
		s.goOn(o)
		return s.Write(tx, o, OrderUndone, by, string(o.Halt.Step))
	}
	return s.retry(tx, o, job, by)
}

// retry goes on with a parked order where it stopped; by is empty for Calltab itself.
func (s *Service) retry(tx Tx, o *Order, job string, by UserID) error {
	if err := s.Operator.Retry(tx, job, JobKey(o.Tenant, o.ID)); err != nil {
		return err
	}
	s.goOn(o)
	if !o.Halt.Undoing {
		o.Problem = Message{}
	}
	return s.Write(tx, o, OrderRetried, by, string(o.Halt.Step))
}

// goOn makes a parked order live again.
func (s *Service) goOn(o *Order) {
	if o.State = Running; o.Halt.Job == JobWatch {
		o.State = Waiting
	}
	for i := range o.Work {
		if o.Work[i].State == StepRunning {
			o.Work[i].Since = s.Now().UTC()
		}
	}
}

// Stopped lists the parked orders at the asker's locations, the longest stopped first.
func (s *Service) Stopped(ctx context.Context, tenant TenantID, by Actor, limit int) ([]Order, error) {
	acc, err := s.permit(ctx, "list parked orders", tenant, by, Look)
	if err != nil {
		return nil, err
	}
	var found []Order
	err = s.Store.View(ctx, func(tx Tx) error {
		found = nil
		for _, id := range tx.Scan(tableParked, key(tenant, ""), "") {
			o, err := s.OrderIn(tx, tenant, OrderID(id))
			if err != nil {
				return err
			}
			if !acc.sees(o) {
				continue
			}
			if found = append(found, o); len(found) == limit {
				break
			}
		}
		return nil
	})
	return found, err
}

// Operates reports whether they may decide about an order.
func (a Access) Operates(o Order) bool { return a.need("", Operate, o.sites()...) == nil }

// Retried is what came of trying all stopped orders again.
type Retried struct {
	Again int // go on
	Left  int // cannot, as another order has the phone by now, or is not there any more
}

// RetryStopped has each parked order tried again that Stopped lists and that the asker may decide about, each by Rule.
func (s *Service) RetryStopped(ctx context.Context, tenant TenantID, by Actor, limit int) (r Retried, err error) {
	acc, err := s.permit(ctx, "try parked orders again", tenant, by, Operate)
	if err != nil {
		return r, err
	}
	all, err := s.Stopped(ctx, tenant, by, limit)
	if err != nil {
		return r, err
	}
	for _, o := range all {
		if !acc.Operates(o) {
			continue
		}
		_, err := s.Rule(ctx, tenant, by, o.ID, o.Revision, TryAgain, "")
		switch kind := KindOf(err); {
		case err == nil:
			r.Again++
		case kind == Conflict || kind == NotFound:
			r.Left++
		default:
			return r, err
		}
	}
	return r, nil
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
