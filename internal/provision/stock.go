package provision

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// number reads a number; NotFound where the inventory does not have it.
func number(tx Tx, tenant TenantID, n E164) (Number, error) {
	v, ok, err := NumberIn(tx, tenant, n)
	if err == nil && !ok {
		err = notFound("read number", "number-not-here", "number", string(n))
	}
	return v, err
}

// NumberIn reads a number's record; ok is false where the inventory does not have it.
func NumberIn(tx Tx, tenant TenantID, n E164) (v Number, ok bool, err error) {
	return load[Number](tx, tableNumbers, key(tenant, string(n)))
}

// putNumber writes a number and keeps the indexes and counts true. before is the record as it was, zero for a new one.
func putNumber(tx Tx, tenant TenantID, before, after Number) {
	if before.E164 != "" {
		bump(tx, tableStock, key(tenant, string(before.Location), string(before.State)), -1)
		if before.State == Free {
			for table, k := range freeKeys(tenant, before) {
				tx.Delete(table, k)
			}
		}
	}
	bump(tx, tableStock, key(tenant, string(after.Location), string(after.State)), 1)
	after.Taken = after.Taken && after.State == Blocked
	after.Note = cmp.Or(after.Note, before.Note)
	if after.State == Free {
		for table, k := range freeKeys(tenant, after) {
			tx.Put(table, k, nil)
		}
	}
	save(tx, tableNumbers, key(tenant, string(after.E164)), after)
}

// change writes a number's record together with the link of the audit trail that says so.
func (s *Service) change(tx Tx, tenant TenantID, before, after Number, e AuditEvent) error {
	putNumber(tx, tenant, before, after)
	e.Number, e.Numbers = after.E164, []NumberChange{became(after)}
	return s.audit(tx, tenant, e)
}

// removeNumber takes a number out of the inventory.
func removeNumber(tx Tx, tenant TenantID, n Number) {
	bump(tx, tableStock, key(tenant, string(n.Location), string(n.State)), -1)
	if n.State == Free {
		for table, k := range freeKeys(tenant, n) {
			tx.Delete(table, k)
		}
	}
	tx.Delete(tableNumbers, key(tenant, string(n.E164)))
}

// freeKeys are a free number's places in the indexes.
func freeKeys(tenant TenantID, n Number) map[string]string {
	digits := strings.TrimPrefix(string(n.E164), "+")
	return map[string]string{
		tableFree:   key(tenant, string(n.Location), rank(n), string(n.E164)),
		tableDigits: key(tenant, string(n.Location), digits),
		tableTails:  key(tenant, string(n.Location), backwards(digits)),
	}
}

// rank sorts free numbers: plain ones before memorable ones, which are kept back, and the longest rest first.
func rank(n Number) string {
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

// hold gives a free number to an order until the given time (zero: as long as the order lives). One that rests is given only to
// an order that gives it back to whoever had it last.
func (s *Service) hold(tx Tx, o *Order, n E164, until time.Time) error {
	v, err := number(tx, o.Tenant, n)
	if err != nil {
		return err
	}
	mine := v.State == Held && v.Order == o.ID
	if v.State != Free && !mine && !o.wakes(v) {
		return conflict("hold number", "number-taken", "number", string(n))
	}
	after := Number{E164: v.E164, Location: v.Location, State: Held, Order: o.ID, Until: until, Rested: v.Rested, Rest: v.Rest}
	if v.State == Cooling {
		after.Rest = Rest{Order: v.Order, User: v.User, Since: v.Rested, Until: v.Until}
	}
	if mine {
		putNumber(tx, o.Tenant, v, after)
		return nil
	}
	note := ""
	if v.State == Cooling {
		note = "out of its rest"
	}
	return s.change(tx, o.Tenant, v, after, AuditEvent{Event: NumberHeld, Actor: o.Requester.ID, Order: o.ID, Note: note})
}

// letGo returns the order's number to the stock, if the order still has it: free, or to the rest that it was taken out of, or
// blocked where Microsoft shows it on somebody else.
func (s *Service) letGo(tx Tx, o *Order, to NumberState, by UserID) error {
	if o.Number == "" {
		return nil
	}
	v, err := number(tx, o.Tenant, o.Number)
	if KindOf(err) == NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if v.Order != o.ID || (v.State != Held && v.State != Assigned) {
		return nil
	}
	after := Number{E164: v.E164, Location: v.Location, State: to, Rested: v.Rested, Taken: to == Blocked}
	if v.State == Assigned {
		after.Rested = s.Now()
	}
	if after, err = s.resume(tx, o.Tenant, v, after); err != nil {
		return err
	}
	return s.change(tx, o.Tenant, v, after, AuditEvent{Event: NumberReleased, Actor: by, Order: o.ID, Note: string(after.State)})
}

// resume lets a number that would be free go on with the rest that an order interrupted, to the same end.
func (s *Service) resume(tx Tx, tenant TenantID, before, after Number) (Number, error) {
	rest := before.Rest
	if after.State != Free || rest == (Rest{}) {
		return after, nil
	}
	after.State, after.Order, after.User, after.Rested, after.Until = Cooling, rest.Order, rest.User, rest.Since, rest.Until
	after.setRight(s.Now())
	return after, s.Queue.Add(tx, JobCool, key(tenant, string(after.E164)), nil, after.Until)
}

// best returns the first free numbers of a location in the order in which they are offered.
func best(tx Tx, tenant TenantID, loc LocationID, limit int) []E164 {
	if _, ok := restored(tx, tenant); ok {
		return nil
	}
	var found []E164
	for k := range tx.Scan(tableFree, key(tenant, string(loc), ""), "") {
		if len(found) == limit {
			break
		}
		found = append(found, E164(k[strings.LastIndexByte(k, '/')+1:]))
	}
	return found
}

// match returns free numbers of a location by digits: those that begin with them in E.164 or in national form, then
// those that end with them. Each is a seek in an index, so the cost does not grow with the stock.
func match(tx Tx, tenant TenantID, loc LocationID, digits string, limit int) []E164 {
	if _, ok := restored(tx, tenant); ok {
		return nil
	}
	prefix := key(tenant, string(loc), "")
	var found []E164
	add := func(digits string) bool {
		if n := E164("+" + digits); !slices.Contains(found, n) {
			found = append(found, n)
		}
		return len(found) < limit
	}
	begins := []string{digits}
	for k := range tx.Scan(tableDigits, prefix, "") {
		// A location has numbers of one country. Nearly everywhere 0 is dialled before a national number and no part of it.
		code := callingCode(k[len(prefix):])
		begins = append(begins, code+digits, code+strings.TrimPrefix(digits, "0"))
		break
	}
	for _, b := range begins {
		for k := range tx.Scan(tableDigits, prefix+b, "") {
			if !add(k[len(prefix):]) {
				return found
			}
		}
	}
	for k := range tx.Scan(tableTails, prefix+backwards(digits), "") {
		if !add(backwards(k[len(prefix):])) {
			return found
		}
	}
	return found
}

// twoDigits are the country calling codes of two digits. Those of North America and Russia, 1 and 7, have one, and all
// others three (ITU-T E.164, annex "List of assigned country codes").
const twoDigits = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "

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
// last digits. Without digits it returns the best ones. It reads the indexes only, so Rested is not filled in: a card shows
// fifteen numbers, and to read each one's record is most of what the card costs where a million stand apart.
func (s *Service) Free(ctx context.Context, tenant TenantID, by Actor, loc LocationID, text string, limit int) ([]Number, error) {
	if err := s.compared(ctx, tenant); err != nil {
		return nil, err
	}
	if _, err := s.permit(ctx, "list numbers", tenant, by, Look, loc); err != nil {
		return nil, err
	}
	return s.freeAt(ctx, tenant, loc, text, limit)
}

// Offer is the type-ahead of a form: the free numbers of the location of a draft, for its requester. Of anything else it offers
// nothing.
func (s *Service) Offer(ctx context.Context, tenant TenantID, by Actor, id OrderID, text string, limit int) ([]Number, error) {
	sheet, err := s.mine(ctx, tenant, by, id)
	if err != nil || sheet.Order.State != Draft || sheet.Order.Form != FormNumber {
		return nil, err
	}
	return s.freeAt(ctx, tenant, sheet.Order.Location, text, limit)
}

func (s *Service) freeAt(ctx context.Context, tenant TenantID, loc LocationID, text string, limit int) ([]Number, error) {
	digits := digitsOf(text)
	var found []Number
	err := s.Store.View(ctx, func(tx Tx) error {
		var all []E164
		if digits == "" {
			all = best(tx, tenant, loc, limit)
		} else {
			all = match(tx, tenant, loc, digits, limit)
		}
		found = make([]Number, 0, len(all))
		for _, n := range all {
			found = append(found, Number{E164: n, Location: loc, State: Free})
		}
		return nil
	})
	return found, err
}

// compareChunk is how many numbers one look at the store takes in.
const compareChunk = 512

// EachNumber yields all numbers of a tenant in order, a few hundred at a look: there may be very many.
func (s *Service) EachNumber(ctx context.Context, tenant TenantID) iter.Seq2[Number, error] {
	return func(yield func(Number, error) bool) {
		for from, more := "", true; more; {
			var some []Number
			err := s.Store.View(ctx, func(tx Tx) error {
				some, more = nil, false
				for k, raw := range tx.Scan(tableNumbers, key(tenant, ""), from) {
					if len(some) == compareChunk {
						from, more = k, true
						break
					}
					var n Number
					if err := decode(tableNumbers, k, raw, &n); err != nil {
						return err
					}
					some = append(some, n)
				}
				return nil
			})
			for _, n := range some {
				if err == nil && !yield(n, nil) {
					return
				}
			}
			if err != nil {
				yield(Number{}, err)
				return
			}
		}
	}
}

// Numbers lists at most limit numbers in order, behind a number (empty: from the beginning; limit 0: all of them); an empty
// location means all that are the asker's, an empty state all.
func (s *Service) Numbers(ctx context.Context, tenant TenantID, by Actor, loc LocationID, state NumberState, after E164, limit int) ([]Number, error) {
	acc, err := s.permit(ctx, "list numbers", tenant, by, Look, loc)
	if err != nil {
		return nil, err
	}
	var found []Number
	err = s.Store.View(ctx, func(tx Tx) error {
		found = nil
		from := ""
		if after != "" {
			from = key(tenant, string(after)) + "\x00"
		}
		for k, raw := range tx.Scan(tableNumbers, key(tenant, ""), from) {
			var n Number
			if err := decode(tableNumbers, k, raw, &n); err != nil {
				return err
			}
			if (loc == "" || n.Location == loc) && (state == "" || n.State == state) && acc.May(Look, n.Location) {
				found = append(found, n)
			}
			if len(found) == limit {
				break
			}
		}
		return nil
	})
	return found, err
}
