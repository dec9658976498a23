package provision_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calltab/internal/provision"
	"calltab/internal/sandbox/org"
)

// cast is a person of the invented organisation as the ports show them.
func cast(o *org.Org, p org.Person) (provision.Person, provision.PersonFacts) {
	who := provision.Person{
		ID: provision.UserID(p.ID), UPN: p.UPN, UsageLocation: p.UsageLocation, Enabled: p.AccountEnabled, Guest: p.UserType == "Guest",
	}
	for _, sp := range p.Plans {
		who.Plans = append(who.Plans, provision.ServicePlan{ID: sp.ID, Status: sp.Status})
	}
	for _, l := range p.Licences {
		who.SKUs = append(who.SKUs, l.SKU)
	}
	st := provision.PersonFacts{Voice: provision.Voice{Found: true, AccountType: p.AccountType}}
	for _, n := range o.Numbers {
		if n.Alias == p.Alias {
			st.Voice.Numbers = append(st.Voice.Numbers, provision.E164(n.E164))
			st.OnPrem = n.Source == "onPremises"
		}
	}
	return who, st
}

func rules(e provision.Eligibility) string {
	var names []string
	for _, r := range e.Reasons {
		names = append(names, string(r.Rule))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// TestVerdicts is the truth table: everybody who may not have a phone, and why. All others may.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	refused := map[string]string{
		"hugo":      "no-phone-licence",
		"iris":      "no-phone-licence", // what is switched off is not among the assigned plans
		"jonas":     "licence-being-removed",
		"kira":      "calling-plan",
		"nils":      "account-disabled",
		"olga":      "guest no-phone-licence no-teams-licence",
		"pavel":     "on-prem-number",
		"quinn":     "has-number",
		"rosa":      "no-usage-location",
		"umar-line": "resource-account",
		"vera":      "device",
		"wim":       "device",
		"xena":      "ineligible-account no-teams-licence",
		"zoe":       "calling-plan",
		"ada":       "on-prem-user",
		"nadia":     "no-phone-licence",
		"petra":     "licence-disabled",
	}
	o := org.Default(1)
	for _, p := range o.People {
		who, st := cast(o, p)
		e := provision.Eligible(who, st)
		if got, want := rules(e), refused[p.Alias]; got != want || e.OK() != (want == "") {
			t.Errorf("%s (%s): %q, want %q", p.Alias, p.Case, got, want)
		}
		if said := strings.Contains(p.Case, "eligible") && !strings.Contains(p.Case, "not eligible"); said && refused[p.Alias] != "" {
			t.Errorf("%s is said to be eligible", p.Alias)
		}
		delete(refused, p.Alias)
	}
	for alias := range refused {
		t.Errorf("there is no %s", alias)
	}
}

// traits are what a generated person is like.
type traits struct {
	enabled, guest, place, device, virtual, onPrem bool
	account                                        string
	phone, teams, calling                          string // plan states, "" for none
	numbers                                        int
	mine                                           bool // the first of them is through the order at hand
	order                                          provision.OrderID
}

var fine = traits{enabled: true, place: true, account: "user", phone: "Enabled", teams: "Enabled"}

func (tr traits) person() (provision.Person, provision.PersonFacts) {
	p := provision.Person{ID: "somebody", Enabled: tr.enabled, Guest: tr.guest}
	if tr.place {
		p.UsageLocation = "US"
	}
	if tr.device {
		p.SKUs = append(p.SKUs, "295a8eb0-f78d-45c7-8b5b-1eed5ed02dff")
	}
	for id, status := range map[string]string{planPhone: tr.phone, planTeams: tr.teams, "1346d5e6-15a6-4b88-9693-806ff7296a7a": tr.calling} {
		if status != "" {
			p.Plans = append(p.Plans, provision.ServicePlan{ID: id, Status: status})
		}
	}
	if tr.virtual {
		p.Plans = append(p.Plans, provision.ServicePlan{ID: "f47330e9-c134-43b3-9993-e7f004506889", Status: "Enabled"})
	}
	st := provision.PersonFacts{Voice: provision.Voice{Found: true, AccountType: tr.account}, OnPrem: tr.onPrem, Order: tr.order}
	for i := range tr.numbers {
		st.Voice.Numbers = append(st.Voice.Numbers, number("+12065550100", i))
	}
	if tr.mine {
		st.Mine = []provision.E164{"+12065550100"}
	}
	return p, st
}

// verdict is the rules said once more, from the traits.
func (tr traits) verdict() string {
	resource := tr.virtual || tr.account == "resourceAccount"
	works := func(state string) bool { return state == "Enabled" || state == "Warning" }
	foreign := tr.numbers
	if tr.mine && foreign > 0 {
		foreign--
	}
	var names []string
	for rule, broken := range map[provision.Rule]bool{
		"account-disabled":      !tr.enabled,
		"guest":                 tr.guest || tr.account == "guest",
		"no-usage-location":     !tr.place,
		"no-phone-licence":      tr.phone == "" && !resource,
		"licence-disabled":      tr.phone == "Suspended" || tr.phone == "LockedOut",
		"licence-being-removed": tr.phone == "Deleted",
		"no-teams-licence":      !works(tr.teams) && !resource,
		"calling-plan":          works(tr.calling),
		"resource-account":      resource,
		"device":                tr.device,
		"on-prem-user":          tr.account == "sfbOnPremUser",
		"ineligible-account":    tr.account == "ineligibleUser" && !tr.device && !resource,
		"has-order":             tr.order != "",
	} {
		if broken {
			names = append(names, string(rule))
		}
	}
	for range foreign {
		if tr.onPrem {
			names = append(names, "on-prem-number")
		} else {
			names = append(names, "has-number")
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// TestEachRuleAlone breaks one rule at a time.
func TestEachRuleAlone(t *testing.T) {
	t.Parallel()
	for want, change := range map[provision.Rule]func(tr *traits){
		"":                          func(*traits) {},
		provision.AccountDisabled:   func(tr *traits) { tr.enabled = false },
		provision.GuestAccount:      func(tr *traits) { tr.guest = true },
		provision.NoUsageLocation:   func(tr *traits) { tr.place = false },
		provision.NoPhoneLicence:    func(tr *traits) { tr.phone = "" },
		provision.LicenceDisabled:   func(tr *traits) { tr.phone = "LockedOut" },
		provision.LicenceEnding:     func(tr *traits) { tr.phone = "Deleted" },
		provision.NoTeamsLicence:    func(tr *traits) { tr.teams = "Suspended" },
		provision.HasCallingPlan:    func(tr *traits) { tr.calling = "Warning" },
		provision.ResourceAccount:   func(tr *traits) { tr.account = "resourceAccount" },
		provision.DeviceAccount:     func(tr *traits) { tr.device = true },
		provision.OnPremUser:        func(tr *traits) { tr.account = "sfbOnPremUser" },
		provision.OnPremNumber:      func(tr *traits) { tr.numbers, tr.onPrem = 1, true },
		provision.IneligibleAccount: func(tr *traits) { tr.account = "ineligibleUser" },
		provision.HasNumber:         func(tr *traits) { tr.numbers = 1 },
		provision.HasOrder:          func(tr *traits) { tr.order = "o1" },
	} {
		tr := fine
		change(&tr)
		if got := rules(provision.Eligible(tr.person())); got != string(want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAnybody(t *testing.T) {
	t.Parallel()
	states := rapid.SampledFrom([]string{"", "Enabled", "Warning", "Suspended", "Deleted", "LockedOut"})
	rapid.Check(t, func(rt *rapid.T) {
		b := func(what string) bool { return rapid.Bool().Draw(rt, what) }
		tr := traits{
			enabled: b("enabled"), guest: b("guest"), place: b("place"), device: b("device"), virtual: b("virtual"), onPrem: b("on premises"),
			account: rapid.SampledFrom([]string{"user", "", "guest", "resourceAccount", "sfbOnPremUser", "ineligibleUser"}).Draw(rt, "account"),
			phone:   states.Draw(rt, "phone"), teams: states.Draw(rt, "teams"), calling: states.Draw(rt, "calling"),
			numbers: rapid.IntRange(0, 2).Draw(rt, "numbers"), mine: b("mine"),
			order: provision.OrderID(rapid.SampledFrom([]string{"", "o1"}).Draw(rt, "order")),
		}
		e := provision.Eligible(tr.person())
		if got, want := rules(e), tr.verdict(); got != want || e.OK() != (want == "") {
			rt.Fatalf("%+v: %q, want %q", tr, got, want)
		}
	})
}
