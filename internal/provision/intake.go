package provision

import (
	"context"
	"slices"
	"strings"
)

// IntakeCount is how many people one import may name.
const IntakeCount = 15

// Intake is what came of importing people: everybody who was named is on one of the lists.
type Intake struct {
	Location Location
	Imported []Person    // they are subscribers of the location now, or were before
	Left     []Candidacy // left out, with all that stands against them
	Unread   []Person    // Microsoft did not answer in time: nothing was decided
}

// ImportPeople makes people subscribers of a location, without a plan and a number yet. Each is read again first, and
// whoever may not be imported is left out; the others are imported all the same. Done twice, it is done once.
func (s *Service) ImportPeople(ctx context.Context, tenant TenantID, by Actor, ids []UserID, to LocationID) (Intake, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id UserID) bool { return !IsGUID(string(id)) })
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 || len(ids) > IntakeCount || to == "" {
		return Intake{}, &Error{Op: "import people", Kind: Invalid, Say: Say("import-choose")}
	}
	if _, err := s.permit(ctx, "import people", tenant, by, Operate, to); err != nil {
		return Intake{}, err
	}
	var in Intake
	who := make([]listed, len(ids))
	err := s.Store.View(ctx, func(tx Tx) (err error) {
		for i, id := range ids {
			if who[i], _, err = readListed(tx, tenant, id); err != nil {
				return err
			}
		}
		in.Location, err = s.LocationIn(tx, tenant, to)
		return err
	})
	if err != nil {
		return Intake{}, err
	}
	fresh := s.lookAll(ctx, tenant, ids)
	for i, id := range ids {
		switch got, err := fresh[i].got, fresh[i].err; {
		case KindOf(err) == NotFound && err != nil:
			gone := Candidacy{who[i].named(id), Eligibility{[]Reason{{Rule: AccountMissing}}}}
			in.Left = append(in.Left, gone)
		case err != nil && slow(err):
			in.Unread = append(in.Unread, who[i].named(id))
		case err != nil:
			return in, err
		default:
			if err := s.importOne(ctx, tenant, by, got, &in); err != nil {
				return in, err
			}
		}
	}
	return in, nil
}

// named is the person of a record, or what little is known of somebody without one.
func (l listed) named(id UserID) Person {
	if l.Person.ID == "" {
		return Person{ID: id, UPN: string(id)}
	}
	return l.Person
}

// looked is what reading somebody gave.
type looked struct {
	got sighting
	err error
}

// lookAll reads people as they are now, as many as answer in the time of a turn.
func (s *Service) lookAll(ctx context.Context, tenant TenantID, ids []UserID) []looked {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	all := make([]looked, len(ids))
	_ = eachAtOnce(len(ids), len(ids), func(i int) error {
		all[i].got, all[i].err = s.look(ctx, tenant, string(ids[i]), true, lookupTime, nil)
		return nil
	})
	return all
}

// importOne decides about one person, in one transaction with what the roster now knows of them.
func (s *Service) importOne(ctx context.Context, tenant TenantID, by Actor, got sighting, in *Intake) error {
	p := got.people[0]
	var verdict Eligibility
	err := s.Store.Update(ctx, func(tx Tx) error {
		if err := s.refresh(tx, tenant, p, got.standing); err != nil {
			return err
		}
		st := got.standing
		if err := s.Recall(tx, tenant, p.ID, &st); err != nil {
			return err
		}
		if sub := st.Subscriber; sub.Location == in.Location.ID && sub.Number == "" {
			verdict = Eligibility{}
			return nil // done before
		}
		st.Order = liveOrder(tx, tenant, p.ID)
		verdict = Candidate(p, st)
		verdict.no(p.UsageLocation != "" && !strings.EqualFold(p.UsageLocation, in.Location.Country), OtherCountry,
			"usage", p.UsageLocation, "country", in.Location.Country, "location", in.Location.Name)
		if !verdict.OK() {
			return nil
		}
		sub := Subscriber{User: p.ID, UPN: p.UPN, Name: p.Name(), Location: in.Location.ID, Since: s.Now().UTC()}
		if err := s.putSubscriber(tx, tenant, sub); err != nil {
			return err
		}
		return s.audit(tx, tenant, AuditEvent{Event: SubscriberImported, Actor: by.ID, User: p.ID, Note: string(sub.Location)})
	})
	switch {
	case err != nil:
	case verdict.OK():
		in.Imported = append(in.Imported, p)
	default:
		in.Left = append(in.Left, Candidacy{p, verdict})
	}
	return err
}

// refresh takes over what was just read of somebody who is on the roster.
func (s *Service) refresh(tx Tx, tenant TenantID, p Person, st Standing) error {
	before, there, err := readListed(tx, tenant, p.ID)
	if err != nil || !there || before.Person.ID == "" {
		return err
	}
	sy, err := s.syncIn(tx, tenant)
	if err != nil {
		return err
	}
	after := before.told(st.Voice, sy.Round)
	after.Person, after.OnPrem = p.kept(s.licences(tenant)), st.OnPrem
	if st.OnPrem {
		after.Master = sy.Round
	}
	_, err = s.relist(tx, tenant, p.ID, before, after)
	return err
}
