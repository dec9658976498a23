package roster

import (
	"context"
	"slices"
	"sync"

	"calltab/internal/provision"
)

// The steps of JobSync, in their order. The names are persisted: never rename one. What the telephone service says
// comes first, so that most people are judged and written once, when the directory names them.
const (
	StepReadNumbers provision.StepName = "read-numbers" // those that are mastered on premises
	StepReadPhones  provision.StepName = "read-phones"  // what the telephone service knows of everybody
	StepReadPeople  provision.StepName = "read-people"
	StepAskPhones   provision.StepName = "ask-phones"  // one by one, where the telephone service could not list them
	StepTidy        provision.StepName = "tidy-roster" // people and numbers that no side has named in this round
)

// SyncPage is one page of a step of a reading.
type SyncPage struct {
	Next  string // where the step goes on; empty: it is over
	Step  provision.StepName
	Note  func(*provision.Sync)
	Count func(*provision.NumberSync)
}

// Singly is the end of StepReadPhones where the list cannot be read to its end: one bad record breaks every page that
// it is on (https://github.com/MicrosoftDocs/office-docs-powershell/issues/10042).
func Singly() SyncPage {
	return SyncPage{Step: StepReadPhones, Note: func(sy *provision.Sync) { sy.Singly = true }}
}

// ReadNumbers reads a page of the numbers that are mastered on premises, and notes them on their people.
func (s *Service) ReadNumbers(ctx context.Context, tenant provision.TenantID, sy provision.Sync,
	from string) (SyncPage, error) {
	page, err := s.BulkReader.Assignments(ctx, tenant, SourceOnPremises, from)
	if sy.Restart(&from, "", err) {
		page, err = s.BulkReader.Assignments(ctx, tenant, SourceOnPremises, "")
	}
	if err != nil {
		return SyncPage{}, err
	}
	owned := slices.DeleteFunc(page.Assignments, func(a provision.Assignment) bool { return a.Target == "" })
	err = FewAtOnce(ctx, s.Store, owned, func(tx provision.Tx, a provision.Assignment) (int, error) {
		before, _, err := ReadRecord(tx, tenant, a.Target)
		if err != nil {
			return 0, err
		}
		after := before
		after.OnPrem, after.Master = true, sy.Round
		return s.Relist(tx, tenant, a.Target, before, after)
	})
	return SyncPage{Next: page.Next, Note: func(now *provision.Sync) { now.Restarts = sy.Restarts }}, err
}

// SourceOnPremises is how Microsoft's inventory calls a number that is mastered on premises.
const SourceOnPremises = "onPremises"

// ReadPhones reads a page of what the telephone service knows of people, and judges them by it.
func (s *Service) ReadPhones(ctx context.Context, tenant provision.TenantID, sy provision.Sync,
	from string) (SyncPage, error) {
	page, err := s.BulkReader.Voices(ctx, tenant, from)
	if sy.Restart(&from, "", err) {
		page, err = s.BulkReader.Voices(ctx, tenant, "")
	}
	if err != nil {
		return SyncPage{}, err
	}
	if err := s.hear(ctx, tenant, sy, page.Voices); err != nil {
		return SyncPage{}, err
	}
	return SyncPage{Next: page.Next, Note: func(now *provision.Sync) {
		now.Restarts, now.Voices = sy.Restarts, now.Voices+len(page.Voices)
	}}, nil
}

// hear takes over what the telephone service says. Of most people it says nothing that stands against them: for those
// nothing is written.
func (s *Service) hear(ctx context.Context, tenant provision.TenantID, sy provision.Sync,
	all []provision.PersonVoice) error {
	var news []provision.PersonVoice
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		news = nil
		for _, v := range all {
			before, there, err := ReadRecord(tx, tenant, v.User)
			if err != nil {
				return err
			}
			if after := before.Told(v.Voice, sy.Round); there && (before.Account != "" || len(before.Numbers) > 0) ||
				after.Heard == sy.Round {
				news = append(news, v)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return FewAtOnce(ctx, s.Store, news, func(tx provision.Tx, v provision.PersonVoice) (int, error) {
		before, _, err := ReadRecord(tx, tenant, v.User)
		if err != nil {
			return 0, err
		}
		return s.Relist(tx, tenant, v.User, before, before.Told(v.Voice, sy.Round))
	})
}

// Told is the record with what the telephone service says.
func (l PersonRecord) Told(v provision.Voice, round int) PersonRecord {
	if l.Account, l.Numbers = v.AccountType, v.Numbers; l.Account == "user" {
		l.Account = ""
	}
	l.Heard = 0
	if l.Account != "" || len(l.Numbers) > 0 {
		l.Heard = round
	}
	return l
}

// ReadPeople follows the directory from the last reading's mark on. A link that is too old leads back to the mark, and
// a mark that is too old to the beginning.
func (s *Service) ReadPeople(ctx context.Context, tenant provision.TenantID, sy provision.Sync,
	from string) (SyncPage, error) {
	begin := sy.Mark
	if sy.Whole {
		begin = ""
	}
	if from == "" {
		from = begin
	}
	page, err := s.BulkReader.People(ctx, tenant, from)
	if sy.Restart(&from, begin, err) {
		page, err = s.BulkReader.People(ctx, tenant, from)
	}
	if sy.Restart(&from, "", err) {
		sy.Whole = true
		page, err = s.BulkReader.People(ctx, tenant, "")
	}
	if err != nil {
		return SyncPage{}, err
	}
	if err := s.takePeople(ctx, tenant, sy, page); err != nil {
		return SyncPage{}, err
	}
	return SyncPage{Next: page.Next, Note: func(now *provision.Sync) {
		now.Restarts, now.Read = sy.Restarts, now.Read+len(page.People)
		now.Whole = now.Whole || sy.Whole
		if page.Next == "" {
			now.Mark = page.Mark
		}
	}}, nil
}

func (s *Service) takePeople(ctx context.Context, tenant provision.TenantID, sy provision.Sync,
	page provision.PeoplePage) error {
	err := FewAtOnce(ctx, s.Store, page.People, func(tx provision.Tx, p provision.Person) (int, error) {
		before, _, err := ReadRecord(tx, tenant, p.ID)
		if err != nil {
			return 0, err
		}
		after := before
		after.Person = p.Kept(s.Licences(tenant))
		if sy.Whole {
			after.Read = sy.Round
		}
		return s.Relist(tx, tenant, p.ID, before, after)
	})
	if err != nil {
		return err
	}
	return FewAtOnce(ctx, s.Store, page.Gone, func(tx provision.Tx, id provision.UserID) (int, error) {
		before, there, err := ReadRecord(tx, tenant, id)
		if err != nil || !there {
			return 1, err
		}
		return s.Relist(tx, tenant, id, before, PersonRecord{})
	})
}

// askCount is how many people a try of StepAskPhones asks for, and askAtOnce how many of them at a time.
const (
	AskCount  = 20
	AskAtOnce = 4
)

// AskPhones asks for those one by one who would be candidates. from is the last one who was asked for.
func (s *Service) AskPhones(ctx context.Context, tenant provision.TenantID, sy provision.Sync,
	from string) (SyncPage, error) {
	if !sy.Singly {
		return SyncPage{}, nil
	}
	page, err := s.candidates(ctx, tenant, CandidateQuery{From: provision.UserID(from), Limit: AskCount})
	if err != nil {
		return SyncPage{}, err
	}
	voices := make([]provision.PersonVoice, len(page.People))
	err = EachAtOnce(AskAtOnce, len(voices), func(i int) error {
		id := page.People[i].Person.ID
		v, err := s.Telephony.Voice(ctx, tenant, id)
		voices[i] = provision.PersonVoice{User: id, Voice: v}
		return err
	})
	if err == nil {
		err = s.hear(ctx, tenant, sy, voices)
	}
	return SyncPage{Next: string(page.Next), Note: func(sy *provision.Sync) { sy.Voices += len(voices) }}, err
}

// EachAtOnce does n things, so many of them at a time, and returns one of the errors.
func EachAtOnce(atOnce, n int, do func(i int) error) error {
	errs := make([]error, n)
	turns := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i := range n {
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			errs[i] = do(i)
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
