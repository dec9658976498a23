package provision

import "context"

// tidyCount is how many records a try of StepTidy looks at.
const tidyCount = 1000

// tidy forgets what no side has said again in this round. from is the key of the first record that it looks at.
func (s *Service) tidy(ctx context.Context, tenant TenantID, sy Sync, from string) (Reading, error) {
	var stale []UserID
	next := ""
	err := s.Store.View(ctx, func(tx Tx) error {
		stale, next = nil, ""
		seen := 0
		for k, raw := range tx.Scan(tableRoster, key(tenant, ""), from) {
			if seen++; seen > tidyCount {
				next = k
				break
			}
			var l listed
			if err := decode(tableRoster, k, raw, &l); err != nil {
				return err
			}
			if l.tidied(sy).differs(l) {
				stale = append(stale, UserID(k[len(key(tenant, "")):]))
			}
		}
		return nil
	})
	if err != nil {
		return Reading{}, err
	}
	err = fewAtOnce(ctx, s.Store, stale, func(tx Tx, id UserID) (int, error) {
		before, _, err := readListed(tx, tenant, id)
		if err != nil {
			return 0, err
		}
		return s.relist(tx, tenant, id, before, before.tidied(sy))
	})
	return Reading{Next: next}, err
}

// tidied is the record without what was not said again.
func (l listed) tidied(sy Sync) listed {
	if sy.Whole && l.Read < sy.Round || l.Person.ID == "" {
		return listed{}
	}
	if !sy.Singly && l.Heard < sy.Round {
		l.Account, l.Numbers, l.Heard = "", nil, 0
	}
	if l.Master < sy.Round {
		l.OnPrem, l.Master = false, 0
	}
	return l
}

func (l listed) differs(other listed) bool {
	return l.Person.ID != other.Person.ID || l.Account != other.Account || len(l.Numbers) != len(other.Numbers) || l.OnPrem != other.OnPrem
}
