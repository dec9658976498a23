package provision

import (
	"context"
	"strings"
)

// The steps of JobNumbers, in their order. The names are persisted: never rename one.
const (
	StepSettle StepName = "settle-requests" // of a restored store: requests that the world has overtaken end
	StepMatch  StepName = "match-numbers"   // what Microsoft has, held against the inventory
	StepAdopt  StepName = "adopt-numbers"   // people are looked after whose number is in the inventory
	StepMiss   StepName = "miss-numbers"    // what is somebody's here and nobody's there
	StepSift   StepName = "sift-numbers"    // what an earlier round found and this one did not
)

// NumberSteps are the steps of JobNumbers.
func NumberSteps() []StepName {
	return []StepName{StepSettle, StepMatch, StepAdopt, StepMiss, StepSift}
}

func (s *Service) matchNumbers(ctx context.Context, tenant TenantID, ns NumberSync, from string) (Reading, error) {
	page, err := s.Census.Assignments(ctx, tenant, "", from)
	if err != nil {
		return Reading{}, err
	}
	err = fewAtOnce(ctx, s.Store, page.Assignments, func(tx Tx, a Assignment) (int, error) { return s.matchNumber(tx, tenant, ns, a) })
	return Reading{Next: page.Next, count: func(ns *NumberSync) {
		ns.Read, ns.Unreadable = ns.Read+len(page.Assignments), ns.Unreadable+page.Unreadable
	}}, err
}

// matchNumber decides about one number that Microsoft has. What an order is at work on, it leaves to the order.
func (s *Service) matchNumber(tx Tx, tenant TenantID, ns NumberSync, a Assignment) (touched int, err error) {
	v, there, err := load[Number](tx, tableNumbers, key(tenant, string(a.Number)))
	if err != nil {
		return 0, err
	}
	if there && a.Target != "" {
		if v, err = s.endHold(tx, tenant, v); err != nil {
			return 0, err
		}
	}
	f := NumberFinding{Number: a.Number, User: a.Target, Name: s.nameOf(tx, tenant, a.Target), Bound: a.bound(), Round: ns.Round}
	switch {
	case !there && !a.directRouting(), there && a.Target == "":
		return 1, nil
	case !there:
		f.Class = NumberUnknown
	case v.State == Assigned && v.User == a.Target && a.Primary():
		f.Class = NumberMatched
	case v.State == Assigned && liveOrder(tx, tenant, v.User) != "", v.State == Held:
		return 1, nil
	case v.State == Assigned:
		f.Class = NumberElsewhere
	case v.State == Blocked && !v.Taken: // somebody wanted it so
		f.Class = NumberElsewhere
	case a.Source == sourceOnPremises || !a.Primary() || a.Status != "" && !strings.EqualFold(a.Status, "userAssigned"):
		f.Class = NumberElsewhere
		err = s.setAside(tx, tenant, v)
	default:
		f.Class = NumberNew
	}
	classifyNumber(tx, tenant, f)
	return 8, err
}

// bound says of a number that is nobody's own what it is instead: "policy", or its category.
func (a Assignment) bound() string {
	switch {
	case a.Target == "":
		return ""
	case a.ToPolicy():
		return "policy"
	case !a.Primary():
		return a.Category
	}
	return ""
}

// setAside takes a number out of the stock that Microsoft has on somebody else.
func (s *Service) setAside(tx Tx, tenant TenantID, v Number) error {
	if v.State != Free && v.State != Cooling {
		return nil
	}
	after := Number{E164: v.E164, Location: v.Location, State: Blocked, Rested: v.Rested, Taken: true}
	return s.change(tx, tenant, v, after, AuditEvent{Event: NumberBlocked, Note: "taken"})
}

// nameOf is the name of somebody as far as Calltab has it.
func (s *Service) nameOf(tx Tx, tenant TenantID, id UserID) string {
	if who, there, err := readListed(tx, tenant, id); err == nil && there && who.Person.ID != "" {
		return who.Person.Name()
	}
	sub, _, _ := s.SubscriberIn(tx, tenant, id)
	return sub.Name
}

// owner is somebody of whom Microsoft has a number of ours.
type owner struct {
	finding NumberFinding
	person  Person
	voice   Voice
	gone    bool
	moved   *shownPhone // of a restored store: what Microsoft shows of somebody whose record has another number
}

// adoptNumbers looks up whose the numbers are that are nobody's here, a few at a try. from is the last one that it decided about.
func (s *Service) adoptNumbers(ctx context.Context, tenant TenantID, ns NumberSync, from string) (Reading, error) {
	var all []owner
	err := s.Store.View(ctx, func(tx Tx) error {
		all = nil
		at := ""
		if from != "" {
			at = key(tenant, string(NumberNew), from) + "\x00"
		}
		for k, raw := range tx.Scan(tableNumberFound, key(tenant, string(NumberNew), ""), at) {
			f := NumberFinding{Class: NumberNew}
			if err := decode(tableNumberFound, k, raw, &f); err != nil {
				return err
			}
			o := owner{finding: f}
			if _, ok := restored(tx, tenant); ok {
				sub, _, err := s.SubscriberIn(tx, tenant, f.User)
				if err != nil {
					return err
				}
				if sub.Number != "" {
					o.moved = &shownPhone{}
				}
			}
			if all = append(all, o); len(all) == askCount {
				break
			}
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		return Reading{}, err
	}
	err = eachAtOnce(askAtOnce, len(all), func(i int) (err error) {
		o := &all[i]
		if o.person, err = s.Directory.Person(ctx, tenant, string(o.finding.User)); KindOf(err) == NotFound && err != nil {
			o.gone = true
			return nil
		}
		if err == nil {
			o.voice, err = s.Telephony.Voice(ctx, tenant, o.person.ID)
		}
		if err == nil && o.moved != nil {
			*o.moved, err = s.showPhone(ctx, tenant, o.person.ID)
		}
		return err
	})
	if err != nil {
		return Reading{}, err
	}
	err = fewAtOnce(ctx, s.Store, all, func(tx Tx, o owner) (int, error) { return s.adopt(tx, tenant, o) })
	next := ""
	if len(all) == askCount {
		next = string(all[len(all)-1].finding.Number)
	}
	return Reading{Next: next}, err
}

// adopt makes a number its owner's, with the plan whose policies are in effect for them. An owner who cannot be looked after keeps
// the number out of the stock.
func (s *Service) adopt(tx Tx, tenant TenantID, o owner) (touched int, err error) {
	f := o.finding
	v, err := number(tx, tenant, f.Number)
	if err != nil || v.State == Assigned || v.State == Held {
		unclassifyNumber(tx, tenant, f.Number) // it went, or an order took it
		return 8, ignoreNotFound(err)
	}
	if name := o.person.Name(); name != "" {
		f.Name = name
	}
	sub, _, err := s.SubscriberIn(tx, tenant, f.User)
	if err != nil {
		return 0, err
	}
	if o.moved != nil && !o.gone && liveOrder(tx, tenant, f.User) == "" {
		return s.followMoved(tx, tenant, o)
	}
	if o.gone || o.person.Guest || sub.Number != "" || o.voice.AccountType != "user" || liveOrder(tx, tenant, f.User) != "" {
		f.Class = NumberElsewhere
		classifyNumber(tx, tenant, f)
		return 12, s.setAside(tx, tenant, v)
	}
	plan, err := s.planInEffect(tx, tenant, o.voice)
	if err != nil {
		return 0, err
	}
	f.Class = NumberAdopted
	classifyNumber(tx, tenant, f)
	after := Number{E164: v.E164, Location: v.Location, State: Assigned, User: f.User}
	err = s.putSubscriber(tx, tenant, Subscriber{
		User: f.User, UPN: o.person.UPN, Name: o.person.Name(), Location: v.Location, Plan: plan, Number: v.E164, Since: s.Now().UTC(),
	})
	if err != nil {
		return 0, err
	}
	if err := s.Queue.Add(tx, JobLine, key(tenant, string(v.E164)), nil, s.Now()); err != nil {
		return 0, err
	}
	return 40, s.change(tx, tenant, v, after, AuditEvent{Event: NumberAssigned, User: f.User, Note: "adopted"})
}

// planInEffect is the plan with the most policies of which all are in effect, the first of several; none where no plan's are.
func (s *Service) planInEffect(tx Tx, tenant TenantID, v Voice) (PlanID, error) {
	all, err := plans(tx, tenant)
	var best PlanID
	most := -1
	for _, p := range all {
		if n := len(p.Policies()); p.InEffect(v) && n > most {
			best, most = p.ID, n
		}
	}
	return best, err
}

// missNumbers looks for numbers that are somebody's here and that Microsoft has not told of. from is the key of the first one that it
// looks at.
func (s *Service) missNumbers(ctx context.Context, tenant TenantID, ns NumberSync, from string) (Reading, error) {
	var missing []Number
	next := ""
	err := s.Store.View(ctx, func(tx Tx) error {
		missing, next = nil, ""
		looked := 0
		for k, raw := range tx.Scan(tableNumbers, key(tenant, ""), from) {
			if looked++; looked > tidyCount {
				next = k
				break
			}
			var v Number
			if err := decode(tableNumbers, k, raw, &v); err != nil {
				return err
			}
			if round, _ := seenNumber(tx, k); v.State == Assigned && round < ns.Round {
				missing = append(missing, v)
			}
		}
		return nil
	})
	if err != nil {
		return Reading{}, err
	}
	return Reading{Next: next}, fewAtOnce(ctx, s.Store, missing, func(tx Tx, v Number) (int, error) {
		sub, _, err := s.SubscriberIn(tx, tenant, v.User)
		if err != nil || sub.Number != v.E164 || sub.Since.After(ns.Began) && !ahead(sub.Since, s.Now()) || liveOrder(tx, tenant, v.User) != "" {
			return 1, err // it is new, or an order is at work on it
		}
		classifyNumber(tx, tenant, NumberFinding{Class: NumberMissing, Number: v.E164, User: v.User, Name: sub.Name, Round: ns.Round})
		return 5, nil
	})
}

// siftNumbers forgets what only an earlier round found. from is the key of the first one that it looks at.
func (s *Service) siftNumbers(ctx context.Context, tenant TenantID, ns NumberSync, from string) (Reading, error) {
	var stale []E164
	next := ""
	err := s.Store.View(ctx, func(tx Tx) error {
		stale, next = nil, ""
		looked := 0
		for k := range tx.Scan(tableNumberSeen, key(tenant, ""), from) {
			if looked++; looked > tidyCount {
				next = k
				break
			}
			if round, _ := seenNumber(tx, k); round < ns.Round {
				stale = append(stale, E164(k[len(key(tenant, "")):]))
			}
		}
		return nil
	})
	if err != nil {
		return Reading{}, err
	}
	return Reading{Next: next}, fewAtOnce(ctx, s.Store, stale, func(tx Tx, n E164) (int, error) {
		unclassifyNumber(tx, tenant, n)
		return 4, nil
	})
}

// LineOf is the line of a number that somebody has; ok is false where nobody has it.
func (s *Service) LineOf(tx Tx, tenant TenantID, n E164) (l Line, ok bool, err error) {
	v, err := number(tx, tenant, n)
	if err != nil || v.State != Assigned {
		return l, false, ignoreNotFound(err)
	}
	sub, _, err := s.SubscriberIn(tx, tenant, v.User)
	return Line{Number: n, User: v.User, UPN: sub.UPN, Name: sub.Name, Location: sub.Location, Plan: sub.Plan, Order: v.Order}, true, err
}
