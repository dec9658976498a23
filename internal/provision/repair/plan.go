package repair

import (
	"calltab/internal/provision"
	"calltab/internal/provision/stock"
)

// PlanInEffect is the plan with the most policies of which all are in effect, the first of several; none where no
// plan's are.
func (s *Service) PlanInEffect(tx provision.Tx, tenant provision.TenantID,
	v provision.Voice) (provision.PlanID, error) {
	all, err := stock.Plans(tx, tenant)
	var best provision.PlanID
	most := -1
	for _, p := range all {
		if n := len(p.Policies()); p.InEffect(v) && n > most {
			best, most = p.ID, n
		}
	}
	return best, err
}
