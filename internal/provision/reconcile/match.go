package reconcile

import (
	"context"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/record"
	"calltab/internal/provision/repair"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/stock"
)

// The steps of JobNumbers, in their order. The names are persisted: never rename one.
const (
	StepSettle provision.StepName = "settle-requests" // of a restored store: requests that the world has overtaken end
	StepMatch  provision.StepName = "match-numbers"   // what Microsoft has, held against the inventory
	StepAdopt  provision.StepName = "adopt-numbers"   // people whose number is in the inventory become subscribers
	StepMiss   provision.StepName = "miss-numbers"    // what is assigned here and to nobody there
	StepSift   provision.StepName = "sift-numbers"    // what an earlier round found and this one did not
)

// NumberSteps are the steps of JobNumbers.
func NumberSteps() []provision.StepName {
	return []provision.StepName{StepSettle, StepMatch, StepAdopt, StepMiss, StepSift}
}

func (s *Service) matchNumbers(ctx context.Context, tenant provision.TenantID, ns provision.NumberSync,
	from string) (roster.SyncPage, error) {
	page, err := s.BulkReader.Assignments(ctx, tenant, "", from)
	if err != nil {
		return roster.SyncPage{}, err
	}
	err = roster.FewAtOnce(ctx, s.Store, page.Assignments, func(tx provision.Tx, a provision.Assignment) (int, error) {
		return s.matchNumber(tx, tenant, ns, a)
	})
	return roster.SyncPage{Next: page.Next, Count: func(ns *provision.NumberSync) {
		ns.Read, ns.Unreadable = ns.Read+len(page.Assignments), ns.Unreadable+page.Unreadable
	}}, err
}

// matchNumber decides about one number that Microsoft has. What an order is at work on, it leaves to the order.
func (s *Service) matchNumber(tx provision.Tx, tenant provision.TenantID, ns provision.NumberSync,
	a provision.Assignment) (touched int, err error) {
	v, there, err := record.Load[provision.Number](tx, record.TableNumbers, record.Key(tenant, string(a.Number)))
	if err != nil {
		return 0, err
	}
	if there && a.Target != "" {
		if v, err = s.endHold(tx, tenant, v); err != nil {
			return 0, err
		}
	}
	f := provision.NumberFinding{Number: a.Number, User: a.Target, Name: s.people.NameOf(tx, tenant, a.Target),
		Bound: a.Bound(), Round: ns.Round}
	switch {
	case !there && !a.DirectRouting(), there && a.Target == "":
		return 1, nil
	case !there:
		f.Class = provision.NumberUnknown
	case v.State == provision.Assigned && v.User == a.Target && a.Primary():
		f.Class = provision.NumberMatched
	case v.State == provision.Assigned && order.LiveOrder(tx, tenant, v.User) != "", v.State == provision.Held:
		return 1, nil
	case v.State == provision.Assigned:
		f.Class = provision.NumberElsewhere
	case v.State == provision.Blocked && !v.Taken: // a user wanted it so
		f.Class = provision.NumberElsewhere
	case a.Source == roster.SourceOnPremises || !a.Primary() || a.Status != "" &&
		!strings.EqualFold(a.Status, "userAssigned"):
		f.Class = provision.NumberElsewhere
		err = s.setAside(tx, tenant, v)
	default:
		f.Class = provision.NumberNew
	}
	classifyNumber(tx, tenant, f)
	return 8, err
}

// setAside takes a number out of the stock that Microsoft has on another account.
func (s *Service) setAside(tx provision.Tx, tenant provision.TenantID, v provision.Number) error {
	if v.State != provision.Free && v.State != provision.Cooling && v.State != provision.Reserved {
		return nil
	}
	after := provision.Number{E164: v.E164, Location: v.Location, State: provision.Blocked, Rested: v.Rested,
		Taken: true}
	return s.stock.Change(tx, tenant, v, after, provision.AuditEvent{Event: provision.NumberBlocked, Note: "taken"})
}

// owner is an account on which Microsoft has a number of ours.
type owner struct {
	finding provision.NumberFinding
	person  provision.Person
	voice   provision.Voice
	gone    bool
	moved   *repair.ShownPhone // of a restored store: what Microsoft shows of a person whose record has another number
}

// adoptNumbers looks up whose the numbers are that are nobody's here, a few at a try. from is the last one that it
// decided about.
func (s *Service) adoptNumbers(ctx context.Context, tenant provision.TenantID, ns provision.NumberSync,
	from string) (roster.SyncPage, error) {
	var all []owner
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		all = nil
		at := ""
		if from != "" {
			at = record.Key(tenant, string(provision.NumberNew), from) + "\x00"
		}
		for k, raw := range tx.Scan(record.TableNumberFound, record.Key(tenant, string(provision.NumberNew), ""), at) {
			f := provision.NumberFinding{Class: provision.NumberNew}
			if err := record.Decode(record.TableNumberFound, k, raw, &f); err != nil {
				return err
			}
			o := owner{finding: f}
			if _, ok := stock.IsRestored(tx, tenant); ok {
				sub, _, err := s.roster.SubscriberIn(tx, tenant, f.User)
				if err != nil {
					return err
				}
				if sub.Number != "" {
					o.moved = &repair.ShownPhone{}
				}
			}
			if all = append(all, o); len(all) == roster.AskCount {
				break
			}
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		return roster.SyncPage{}, err
	}
	err = roster.EachAtOnce(roster.AskAtOnce, len(all), func(i int) (err error) {
		o := &all[i]
		if o.person, err = s.Directory.Person(ctx, tenant,
			string(o.finding.User)); provision.KindOf(err) == provision.NotFound && err != nil {
			o.gone = true
			return nil
		}
		if err == nil {
			o.voice, err = s.Telephony.Voice(ctx, tenant, o.person.ID)
		}
		if err == nil && o.moved != nil {
			*o.moved, err = s.repair.ShowPhone(ctx, tenant, o.person.ID)
		}
		return err
	})
	if err != nil {
		return roster.SyncPage{}, err
	}
	err = roster.FewAtOnce(ctx, s.Store, all, func(tx provision.Tx, o owner) (int, error) {
		return s.adopt(tx, tenant, o)
	})
	next := ""
	if len(all) == roster.AskCount {
		next = string(all[len(all)-1].finding.Number)
	}
	return roster.SyncPage{Next: next}, err
}

// adopt makes a number its owner's, with the plan whose policies are in effect for them. An owner who cannot be looked
// after keeps the number out of the stock.
func (s *Service) adopt(tx provision.Tx, tenant provision.TenantID, o owner) (touched int, err error) {
	f := o.finding
	v, err := stock.Number(tx, tenant, f.Number)
	if err != nil || v.State == provision.Assigned || v.State == provision.Held {
		unclassifyNumber(tx, tenant, f.Number) // it went, or an order took it
		return 8, provision.IgnoreNotFound(err)
	}
	if name := o.person.Name(); name != "" {
		f.Name = name
	}
	sub, _, err := s.roster.SubscriberIn(tx, tenant, f.User)
	if err != nil {
		return 0, err
	}
	if o.moved != nil && !o.gone && order.LiveOrder(tx, tenant, f.User) == "" {
		return s.followMoved(tx, tenant, o)
	}
	if o.gone || o.person.Guest || sub.Number != "" || o.voice.AccountType != "user" ||
		order.LiveOrder(tx, tenant, f.User) != "" {
		f.Class = provision.NumberElsewhere
		classifyNumber(tx, tenant, f)
		return 12, s.setAside(tx, tenant, v)
	}
	plan, err := s.repair.PlanInEffect(tx, tenant, o.voice)
	if err != nil {
		return 0, err
	}
	f.Class = provision.NumberAdopted
	classifyNumber(tx, tenant, f)
	after := provision.Number{E164: v.E164, Location: v.Location, State: provision.Assigned, User: f.User}
	err = s.people.PutSubscriber(tx, tenant, provision.Subscriber{
		User: f.User, UPN: o.person.UPN, Name: o.person.Name(), Location: v.Location, Plan: plan, Number: v.E164,
		Since: s.Now().UTC(),
	})
	if err != nil {
		return 0, err
	}
	if err := s.Queue.Add(tx, provision.JobLine, record.Key(tenant, string(v.E164)), nil, s.Now()); err != nil {
		return 0, err
	}
	return 40, s.stock.Change(tx, tenant, v, after,
		provision.AuditEvent{Event: provision.NumberAssigned, User: f.User, Note: "adopted"})
}

// missNumbers looks for numbers that are assigned here and that Microsoft has not told of. from is the key of the first
// one that it looks at.
func (s *Service) missNumbers(ctx context.Context, tenant provision.TenantID, ns provision.NumberSync,
	from string) (roster.SyncPage, error) {
	var missing []provision.Number
	next := ""
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		missing = nil
		page, behind, err := record.Page[provision.Number](tx, record.TableNumbers, record.Key(tenant, ""), from,
			roster.TidyCount)
		for _, v := range page {
			if round, _ := SeenNumber(tx, v.Key); v.Value.State == provision.Assigned && round < ns.Round {
				missing = append(missing, v.Value)
			}
		}
		next = behind
		return err
	})
	if err != nil {
		return roster.SyncPage{}, err
	}
	return roster.SyncPage{Next: next}, roster.FewAtOnce(ctx, s.Store, missing,
		func(tx provision.Tx, v provision.Number) (int, error) {
			sub, _, err := s.roster.SubscriberIn(tx, tenant, v.User)
			if err != nil || sub.Number != v.E164 || sub.Since.After(ns.Began) &&
				!provision.Ahead(sub.Since, s.Now()) ||
				order.LiveOrder(tx, tenant, v.User) != "" {
				return 1, err // it is new, or an order is at work on it
			}
			classifyNumber(tx, tenant, provision.NumberFinding{Class: provision.NumberMissing, Number: v.E164,
				User: v.User,
				Name: sub.Name, Round: ns.Round})
			return 5, nil
		})
}

// siftNumbers forgets what only an earlier round found. from is the key of the first one that it looks at.
func (s *Service) siftNumbers(ctx context.Context, tenant provision.TenantID, ns provision.NumberSync,
	from string) (roster.SyncPage, error) {
	var stale []provision.E164
	next := ""
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		stale, next = nil, ""
		looked := 0
		for k := range tx.Scan(record.TableNumberSeen, record.Key(tenant, ""), from) {
			if looked++; looked > roster.TidyCount {
				next = k
				break
			}
			if round, _ := SeenNumber(tx, k); round < ns.Round {
				stale = append(stale, provision.E164(k[len(record.Key(tenant, "")):]))
			}
		}
		return nil
	})
	if err != nil {
		return roster.SyncPage{}, err
	}
	return roster.SyncPage{Next: next}, roster.FewAtOnce(ctx, s.Store, stale,
		func(tx provision.Tx, n provision.E164) (int, error) {
			unclassifyNumber(tx, tenant, n)
			return 4, nil
		})
}

// LineOf is the line of a number that a person has; ok is false where nobody has it.
func (s *Service) LineOf(tx provision.Tx, tenant provision.TenantID,
	n provision.E164) (l provision.Line, ok bool, err error) {
	v, err := stock.Number(tx, tenant, n)
	if err != nil || v.State != provision.Assigned {
		return l, false, provision.IgnoreNotFound(err)
	}
	sub, _, err := s.roster.SubscriberIn(tx, tenant, v.User)
	return provision.Line{Number: n, User: v.User, UPN: sub.UPN, Name: sub.Name, Location: sub.Location, Plan: sub.Plan,
		Order: v.Order}, true, err
}
