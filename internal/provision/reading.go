package provision

import (
	"context"
	"slices"
	"sync"
)

// The steps of JobSync, in their order. The names are persisted: never rename one. What the telephone service says comes first,
// so that most people are judged and written once, when the directory names them.
const (
	StepReadNumbers StepName = "read-numbers" // those that are mastered on premises
	StepReadPhones  StepName = "read-phones"  // what the telephone service knows of everybody
	StepReadPeople  StepName = "read-people"
	StepAskPhones   StepName = "ask-phones"  // one by one, where the telephone service could not list them
	StepTidy        StepName = "tidy-roster" // whoever and whatever no side has named in this round
)

// Reading is one page of a step of a reading.
type Reading struct {
	Next  string // where the step goes on; empty: it is over
	step  StepName
	note  func(*Sync)
	count func(*NumberSync)
}

// Note records what the page was, in the transaction that records the step's result.
func (s *Service) Note(tx Tx, tenant TenantID, r Reading) error {
	if slices.Contains(NumberSteps(), r.step) {
		ns, err := numberSync(tx, tenant)
		if ns.Step = r.step; r.count != nil {
			r.count(&ns)
		}
		save(tx, tableNumberSyncs, string(tenant), ns)
		return err
	}
	sy, err := s.syncIn(tx, tenant)
	if err != nil {
		return err
	}
	if sy.Step = r.step; r.note != nil {
		r.note(&sy)
	}
	save(tx, tableSyncs, string(tenant), sy)
	return nil
}

// Singly is the end of StepReadPhones where the list cannot be read to its end: one bad record breaks every page that it is on
// (https://github.com/MicrosoftDocs/office-docs-powershell/issues/10042).
func Singly() Reading {
	return Reading{step: StepReadPhones, note: func(sy *Sync) { sy.Singly = true }}
}

// Read reads one page of a step and takes it into the roster. It may be called again for the same page.
func (s *Service) Read(ctx context.Context, tenant TenantID, step StepName, from string) (Reading, error) {
	if slices.Contains(NumberSteps(), step) {
		return s.compare(ctx, tenant, step, from)
	}
	roll, err := s.Roll(ctx, tenant)
	if err != nil {
		return Reading{}, err
	}
	read := map[StepName]func(context.Context, TenantID, Sync, string) (Reading, error){
		StepReadNumbers: s.readNumbers, StepReadPhones: s.readPhones, StepReadPeople: s.readPeople, StepAskPhones: s.askPhones, StepTidy: s.tidy,
	}[step]
	r, err := read(ctx, tenant, roll.Sync, from)
	r.step = step
	return r, err
}

// compare does one page of a step of JobNumbers.
func (s *Service) compare(ctx context.Context, tenant TenantID, step StepName, from string) (Reading, error) {
	var ns NumberSync
	err := s.Store.View(ctx, func(tx Tx) (err error) {
		ns, err = numberSync(tx, tenant)
		return err
	})
	if err != nil {
		return Reading{}, err
	}
	do := map[StepName]func(context.Context, TenantID, NumberSync, string) (Reading, error){
		StepSettle: s.settleRequests, StepMatch: s.matchNumbers, StepAdopt: s.adoptNumbers, StepMiss: s.missNumbers, StepSift: s.siftNumbers,
	}[step]
	r, err := do(ctx, tenant, ns, from)
	r.step = step
	return r, err
}

func (s *Service) readNumbers(ctx context.Context, tenant TenantID, sy Sync, from string) (Reading, error) {
	page, err := s.Census.Assignments(ctx, tenant, sourceOnPremises, from)
	if sy.restart(&from, "", err) {
		page, err = s.Census.Assignments(ctx, tenant, sourceOnPremises, "")
	}
	if err != nil {
		return Reading{}, err
	}
	owned := slices.DeleteFunc(page.Assignments, func(a Assignment) bool { return a.Target == "" })
	err = fewAtOnce(ctx, s.Store, owned, func(tx Tx, a Assignment) (int, error) {
		before, _, err := readListed(tx, tenant, a.Target)
		if err != nil {
			return 0, err
		}
		after := before
		after.OnPrem, after.Master = true, sy.Round
		return s.relist(tx, tenant, a.Target, before, after)
	})
	return Reading{Next: page.Next, note: func(now *Sync) { now.Restarts = sy.Restarts }}, err
}

// sourceOnPremises is how Microsoft's inventory calls a number that is mastered on premises.
const sourceOnPremises = "onPremises"

func (s *Service) readPhones(ctx context.Context, tenant TenantID, sy Sync, from string) (Reading, error) {
	page, err := s.Census.Voices(ctx, tenant, from)
	if sy.restart(&from, "", err) {
		page, err = s.Census.Voices(ctx, tenant, "")
	}
	if err != nil {
		return Reading{}, err
	}
	if err := s.hear(ctx, tenant, sy, page.Voices); err != nil {
		return Reading{}, err
	}
	return Reading{Next: page.Next, note: func(now *Sync) {
		now.Restarts, now.Voices = sy.Restarts, now.Voices+len(page.Voices)
	}}, nil
}

// hear takes over what the telephone service says. Of most people it says nothing that stands against them: for those
// nothing is written.
func (s *Service) hear(ctx context.Context, tenant TenantID, sy Sync, all []PersonVoice) error {
	var news []PersonVoice
	err := s.Store.View(ctx, func(tx Tx) error {
		news = nil
		for _, v := range all {
			before, there, err := readListed(tx, tenant, v.User)
			if err != nil {
				return err
			}
			if after := before.told(v.Voice, sy.Round); there && (before.Account != "" || len(before.Numbers) > 0) || after.Heard == sy.Round {
				news = append(news, v)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return fewAtOnce(ctx, s.Store, news, func(tx Tx, v PersonVoice) (int, error) {
		before, _, err := readListed(tx, tenant, v.User)
		if err != nil {
			return 0, err
		}
		return s.relist(tx, tenant, v.User, before, before.told(v.Voice, sy.Round))
	})
}

// told is the record with what the telephone service says.
func (l listed) told(v Voice, round int) listed {
	if l.Account, l.Numbers = v.AccountType, v.Numbers; l.Account == "user" {
		l.Account = ""
	}
	if l.Heard = 0; l.Account != "" || len(l.Numbers) > 0 {
		l.Heard = round
	}
	return l
}

// readPeople follows the directory from the last reading's mark on. A link that is too old leads back to the mark, and a mark
// that is too old to the beginning.
func (s *Service) readPeople(ctx context.Context, tenant TenantID, sy Sync, from string) (Reading, error) {
	begin := sy.Mark
	if sy.Whole {
		begin = ""
	}
	if from == "" {
		from = begin
	}
	page, err := s.Census.People(ctx, tenant, from)
	if sy.restart(&from, begin, err) {
		page, err = s.Census.People(ctx, tenant, from)
	}
	if sy.restart(&from, "", err) {
		sy.Whole = true
		page, err = s.Census.People(ctx, tenant, "")
	}
	if err != nil {
		return Reading{}, err
	}
	if err := s.takePeople(ctx, tenant, sy, page); err != nil {
		return Reading{}, err
	}
	return Reading{Next: page.Next, note: func(now *Sync) {
		now.Restarts, now.Read = sy.Restarts, now.Read+len(page.People)
		if now.Whole = now.Whole || sy.Whole; page.Next == "" {
			now.Mark = page.Mark
		}
	}}, nil
}

// restartCount is how often a reading begins a list anew.
const restartCount = 3

// restart leads back to where a list begins, where Microsoft does not know the place any more.
func (sy *Sync) restart(from *string, begin string, err error) bool {
	if err == nil || KindOf(err) != NotFound || *from == begin || sy.Restarts >= restartCount {
		return false
	}
	*from, sy.Restarts = begin, sy.Restarts+1
	return true
}

func (s *Service) takePeople(ctx context.Context, tenant TenantID, sy Sync, page PeoplePage) error {
	err := fewAtOnce(ctx, s.Store, page.People, func(tx Tx, p Person) (int, error) {
		before, _, err := readListed(tx, tenant, p.ID)
		if err != nil {
			return 0, err
		}
		after := before
		after.Person = p.kept(s.licences(tenant))
		if sy.Whole {
			after.Read = sy.Round
		}
		return s.relist(tx, tenant, p.ID, before, after)
	})
	if err != nil {
		return err
	}
	return fewAtOnce(ctx, s.Store, page.Gone, func(tx Tx, id UserID) (int, error) {
		before, there, err := readListed(tx, tenant, id)
		if err != nil || !there {
			return 1, err
		}
		return s.relist(tx, tenant, id, before, listed{})
	})
}

// askCount is how many people a try of StepAskPhones asks for, and askAtOnce how many of them at a time.
const (
	askCount  = 20
	askAtOnce = 4
)

// askPhones asks for those one by one who would be candidates. from is the last one who was asked for.
func (s *Service) askPhones(ctx context.Context, tenant TenantID, sy Sync, from string) (Reading, error) {
	if !sy.Singly {
		return Reading{}, nil
	}
	page, err := s.candidates(ctx, tenant, CandidateQuery{From: UserID(from), Limit: askCount})
	if err != nil {
		return Reading{}, err
	}
	voices := make([]PersonVoice, len(page.People))
	err = eachAtOnce(askAtOnce, len(voices), func(i int) error {
		id := page.People[i].Person.ID
		v, err := s.Telephony.Voice(ctx, tenant, id)
		voices[i] = PersonVoice{id, v}
		return err
	})
	if err == nil {
		err = s.hear(ctx, tenant, sy, voices)
	}
	return Reading{Next: string(page.Next), note: func(sy *Sync) { sy.Voices += len(voices) }}, err
}

// eachAtOnce does n things, so many of them at a time, and returns one of the errors.
func eachAtOnce(atOnce, n int, do func(i int) error) error {
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
