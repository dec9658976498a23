package provision

import (
	"slices"
	"time"
)

// ConditionName names a condition for the Calls tab. It is persisted, and the message catalogue has its words.
type ConditionName string

// The conditions that Microsoft Graph can show, in the order of the checklist. Microsoft's own list is on
// learn.microsoft.com/microsoftteams/troubleshoot/teams-conferencing/no-dial-pad: the dial pad also needs a calling
// policy that allows private calls and a client that has noticed, which nobody but the person can see.
const (
	AccountEnabled    ConditionName = "account"
	UsageLocationSet  ConditionName = "usage-location"
	LicenceEnabled    ConditionName = "licence"
	ConfigurationMade ConditionName = "configuration"
	AccountTypeUser   ConditionName = "account-type"
	PhoneFeature      ConditionName = "feature"
	EnterpriseVoice   ConditionName = "enterprise-voice"
	NumberOnPerson    ConditionName = "number"
	RoutingPolicy     ConditionName = "routing-policy"
	NumberActivated   ConditionName = "assignment"
)

// Condition is one line of the readiness checklist.
type Condition struct {
	Name  ConditionName `json:"name"`
	Met   bool          `json:"met"`
	Since time.Time     `json:"since,omitzero"` // when it became what it is
}

// Readiness works the checklist of an order out from what Microsoft shows now. The order's own conditions keep the times of what did
// not change.
func (s *Service) Readiness(p Person, v Voice, a Assignment, o Order, plan Plan, now time.Time) []Condition {
	now = now.UTC()
	licences := s.licences(o.Tenant)
	met := []struct {
		name ConditionName
		ok   bool
	}{
		{AccountEnabled, p.Enabled},
		{UsageLocationSet, p.UsageLocation != ""},
		{LicenceEnabled, p.phoneLicensed(licences) && p.works(licences.teams)},
		{ConfigurationMade, v.Found},
		{AccountTypeUser, v.AccountType == "user"},
		{PhoneFeature, slices.Contains(v.Features, "PhoneSystem")},
		{EnterpriseVoice, v.EnterpriseVoice},
		{NumberOnPerson, slices.Contains(v.Numbers, o.Number)},
		{RoutingPolicy, plan.InEffect(v)},
		{NumberActivated, a.Found && a.Number == o.Number && a.Target == p.ID && a.Status == "userAssigned" && a.Activation == "activated"},
	}
	list := make([]Condition, len(met))
	for i, m := range met {
		list[i] = Condition{Name: m.name, Met: m.ok, Since: now}
		if i < len(o.Conditions) && o.Conditions[i].Name == m.name && o.Conditions[i].Met == m.ok {
			list[i].Since = o.Conditions[i].Since
		}
	}
	return list
}

// AllMet reports whether nothing is missing; an empty list is not ready.
func AllMet(list []Condition) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(c Condition) bool { return !c.Met })
}
