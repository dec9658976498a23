package people

import (
	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// NumberSync reads how far the comparison of a tenant's numbers is.
func NumberSync(tx provision.Tx, tenant provision.TenantID) (provision.NumberSync, error) {
	ns, _, err := record.Load[provision.NumberSync](tx, record.TableNumberSyncs, string(tenant))
	return ns, err
}

// NumberReport is what the last comparison of a tenant's numbers found.
func (s *Service) NumberReport(tx provision.Tx, tenant provision.TenantID) (provision.NumberReport, error) {
	ns, err := NumberSync(tx, tenant)
	report := provision.NumberReport{NumberSync: ns, Count: map[provision.NumberClass]int{}, Now: s.Now()}
	for _, c := range append(provision.NumberClasses, provision.NumberMatched) {
		if err != nil {
			return report, err
		}
		report.Count[c] = record.Count(tx, record.TableNumberCount, record.Key(tenant, string(c)))
	}
	for _, c := range provision.NumberClasses {
		shown := 0
		for k, raw := range tx.Scan(record.TableNumberFound, record.Key(tenant, string(c), ""), "") {
			f := provision.NumberFinding{Class: c}
			if err := record.Decode(record.TableNumberFound, k, raw, &f); err != nil {
				return report, err
			}
			report.Samples = append(report.Samples, f)
			if shown == provision.SampleCount-1 {
				break
			}
			shown++
		}
	}
	return report, nil
}

// PutNumberSync writes how far the comparison is, and tells the listener.
func (s *Service) PutNumberSync(tx provision.Tx, tenant provision.TenantID, ns provision.NumberSync) error {
	record.Save(tx, record.TableNumberSyncs, string(tenant), ns)
	report, err := s.NumberReport(tx, tenant)
	if err != nil {
		return err
	}
	return s.Listener.NumbersCompared(tx, tenant, report)
}
