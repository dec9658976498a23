package provision

import "strings"

// Voice is what Microsoft's telephone service says about a person: teamsUserConfiguration of Microsoft Graph.
type Voice struct {
	Found           bool // false: the service does not know the person (yet)
	AccountType     string
	Features        []string
	EnterpriseVoice bool
	Numbers         []E164 // primary ones: a person has one
	Beside          []Beside
	Policies        map[string]Policy // the effective ones, by policy type
}

// Beside is a number that a person has beside their primary one: a private line, or an alternate number.
type Beside struct {
	Number   E164
	Category string // private, alternate, and what else Microsoft may say
}

// CategoryPrimary is the assignment category of a person's own number. The others stand beside it
// (learn.microsoft.com/microsoftteams/private-line).
const CategoryPrimary = "primary"

// Primary reports whether a number is, or would be, the target's own: nothing else is said of it.
func (a Assignment) Primary() bool {
	return a.Category == "" || strings.EqualFold(a.Category, CategoryPrimary)
}

// ToPolicy reports whether a number is bound to a policy, as those of shared calling are, and to no account.
func (a Assignment) ToPolicy() bool { return strings.EqualFold(a.Status, "policyAssigned") }

// HeldFor says who has the number that the inventory shows so, seen from a person. shown is whether the person's own
// configuration has it: each shows an assignment in its own time. HeldByOther may be an account that does not exist.
func (a Assignment) HeldFor(person UserID, shown bool) NumberHolder {
	switch {
	case a.Target == "" && shown:
		return HeldByPerson
	case a.Target == "":
		return HeldByNobody
	case a.ToPolicy():
		return HeldByPolicy
	case a.Target == person && !a.Primary():
		return HeldBeside
	case a.Target == person:
		return HeldByPerson
	}
	return HeldByOther
}

// Policy is an effective policy of a person.
type Policy struct {
	Name   string // as of [PolicyName]
	ID     string
	Direct bool // assigned to the person, not through a group
}

// The policy types that a plan sets.
const (
	VoiceRoutingPolicy = "OnlineVoiceRoutingPolicy"
	DialPlanPolicy     = "TenantDialPlan"
	CallingPolicy      = "TeamsCallingPolicy"
)

// PolicyName is a policy's name without the "Tag:" that Teams PowerShell and some answers put before it.
func PolicyName(s string) string {
	if len(s) >= 4 && strings.EqualFold(s[:4], "Tag:") {
		s = s[4:]
	}
	return strings.TrimSpace(s)
}

// Assignment is what Microsoft's inventory says about a number: numberAssignment of Microsoft Graph. Direct Routing
// numbers are usually listed only while they are assigned.
type Assignment struct {
	Found      bool
	Number     E164
	Target     UserID // who has it; empty: nobody
	Type       string // directRouting, callingPlan, operatorConnect
	Source     string // online, onPremises
	Status     string // unassigned, userAssigned, voiceApplicationAssigned, …
	Activation string // activated, assignmentPending, assignmentFailed, …
	Category   string // primary, private, alternate; empty: not said, as before there were others
}

// OperationState is how far a long-running operation of the telephone service is.
type OperationState string

// The states of an operation. Whatever else the service says reads as OperationRunning.
const (
	OperationRunning   OperationState = "running"
	OperationSucceeded OperationState = "succeeded"
	OperationFailed    OperationState = "failed"
)

// Operation is a long-running operation of the telephone service.
type Operation struct {
	ID     string // its id or address, as the service gave it
	State  OperationState
	Detail string // the service's own words: for the log, never believed
	Shape  string // of the answer: “bare”, or “in value”; empty where it was not understood
}
