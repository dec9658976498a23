package provision

import (
	"slices"
	"strings"
)

// Rule names a rule of eligibility. It is persisted in drafts, and the message catalogue has its text and its remedy.
type Rule string

// The rules for add. All of them are checked, so that a person is told everything at once.
const (
	AccountDisabled   Rule = "account-disabled"
	GuestAccount      Rule = "guest"
	NoUsageLocation   Rule = "no-usage-location"
	NoPhoneLicence    Rule = "no-phone-licence"
	LicenceDisabled   Rule = "licence-disabled"      // the plan is there but suspended or locked
	LicenceEnding     Rule = "licence-being-removed" // the plan is there but switched off or on its way out
	NoTeamsLicence    Rule = "no-teams-licence"
	HasCallingPlan    Rule = "calling-plan"
	ResourceAccount   Rule = "resource-account"
	DeviceAccount     Rule = "device"
	OnPremUser        Rule = "on-prem-user"
	OnPremNumber      Rule = "on-prem-number"
	IneligibleAccount Rule = "ineligible-account"
	HasNumber         Rule = "has-number" // from elsewhere
	HasPhone          Rule = "has-phone"  // a number from here
	HasOrder          Rule = "has-order"
	NoPhone           Rule = "no-phone" // nothing to change or take back: not a rule of Eligible
)

// The rules that only Candidate has.
const (
	NoFirstName    Rule = "no-first-name"
	NoLastName     Rule = "no-last-name"
	ImportedBefore Rule = "imported" // they are a subscriber already
)

// The rules that stand against one import: the account, and the location that was chosen.
const (
	AccountMissing Rule = "account-missing" // the directory does not have it any more
	OtherCountry   Rule = "other-country"   // the usage location is not the country of the location
)

// Reason is a rule that a person does not meet, with the values that its text needs.
type Reason struct {
	Rule Rule              `json:"rule"`
	Args map[string]string `json:"args,omitempty"`
}

// Eligibility is a verdict with all its reasons; without a reason the person may have a phone.
type Eligibility struct {
	Reasons []Reason `json:"reasons,omitempty"`
}

// OK reports whether nothing stands against it.
func (e Eligibility) OK() bool { return len(e.Reasons) == 0 }

// No adds a reason where something is wrong.
func (e *Eligibility) No(wrong bool, r Rule, pairs ...string) {
	if wrong {
		e.Reasons = append(e.Reasons, Reason{Rule: r, Args: Say("", pairs...).Args})
	}
}

// PersonFacts is what is known of a person beside the directory.
type PersonFacts struct {
	Voice  Voice
	OnPrem bool // their number is mastered on premises

	Assignment Assignment // of their first number, as Microsoft's inventory shows it
	Mine       []E164     // the person's numbers through the order at hand, and so no reason
	Order      OrderID    // another order at work for them

	Subscriber Subscriber // their record here; zero: they are none
	Waiver     Waiver     // zero: a calling plan stands against them

	Licences *LicenceTable // of their tenant; nil: what the program itself knows
}

// Eligible checks a person for add. First and last name are not rules here: the form asks for them.
func Eligible(p Person, st PersonFacts) Eligibility {
	var e Eligibility
	no := e.No
	licences := st.Licences
	if licences == nil {
		licences = Published()
	}
	account := st.Voice.AccountType
	device := p.device(licences)
	resource := account == "resourceAccount" || p.Works(licences.virtualUser)
	no(!p.Enabled, AccountDisabled)
	no(p.Guest || account == "guest", GuestAccount)
	no(resource, ResourceAccount)
	no(device, DeviceAccount)
	no(account == "sfbOnPremUser", OnPremUser)
	no(account == "ineligibleUser" && !device && !resource, IneligibleAccount)
	no(p.UsageLocation == "", NoUsageLocation)
	againstLicences(p, licences, resource, st.Waiver, no)
	for _, n := range st.Voice.Numbers {
		mine := slices.Contains(st.Mine, n)
		no(!mine && st.OnPrem, OnPremNumber, "number", string(n))
		no(!mine && !st.OnPrem && n != st.Subscriber.Number, HasNumber, "number", string(n))
		no(!mine && !st.OnPrem && n == st.Subscriber.Number, HasPhone, "number", string(n))
	}
	ours := st.Subscriber.Number // which Microsoft may have lost, with a licence for example
	no(ours != "" && !slices.Contains(st.Voice.Numbers, ours) &&
		!slices.Contains(st.Mine, ours), HasPhone, "number", string(ours))
	no(st.Order != "", HasOrder, "order", string(st.Order))
	return e
}

// Candidate checks a person for being imported: it suits one who could have a phone, has a first and a last name in the
// directory, since nobody is asked for them, and is not a subscriber yet.
func Candidate(p Person, st PersonFacts) Eligibility {
	var e Eligibility
	no := e.No
	sub := st.Subscriber
	no(strings.TrimSpace(p.GivenName) == "", NoFirstName)
	no(strings.TrimSpace(p.Surname) == "", NoLastName)
	e.Reasons = append(e.Reasons, Eligible(p, st).Reasons...)
	no(sub.User != "" && sub.Number == "", ImportedBefore, "location", string(sub.Location))
	return e
}

func againstLicences(p Person, t *LicenceTable, resource bool, w Waiver, no func(bool, Rule, ...string)) {
	if !p.PhoneLicensed(t) {
		ending := p.holds(t.phone, "Deleted")
		disabled := p.holds(t.phone, "Suspended", "LockedOut")
		no(ending, LicenceEnding)
		no(disabled && !ending, LicenceDisabled)
		no(!ending && !disabled && !resource, NoPhoneLicence)
	}
	no(!p.Works(t.Teams) && !resource, NoTeamsLicence)
	no(w.User == "" && p.Works(t.calling), HasCallingPlan)
}
