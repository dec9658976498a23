package roster

import (
	"cmp"
	"context"
	"reflect"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Named is the person of a record, or what little is known of a person without one.
func (l PersonRecord) Named(id provision.UserID) provision.Person {
	if l.Person.ID == "" {
		return provision.Person{ID: id, UPN: string(id)}
	}
	return l.Person
}

// PersonRecord is a person of a tenant's roster: the people as they were last read, cut down to what a verdict and a
// list need. It is filled from three sides, and the last rounds in which each side spoke tell what is out of date.
type PersonRecord struct {
	// zero: only the telephone service has named the account so far
	Person  provision.Person `json:"person,omitzero"`
	Account string           `json:"account,omitempty"` // the account's type in Teams, where it is not "user"
	Numbers []provision.E164 `json:"numbers,omitempty"` // in Teams
	OnPrem  bool             `json:"on_prem,omitempty"` // they are mastered on premises
	Class   class            `json:"class,omitempty"`   // by which it is listed
	Read    int              `json:"read,omitempty"`    // the last whole reading of the directory that had the person
	// the last round in which the telephone service had something to say of them
	Heard int `json:"heard,omitempty"`
	// the last round in which a number of the person was mastered on premises
	Master int `json:"mastered,omitempty"`
}

// class is which list of the roster a person is on. It is persisted: never rename one.
type class string

// The lists.
const (
	candidates class = "c"
	others     class = "o"
)

// The sorts of places in the index, behind the class. They are persisted.
const (
	byName = "n" // name/user
	byCity = "p" // city or office/name/user
	byWord = "w" // a word of the name or user name/name/user
)

// Places are the keys under which a person is listed; none without a class.
func (l PersonRecord) Places(tenant provision.TenantID) []string {
	if l.Class == "" {
		return nil
	}
	name, id := l.Person.Sorted(), string(l.Person.ID)
	all := []string{record.Key(tenant, string(l.Class), byName, name, id)}
	for _, city := range l.Person.Sites() {
		all = append(all, record.Key(tenant, string(l.Class), byCity, city, name, id))
	}
	for _, word := range l.Person.Words() {
		all = append(all, record.Key(tenant, string(l.Class), byWord, word, name, id))
	}
	return all
}

// facts is what the roster knows of a person beside the directory.
func (l PersonRecord) facts() provision.PersonFacts {
	return provision.PersonFacts{Voice: provision.Voice{Found: true, AccountType: cmp.Or(l.Account, "user"),
		Numbers: l.Numbers}, OnPrem: l.OnPrem}
}

// verdict judges a person of the roster for being imported, by what was last read.
func (s *Service) verdict(tx provision.Tx, tenant provision.TenantID, l PersonRecord) (provision.Eligibility, error) {
	st := l.facts()
	if err := s.Recall(tx, tenant, l.Person.ID, &st); err != nil {
		return provision.Eligibility{}, err
	}
	return provision.Candidate(l.Person, st), nil
}

// Relist judges a person anew, and writes what has changed of record, index and counts. It returns how many keys it
// touched.
func (s *Service) Relist(tx provision.Tx, tenant provision.TenantID, id provision.UserID,
	before, after PersonRecord) (touched int, err error) {
	after.Class = ""
	if after.Person.ID != "" {
		verdict, err := s.verdict(tx, tenant, after)
		if err != nil {
			return 0, err
		}
		after.Class = others
		if verdict.OK() {
			after.Class = candidates
		}
	}
	old, now := before.Places(tenant), after.Places(tenant)
	for _, k := range old {
		if !slices.Contains(now, k) {
			tx.Delete(record.TableRosterIndex, k)
			touched++
		}
	}
	for _, k := range now {
		if !slices.Contains(old, k) {
			tx.Put(record.TableRosterIndex, k, nil)
			touched++
		}
	}
	if before.Class != after.Class {
		touched += recount(tx, tenant, before.Class, -1) + recount(tx, tenant, after.Class, 1)
	}
	switch {
	case after.empty():
		tx.Delete(record.TableRoster, record.Key(tenant, string(id)))
	case !reflect.DeepEqual(before, after):
		record.Save(tx, record.TableRoster, record.Key(tenant, string(id)), after)
	}
	return touched + 2, nil // the record and the subscriber's
}

// empty reports that no side knows anything of the account any more.
func (l PersonRecord) empty() bool {
	return l.Person.ID == "" && l.Account == "" && len(l.Numbers) == 0 && !l.OnPrem
}

func recount(tx provision.Tx, tenant provision.TenantID, c class, by int) int {
	if c == "" {
		return 0
	}
	record.Bump(tx, record.TableRosterCount, record.Key(tenant, string(c)), by)
	return 1
}

// ReadRecord reads a person's record; there is false where the roster has none.
func ReadRecord(tx provision.Tx, tenant provision.TenantID, id provision.UserID) (l PersonRecord,
	there bool, err error) {
	return record.Load[PersonRecord](tx, record.TableRoster, record.Key(tenant, string(id)))
}

// Rejudge lists a person where they belong now, after something that Calltab knows of them has changed.
func (s *Service) Rejudge(tx provision.Tx, tenant provision.TenantID, id provision.UserID) error {
	l, there, err := ReadRecord(tx, tenant, id)
	if err != nil || !there {
		return err
	}
	_, err = s.Relist(tx, tenant, id, l, l)
	return err
}

// RejudgeWithout is Rejudge after Calltab itself has taken a number away: until the next reading the roster would still
// have it, as a number that Calltab did not give.
func (s *Service) RejudgeWithout(tx provision.Tx, tenant provision.TenantID, id provision.UserID,
	had, has provision.E164) error {
	before, there, err := ReadRecord(tx, tenant, id)
	if err != nil || !there {
		return err
	}
	after := before
	if had != has {
		after.Numbers = slices.DeleteFunc(slices.Clone(before.Numbers), func(n provision.E164) bool { return n == had })
	}
	_, err = s.Relist(tx, tenant, id, before, after)
	return err
}

// fewKeys is how many keys a transaction of a reading touches before it ends; one person may add another twenty.
const fewKeys = 80

// FewAtOnce changes all in as many small transactions as it takes. change says how many keys it touched.
func FewAtOnce[T any](ctx context.Context, store provision.Store, all []T,
	change func(provision.Tx, T) (touched int, err error)) error {
	for len(all) > 0 {
		done := 0
		err := store.Update(ctx, func(tx provision.Tx) error {
			done = 0
			for touched := 0; done < len(all) && touched < fewKeys; done++ {
				n, err := change(tx, all[done])
				if err != nil {
					return err
				}
				touched += n
			}
			return nil
		})
		if err != nil {
			return err
		}
		all = all[done:]
	}
	return nil
}

// SubscriberIn reads a person's record; ok is false for a person who is no subscriber.
func (s *Service) SubscriberIn(tx provision.Tx, tenant provision.TenantID,
	user provision.UserID) (sub provision.Subscriber, ok bool, err error) {
	return record.Load[provision.Subscriber](tx, record.TableSubscribers, record.Key(tenant, string(user)))
}

// WaiverIn reads a person's waiver; ok is false where they have none.
func (s *Service) WaiverIn(tx provision.Tx, tenant provision.TenantID,
	user provision.UserID) (provision.Waiver, bool, error) {
	return record.Load[provision.Waiver](tx, record.TableWaivers, record.Key(tenant, string(user)))
}

// Recall fills in what Calltab's own records say of a person, and what licences mean in their tenant.
func (s *Service) Recall(tx provision.Tx, tenant provision.TenantID, user provision.UserID,
	st *provision.PersonFacts) (err error) {
	st.Licences = s.Licences(tenant)
	if st.Subscriber, _, err = s.SubscriberIn(tx, tenant, user); err != nil {
		return err
	}
	st.Waiver, _, err = s.WaiverIn(tx, tenant, user)
	return err
}
