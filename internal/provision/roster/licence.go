package roster

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// ReadAnew has the next reading of the people read everybody: the roster has only kept the licences that meant
// something.
func (s *Service) ReadAnew(tx provision.Tx, tenant provision.TenantID) error {
	sy, err := s.SyncIn(tx, tenant)
	if err != nil || sy.Mark == "" {
		return err
	}
	sy.Mark = ""
	record.Save(tx, record.TableSyncs, string(tenant), sy)
	return nil
}

// Licences is the table that holds for a tenant: the published one, with what the tenant's organisation file adds.
func (s *Service) Licences(tenant provision.TenantID) *provision.LicenceTable {
	if learnt := s.learnt.Load(); learnt != nil {
		if t := (*learnt)[tenant]; t != nil {
			return t
		}
	}
	return provision.Published()
}

// LearnLicences reads from the store what the tenants' organisation files say of licences: each file holds for its own
// tenant. It is called at the start, and after a file was applied.
func (s *Service) LearnLicences(ctx context.Context) error {
	s.learning.Lock() // so that what was read later holds
	defer s.learning.Unlock()
	var learnt map[provision.TenantID]*provision.LicenceTable
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		learnt = map[provision.TenantID]*provision.LicenceTable{}
		for tenant, raw := range tx.Scan(record.TableAccessPolicies, "", "") {
			var c provision.AccessPolicy
			if err := record.Decode(record.TableAccessPolicies, tenant, raw, &c); err != nil {
				return err
			}
			if len(c.Licences) > 0 {
				learnt[provision.TenantID(tenant)] = provision.Published().With(c.Licences)
			}
		}
		return nil
	})
	if err == nil {
		s.learnt.Store(&learnt)
	}
	return err
}

// PhoneLicensed reports whether a person of the tenant can use a Phone System plan.
func (s *Service) PhoneLicensed(tenant provision.TenantID, p provision.Person) bool {
	return p.PhoneLicensed(s.Licences(tenant))
}
