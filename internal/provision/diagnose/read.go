package diagnose

import (
	"context"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/roster"
)

// Source is a part of Microsoft that answers for itself. The message catalogue has its words.
type Source string

// The sources.
const (
	Directory Source = "directory" // account and licences
	Telephony Source = "telephony" // calling, number and policies of the account
	Inventory Source = "inventory" // the number, as the organisation's list has it
)

// Unread is a part of Microsoft that did not answer.
type Unread struct {
	Source     Source
	Permission string // the one that Calltab lacks; empty: it was not answered in time
}

// microsoft is what Microsoft showed, as far as it answered.
type microsoft struct {
	person     provision.Person // Gone where the directory has no such account
	voice      provision.Voice
	assignment provision.Assignment // of the number of the record, else of the person's first
	unread     []Unread
}

func (m microsoft) lacks(s Source) bool {
	return slices.ContainsFunc(m.unread, func(u Unread) bool { return u.Source == s })
}

// read asks all of Microsoft at once. What is slow or not allowed is noted; any other error is the answer.
func (s *Service) read(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	sub provision.Subscriber) (m microsoft, err error) {
	ctx, cancel := context.WithTimeout(ctx, provision.LookupTime)
	defer cancel()
	asks := []struct {
		source Source
		ask    func() error
	}{
		{Directory, func() (err error) {
			m.person, err = s.Directory.Person(ctx, tenant, string(user))
			return err
		}},
		{Telephony, func() (err error) {
			m.voice, err = s.Telephony.Voice(ctx, tenant, user)
			return err
		}},
		{Inventory, func() (err error) {
			if sub.Number != "" {
				m.assignment, err = s.Telephony.Assignment(ctx, tenant, sub.Number)
			}
			return err
		}},
	}
	errs := make([]error, len(asks))
	_ = roster.EachAtOnce(len(asks), len(asks), func(i int) error {
		errs[i] = asks[i].ask()
		return nil
	})
	if provision.KindOf(errs[0]) == provision.NotFound && errs[0] != nil {
		m.person = provision.Person{Gone: true}
		errs[0] = nil
	}
	if sub.Number == "" && errs[1] == nil && len(m.voice.Numbers) > 0 {
		m.assignment, errs[2] = s.Telephony.Assignment(ctx, tenant, m.voice.Numbers[0])
	}
	for i, err := range errs {
		if err == nil {
			continue
		}
		if !provision.Slow(err) && provision.KindOf(err) != provision.Denied {
			return m, err
		}
		say, _ := provision.SayOf(err)
		m.unread = append(m.unread, Unread{Source: asks[i].source, Permission: say.Args["permission"]})
	}
	m.person.ID = user
	if m.person.Gone || m.lacks(Directory) {
		m.person.UPN = sub.UPN
		m.person.DisplayName = sub.Name
	}
	return m, nil
}
