package graph

import (
	"slices"
	"strings"
	"time"

	"calltab/internal/sandbox/org"
)

const configurationKind = "microsoft.graph.teamsAdministration.teamsUserConfiguration"

var configurationProperties = []string{"id", "accountType", "createdDateTime", "effectivePolicyAssignments",
	"featureTypes",
	"isEnterpriseVoiceEnabled", "modifiedDateTime", "telephoneNumbers", "tenantId", "userPrincipalName"}

// configurationRecord is the person as userConfigurations shows it now; there is false
// while Teams does not know the person.
func (s *Server) configurationRecord(a *account, now time.Time, newEnums bool) (rec record, there bool) {
	if now.Before(a.from) || a.held[Configuration] || a.gone {
		return nil, false
	}
	numbers := []record{}
	if !a.held[Number] {
		for _, h := range a.numbers.at(now) {
			numbers = append(numbers, record{"telephoneNumber": h.e164, "assignmentCategory": h.category})
		}
	}
	return record{
		"id": a.person.ID, "userPrincipalName": a.person.UPN, "tenantId": s.cfg.Org.Tenant.ID,
		"accountType": a.kind(newEnums), "featureTypes": a.features(), "telephoneNumbers": numbers,
		"isEnterpriseVoiceEnabled":   a.voice.at(now) && !a.held[EnterpriseVoice],
		"effectivePolicyAssignments": s.effective(a, now),
		"createdDateTime":            stamp(a.from), "modifiedDateTime": stamp(a.modified),
	}, true
}

// kind is the accountType. A value newer than the enum's sentinel is only shown to who asks for such values
// (https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations).
func (a *account) kind(newEnums bool) string {
	kind := a.person.AccountType
	if a.held[AccountType] {
		kind = org.AccountIneligible
	}
	if kind == org.AccountIneligible && !newEnums {
		return "unknownFutureValue"
	}
	return kind
}

// features follows the service plans. "Teams" and "CallingPlan" stand in Microsoft's
// sample; the other names are assumed after Get-CsOnlineUser's FeatureTypes.
func (a *account) features() []string {
	list := []string{}
	add := func(name string, there bool) {
		if there {
			list = append(list, name)
		}
	}
	works, _ := a.phone()
	add("Teams", a.person.Has(org.PlanTeams))
	add("PhoneSystem", works && !a.held[Feature])
	add("PhoneSystemVirtualUser", a.person.Has(org.PlanPhoneVirt))
	add("CallingPlan", a.person.HasCallingPlan())
	add("AudioConferencing", a.person.Has(org.PlanConference))
	return list
}

// effective lists the policies in force: the calling policy comes to everybody through a
// group unless another is assigned directly; the others only directly.
func (s *Server) effective(a *account, now time.Time) []record {
	list := []record{}
	add := func(kind, name, how, group string) {
		list = append(list, record{"policyType": kind, "policyAssignment": record{
			"displayName": name, "assignmentType": how, "policyId": policyID(kind, name), "groupId": orNil(group),
		}})
	}
	direct := map[string]bool{}
	for _, k := range sortedKeys(a.policies) {
		p := a.policies[k]
		name := p.effective.at(now)
		if name == "" || p.kind == org.VoiceRouting && a.held[RoutingPolicy] {
			continue
		}
		direct[p.kind] = true
		add(p.kind, name, "direct", "")
	}
	if !direct[org.Calling] && a.person.AccountType == org.AccountUser {
		everyone, _ := s.cfg.Org.Group("Everyone")
		add(org.Calling, "AllowCalling", "group", everyone.ID)
	}
	if s.cfg.Ample {
		list = append(list, otherPolicies()...)
	}
	return list
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// configuration follows https://learn.microsoft.com/graph/api/teamsadministration-teamsuserconfiguration-get.
func (s *Server) configuration(c *call) (reply, error) {
	if p := known(configurationKind, configurationProperties, c.query.fields); p != nil {
		return reply{}, p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[strings.ToLower(c.ids[0])]; a != nil {
		if rec, there := s.configurationRecord(a, c.now, c.query.newEnums); there {
			rec = pick(rec, c.query.fields)
			rec["@odata.context"] = c.base + "/$metadata#admin/teams/userConfigurations/$entity"
			if s.cfg.WrapConfigurations {
				return ok(record{"value": rec})
			}
			return ok(rec)
		}
	}
	return reply{}, notFound("User '%s' is not found.", c.ids[0])
}

// configurationPage is how many configurations come at once unless asked; assumed, and
// small, so that callers must page.
const configurationPage = 7

// listConfigurations follows
// https://learn.microsoft.com/graph/api/teamsadministration-teamsadminroot-list-userconfigurations.
func (s *Server) listConfigurations(c *call) (reply, error) {
	names := append(slices.Clone(c.query.fields), c.query.filter.fields...)
	if p := known(configurationKind, configurationProperties, names); p != nil {
		return reply{}, p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var broken *problem
	rep, err := c.walk(len(s.cfg.Org.People), configurationPage, func(i int) (record, bool) {
		a := s.accounts[strings.ToLower(s.cfg.Org.People[i].ID)]
		if a.spoilt {
			broken = badRequest("Invalid DirectRoutingTelephoneNumber '1'.")
		}
		rec, there := s.configurationRecord(a, c.now, c.query.newEnums)
		if !there || !c.query.filter.pass(rec) {
			return nil, false
		}
		return pick(rec, c.query.fields), true
	})
	if broken != nil {
		return reply{}, broken
	}
	return rep, err
}
