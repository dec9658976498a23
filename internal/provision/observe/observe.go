package observe

import (
	"context"
	"errors"
	"slices"
	"time"

	"calltab/internal/provision"
)

// knownTime is how long what was read of a parked order is fresh enough to show.
const knownTime = time.Minute

// The effects.
const (
	InEffect    provision.Effect = "in-effect"
	NotInEffect provision.Effect = "not-in-effect"
)

// Observed is all that one look at Microsoft showed of an order.
type Observed struct {
	Observation provision.Observation
	Voice       provision.Voice
	// none where the order takes a phone away, the account is gone, or not all was answered
	Conditions []provision.Condition
}

// Account finds an account by its id; ok is false, without an error, where the directory has none.
func (s *Service) Account(ctx context.Context, tenant provision.TenantID,
	id provision.UserID) (p provision.Person, ok bool, err error) {
	p, err = s.Directory.Person(ctx, tenant, string(id))
	return p, err == nil, provision.IgnoreNotFound(err)
}

// See reads what Microsoft shows of an order's person and numbers. With an error it returns what was answered.
func (s *Service) Observe(ctx context.Context, o provision.Order, plan provision.Plan) (v Observed, err error) {
	p, there, errAccount := s.Account(ctx, o.Tenant, o.Person.ID)
	v.Observation = provision.Observation{At: s.Now().UTC(), Account: AccountState(p, there, errAccount),
		Licensed: s.roster.PhoneLicensed(o.Tenant, p)}
	var errVoice, errNumbers error
	if v.Voice, errVoice = s.Telephony.Voice(ctx, o.Tenant, o.Person.ID); v.Voice.Found && len(plan.Policies()) > 0 {
		v.Observation.Plan = NotInEffect
		if plan.InEffect(v.Voice) {
			v.Observation.Plan = InEffect
		}
	}
	var own provision.Assignment
	numbers, err := s.numbersOf(ctx, o)
	if err != nil {
		return v, err
	}
	for i, n := range numbers {
		a, h, err := s.HolderOf(ctx, o, n, v)
		if i == 0 {
			own = a
		}
		v.Observation.Holders, errNumbers = append(v.Observation.Holders, h), errors.Join(errNumbers, err)
	}
	err = errors.Join(errAccount, errVoice, errNumbers)
	if err == nil && there && !o.Kind.Ends() {
		v.Conditions = s.people.Readiness(p, v.Voice, own, o, plan, s.Now())
	}
	return v, err
}

// AccountState is how the directory showed an account; empty where it did not answer.
func AccountState(p provision.Person, there bool, err error) provision.AccountState {
	switch {
	case err != nil:
		return ""
	case !there:
		return provision.AccountGone
	case !p.Enabled:
		return provision.AccountBlocked
	}
	return provision.AccountThere
}

// numbersOf are the order's number, the one that the person had before, and the one that their record has by now, each
// once.
func (s *Service) numbersOf(ctx context.Context, o provision.Order) ([]provision.E164, error) {
	var sub provision.Subscriber
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		sub, _, err = s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
		return err
	})
	var all []provision.E164
	for _, n := range []provision.E164{o.Number, o.Had.Number, sub.Number} {
		if n != "" && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all, err
}

// HolderOf says who has a number, in the inventory or on the person: each shows an assignment in its own time.
func (s *Service) HolderOf(ctx context.Context, o provision.Order, n provision.E164,
	v Observed) (provision.Assignment, provision.Holder, error) {
	h := provision.Holder{Number: n}
	a, err := s.Telephony.Assignment(ctx, o.Tenant, n)
	if err != nil {
		return a, h, err
	}
	h.HeldBy = a.HeldFor(o.Person.ID, slices.Contains(v.Voice.Numbers, n))
	if h.HeldBy == provision.HeldByPerson && v.Observation.Account == provision.AccountGone {
		h.HeldBy = provision.HeldByUnknownAccount
		h.User = o.Person.ID
	}
	if h.HeldBy != provision.HeldByOther {
		return a, h, nil
	}
	p, there, err := s.Account(ctx, o.Tenant, a.Target)
	h.User = a.Target
	switch {
	case there:
		h.Name = p.Name()
	case err == nil:
		h.HeldBy = provision.HeldByUnknownAccount
	default:
		h.HeldBy = "" // it was not answered
	}
	return a, h, err
}

// Look notes on an order what Microsoft shows, as far as it answers.
func (s *Service) Look(ctx context.Context, o provision.Order,
	plan provision.Plan) (provision.Observation, []provision.Condition) {
	v, err := s.Observe(ctx, o, plan)
	if err != nil {
		return v.Observation, o.Conditions
	}
	return v.Observation, v.Conditions
}

// Open reads an order for a user who wants to see it: its requester, or one who may look at its locations. What is
// known of a parked one is read again where it has aged and Microsoft answers in time.
func (s *Service) Open(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	id provision.OrderID) (provision.Sheet, error) {
	sheet, err := s.order.Sheet(ctx, tenant, id)
	if err == nil {
		err = s.order.MaySee(ctx, by, sheet.Order)
	}
	if err != nil {
		return provision.Sheet{}, err
	}
	read := sheet.Order.Observation.At
	if sheet.Order.State != provision.Parked || s.Now().Sub(read) < knownTime && !provision.Ahead(read, s.Now()) {
		return sheet, err
	}
	ctx, cancel := context.WithTimeout(ctx, provision.LookupTime)
	defer cancel()
	v, err := s.Observe(ctx, sheet.Order, sheet.Plan)
	if err != nil {
		return sheet, nil // what was known before says when
	}
	return s.order.Update(context.WithoutCancel(ctx), tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if o.State != provision.Parked || o.Halt != sheet.Order.Halt {
			return nil // an operator has decided meanwhile
		}
		o.Observation, o.Conditions = v.Observation, v.Conditions
		return s.order.Write(tx, o, provision.OrderProgress, "", "")
	})
}

// NumberHolder reads on whom Microsoft shows a number of the stock. Where there is no Microsoft to ask, since only the
// store is open, nobody has it.
func (s *Service) NumberHolder(ctx context.Context, tenant provision.TenantID,
	n provision.E164) (provision.Holder, error) {
	if s.Telephony == nil {
		return provision.Holder{Number: n, HeldBy: provision.HeldByNobody}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, provision.LookupTime)
	defer cancel()
	_, h, err := s.HolderOf(ctx, provision.Order{Tenant: tenant}, n, Observed{})
	return h, err
}
