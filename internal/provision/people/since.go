package people

import (
	"context"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// SinceIndex finds who has a phone by since when, the newest first. PutSubscriber and DropSubscriber keep it.
var SinceIndex = record.Index{
	Name:  "phones-since",
	Table: record.TableSubscribers,
	Entries: func(key string, raw []byte) ([]record.Entry, error) {
		var sub provision.Subscriber
		if err := record.Decode(record.TableSubscribers, key, raw, &sub); err != nil {
			return nil, err
		}
		tenant, _, _ := strings.Cut(key, "/")
		return SinceOf(provision.TenantID(tenant), sub), nil
	},
}

// SinceOf is a subscriber's entry in SinceIndex. One without a phone has none, and neither has one of whom it is not
// known since when.
func SinceOf(tenant provision.TenantID, sub provision.Subscriber) []record.Entry {
	if sub.Number == "" || sub.Since.IsZero() {
		return nil
	}
	return []record.Entry{{Table: record.TableSince,
		Key: record.Key(tenant, record.NewestFirst(sub.Since), string(sub.User))}}
}

// phonesSince is a page of those who have a phone since a time and fit, the newest first.
func (s *Service) phonesSince(ctx context.Context, tenant provision.TenantID, q PhoneQuery,
	fits func(provision.Subscriber) bool) (page PhonePage, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		page = PhonePage{}
		if !SinceIndex.Whole(tx) {
			return &provision.Error{Op: "list phones", Kind: provision.Unavailable,
				Say: provision.Say("docket-filling")}
		}
		prefix := record.Key(tenant, "")
		end := record.NewestFirst(q.Since) + "0" // behind the slash
		looked := 0
		for k := range tx.Scan(record.TableSince, prefix, prefix+string(q.From)) {
			at := k[len(prefix):]
			if at >= end {
				break
			}
			if looked == mostLookedAt {
				page.Next = provision.UserID(at)
				break
			}
			looked++
			_, user, _ := strings.Cut(at, "/")
			sub, _, err := s.roster.SubscriberIn(tx, tenant, provision.UserID(user))
			if err != nil {
				return err
			}
			if !fits(sub) {
				continue
			}
			if len(page.Phones) == q.Limit {
				page.Next = provision.UserID(at)
				break
			}
			page.Phones = append(page.Phones, sub)
		}
		return nil
	})
	return page, err
}
