package people

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// mostLookedAt bounds how many subscribers one page looks through: a page may come back with fewer phones than were
// asked for, and with where to go on.
const mostLookedAt = 10_000

// Phones lists who has a phone from here, at the locations that the actor may see, a page at a time. Until
// SubscriberIndex is whole it looks through all subscribers.
func (s *Service) Phones(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	q PhoneQuery) (page PhonePage, err error) {
	acc, err := s.access.Access(ctx, tenant, by.ID)
	if err != nil {
		return page, err
	}
	whole := false
	err = s.Store.View(ctx, func(tx provision.Tx) (err error) {
		if whole = SubscriberIndex.Whole(tx); !whole {
			return nil
		}
		page, err = s.phonesAt(tx, tenant, acc, q)
		return err
	})
	if err != nil || whole {
		return page, err
	}
	return s.phonesScanned(ctx, tenant, acc, q)
}

// phonesScanned is Phones until the index is whole.
func (s *Service) phonesScanned(ctx context.Context, tenant provision.TenantID, acc provision.Access,
	q PhoneQuery) (page PhonePage, err error) {
	fits := func(sub provision.Subscriber) bool {
		return sub.Number != "" && (q.Location == "" || sub.Location == q.Location) &&
			(q.Plan == "" || sub.Plan == q.Plan) && acc.May(provision.Look, sub.Location)
	}
	if !q.Since.IsZero() {
		return s.phonesSince(ctx, tenant, q, fits)
	}
	prefix := record.Key(tenant, "")
	for from, looked := prefix+string(q.From), 0; looked < mostLookedAt; looked += record.CompareChunk {
		var rows []record.Row[provision.Subscriber]
		next := ""
		err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
			rows, next, err = record.Page[provision.Subscriber](tx, record.TableSubscribers, prefix, from,
				record.CompareChunk)
			return err
		})
		if err != nil {
			return page, err
		}
		for _, r := range rows {
			if !fits(r.Value) {
				continue
			}
			if len(page.Phones) == q.Limit {
				page.Next = r.Value.User
				return page, nil
			}
			page.Phones = append(page.Phones, r.Value)
		}
		if next == "" {
			page.Next = "" // of the chunk before
			return page, nil
		}
		from = next
		page.Next = provision.UserID(next[len(prefix):])
	}
	return page, nil
}
