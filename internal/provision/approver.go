package provision

import (
	"context"
	"slices"
	"strings"
	"time"
)

// mostManagers bounds how far up a line of managers is followed.
const mostManagers = 10

// mostApprovers bounds how many people a location's order asks.
const mostApprovers = 20

// consent finds out who must be asked for an order, with their names. It reads the directory, so it is no part of a
// transaction. Invalid where nobody can be asked.
func (s *Service) consent(ctx context.Context, sheet Sheet, c Charter) (Consent, error) {
	o, rule := sheet.Order, c.rule(sheet)
	switch rule.By {
	case ByNobody:
		return Consent{}, nil
	case Never:
		return Consent{}, &Error{Op: "ask for approval", Kind: Invalid, Say: Say("may-not-ask")}
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	need := Consent{By: rule.By, All: rule.By == BySite && rule.All}
	var who []Actor
	instead := false
	var spare *Actor // away, but better than nobody
	var err error
	if rule.By == ByManager {
		who, spare, need.Passed, err = s.managerOf(ctx, o)
	} else {
		who, err = s.named(ctx, o, sheet.Location.Approvers)
		if len(who) == 0 {
			need.Passed = append(need.Passed, Say("passed-site", "location", sheet.Location.Name))
		}
	}
	if err == nil && len(who) == 0 {
		if who, err = s.standIns(ctx, o, sheet.Location, c); len(who) > 0 {
			instead = true
		} else if spare != nil {
			who = []Actor{*spare}
		}
	}
	switch {
	case err != nil:
		return Consent{}, err
	case len(who) == 0:
		return Consent{}, &Error{Op: "ask for approval", Kind: Invalid, Say: Say("nobody-approves")}
	case need.All && !instead:
		need.ask(0, false, who[0])
		need.Next = who[1:]
	default:
		need.ask(0, instead, who...)
	}
	return need, nil
}

// managerOf walks up from the person to the first manager who may decide and is there. It says why others were passed
// over, and who was the first that was only away.
func (s *Service) managerOf(ctx context.Context, o Order) (who []Actor, spare *Actor, passed []Message, err error) {
	at, seen := o.Person.ID, map[UserID]bool{o.Person.ID: true}
	for range mostManagers {
		m, err := s.Directory.Manager(ctx, o.Tenant, at)
		if err != nil && KindOf(err) != NotFound {
			return nil, nil, nil, err
		}
		if err != nil || seen[m.ID] { // the top, or a ring
			return nil, spare, append(passed, Say("passed-none")), nil
		}
		at, seen[m.ID] = m.ID, true
		switch {
		case o.excludes(m.ID):
			passed = append(passed, Say("passed-requester", "person", m.Name()))
			continue
		case !m.Enabled || m.Guest:
			passed = append(passed, Say("passed-disabled", "person", m.Name()))
			continue
		}
		away, err := s.Directory.Away(ctx, o.Tenant, m.ID, s.Now())
		if err != nil {
			return nil, nil, nil, err
		}
		mine := Actor{m.ID, m.Name()}
		if !away {
			return []Actor{mine}, nil, passed, nil
		}
		passed = append(passed, Say("passed-away", "person", m.Name()))
		if spare == nil {
			spare = &mine
		}
	}
	return nil, spare, passed, nil
}

// standIns are whom to ask where those who come first cannot be: the location's, else the tenant's.
func (s *Service) standIns(ctx context.Context, o Order, l Location, c Charter) ([]Actor, error) {
	who, err := s.named(ctx, o, l.Fallback)
	if err != nil || len(who) > 0 {
		return who, err
	}
	return s.named(ctx, o, c.Fallback)
}

// named reads who may decide about an order among some people, each of them once: accounts that are gone or switched
// off may not.
func (s *Service) named(ctx context.Context, o Order, ids []UserID) ([]Actor, error) {
	ids = slices.DeleteFunc(distinct(ids), o.excludes)
	ids = ids[:min(len(ids), mostApprovers)]
	all := make([]Actor, len(ids))
	err := eachAtOnce(4, len(ids), func(i int) error {
		p, err := s.Directory.Person(ctx, o.Tenant, string(ids[i]))
		if err == nil && p.Enabled {
			all[i] = Actor{p.ID, p.Name()}
		}
		if err != nil && KindOf(err) == NotFound {
			s.Log.Warn("no person approves under this id", "id", string(ids[i]), "location", string(o.Location))
		}
		return ignoreNotFound(err)
	})
	if err != nil {
		return nil, err
	}
	var once []Actor
	for _, a := range all {
		if a.ID != "" && !o.excludes(a.ID) && !slices.ContainsFunc(once, func(b Actor) bool { return b.ID == a.ID }) {
			once = append(once, a)
		}
	}
	return once, nil
}

// distinct are ids without those that are there before, in whichever case they are written.
func distinct(ids []UserID) (once []UserID) {
	for _, id := range ids {
		if !slices.ContainsFunc(once, func(b UserID) bool { return strings.EqualFold(string(b), string(id)) }) {
			once = append(once, id)
		}
	}
	return once
}

// colleague finds the one to whom an approver hands their decision, by user name or name.
func (s *Service) colleague(ctx context.Context, o Order, by Actor, text string) (Actor, error) {
	const op = "delegate approval"
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	if text == "" {
		return Actor{}, &Error{Op: op, Kind: Invalid, Say: Say("delegate-whom")}
	}
	found, err := s.people(ctx, o.Tenant, text, true)
	switch {
	case err != nil:
		return Actor{}, err
	case len(found) > 1:
		return Actor{}, &Error{Op: op, Kind: Invalid, Say: Say("delegate-which", "text", text)}
	}
	p := found[0]
	switch {
	case o.Consent.Asks(p.ID) && p.ID != by.ID, o.Consent.comes(p.ID), o.Consent.has(p.ID, Approve):
		return Actor{}, &Error{Op: op, Kind: Invalid, Say: Say("delegate-asked", "person", p.Name())}
	case p.ID == by.ID, o.excludes(p.ID):
		return Actor{}, &Error{Op: op, Kind: Invalid, Say: Say("delegate-other", "person", p.Name())}
	case !p.Enabled || p.Guest:
		return Actor{}, &Error{Op: op, Kind: Invalid, Say: Say("delegate-gone", "person", p.Name())}
	}
	return Actor{p.ID, p.Name()}, nil
}

// approversTime bounds how long the approvers of an organisation file are looked up.
const approversTime = 10 * time.Second

// UnknownApprovers are those of some ids that are no person in the directory: groups, and ids that are mistyped. Who approves by the
// store already is not looked up again. Without a directory, and where it does not answer, none are.
func (s *Service) UnknownApprovers(ctx context.Context, tenant TenantID, ids []UserID) ([]UserID, error) {
	known, err := s.approvers(ctx, tenant)
	if err != nil || s.Directory == nil {
		return nil, err
	}
	ids = slices.DeleteFunc(distinct(ids), func(id UserID) bool { return slices.Contains(known, id) })
	ctx, cancel := context.WithTimeout(ctx, approversTime)
	defer cancel()
	missing := make([]bool, len(ids))
	err = eachAtOnce(4, len(ids), func(i int) error {
		_, err := s.Directory.Person(ctx, tenant, string(ids[i]))
		missing[i] = err != nil && KindOf(err) == NotFound
		return ignoreNotFound(err)
	})
	if err != nil {
		s.Log.Warn("approvers of the organisation file not looked up", "error", err)
		return nil, nil
	}
	var unknown []UserID
	for i, id := range ids {
		if missing[i] {
			unknown = append(unknown, id)
		}
	}
	return unknown, nil
}

// approvers are all who approve or stand in anywhere, by the store.
func (s *Service) approvers(ctx context.Context, tenant TenantID) ([]UserID, error) {
	c, err := s.Charter(ctx, tenant)
	if err != nil {
		return nil, err
	}
	places, err := s.Places(ctx, tenant)
	all := slices.Clone(c.Fallback)
	for _, l := range places {
		all = slices.Concat(all, l.Approvers, l.Fallback)
	}
	return all, err
}
