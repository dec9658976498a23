package stock

import (
	"context"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// indexReserved keeps the list of the numbers that are kept for a person.
func indexReserved(tx provision.Tx, tenant provision.TenantID, before, after provision.Number) {
	if before.State == provision.Reserved {
		tx.Delete(record.TableReserved, ReservedKey(tenant, before))
	}
	if after.State == provision.Reserved {
		tx.Put(record.TableReserved, ReservedKey(tenant, after), nil)
	}
}

// ReservedKey is the place of a reserved number in the list of those that are kept for its person.
func ReservedKey(tenant provision.TenantID, n provision.Number) string {
	return record.Key(tenant, string(n.User), string(n.Location), string(n.E164))
}

// reservedFor are the numbers of a location that are kept for a person.
func reservedFor(tx provision.Tx, tenant provision.TenantID, user provision.UserID,
	at provision.LocationID) (all []provision.E164) {
	if user == "" {
		return nil
	}
	for k := range tx.Scan(record.TableReserved, record.Key(tenant, string(user), string(at), ""), "") {
		all = append(all, provision.E164(k[strings.LastIndexByte(k, '/')+1:]))
	}
	return all
}

// Reserve keeps a free number, or one that cools down, for a person until a time; zero: for as long as its location
// says. Only an order for that person takes it. Done again it lasts until the new time. It returns the number as it is
// then. Conflict where the number is in use, blocked or kept for another person; Invalid for a time that is over or too
// far away.
func (s *Service) Reserve(ctx context.Context, tenant provision.TenantID, by provision.Actor, p provision.Person,
	n provision.E164, until time.Time) (after provision.Number, err error) {
	const op = "reserve number"
	if err := s.Compared(ctx, tenant); err != nil {
		return after, err
	}
	acc, err := s.access.Permit(ctx, op, tenant, by, provision.Manage)
	if err != nil {
		return after, err
	}
	err = s.Store.Update(ctx, func(tx provision.Tx) error {
		v, err := Number(tx, tenant, n)
		if err == nil {
			err = acc.Need(op, provision.Manage, v.Location)
		}
		if err != nil {
			return err
		}
		l, err := s.LocationIn(tx, tenant, v.Location)
		if err != nil {
			return err
		}
		end, err := s.reserveEnd(l, until)
		if err != nil {
			return err
		}
		if v.State != provision.Free && v.State != provision.Cooling && !v.ReservedFor(p.ID) {
			return provision.NewConflict(op, "number-in-use."+string(v.State), "number", string(n),
				"person", v.Kept.Name)
		}
		if v.ReservedFor(p.ID) && v.Until.Equal(end) {
			after = v
			return nil
		}
		after = provision.Number{E164: v.E164, Location: v.Location, Rested: v.Rested, Rest: v.Rest, Note: v.Note}
		if v.State == provision.Cooling {
			after.Rest = restOf(v)
		}
		kept := provision.Reservation{User: p.ID, Name: p.Name(), By: by.ID, Until: end}
		if after, err = s.keep(tx, tenant, after, kept); err != nil {
			return err
		}
		e := provision.AuditEvent{Event: provision.NumberReserved, Actor: by.ID, User: p.ID,
			Note: end.Format(time.DateOnly)}
		if err := s.Change(tx, tenant, v, after, e); err != nil {
			return err
		}
		return s.Mind(tx, tenant, v.Location)
	})
	return after, err
}

// reserveEnd is when a reservation ends.
func (s *Service) reserveEnd(l provision.Location, until time.Time) (time.Time, error) {
	now := s.Now().UTC()
	switch {
	case until.IsZero():
		return now.Add(l.Reserving()), nil
	case !until.After(now):
		return until, &provision.Error{Op: "reserve number", Kind: provision.Invalid,
			Say: provision.Say("reserve-over")}
	case until.After(now.AddDate(0, 0, provision.MostReserve+1)):
		return until, &provision.Error{Op: "reserve number", Kind: provision.Invalid,
			Say: provision.Say("reserve-long", "days", strconv.Itoa(provision.MostReserve))}
	}
	return until.UTC(), nil
}

// keep is a number as it is kept for a person, with the job that ends that.
func (s *Service) keep(tx provision.Tx, tenant provision.TenantID, n provision.Number,
	kept provision.Reservation) (provision.Number, error) {
	n.State = provision.Reserved
	n.Kept = kept
	n.User = kept.User
	n.Until = kept.Until
	return n, s.Queue.Add(tx, provision.JobReserve, record.Key(tenant, string(n.E164)), nil, n.Until)
}

// Unreserve ends a reservation before its time: the number is free, or goes on cooling down. Done twice, it is done
// once. Conflict where the number is in use or blocked.
func (s *Service) Unreserve(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	n provision.E164) error {
	const op = "release reservation"
	if err := s.Compared(ctx, tenant); err != nil {
		return err
	}
	acc, err := s.access.Permit(ctx, op, tenant, by, provision.Manage)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx provision.Tx) error {
		v, err := Number(tx, tenant, n)
		if err == nil {
			err = acc.Need(op, provision.Manage, v.Location)
		}
		if err != nil {
			return err
		}
		if v.State != provision.Reserved {
			return provision.NewConflict(op, "number-not-reserved", "number", string(n))
		}
		return s.unreserve(tx, tenant, v, by.ID, "released")
	})
}

// EndReservation is the work of JobReserve: it ends a reservation whose time is over, and says when to look again. over
// means that there is nothing left to look for.
func (s *Service) EndReservation(tx provision.Tx, tenant provision.TenantID,
	n provision.E164) (again time.Duration, over bool, err error) {
	v, err := Number(tx, tenant, n)
	if err != nil || v.State != provision.Reserved {
		return 0, true, provision.IgnoreNotFound(err)
	}
	if left := v.Until.Sub(s.Now()); left > 0 {
		return left, false, nil
	}
	return 0, true, s.unreserve(tx, tenant, v, "", "over")
}

// unreserve ends a reservation.
func (s *Service) unreserve(tx provision.Tx, tenant provision.TenantID, v provision.Number, by provision.UserID,
	why string) error {
	after, err := s.Resume(tx, tenant, v, provision.Number{E164: v.E164, Location: v.Location, State: provision.Free,
		Rested: v.Rested})
	if err != nil {
		return err
	}
	return s.Change(tx, tenant, v, after, provision.AuditEvent{Event: provision.NumberUnreserved, Actor: by,
		User: v.User, Note: why})
}
