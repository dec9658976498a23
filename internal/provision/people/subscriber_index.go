package people

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// SubscriberIndex finds people with a phone by location and plan, by person (phones-at) and the newest first
// (phones-at-since), and every subscriber by object id, user name and full name (subscribers-by). PutSubscriber and
// DropSubscriber keep it.
var SubscriberIndex = record.Index{
	Name:  "subscribers-by",
	Table: record.TableSubscribers,
	Entries: func(key string, raw []byte) ([]record.Entry, error) {
		var sub provision.Subscriber
		if err := record.Decode(record.TableSubscribers, key, raw, &sub); err != nil {
			return nil, err
		}
		tenant, _, _ := strings.Cut(key, "/")
		return SubscriberEntries(provision.TenantID(tenant), sub), nil
	},
}

// SubscriberEntries are a subscriber's places in SubscriberIndex.
func SubscriberEntries(tenant provision.TenantID, sub provision.Subscriber) (all []record.Entry) {
	for _, text := range []string{string(sub.User), sub.UPN, sub.Name} {
		e := record.Entry{Table: record.TableSubscribersBy, Key: called(tenant, text) + string(sub.User)}
		if text != "" && !slices.Contains(all, e) {
			all = append(all, e)
		}
	}
	if sub.Number == "" {
		return all
	}
	at := record.Key(tenant, string(sub.Location), string(sub.Plan), "")
	all = append(all, record.Entry{Table: record.TablePhonesAt, Key: at + string(sub.User)})
	if sub.Since.IsZero() {
		return all
	}
	return append(all, record.Entry{Table: record.TablePhonesAtSince,
		Key: at + record.NewestFirst(sub.Since) + "/" + string(sub.User)})
}

// called is the beginning of the keys of those who are called so, in whatever case. A name may be long and may have a
// slash, so that the key has a digest of it.
func called(tenant provision.TenantID, text string) string {
	sum := sha256.Sum256([]byte(strings.Map(folded, text)))
	return record.Key(tenant, hex.EncodeToString(sum[:16]), "")
}

// folded is the first of the letters that strings.EqualFold takes for one.
func folded(r rune) rune {
	first := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		first = min(first, next)
	}
	return first
}

// Called are the subscribers whose object id, user name or full name a text is, in whatever case. They are all once
// SubscriberIndex is whole.
func Called(tx provision.Tx, tenant provision.TenantID, text string) (all []provision.UserID) {
	prefix := called(tenant, text)
	for k := range tx.Scan(record.TableSubscribersBy, prefix, "") {
		all = append(all, provision.UserID(k[len(prefix):]))
	}
	return all
}

// phonesAt is a page of those who have a phone, once SubscriberIndex is whole. What it costs grows with the locations
// and plans, and not with the people.
func (s *Service) phonesAt(tx provision.Tx, tenant provision.TenantID, acc provision.Access,
	q PhoneQuery) (page PhonePage, err error) {
	table, end := record.TablePhonesAt, ""
	if !q.Since.IsZero() {
		table = record.TablePhonesAtSince
		end = record.NewestFirst(q.Since) + "0" // behind the slash
	}
	for at := range record.Merge(tx, table, phoneLists(tx, table, tenant, acc, q), string(q.From)) {
		if end != "" && at >= end {
			break
		}
		if len(page.Phones) == q.Limit {
			page.Next = provision.UserID(at)
			break
		}
		user := provision.UserID(at[strings.LastIndexByte(at, '/')+1:])
		sub, _, err := s.roster.SubscriberIn(tx, tenant, user)
		if err != nil {
			return page, err
		}
		page.Phones = append(page.Phones, sub)
	}
	return page, nil
}

// phoneLists are the beginnings of the keys of a query: one for each location and plan.
func phoneLists(tx provision.Tx, table string, tenant provision.TenantID, acc provision.Access,
	q PhoneQuery) (all []string) {
	prefix := record.Key(tenant, "")
	for _, at := range record.Parts(tx, table, prefix) {
		loc := provision.LocationID(at)
		if q.Location != "" && q.Location != loc || !acc.May(provision.Look, loc) {
			continue
		}
		for _, plan := range record.Parts(tx, table, prefix+at+"/") {
			if q.Plan == "" || string(q.Plan) == plan {
				all = append(all, prefix+at+"/"+plan+"/")
			}
		}
	}
	return all
}
