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

// AllMet reports whether nothing is missing; an empty list is not ready.
func AllMet(list []Condition) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(c Condition) bool { return !c.Met })
}
