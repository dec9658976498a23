package provision

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

var zeroTime time.Time

// sighting is whom a lookup found: nobody was asked for, one person with their standing, or several by that name.
type sighting struct {
	people   []Person
	standing Standing
	asked    bool
	team     bool // a single person: the requester, or somebody who reports to them; not looked up where that decides nothing
}

// look finds the people whom the text means, of them those whom keep keeps (nil: all), and for a single one what stands for and
// against them. Without text it finds nobody. whole is as for people.
func (s *Service) look(ctx context.Context, tenant TenantID, text string, whole bool, limit time.Duration, keep func(context.Context, []Person) ([]Person, error)) (sighting, error) {
	if text == "" {
		return sighting{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	people, err := s.people(ctx, tenant, text, whole)
	if err == nil && keep != nil {
		people, err = keep(ctx, people)
	}
	if err != nil {
		return sighting{}, err
	}
	got := sighting{people: people, asked: true}
	if len(people) == 1 {
		got.standing, err = s.standing(ctx, tenant, people[0])
	}
	return got, err
}

// people resolves an object id, user name or mail address exactly, and a name word by word. A name that must match in whole words
// finds nobody by the beginning of one: the error names those who can be meant.
func (s *Service) people(ctx context.Context, tenant TenantID, text string, whole bool) ([]Person, error) {
	if strings.Contains(text, "@") || IsGUID(text) {
		return s.addressed(ctx, tenant, text)
	}
	found, err := s.Directory.Search(ctx, tenant, text, bestCount+1)
	if err != nil {
		return nil, err
	}
	name := ReadName(text)
	found = slices.DeleteFunc(slices.Clone(found), func(p Person) bool { return name.Match(p) == NoMatch })
	meant := name.best(found)
	switch {
	case len(found) == 0:
		return nil, notFound("look up person", "person-not-found", "person", text)
	case whole && name.Match(meant[0]) < WholeMatch:
		return nil, notFound("look up person", "name-in-full", "text", text, "people", peopleNames(found))
	case len(meant) == 1:
		full, err := s.Directory.Person(ctx, tenant, string(meant[0].ID))
		return []Person{full}, err
	}
	return meant, nil
}

// addressed finds the one person with an object id or user name, else the one with a mail address.
func (s *Service) addressed(ctx context.Context, tenant TenantID, text string) ([]Person, error) {
	p, err := s.Directory.Person(ctx, tenant, text)
	if err == nil || KindOf(err) != NotFound || IsGUID(text) {
		return []Person{p}, err
	}
	found, failed := s.Directory.Search(ctx, tenant, text, bestCount+1)
	if failed != nil {
		return nil, failed
	}
	found = slices.DeleteFunc(slices.Clone(found), func(p Person) bool { return !strings.EqualFold(p.Mail, text) })
	switch len(found) {
	case 0:
		return nil, err
	case 1:
		p, err = s.Directory.Person(ctx, tenant, string(found[0].ID))
		return []Person{p}, err
	}
	return found, nil
}

// best are those of the people found whom the name means: who is called just so, else who has all of the words of a name of several.
// One word may be the beginning of another's name, and so it means them all, the best first.
func (q NameQuery) best(found []Person) []Person {
	slices.SortStableFunc(found, func(a, b Person) int { return cmp.Compare(q.Match(b), q.Match(a)) })
	least := BeginsMatch
	if len(found) > 0 {
		top := q.Match(found[0])
		if top == FullMatch || len(q.Words) > 1 {
			least = top
		}
	}
	return slices.DeleteFunc(slices.Clone(found), func(p Person) bool { return q.Match(p) < least })
}

// peopleNames are the names of a few people, as a sentence lists them.
func peopleNames(people []Person) string {
	var all []string
	for _, p := range people {
		all = append(all, p.Name())
	}
	return strings.Join(all, ", ")
}

// standing reads what the telephone service and the orders know of a person.
func (s *Service) standing(ctx context.Context, tenant TenantID, p Person) (Standing, error) {
	voice, err := s.Telephony.Voice(ctx, tenant, p.ID)
	st := Standing{Voice: voice}
	if err == nil && len(voice.Numbers) > 0 {
		st.Assignment, err = s.Telephony.Assignment(ctx, tenant, voice.Numbers[0])
		st.OnPrem = st.Assignment.Source == sourceOnPremises
	}
	return st, err
}

// meet puts what a lookup found into a draft and picks the next form. A number is held only for a person who may have it.
func (s *Service) meet(tx Tx, o *Order, got sighting) error {
	o.Choices, o.Reasons = nil, nil
	switch {
	case !got.asked:
		o.Form = FormPerson
	case len(got.people) > 1:
		o.Form, o.Choices = FormWhich, got.people
	default:
		p := got.people[0]
		if o.Person.ID != "" && o.Person.ID != p.ID {
			o.GivenName, o.Surname = "", "" // those of the one before
		}
		o.GivenName = cmp.Or(o.GivenName, strings.TrimSpace(p.GivenName))
		o.Surname = cmp.Or(o.Surname, strings.TrimSpace(p.Surname))
		o.Person, o.Team = p, got.team
		if err := s.replace(tx, o); err != nil {
			return err
		}
		var err error
		if o.Reasons, err = s.against(tx, o, got.standing); err != nil {
			return err
		}
		if len(o.Reasons) > 0 {
			o.Form = FormRefused
			return s.drop(tx, o)
		}
		if err := s.settle(tx, o); err != nil {
			return err
		}
		o.Form = next(*o)
	}
	return nil
}

// meetAndPick is meet, and then holds the number that the review form shows.
func (s *Service) meetAndPick(tx Tx, o *Order, got sighting) error {
	if err := s.meet(tx, o, got); err != nil {
		return err
	}
	return s.pick(tx, o)
}

// settle holds what the requester wished for against the person who is now known.
func (s *Service) settle(tx Tx, o *Order) error {
	if bad := s.countryMismatch(tx, o); bad.ID != "" && o.Kind.asks(FormLocation) {
		o.Notice, o.Location, o.Wish = bad, "", ""
		return s.drop(tx, o)
	}
	if o.Wish == "" {
		return nil
	}
	wish := o.Wish
	o.Wish = ""
	if !o.Kind.asks(FormNumber) {
		return nil
	}
	if v, err := number(tx, o.Tenant, wish); err != nil || v.Location != o.Location {
		o.Notice = Say("number-not-here", "number", string(wish))
		return nil
	}
	err := s.take(tx, o, wish)
	if KindOf(err) == Conflict && err != nil {
		o.Notice, err = Say("number-taken", "number", string(wish)), nil
	}
	return err
}

// Resolve is the work of JobLookup: it finds the person of a draft at FormLookup, however long Graph takes.
func (s *Service) Resolve(ctx context.Context, tenant TenantID, id OrderID) error {
	sheet, err := s.Sheet(ctx, tenant, id)
	if err != nil || sheet.Order.Form != FormLookup || sheet.Order.State != Draft {
		return err
	}
	got, err := s.lookFor(ctx, sheet.Order, sheet.Order.Query, !sheet.Order.Kind.Gives(), 30*time.Second)
	if err != nil && slow(err) {
		return err
	}
	_, failed := s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.Form != FormLookup || o.State != Draft || o.Query != sheet.Order.Query {
			return nil // somebody else is looked for by now: the answer that says so has queued its own look
		}
		before := *o
		if err != nil {
			o.unmet(err)
		} else if err := s.meetAndPick(tx, o, got); err != nil {
			return err
		}
		if err := o.inReach(); err != nil {
			if err := s.drop(tx, o); err != nil {
				return err
			}
			*o, o.Form = before, FormPerson
			o.Number, o.HoldEnds, o.Query = "", zeroTime, ""
			o.Notice, _ = SayOf(err)
		}
		return s.Write(tx, o, OrderChanged, "", "")
	})
	return failed
}

// unmet makes a draft ask for the person who was not found; one that takes an order back is about nobody else.
func (o *Order) unmet(err error) {
	if o.Undoes != "" {
		o.Form, o.Reasons = FormRefused, []Reason{{Rule: AccountMissing}}
		return
	}
	o.Form = FormPerson
	o.Notice, _ = SayOf(err)
}

// IsGUID reports whether s has the form 8-4-4-4-12 of hexadecimal digits, as ids in Entra have.
func IsGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (c == '-') {
			return false
		}
		if c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}
