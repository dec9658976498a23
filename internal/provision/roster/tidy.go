package roster

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// TidyCount is how many records a try of StepTidy looks at.
const TidyCount = 1000

// Tidy forgets what no side has said again in this round. from is the key of the first record that it looks at.
func (s *Service) Tidy(ctx context.Context, tenant provision.TenantID, sy provision.Sync,
	from string) (SyncPage, error) {
	var stale []provision.UserID
	next := ""
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		stale = nil
		page, behind, err := record.Page[PersonRecord](tx, record.TableRoster, record.Key(tenant, ""), from, TidyCount)
		for _, l := range page {
			if l.Value.tidied(sy).differs(l.Value) {
				stale = append(stale, provision.UserID(l.Key[len(record.Key(tenant, "")):]))
			}
		}
		next = behind
		return err
	})
	if err != nil {
		return SyncPage{}, err
	}
	err = FewAtOnce(ctx, s.Store, stale, func(tx provision.Tx, id provision.UserID) (int, error) {
		before, _, err := ReadRecord(tx, tenant, id)
		if err != nil {
			return 0, err
		}
		return s.Relist(tx, tenant, id, before, before.tidied(sy))
	})
	return SyncPage{Next: next}, err
}

// tidied is the record without what was not said again.
func (l PersonRecord) tidied(sy provision.Sync) PersonRecord {
	if sy.Whole && l.Read < sy.Round || l.Person.ID == "" {
		return PersonRecord{}
	}
	if !sy.Singly && l.Heard < sy.Round {
		l.Account = ""
		l.Numbers = nil
		l.Heard = 0
	}
	if l.Master < sy.Round {
		l.OnPrem, l.Master = false, 0
	}
	return l
}

func (l PersonRecord) differs(other PersonRecord) bool {
	return l.Person.ID != other.Person.ID || l.Account != other.Account || len(l.Numbers) != len(other.Numbers) ||
		l.OnPrem != other.OnPrem
}
