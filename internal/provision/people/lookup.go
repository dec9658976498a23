package people

import (
	"context"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/names"
	"calltab/internal/provision/roster"
)

// Found is whom a lookup found: nobody was asked for, one person with their standing, or several by that name.
type Found struct {
	People []provision.Person
	Facts  provision.PersonFacts
	Asked  bool
	// a single person: the requester, or a user who reports to them; not looked up where that decides nothing
	Team bool
}

// LookUp finds the people whom the text means, of them those whom keep keeps (nil: all), and for a single one what
// stands for and against them. Without text it finds nobody. whole is as for people.
func (s *Service) LookUp(ctx context.Context, tenant provision.TenantID, text string, whole bool, limit time.Duration,
	keep func(context.Context, []provision.Person) ([]provision.Person, error)) (Found, error) {
	if text == "" {
		return Found{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	people, err := s.People(ctx, tenant, text, whole)
	if err == nil && keep != nil {
		people, err = keep(ctx, people)
	}
	if err != nil {
		return Found{}, err
	}
	got := Found{People: people, Asked: true}
	if len(people) == 1 {
		got.Facts, err = s.facts(ctx, tenant, people[0])
	}
	return got, err
}

// People resolves an object id, user name or mail address exactly, and a name word by word. A name that must match in
// whole words finds nobody by the beginning of one: the error names those who can be meant.
func (s *Service) People(ctx context.Context, tenant provision.TenantID, text string,
	whole bool) ([]provision.Person, error) {
	if strings.Contains(text, "@") || provision.IsGUID(text) {
		return s.addressed(ctx, tenant, text)
	}
	found, err := s.Directory.Search(ctx, tenant, text, provision.BestCount+1)
	if err != nil {
		return nil, err
	}
	name := names.Read(text)
	found = slices.DeleteFunc(slices.Clone(found), func(p provision.Person) bool {
		return name.Match(p) == names.NoMatch
	})
	meant := name.Best(found)
	switch {
	case len(found) == 0:
		return nil, provision.NewNotFound("look up person", "person-not-found", "person", text)
	case whole && name.Match(meant[0]) < names.WholeMatch:
		return nil, provision.NewNotFound("look up person", "name-in-full", "text", text, "people", peopleNames(found))
	}
	return meant, nil
}

// addressed finds the one person with an object id or user name, else the one with a mail address.
func (s *Service) addressed(ctx context.Context, tenant provision.TenantID, text string) ([]provision.Person, error) {
	p, err := s.Directory.Person(ctx, tenant, text)
	if err == nil || provision.KindOf(err) != provision.NotFound || provision.IsGUID(text) {
		return []provision.Person{p}, err
	}
	found, failed := s.Directory.Search(ctx, tenant, text, provision.BestCount+1)
	if failed != nil {
		return nil, failed
	}
	found = slices.DeleteFunc(slices.Clone(found), func(p provision.Person) bool {
		return !strings.EqualFold(p.Mail, text)
	})
	if len(found) == 0 {
		return nil, err
	}
	return found, nil
}

// peopleNames are the names of a few people, as a sentence lists them.
func peopleNames(people []provision.Person) string {
	var all []string
	for _, p := range people {
		all = append(all, p.Name())
	}
	return strings.Join(all, ", ")
}

// facts reads what the telephone service and the orders know of a person.
func (s *Service) facts(ctx context.Context, tenant provision.TenantID,
	p provision.Person) (provision.PersonFacts, error) {
	voice, err := s.Telephony.Voice(ctx, tenant, p.ID)
	st := provision.PersonFacts{Voice: voice}
	if err == nil && len(voice.Numbers) > 0 {
		st.Assignment, err = s.Telephony.Assignment(ctx, tenant, voice.Numbers[0])
		st.OnPrem = st.Assignment.Source == roster.SourceOnPremises
	}
	return st, err
}
