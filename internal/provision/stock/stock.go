package stock

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/record"
)

// Number reads a number; NotFound where the inventory does not have it.
func Number(tx provision.Tx, tenant provision.TenantID, n provision.E164) (provision.Number, error) {
	v, ok, err := NumberIn(tx, tenant, n)
	return v, orNotHere(n, ok, err)
}

// recallNumber is Number for the few that cards show again and again.
func recallNumber(tx provision.Tx, tenant provision.TenantID, n provision.E164) (provision.Number, error) {
	v, ok, err := record.RecallLately[provision.Number](tx, record.TableNumbers, record.Key(tenant, string(n)))
	return v, orNotHere(n, ok, err)
}

func orNotHere(n provision.E164, ok bool, err error) error {
	if err == nil && !ok {
		return provision.NewNotFound("read number", "number-not-here", "number", string(n))
	}
	return err
}

// NumberIn reads a number's record; ok is false where the inventory does not have it.
func NumberIn(tx provision.Tx, tenant provision.TenantID, n provision.E164) (v provision.Number, ok bool, err error) {
	return record.Load[provision.Number](tx, record.TableNumbers, record.Key(tenant, string(n)))
}

// PutNumber writes a number and keeps the indexes and counts true. before is the record as it was, zero for a new one.
func PutNumber(tx provision.Tx, tenant provision.TenantID, before, after provision.Number) {
	var had []record.Entry
	if before.E164 == "" {
		NumberIndex.Begin(tx)
	} else {
		had = Entries(tenant, before)
		record.Bump(tx, record.TableStock, record.Key(tenant, string(before.Location), string(before.State)), -1)
		if before.State == provision.Free {
			for table, k := range FreeKeys(tenant, before) {
				tx.Delete(table, k)
			}
		}
	}
	record.Bump(tx, record.TableStock, record.Key(tenant, string(after.Location), string(after.State)), 1)
	after.Taken = after.Taken && after.State == provision.Blocked
	after.Note = cmp.Or(after.Note, before.Note)
	indexReserved(tx, tenant, before, after)
	if after.State == provision.Free {
		for table, k := range FreeKeys(tenant, after) {
			tx.Put(table, k, nil)
		}
	}
	record.PutEntries(tx, had, Entries(tenant, after))
	record.Save(tx, record.TableNumbers, record.Key(tenant, string(after.E164)), after)
}

// Change writes a number's record together with the event of the audit trail that says so.
func (s *Service) Change(tx provision.Tx, tenant provision.TenantID, before, after provision.Number,
	e provision.AuditEvent) error {
	PutNumber(tx, tenant, before, after)
	e.Number, e.Numbers = after.E164, []provision.NumberChange{audit.Became(after)}
	return s.audit.Append(tx, tenant, e)
}

// RemoveNumber takes a number out of the inventory.
func RemoveNumber(tx provision.Tx, tenant provision.TenantID, n provision.Number) {
	record.Bump(tx, record.TableStock, record.Key(tenant, string(n.Location), string(n.State)), -1)
	if n.State == provision.Free {
		for table, k := range FreeKeys(tenant, n) {
			tx.Delete(table, k)
		}
	}
	indexReserved(tx, tenant, n, provision.Number{})
	record.PutEntries(tx, Entries(tenant, n), nil)
	tx.Delete(record.TableNumbers, record.Key(tenant, string(n.E164)))
}

// FreeKeys are a free number's places in the indexes.
func FreeKeys(tenant provision.TenantID, n provision.Number) map[string]string {
	digits := strings.TrimPrefix(string(n.E164), "+")
	return map[string]string{
		record.TableFree:   record.Key(tenant, string(n.Location), rank(n), string(n.E164)),
		record.TableDigits: record.Key(tenant, string(n.Location), digits),
		record.TableTails:  record.Key(tenant, string(n.Location), backwards(digits)),
	}
}

// rank sorts free numbers: plain ones before memorable ones, which are kept back, and those that nobody has had for the
// longest time first.
func rank(n provision.Number) string {
	class := 0
	if memorable(string(n.E164)) {
		class = 1
	}
	rested := int64(0)
	if !n.Rested.IsZero() {
		rested = n.Rested.Unix()
	}
	return fmt.Sprintf("%d%011d", class, rested)
}

// memorable numbers end in a round hundred, four of a kind, or a straight of four.
func memorable(n string) bool {
	if len(n) < 5 {
		return false
	}
	t := n[len(n)-4:]
	same, up := true, true
	for i := 1; i < 4; i++ {
		same = same && t[i] == t[0]
		up = up && t[i] == t[i-1]+1
	}
	return same || up || t[2:] == "00"
}

func backwards(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// HeldBy is a number as an order holds it, with what goes on if the order comes to nothing.
func HeldBy(v provision.Number, id provision.OrderID) provision.Number {
	after := provision.Number{E164: v.E164, Location: v.Location, State: provision.Held, Order: id, Rested: v.Rested,
		Rest: v.Rest, Kept: v.Kept}
	if v.State == provision.Cooling {
		after.Rest = restOf(v)
	}
	return after
}

// restOf is what a cooling number's record says of its cooling period.
func restOf(v provision.Number) provision.Rest {
	return provision.Rest{Order: v.Order, User: v.User, Since: v.Rested, Until: v.Until}
}

// Hold gives a free number to an order until the given time (zero: as long as the order lives). One that is reserved is
// given only to an order for its person, and one that cools down only to an order that gives it back to the person who
// had it last.
func (s *Service) Hold(tx provision.Tx, o *provision.Order, n provision.E164, until time.Time) error {
	v, err := Number(tx, o.Tenant, n)
	if err != nil {
		return err
	}
	mine := v.State == provision.Held && v.Order == o.ID
	if v.State != provision.Free && !mine && !o.Wakes(v) && !v.ReservedFor(o.Person.ID) {
		return provision.NewConflict("hold number", "number-taken", "number", string(n))
	}
	after := HeldBy(v, o.ID)
	after.Until = until
	if mine {
		PutNumber(tx, o.Tenant, v, after)
		return nil
	}
	note := ""
	if v.State == provision.Cooling {
		note = "out of its rest"
	}
	return s.Change(tx, o.Tenant, v, after, provision.AuditEvent{Event: provision.NumberHeld, Actor: o.Requester.ID,
		Order: o.ID, Note: note})
}

// LetGo returns the order's number to the stock, if the order still has it: free, or to the reservation or the cooling
// period that it was taken out of, or blocked where Microsoft shows it on another account.
func (s *Service) LetGo(tx provision.Tx, o *provision.Order, to provision.NumberState, by provision.UserID) error {
	if o.Number == "" {
		return nil
	}
	v, err := Number(tx, o.Tenant, o.Number)
	if provision.KindOf(err) == provision.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if v.Order != o.ID || (v.State != provision.Held && v.State != provision.Assigned) {
		return nil
	}
	after := provision.Number{E164: v.E164, Location: v.Location, State: to, Rested: v.Rested,
		Taken: to == provision.Blocked}
	if v.State == provision.Assigned {
		after.Rested = s.Now()
	}
	if after, err = s.Resume(tx, o.Tenant, v, after); err != nil {
		return err
	}
	return s.Change(tx, o.Tenant, v, after, provision.AuditEvent{Event: provision.NumberReleased, Actor: by,
		Order: o.ID, Note: string(after.State)})
}

// Resume lets a number that would be free go on with what an order interrupted, to the same end: the reservation that
// it had, or the cooling period.
func (s *Service) Resume(tx provision.Tx, tenant provision.TenantID,
	before, after provision.Number) (provision.Number, error) {
	rest := before.Rest
	if after.State == provision.Free && before.State != provision.Reserved && before.Kept.Until.After(s.Now()) {
		after.Rest = rest
		return s.keep(tx, tenant, after, before.Kept)
	}
	if after.State != provision.Free || rest == (provision.Rest{}) {
		return after, nil
	}
	after.State = provision.Cooling
	after.Order = rest.Order
	after.User = rest.User
	after.Rested = rest.Since
	after.Until = rest.Until
	after.SetRight(s.Now())
	return after, s.Queue.Add(tx, provision.JobCool, record.Key(tenant, string(after.E164)), nil, after.Until)
}

// best returns the first free numbers of a location in the order in which they are offered.
func best(tx provision.Tx, tenant provision.TenantID, loc provision.LocationID, limit int) []provision.E164 {
	if _, ok := IsRestored(tx, tenant); ok {
		return nil
	}
	var found []provision.E164
	for k := range tx.Scan(record.TableFree, record.Key(tenant, string(loc), ""), "") {
		if len(found) == limit {
			break
		}
		found = append(found, provision.E164(k[strings.LastIndexByte(k, '/')+1:]))
	}
	return found
}

// match returns free numbers of a location by digits: those that begin with them in E.164 or in national form, then
// those that end with them. Each is a seek in an index, so the cost does not grow with the stock.
func match(tx provision.Tx, tenant provision.TenantID, loc provision.LocationID, digits string,
	limit int) []provision.E164 {
	if _, ok := IsRestored(tx, tenant); ok {
		return nil
	}
	prefix := record.Key(tenant, string(loc), "")
	var found []provision.E164
	add := func(digits string) bool {
		if n := provision.E164("+" + digits); !slices.Contains(found, n) {
			found = append(found, n)
		}
		return len(found) < limit
	}
	begins := []string{digits}
	for k := range tx.Scan(record.TableDigits, prefix, "") {
		// A location has numbers of one country. Nearly everywhere 0 is dialled before a national number and no part of
		// it.
		code := callingCode(k[len(prefix):])
		begins = append(begins, code+digits, code+strings.TrimPrefix(digits, "0"))
		break
	}
	for _, b := range begins {
		for k := range tx.Scan(record.TableDigits, prefix+b, "") {
			if !add(k[len(prefix):]) {
				return found
			}
		}
	}
	for k := range tx.Scan(record.TableTails, prefix+backwards(digits), "") {
		if !add(backwards(k[len(prefix):])) {
			return found
		}
	}
	return found
}

// twoDigits are the country calling codes of two digits. Those of North America and Russia, 1 and 7, have one, and all
// others three (ITU-T E.164, annex "List of assigned country codes").
const twoDigits = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 " +
	"60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "

// callingCode is the country calling code with which the digits of an E.164 number begin.
func callingCode(digits string) string {
	n := 3
	switch {
	case strings.HasPrefix(digits, "1"), strings.HasPrefix(digits, "7"):
		n = 1
	case len(digits) > 1 && strings.Contains(twoDigits, " "+digits[:2]+" "):
		n = 2
	}
	return digits[:min(n, len(digits))]
}

// Free is the type-ahead over the free numbers of a location: by their beginning in E.164 or national form, or by their
// last digits. Without digits it returns the best ones. It reads the indexes only, so Rested is not filled in: a card
// shows fifteen numbers, and to read each one's record is most of what the card costs where a million stand apart.
func (s *Service) Free(ctx context.Context, tenant provision.TenantID, by provision.Actor, loc provision.LocationID,
	text string, limit int) ([]provision.Number, error) {
	if err := s.Compared(ctx, tenant); err != nil {
		return nil, err
	}
	if _, err := s.access.Permit(ctx, "list numbers", tenant, by, provision.Look, loc); err != nil {
		return nil, err
	}
	return s.FreeAt(ctx, tenant, loc, text, limit)
}

// FreeAt are free numbers of a location that have the digits of a text, the best first.
func (s *Service) FreeAt(ctx context.Context, tenant provision.TenantID, loc provision.LocationID, text string,
	limit int) ([]provision.Number, error) {
	digits := digitsOf(text)
	var found []provision.Number
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		var all []provision.E164
		if digits == "" {
			all = best(tx, tenant, loc, limit)
		} else {
			all = match(tx, tenant, loc, digits, limit)
		}
		found = make([]provision.Number, 0, len(all))
		for _, n := range all {
			found = append(found, provision.Number{E164: n, Location: loc, State: provision.Free})
		}
		return nil
	})
	return found, err
}
