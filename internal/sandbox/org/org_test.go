package org_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"calltab/internal/sandbox/org"
)

func TestCastIsWhole(t *testing.T) {
	t.Parallel()
	o := org.Default(1)
	if n := len(o.People); n < 38 || n > 50 {
		t.Errorf("%d people, want 38 to 50", n)
	}
	guid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]string{}
	for _, p := range append(slices.Clone(o.People), o.Visitors...) {
		for _, key := range []string{p.Alias, p.ID, p.UPN} {
			if seen[key] != "" {
				t.Errorf("%s and %s share %s", p.Alias, seen[key], key)
			}
			seen[key] = p.Alias
		}
		if !guid.MatchString(p.ID) {
			t.Errorf("%s has the id %s", p.Alias, p.ID)
		}
		if p.Case == "" {
			t.Errorf("%s shows no case", p.Alias)
		}
		if _, ok := o.Person(p.Manager); p.Manager != "" && !ok {
			t.Errorf("%s reports to %s, who does not exist", p.Alias, p.Manager)
		}
	}
	for _, g := range o.Groups {
		for _, m := range g.Members {
			if _, ok := o.Person(m); !ok {
				t.Errorf("group %s holds %s, who does not exist", g.Name, m)
			}
		}
	}
}

// TestCases states what tests elsewhere rest on.
func TestCases(t *testing.T) {
	t.Parallel()
	o := org.Default(1)
	tests := []struct {
		alias, plan, status string
		phone, calling      bool
		account             string
	}{
		{"dana", org.PlanPhone, org.Enabled, true, false, org.AccountUser},
		{"erin", org.PlanTeams, org.Enabled, true, false, org.AccountUser},
		{"felix", org.PlanConference, org.Enabled, true, false, org.AccountUser},
		{"hugo", org.PlanPhone, "", false, false, org.AccountUser},
		{"iris", org.PlanPhone, "", false, false, org.AccountUser},
		{"jonas", org.PlanPhone, org.Deleted, false, false, org.AccountUser},
		{"kira", org.PlanCalling, org.Enabled, true, true, org.AccountUser},
		{"olga", org.PlanPhone, "", false, false, org.AccountGuest},
		{"sven", org.PlanPhoneSMB, org.Enabled, true, false, org.AccountUser},
		{"tara", org.PlanPhoneGov, org.Enabled, true, false, org.AccountUser},
		{"umar-line", org.PlanPhoneVirt, org.Enabled, false, false, org.AccountResource},
		{"vera", org.PlanPhone, org.Enabled, true, false, org.AccountUser},
		{"xena", org.PlanTeams, "", true, false, org.AccountIneligible},
		{"yuri", org.PlanCredits, org.Enabled, true, false, org.AccountUser},
		{"zoe", org.PlanCallingUS, org.Enabled, true, true, org.AccountUser},
		{"ada", org.PlanPhone, org.Enabled, true, false, org.AccountOnPremises},
		{"petra", org.PlanPhone, org.Suspended, false, false, org.AccountUser},
		{"ruth", org.PlanPhone, org.Warning, true, false, org.AccountUser},
	}
	for _, tt := range tests {
		p, ok := o.Person(tt.alias)
		if !ok {
			t.Errorf("%s is missing", tt.alias)
			continue
		}
		if got := p.Status(tt.plan); got != tt.status {
			t.Errorf("%s: plan %s is %q, want %q", tt.alias, tt.plan, got, tt.status)
		}
		if p.HasPhone() != tt.phone || p.HasCallingPlan() != tt.calling || p.AccountType != tt.account {
			t.Errorf("%s: phone %v, calling plan %v, account %s", tt.alias, p.HasPhone(), p.HasCallingPlan(), p.AccountType)
		}
	}
	iris, _ := o.Person("iris")
	if !slices.Contains(iris.Licences[0].Disabled, org.PlanPhone) {
		t.Error("iris's licence does not name the phone plan as switched off")
	}
	if p, ok := o.Find("DANA.REYES@alderfinch.example"); !ok || p.Alias != "dana" {
		t.Errorf("Find by user name gave %q, %v", p.Alias, ok)
	}
}

func TestSeedOnlyShufflesTheDirectory(t *testing.T) {
	t.Parallel()
	a, again, b := org.Default(1), org.Default(1), org.Default(2)
	if !reflect.DeepEqual(a, again) {
		t.Error("the same seed gives two organisations")
	}
	if reflect.DeepEqual(a.People, b.People) {
		t.Error("another seed gives the same order")
	}
	byAlias := func(x, y org.Person) int { return strings.Compare(x.Alias, y.Alias) }
	slices.SortFunc(a.People, byAlias)
	slices.SortFunc(b.People, byAlias)
	if !reflect.DeepEqual(a.People, b.People) {
		t.Error("another seed changes people")
	}
}

func TestNumbersAreFiction(t *testing.T) {
	t.Parallel()
	reserved := regexp.MustCompile(`^(\+1\d{3}55501\d\d|\+442079460\d{3}|\+612555\d{5})$`)
	o := org.Default(1)
	for _, n := range o.Numbers {
		if !reserved.MatchString(n.E164) {
			t.Errorf("%s is not reserved for fiction", n.E164)
		}
	}
	for _, s := range o.Sites {
		if !reserved.MatchString(s.First) || !reserved.MatchString(s.Last) || s.First >= s.Last {
			t.Errorf("block %s to %s", s.First, s.Last)
		}
	}
}

func TestYAML(t *testing.T) {
	t.Parallel()
	got := string(org.Default(1).YAML())
	for _, want := range []string{
		"locations:\n  - id: seattle\n    name: Seattle\n    country: US\n    time_zone: America/Los_Angeles\n    emergency_location: ",
		"numbers: [\"+12065550100-0199\"]\n", "numbers: [\"+442079460000-0999\"]\n", "numbers: [\"+61255500000-0099\"]\n",
		"plans:\n  - id: metered\n    name: Metered\n    price: \"$8 a month, calls at 1.4¢ a minute\"\n    voice_routing_policy: Metered Calls\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("YAML lacks %q in\n%s", want, got)
		}
	}
}
