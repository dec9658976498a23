package provision

import (
	"context"
	"errors"
	"slices"
	"time"
)

// knownTime is how long what was read of a parked order is fresh enough to show.
const knownTime = time.Minute

// Known is what Microsoft showed of an order that had stopped. What is empty in it was not answered.
type Known struct {
	At       time.Time    `json:"at,omitzero"` // zero: never read
	Account  AccountState `json:"account,omitempty"`
	Licensed bool         `json:"licensed,omitempty"` // it can use a phone licence
	Plan     Effect       `json:"plan,omitempty"`     // of the order's plan
	Holders  []Holder     `json:"holders,omitempty"`  // of the order's number, of the one before, then of the one that the person has here
}

// AccountState is how the directory shows an account. It is persisted: never rename one.
type AccountState string

// The states of an account.
const (
	AccountThere   AccountState = "there"
	AccountBlocked AccountState = "blocked" // from signing in
	AccountGone    AccountState = "gone"
)

// Effect is whether a plan's policies are in effect for a person. It is persisted: never rename one.
type Effect string

// The effects.
const (
	InEffect    Effect = "in-effect"
	NotInEffect Effect = "not-in-effect"
)

// Holder is who has a number at Microsoft.
type Holder struct {
	Number E164   `json:"number"`
	Whose  Whose  `json:"whose,omitempty"`
	User   UserID `json:"user,omitempty"` // Others, Phantoms: the account
	Name   string `json:"name,omitempty"` // Others: as the directory has it
}

// Whose says where Microsoft shows a number. It is persisted: never rename one.
type Whose string

// Where a number can be.
const (
	Nobodys  Whose = "nobody"
	Persons  Whose = "person"  // the order's person, who is there
	Others   Whose = "other"   // another account
	Phantoms Whose = "phantom" // bound to an account that does not exist
	Policies Whose = "policy"  // bound to a policy, as those of shared calling are
	Besides  Whose = "beside"  // the order's person has it, but not as their own number: a private line, or an alternate number
)

// seen is all that one look at Microsoft showed of an order.
type seen struct {
	known      Known
	voice      Voice
	conditions []Condition // none where the order takes a phone away, the account is gone, or not all was answered
}

// Account finds an account by its id; ok is false, without an error, where the directory has none.
func (s *Service) Account(ctx context.Context, tenant TenantID, id UserID) (p Person, ok bool, err error) {
	p, err = s.Directory.Person(ctx, tenant, string(id))
	return p, err == nil, ignoreNotFound(err)
}

// see reads what Microsoft shows of an order's person and numbers. With an error it returns what was answered.
func (s *Service) see(ctx context.Context, o Order, plan Plan) (v seen, err error) {
	p, there, errAccount := s.Account(ctx, o.Tenant, o.Person.ID)
	v.known = Known{At: s.Now().UTC(), Account: accountState(p, there, errAccount), Licensed: s.PhoneLicensed(o.Tenant, p)}
	var errVoice, errNumbers error
	if v.voice, errVoice = s.Telephony.Voice(ctx, o.Tenant, o.Person.ID); v.voice.Found && len(plan.Policies()) > 0 {
		if v.known.Plan = NotInEffect; plan.InEffect(v.voice) {
			v.known.Plan = InEffect
		}
	}
	var own Assignment
	numbers, err := s.numbersOf(ctx, o)
	if err != nil {
		return v, err
	}
	for i, n := range numbers {
		a, h, err := s.holder(ctx, o, n, v)
		if i == 0 {
			own = a
		}
		v.known.Holders, errNumbers = append(v.known.Holders, h), errors.Join(errNumbers, err)
	}
	err = errors.Join(errAccount, errVoice, errNumbers)
	if err == nil && there && !o.Kind.Ends() {
		v.conditions = s.Readiness(p, v.voice, own, o, plan, s.Now())
	}
	return v, err
}

func accountState(p Person, there bool, err error) AccountState {
	switch {
	case err != nil:
		return ""
	case !there:
		return AccountGone
	case !p.Enabled:
		return AccountBlocked
	}
	return AccountThere
}

// numbersOf are the order's number, the one that the person had before, and the one that their record has by now, each once.
func (s *Service) numbersOf(ctx context.Context, o Order) ([]E164, error) {
	var sub Subscriber
	err := s.Store.View(ctx, func(tx Tx) (err error) {
		sub, _, err = s.SubscriberIn(tx, o.Tenant, o.Person.ID)
		return err
	})
	var all []E164
	for _, n := range []E164{o.Number, o.Had.Number, sub.Number} {
		if n != "" && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all, err
}

// holder says who has a number, in the inventory or on the person: each shows an assignment in its own time.
func (s *Service) holder(ctx context.Context, o Order, n E164, v seen) (Assignment, Holder, error) {
	h := Holder{Number: n}
	a, err := s.Telephony.Assignment(ctx, o.Tenant, n)
	switch {
	case err != nil:
		return a, h, err
	case a.Target == "" && !slices.Contains(v.voice.Numbers, n):
		h.Whose = Nobodys
		return a, h, nil
	case a.ToPolicy():
		h.Whose = Policies
		return a, h, nil
	case a.Target == o.Person.ID && !a.Primary():
		h.Whose = Besides
		return a, h, nil
	case a.Target == "" || a.Target == o.Person.ID:
		if h.Whose = Persons; v.known.Account == AccountGone {
			h.Whose, h.User = Phantoms, o.Person.ID
		}
		return a, h, nil
	}
	p, there, err := s.Account(ctx, o.Tenant, a.Target)
	switch h.User = a.Target; {
	case there:
		h.Whose, h.Name = Others, p.Name()
	case err == nil:
		h.Whose = Phantoms
	}
	return a, h, err
}

// Look notes on an order what Microsoft shows, as far as it answers.
func (s *Service) Look(ctx context.Context, o Order, plan Plan) (Known, []Condition) {
	v, err := s.see(ctx, o, plan)
	if err != nil {
		return v.known, o.Conditions
	}
	return v.known, v.conditions
}

// Open reads an order for somebody who wants to see it: its requester, or whoever may look at its locations. What is known of a
// parked one is read again where it has aged and Microsoft answers in time.
func (s *Service) Open(ctx context.Context, tenant TenantID, by Actor, id OrderID) (Sheet, error) {
	sheet, err := s.Sheet(ctx, tenant, id)
	if err == nil {
		err = s.maySee(ctx, by, sheet.Order)
	}
	if err != nil {
		return Sheet{}, err
	}
	read := sheet.Order.Known.At
	if sheet.Order.State != Parked || s.Now().Sub(read) < knownTime && !ahead(read, s.Now()) {
		return sheet, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	v, err := s.see(ctx, sheet.Order, sheet.Plan)
	if err != nil {
		return sheet, nil // what was known before says when
	}
	return s.update(context.WithoutCancel(ctx), tenant, id, func(tx Tx, o *Order) error {
		if o.State != Parked || o.Halt != sheet.Order.Halt {
			return nil // somebody has decided meanwhile
		}
		o.Known, o.Conditions = v.known, v.conditions
		return s.Write(tx, o, OrderProgress, "", "")
	})
}
