package people

import (
	"slices"
	"time"

	"calltab/internal/provision"
)

// Readiness works the checklist of an order out from what Microsoft shows now. The order's own conditions keep the
// times of what did not change.
func (s *Service) Readiness(p provision.Person, v provision.Voice, a provision.Assignment, o provision.Order,
	plan provision.Plan, now time.Time) []provision.Condition {
	now = now.UTC()
	licences := s.roster.Licences(o.Tenant)
	met := []struct {
		name provision.ConditionName
		ok   bool
	}{
		{provision.AccountEnabled, p.Enabled},
		{provision.UsageLocationSet, p.UsageLocation != ""},
		{provision.LicenceEnabled, p.PhoneLicensed(licences) && p.Works(licences.Teams)},
		{provision.ConfigurationMade, v.Found},
		{provision.AccountTypeUser, v.AccountType == "user"},
		{provision.PhoneFeature, slices.Contains(v.Features, "PhoneSystem")},
		{provision.EnterpriseVoice, v.EnterpriseVoice},
		{provision.NumberOnPerson, slices.Contains(v.Numbers, o.Number)},
		{provision.RoutingPolicy, plan.InEffect(v)},
		{provision.NumberActivated, a.Found && a.Number == o.Number && a.Target == p.ID && a.Status == "userAssigned" &&
			a.Activation == "activated"},
	}
	list := make([]provision.Condition, len(met))
	for i, m := range met {
		list[i] = provision.Condition{Name: m.name, Met: m.ok, Since: now}
		if i < len(o.Conditions) && o.Conditions[i].Name == m.name && o.Conditions[i].Met == m.ok {
			list[i].Since = o.Conditions[i].Since
		}
	}
	return list
}
