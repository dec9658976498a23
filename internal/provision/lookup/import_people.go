package lookup

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
	"calltab/internal/provision/roster"
)

// ImportPeople makes people subscribers of a location, without a plan and a number yet. Each is read again first, and
// one who may not be imported is left out; the others are imported all the same. Done twice, it is done once.
func (s *Service) ImportPeople(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	ids []provision.UserID, to provision.LocationID) (roster.ImportReport, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id provision.UserID) bool { return !provision.IsGUID(string(id)) })
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 || len(ids) > roster.ImportCount || to == "" {
		return roster.ImportReport{}, &provision.Error{Op: "import people", Kind: provision.Invalid,
			Say: provision.Say("import-choose")}
	}
	if _, err := s.access.Permit(ctx, "import people", tenant, by, provision.Operate, to); err != nil {
		return roster.ImportReport{}, err
	}
	var in roster.ImportReport
	who := make([]roster.PersonRecord, len(ids))
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		for i, id := range ids {
			if who[i], _, err = roster.ReadRecord(tx, tenant, id); err != nil {
				return err
			}
		}
		in.Location, err = s.stock.LocationIn(tx, tenant, to)
		return err
	})
	if err != nil {
		return roster.ImportReport{}, err
	}
	fresh := s.lookAll(ctx, tenant, ids)
	for i, id := range ids {
		switch got, err := fresh[i].got, fresh[i].err; {
		case provision.KindOf(err) == provision.NotFound && err != nil:
			gone := roster.Candidacy{Person: who[i].Named(id),
				Eligibility: provision.Eligibility{Reasons: []provision.Reason{{Rule: provision.AccountMissing}}}}
			in.Left = append(in.Left, gone)
		case err != nil && provision.Slow(err):
			in.Unread = append(in.Unread, who[i].Named(id))
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

// looked is what reading a person gave.
type looked struct {
	got people.Found
	err error
}

// lookAll reads people as they are now, as many as answer in the time of a turn.
func (s *Service) lookAll(ctx context.Context, tenant provision.TenantID, ids []provision.UserID) []looked {
	ctx, cancel := context.WithTimeout(ctx, provision.LookupTime)
	defer cancel()
	all := make([]looked, len(ids))
	_ = roster.EachAtOnce(len(ids), len(ids), func(i int) error {
		all[i].got, all[i].err = s.people.LookUp(ctx, tenant, string(ids[i]), true, provision.LookupTime, nil)
		return nil
	})
	return all
}

// importOne decides about one person, in one transaction with what the roster now knows of them.
func (s *Service) importOne(ctx context.Context, tenant provision.TenantID, by provision.Actor, got people.Found,
	in *roster.ImportReport) error {
	p := got.People[0]
	var verdict provision.Eligibility
	err := s.Store.Update(ctx, func(tx provision.Tx) error {
		if err := s.refresh(tx, tenant, p, got.Facts); err != nil {
			return err
		}
		st := got.Facts
		if err := s.roster.Recall(tx, tenant, p.ID, &st); err != nil {
			return err
		}
		if sub := st.Subscriber; sub.Location == in.Location.ID && sub.Number == "" {
			verdict = provision.Eligibility{}
			return nil // done before
		}
		st.Order = order.LiveOrder(tx, tenant, p.ID)
		verdict = provision.Candidate(p, st)
		verdict.No(p.UsageLocation != "" && !strings.EqualFold(p.UsageLocation, in.Location.Country),
			provision.OtherCountry,
			"usage", p.UsageLocation, "country", in.Location.Country, "location", in.Location.Name)
		if !verdict.OK() {
			return nil
		}
		sub := provision.Subscriber{User: p.ID, UPN: p.UPN, Name: p.Name(), Location: in.Location.ID,
			Since: s.Now().UTC()}
		if err := s.people.PutSubscriber(tx, tenant, sub); err != nil {
			return err
		}
		return s.audit.Append(tx, tenant, provision.AuditEvent{Event: provision.SubscriberImported, Actor: by.ID,
			User: p.ID, Note: string(sub.Location)})
	})
	switch {
	case err != nil:
	case verdict.OK():
		in.Imported = append(in.Imported, p)
	default:
		in.Left = append(in.Left, roster.Candidacy{Person: p, Eligibility: verdict})
	}
	return err
}

// refresh takes over what was just read of a person who is on the roster.
func (s *Service) refresh(tx provision.Tx, tenant provision.TenantID, p provision.Person,
	st provision.PersonFacts) error {
	before, there, err := roster.ReadRecord(tx, tenant, p.ID)
	if err != nil || !there || before.Person.ID == "" {
		return err
	}
	sy, err := s.roster.SyncIn(tx, tenant)
	if err != nil {
		return err
	}
	after := before.Told(st.Voice, sy.Round)
	after.Person, after.OnPrem = p.Kept(s.roster.Licences(tenant)), st.OnPrem
	if st.OnPrem {
		after.Master = sy.Round
	}
	_, err = s.roster.Relist(tx, tenant, p.ID, before, after)
	return err
}
