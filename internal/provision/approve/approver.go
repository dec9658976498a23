package approve

import (
	"context"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/roster"
)

// mostManagers bounds how far up a line of managers is followed.
const mostManagers = 10

// mostApprovers bounds how many people a location's order asks.
const mostApprovers = 20

// ApprovalOf finds out who must be asked for an order, with their names. It reads the directory, so it is no part of a
// transaction. Invalid where nobody can be asked.
func (s *Service) ApprovalOf(ctx context.Context, sheet provision.Sheet,
	c provision.AccessPolicy) (provision.Approval, error) {
	o, rule := sheet.Order, c.Rule(sheet)
	switch rule.By {
	case provision.ByNobody:
		return provision.Approval{}, nil
	case provision.Never:
		return provision.Approval{}, &provision.Error{Op: "ask for approval", Kind: provision.Invalid,
			Say: provision.Say("may-not-ask")}
	}
	ctx, cancel := context.WithTimeout(ctx, provision.LookupTime)
	defer cancel()
	need := provision.Approval{By: rule.By, All: rule.By == provision.BySite && rule.All}
	var who []provision.Actor
	instead := false
	var spare *provision.Actor // away, but better than nobody
	var err error
	if rule.By == provision.ByManager {
		who, spare, need.Passed, err = s.managerOf(ctx, o)
	} else {
		who, err = s.named(ctx, o, sheet.Location.Approvers)
		if len(who) == 0 {
			need.Passed = append(need.Passed, provision.Say("passed-site", "location", sheet.Location.Name))
		}
	}
	if err == nil && len(who) == 0 {
		if who, err = s.standIns(ctx, o, sheet.Location, c); len(who) > 0 {
			instead = true
		} else if spare != nil {
			who = []provision.Actor{*spare}
		}
	}
	switch {
	case err != nil:
		return provision.Approval{}, err
	case len(who) == 0:
		return provision.Approval{}, &provision.Error{Op: "ask for approval", Kind: provision.Invalid,
			Say: provision.Say("nobody-approves")}
	case need.All && !instead:
		need.Ask(0, false, who[0])
		need.Next = who[1:]
	default:
		need.Ask(0, instead, who...)
	}
	return need, nil
}

// managerOf walks up from the person to the first manager who may decide and is there. It says why others were passed
// over, and who was the first that was only away.
func (s *Service) managerOf(ctx context.Context,
	o provision.Order) (who []provision.Actor, spare *provision.Actor, passed []provision.Message, err error) {
	at, seen := o.Person.ID, map[provision.UserID]bool{o.Person.ID: true}
	for range mostManagers {
		m, err := s.Directory.Manager(ctx, o.Tenant, at)
		if err != nil && provision.KindOf(err) != provision.NotFound {
			return nil, nil, nil, err
		}
		if err != nil || seen[m.ID] { // the top, or a ring
			return nil, spare, append(passed, provision.Say("passed-none")), nil
		}
		at, seen[m.ID] = m.ID, true
		switch {
		case o.Excludes(m.ID):
			passed = append(passed, passedOver("passed-requester", m))
			continue
		case !m.Enabled || m.Guest:
			passed = append(passed, passedOver("passed-disabled", m))
			continue
		}
		away, err := s.Directory.Away(ctx, o.Tenant, m.ID, s.Now())
		if err != nil {
			return nil, nil, nil, err
		}
		mine := provision.Actor{ID: m.ID, Name: m.Name()}
		if !away {
			return []provision.Actor{mine}, nil, passed, nil
		}
		passed = append(passed, passedOver("passed-away", m))
		if spare == nil {
			spare = &mine
		}
	}
	return nil, spare, passed, nil
}

// passedOver says why a manager is not asked. Nothing else of the order may have their id.
func passedOver(id string, m provision.Person) provision.Message {
	return provision.Say(id, "person", m.Name(), "person"+record.IDArgument, string(m.ID))
}

// standIns are whom to ask where those who come first cannot be: the location's, else the tenant's.
func (s *Service) standIns(ctx context.Context, o provision.Order, l provision.Location,
	c provision.AccessPolicy) ([]provision.Actor, error) {
	who, err := s.named(ctx, o, l.Fallback)
	if err != nil || len(who) > 0 {
		return who, err
	}
	return s.named(ctx, o, c.Fallback)
}

// named reads who may decide about an order among some people, each of them once: accounts that are gone or switched
// off may not.
func (s *Service) named(ctx context.Context, o provision.Order, ids []provision.UserID) ([]provision.Actor, error) {
	ids = slices.DeleteFunc(distinct(ids), o.Excludes)
	ids = ids[:min(len(ids), mostApprovers)]
	all := make([]provision.Actor, len(ids))
	err := roster.EachAtOnce(4, len(ids), func(i int) error {
		p, err := s.Directory.Person(ctx, o.Tenant, string(ids[i]))
		if err == nil && p.Enabled {
			all[i] = provision.Actor{ID: p.ID, Name: p.Name()}
		}
		if err != nil && provision.KindOf(err) == provision.NotFound {
			s.Log.Warn("no person approves under this id", "id", string(ids[i]), "location", string(o.Location))
		}
		return provision.IgnoreNotFound(err)
	})
	if err != nil {
		return nil, err
	}
	var once []provision.Actor
	for _, a := range all {
		if a.ID != "" && !o.Excludes(a.ID) && !slices.ContainsFunc(once, func(b provision.Actor) bool {
			return b.ID == a.ID
		}) {
			once = append(once, a)
		}
	}
	return once, nil
}

// distinct are ids without those that are there before, in whichever case they are written.
func distinct(ids []provision.UserID) (once []provision.UserID) {
	for _, id := range ids {
		if !slices.ContainsFunc(once, func(b provision.UserID) bool {
			return strings.EqualFold(string(b), string(id))
		}) {
			once = append(once, id)
		}
	}
	return once
}

// colleague finds the one to whom an approver hands their decision, by user name or name.
func (s *Service) colleague(ctx context.Context, o provision.Order, by provision.Actor,
	text string) (provision.Actor, error) {
	const op = "delegate approval"
	ctx, cancel := context.WithTimeout(ctx, provision.LookupTime)
	defer cancel()
	if text == "" {
		return provision.Actor{}, &provision.Error{Op: op, Kind: provision.Invalid, Say: provision.Say("delegate-whom")}
	}
	found, err := s.people.People(ctx, o.Tenant, text, true)
	switch {
	case err != nil:
		return provision.Actor{}, err
	case len(found) > 1:
		return provision.Actor{}, &provision.Error{Op: op, Kind: provision.Invalid,
			Say: provision.Say("delegate-which", "text", text)}
	}
	p := found[0]
	switch {
	case o.Approval.Asks(p.ID) && p.ID != by.ID, o.Approval.Comes(p.ID), o.Approval.Has(p.ID, provision.Approve):
		return provision.Actor{}, &provision.Error{Op: op, Kind: provision.Invalid,
			Say: provision.Say("delegate-asked", "person", p.Name())}
	case p.ID == by.ID, o.Excludes(p.ID):
		return provision.Actor{}, &provision.Error{Op: op, Kind: provision.Invalid,
			Say: provision.Say("delegate-other", "person", p.Name())}
	case !p.Enabled || p.Guest:
		return provision.Actor{}, &provision.Error{Op: op, Kind: provision.Invalid,
			Say: provision.Say("delegate-gone", "person", p.Name())}
	}
	return provision.Actor{ID: p.ID, Name: p.Name()}, nil
}

// approversTime bounds how long the approvers of an organisation file are looked up.
const approversTime = 10 * time.Second

// UnknownApprovers are those of some ids that are no person in the directory: groups, and ids that are mistyped. Who
// approves by the store already is not looked up again. Without a directory, and where it does not answer, none are.
func (s *Service) UnknownApprovers(ctx context.Context, tenant provision.TenantID,
	ids []provision.UserID) ([]provision.UserID, error) {
	known, err := s.approvers(ctx, tenant)
	if err != nil || s.Directory == nil {
		return nil, err
	}
	ids = slices.DeleteFunc(distinct(ids), func(id provision.UserID) bool { return slices.Contains(known, id) })
	ctx, cancel := context.WithTimeout(ctx, approversTime)
	defer cancel()
	missing := make([]bool, len(ids))
	err = roster.EachAtOnce(4, len(ids), func(i int) error {
		_, err := s.Directory.Person(ctx, tenant, string(ids[i]))
		missing[i] = err != nil && provision.KindOf(err) == provision.NotFound
		return provision.IgnoreNotFound(err)
	})
	if err != nil {
		s.Log.Warn("approvers of the organisation file not looked up", "error", err)
		return nil, nil
	}
	var unknown []provision.UserID
	for i, id := range ids {
		if missing[i] {
			unknown = append(unknown, id)
		}
	}
	return unknown, nil
}

// approvers are all who approve or stand in anywhere, by the store.
func (s *Service) approvers(ctx context.Context, tenant provision.TenantID) ([]provision.UserID, error) {
	c, err := s.access.AccessPolicy(ctx, tenant)
	if err != nil {
		return nil, err
	}
	places, err := s.stock.Places(ctx, tenant)
	all := slices.Clone(c.Fallback)
	for _, l := range places {
		all = slices.Concat(all, l.Approvers, l.Fallback)
	}
	return all, err
}
