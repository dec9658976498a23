package reconcile

import (
	"context"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/record"
	"calltab/internal/provision/roster"
)

// Note records what the page was, in the transaction that records the step's result.
func (s *Service) Note(tx provision.Tx, tenant provision.TenantID, r roster.SyncPage) error {
	if slices.Contains(NumberSteps(), r.Step) {
		ns, err := people.NumberSync(tx, tenant)
		ns.Step = r.Step
		if r.Count != nil {
			r.Count(&ns)
		}
		record.Save(tx, record.TableNumberSyncs, string(tenant), ns)
		return err
	}
	sy, err := s.roster.SyncIn(tx, tenant)
	if err != nil {
		return err
	}
	sy.Step = r.Step
	if r.Note != nil {
		r.Note(&sy)
	}
	record.Save(tx, record.TableSyncs, string(tenant), sy)
	return nil
}

// Read reads one page of a step and takes it into the roster. It may be called again for the same page.
func (s *Service) Read(ctx context.Context, tenant provision.TenantID, step provision.StepName,
	from string) (roster.SyncPage, error) {
	if slices.Contains(NumberSteps(), step) {
		return s.compare(ctx, tenant, step, from)
	}
	roll, err := s.roster.Roll(ctx, tenant)
	if err != nil {
		return roster.SyncPage{}, err
	}
	read := map[provision.StepName]func(context.Context, provision.TenantID, provision.Sync, string) (roster.SyncPage,
		error){
		roster.StepReadNumbers: s.roster.ReadNumbers, roster.StepReadPhones: s.roster.ReadPhones,
		roster.StepReadPeople: s.roster.ReadPeople, roster.StepAskPhones: s.roster.AskPhones,
		roster.StepTidy: s.roster.Tidy,
	}[step]
	r, err := read(ctx, tenant, roll.Sync, from)
	r.Step = step
	return r, err
}

// compare does one page of a step of JobNumbers.
func (s *Service) compare(ctx context.Context, tenant provision.TenantID, step provision.StepName,
	from string) (roster.SyncPage, error) {
	var ns provision.NumberSync
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		ns, err = people.NumberSync(tx, tenant)
		return err
	})
	if err != nil {
		return roster.SyncPage{}, err
	}
	do := map[provision.StepName]func(context.Context, provision.TenantID, provision.NumberSync,
		string) (roster.SyncPage, error){
		StepSettle: s.settleRequests, StepMatch: s.matchNumbers, StepAdopt: s.adoptNumbers, StepMiss: s.missNumbers,
		StepSift: s.siftNumbers,
	}[step]
	r, err := do(ctx, tenant, ns, from)
	r.Step = step
	return r, err
}
