package provision

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// listed is somebody of a tenant's roster: the people as they were last read, cut down to what a verdict and a list need. It is
// filled from three sides, and the last rounds in which each side spoke tell what is out of date.
type listed struct {
	Person  Person `json:"person,omitzero"`    // zero: only the telephone service has named the account so far
	Account string `json:"account,omitempty"`  // the account's type in Teams, where it is not "user"
	Numbers []E164 `json:"numbers,omitempty"`  // in Teams
	OnPrem  bool   `json:"on_prem,omitempty"`  // they are mastered on premises
	Class   class  `json:"class,omitempty"`    // by which it is listed
	Read    int    `json:"read,omitempty"`     // the last whole reading of the directory that had the person
	Heard   int    `json:"heard,omitempty"`    // the last round in which the telephone service had something to say of them
	Master  int    `json:"mastered,omitempty"` // the last round in which a number of theirs was mastered on premises
}

// kept is what the roster keeps of a person.
func (p Person) kept(t *licenceTable) Person {
	p = p.decisive(t)
	p.Mobile, p.Phones = "", nil
	return p
}

// class is which list of the roster somebody is on. It is persisted: never rename one.
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

// longestPart bounds a part of a key, and wordCount how many words somebody can be found by.
const (
	longestPart = 48
	wordCount   = 6
)

// fold brings a text into the form in which it is sorted and compared: letters and digits in lower case, one space between words.
func fold(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	folded := strings.Join(words, " ")
	if len(folded) > longestPart {
		folded = strings.ToValidUTF8(folded[:longestPart], "")
	}
	return folded
}

// sorted is the name as it sorts. The sign at its end is below a space, so that Ana comes before Ana Ek.
func (p Person) sorted() string { return fold(p.Name()) + "\x01" }

// words are those by which the person is found, sorted.
func (p Person) words() []string {
	local, _, _ := strings.Cut(p.UPN, "@")
	all := strings.Fields(strings.Join([]string{fold(p.DisplayName), fold(p.GivenName), fold(p.Surname), fold(local)}, " "))
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), wordCount)]
}

// sites are the places where the person may work, as a location may be called.
func (p Person) sites() []string {
	all := []string{fold(p.City), fold(p.Office)}
	return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" })
}

// places are the keys under which somebody is listed; none without a class.
func (l listed) places(tenant TenantID) []string {
	if l.Class == "" {
		return nil
	}
	name, id := l.Person.sorted(), string(l.Person.ID)
	all := []string{key(tenant, string(l.Class), byName, name, id)}
	for _, city := range l.Person.sites() {
		all = append(all, key(tenant, string(l.Class), byCity, city, name, id))
	}
	for _, word := range l.Person.words() {
		all = append(all, key(tenant, string(l.Class), byWord, word, name, id))
	}
	return all
}

// standing is what the roster knows of somebody beside the directory.
func (l listed) standing() Standing {
	return Standing{Voice: Voice{Found: true, AccountType: cmp.Or(l.Account, "user"), Numbers: l.Numbers}, OnPrem: l.OnPrem}
}

// verdict judges somebody of the roster for being imported, by what was last read.
func (s *Service) verdict(tx Tx, tenant TenantID, l listed) (Eligibility, error) {
	st := l.standing()
	if err := s.Recall(tx, tenant, l.Person.ID, &st); err != nil {
		return Eligibility{}, err
	}
	return Candidate(l.Person, st), nil
}

// relist judges somebody anew, and writes what has changed of record, index and counts. It returns how many keys it touched.
func (s *Service) relist(tx Tx, tenant TenantID, id UserID, before, after listed) (touched int, err error) {
	after.Class = ""
	if after.Person.ID != "" {
		verdict, err := s.verdict(tx, tenant, after)
		if err != nil {
			return 0, err
		}
		if after.Class = others; verdict.OK() {
			after.Class = candidates
		}
	}
	old, now := before.places(tenant), after.places(tenant)
	for _, k := range old {
		if !slices.Contains(now, k) {
			tx.Delete(tableRosterIndex, k)
			touched++
		}
	}
	for _, k := range now {
		if !slices.Contains(old, k) {
			tx.Put(tableRosterIndex, k, nil)
			touched++
		}
	}
	if before.Class != after.Class {
		touched += recount(tx, tenant, before.Class, -1) + recount(tx, tenant, after.Class, 1)
	}
	switch {
	case after.empty():
		tx.Delete(tableRoster, key(tenant, string(id)))
	case !reflect.DeepEqual(before, after):
		save(tx, tableRoster, key(tenant, string(id)), after)
	}
	return touched + 2, nil // the record and the subscriber's
}

// empty reports that no side knows anything of the account any more.
func (l listed) empty() bool {
	return l.Person.ID == "" && l.Account == "" && len(l.Numbers) == 0 && !l.OnPrem
}

func recount(tx Tx, tenant TenantID, c class, by int) int {
	if c == "" {
		return 0
	}
	bump(tx, tableRosterCount, key(tenant, string(c)), by)
	return 1
}

func readListed(tx Tx, tenant TenantID, id UserID) (l listed, there bool, err error) {
	return load[listed](tx, tableRoster, key(tenant, string(id)))
}

// rejudge lists somebody where they belong now, after something that Calltab knows of them has changed.
func (s *Service) rejudge(tx Tx, tenant TenantID, id UserID) error {
	l, there, err := readListed(tx, tenant, id)
	if err != nil || !there {
		return err
	}
	_, err = s.relist(tx, tenant, id, l, l)
	return err
}

// rejudgeWithout is rejudge after Calltab itself has taken a number away: until the next reading the roster would still have it, and
// blame it on somebody else.
func (s *Service) rejudgeWithout(tx Tx, tenant TenantID, id UserID, had, has E164) error {
	before, there, err := readListed(tx, tenant, id)
	if err != nil || !there {
		return err
	}
	after := before
	if had != has {
		after.Numbers = slices.DeleteFunc(slices.Clone(before.Numbers), func(n E164) bool { return n == had })
	}
	_, err = s.relist(tx, tenant, id, before, after)
	return err
}

// fewKeys is how many keys a transaction of a reading touches before it ends; one person may add another twenty.
const fewKeys = 80

// fewAtOnce changes all in as many small transactions as it takes. change says how many keys it touched.
func fewAtOnce[T any](ctx context.Context, store Store, all []T, change func(Tx, T) (touched int, err error)) error {
	for len(all) > 0 {
		done := 0
		err := store.Update(ctx, func(tx Tx) error {
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
