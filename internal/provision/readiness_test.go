package provision_test

import (
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/core"
)

// TestReadiness takes each condition away alone, and gives it back: only it changes, and only its time moves.
func TestReadiness(t *testing.T) {
	t.Parallel()
	svc := core.New(provision.Config{})
	order := provision.Order{OrderWish: provision.OrderWish{Number: "+12065550100"}}
	plan := provision.Plan{VoiceRoutingPolicy: "Metered Calls"}
	type shown struct {
		p provision.Person
		v provision.Voice
		a provision.Assignment
	}
	all := func() *shown {
		p, _ := fine.person()
		return &shown{p, provision.Voice{
			Found: true, AccountType: "user", Features: []string{"Teams", "PhoneSystem"}, EnterpriseVoice: true,
			Numbers:  []provision.E164{"+12065550199", order.Number},
			Policies: map[string]provision.Policy{provision.VoiceRoutingPolicy: {Name: "metered calls"}},
		}, provision.Assignment{Found: true, Number: order.Number, Target: p.ID, Status: "userAssigned", Activation: "activated"}}
	}
	for name, changes := range map[provision.ConditionName][]func(s *shown){
		provision.AccountEnabled:   {func(s *shown) { s.p.Enabled = false }},
		provision.UsageLocationSet: {func(s *shown) { s.p.UsageLocation = "" }},
		provision.LicenceEnabled: {
			func(s *shown) { s.p.Plans = s.p.Plans[:1] }, func(s *shown) { s.p.Plans = s.p.Plans[1:] },
			func(s *shown) { s.p.Plans[0].Status = "Deleted" },
		},
		provision.ConfigurationMade: {func(s *shown) { s.v.Found = false }},
		provision.AccountTypeUser:   {func(s *shown) { s.v.AccountType = "unknown" }, func(s *shown) { s.v.AccountType = "" }},
		provision.PhoneFeature:      {func(s *shown) { s.v.Features = []string{"Teams"} }},
		provision.EnterpriseVoice:   {func(s *shown) { s.v.EnterpriseVoice = false }},
		provision.NumberOnPerson:    {func(s *shown) { s.v.Numbers = s.v.Numbers[:1] }},
		provision.RoutingPolicy: {
			func(s *shown) { s.v.Policies = nil },
			func(s *shown) { s.v.Policies[provision.VoiceRoutingPolicy] = provision.Policy{Name: "Global"} },
		},
		provision.NumberActivated: {
			func(s *shown) { s.a.Found = false }, func(s *shown) { s.a.Target = "somebody else" },
			func(s *shown) { s.a.Status = "voiceApplicationAssigned" }, func(s *shown) { s.a.Activation = "assignmentPending" },
		},
	} {
		for i, change := range changes {
			now, s := start, all()
			check := func(before []provision.Condition) []provision.Condition {
				o := order
				o.Conditions = before
				return svc.Readiness(s.p, s.v, s.a, o, plan, now)
			}
			first := check(nil)
			if !provision.AllMet(first) || len(first) != 10 {
				t.Fatalf("to begin with: %v", first)
			}
			now = now.Add(time.Minute)
			change(s)
			second := check(first)
			if provision.AllMet(second) {
				t.Errorf("%s %d: ready without it", name, i)
			}
			now, s = now.Add(time.Minute), all()
			third := check(second)
			now = now.Add(time.Minute)
			fourth := check(third)
			for j, c := range second {
				since, again := start, start
				if c.Name == name {
					since, again = start.Add(time.Minute), start.Add(2*time.Minute)
				}
				if c.Met != (c.Name != name) || !c.Since.Equal(since) {
					t.Errorf("%s %d: %+v", name, i, c)
				}
				if !fourth[j].Met || !fourth[j].Since.Equal(again) || fourth[j] != third[j] {
					t.Errorf("%s %d, given back: %+v", name, i, fourth[j])
				}
			}
		}
	}
	if provision.AllMet(nil) {
		t.Error("an empty list is ready")
	}
}
