package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/sandbox/graph"
)

func (w *world) policyID(kind, name string) string {
	w.t.Helper()
	a := w.get("/admin/teams/policy/microsoft.graph.teamsAdministration.getPolicyId(type='" + kind + "',name='" + name + "')")
	if len(a.list()) != 1 {
		w.t.Fatalf("policy %s %s: %d %v", kind, name, a.status, a.body)
	}
	return a.list()[0]["policyId"].(string)
}

func (w *world) policies(action string, items ...map[string]any) answer {
	w.t.Helper()
	return w.call("POST", "/admin/teams/policy/userAssignments/"+action, map[string]any{"value": items})
}

// effective returns "type=name" of the policies in force.
func effective(conf map[string]any) string {
	var out []string
	list, _ := conf["effectivePolicyAssignments"].([]any)
	for _, e := range list {
		rec := e.(map[string]any)
		out = append(out, fmt.Sprintf("%s=%s", rec["policyType"], rec["policyAssignment"].(map[string]any)["displayName"]))
	}
	return strings.Join(out, " ")
}

func TestPolicyID(t *testing.T) {
	t.Parallel()
	w := start(t)
	tests := []struct {
		call   string
		status int
		name   string
	}{
		{"getPolicyId(type='OnlineVoiceRoutingPolicy',name='Metered%20Calls')", 200, "Tag:Metered Calls"},
		{"getPolicyId(name='metered%20calls',type='onlineVoiceRoutingPolicy')", 200, "Tag:Metered Calls"},
		{"microsoft.graph.teamsAdministration.getPolicyId(type='TenantDialPlan',name='Tag:US-Seattle')", 200, "Tag:US-Seattle"},
		{"getPolicyId(type='TeamsCallingPolicy',name='Bob''s%20%22no%20calls%22%20policy')", 200, `Tag:Bob's "no calls" policy`},
		{"getPolicyId(type='',name='Metered%20Calls')", 400, ""},
		{"getPolicyId(type='OnlineVoiceRoutingPolicy',name='Free%20Calls')", 404, ""},
		{"getPolicyID", 400, ""},
	}
	for _, tt := range tests {
		a := w.get("/admin/teams/policy/" + tt.call)
		name := ""
		if l := a.list(); len(l) == 1 {
			name = l[0]["name"].(string)
		}
		if a.status != tt.status || name != tt.name {
			t.Errorf("%s: %d %q", tt.call, a.status, name)
		}
	}
}

func TestPolicyAssignment(t *testing.T) {
	t.Parallel()
	w := start(t)
	routing := map[string]any{"userId": w.id("dana"), "policyType": "OnlineVoiceRoutingPolicy", "policyId": w.policyID("OnlineVoiceRoutingPolicy", "Metered%20Calls")}
	dial := map[string]any{"userId": w.id("dana"), "policyType": "tenantDialPlan", "policyId": w.policyID("TenantDialPlan", "US-Seattle")}
	for range 2 { // a repeat changes nothing
		if a := w.policies("microsoft.graph.teamsAdministration.assign", routing, dial); a.status != 204 {
			t.Fatalf("assign: %d %v", a.status, a.body)
		}
	}
	if got := effective(w.configuration("dana")); got != "TeamsCallingPolicy=AllowCalling" {
		t.Errorf("effective at once: %s", got)
	}
	if got := w.PolicyOf("dana", graph.VoiceRouting); got != "Metered Calls" {
		t.Errorf("PolicyOf = %q", got)
	}
	w.clock.Advance(2 * time.Minute)
	if got := effective(w.configuration("dana")); got != "OnlineVoiceRoutingPolicy=Metered Calls TenantDialPlan=US-Seattle TeamsCallingPolicy=AllowCalling" {
		t.Errorf("effective: %s", got)
	}
	if a := w.policies("unassign", map[string]any{"userId": w.id("dana"), "policyType": "OnlineVoiceRoutingPolicy"}); a.status != 204 {
		t.Fatalf("unassign: %d", a.status)
	}
	w.clock.Advance(2 * time.Minute)
	if got := effective(w.configuration("dana")); got != "TenantDialPlan=US-Seattle TeamsCallingPolicy=AllowCalling" {
		t.Errorf("after unassign: %s", got)
	}
	want := "[policy dana OnlineVoiceRoutingPolicy Metered Calls policy dana TenantDialPlan US-Seattle policy dana OnlineVoiceRoutingPolicy]"
	if got := fmt.Sprint(w.Changes()); got != want {
		t.Errorf("changes %s", got)
	}
	for name, item := range map[string]map[string]any{
		"user": {"userId": "x", "policyType": "TenantDialPlan", "policyId": dial["policyId"]},
		"type": {"userId": w.id("dana"), "policyType": "Shoes", "policyId": "x"},
		"id":   {"userId": w.id("dana"), "policyType": "OnlineVoiceRoutingPolicy", "policyId": dial["policyId"]},
	} {
		if a := w.policies("assign", routing, item); a.status/100 != 4 || w.PolicyOf("dana", graph.VoiceRouting) != "" {
			t.Errorf("bad %s: %d, then %q", name, a.status, w.PolicyOf("dana", graph.VoiceRouting))
		}
	}
	if a := w.policies("assign"); a.status != 400 {
		t.Errorf("an empty batch: %d", a.status)
	}
}

func TestConfigurations(t *testing.T) {
	t.Parallel()
	w := start(t)
	tests := []struct{ alias, kind, features string }{
		{"dana", "user", "Teams PhoneSystem"}, {"erin", "user", "Teams PhoneSystem AudioConferencing"}, {"hugo", "user", "Teams"},
		{"umar-line", "resourceAccount", "PhoneSystemVirtualUser"}, {"olga", "guest", ""}, {"ada", "sfbOnPremUser", "Teams PhoneSystem AudioConferencing"},
		{"xena", "ineligibleUser", "PhoneSystem AudioConferencing"}, {"zoe", "user", "Teams PhoneSystem CallingPlan"}, {"jonas", "user", "Teams"},
	}
	for _, tt := range tests {
		conf := w.configuration(tt.alias)
		var features []string
		for _, f := range conf["featureTypes"].([]any) {
			features = append(features, f.(string))
		}
		if conf["accountType"] != tt.kind || strings.Join(features, " ") != tt.features || conf["tenantId"] != w.org.Tenant.ID {
			t.Errorf("%s: %v %v", tt.alias, conf["accountType"], features)
		}
	}
	if a := w.get("/admin/teams/userConfigurations/" + w.id("xena")); a.body["accountType"] != "unknownFutureValue" {
		t.Errorf("without Prefer: %v", a.body["accountType"])
	}
	if a := w.get("/admin/teams/userConfigurations" + query("$filter", "isEnterpriseVoiceEnabled eq true", "$select", "userPrincipalName")); w.aliases(a) != "pavel quinn" {
		t.Errorf("voice enabled: %s", w.aliases(a))
	}
	if a := w.get("/admin/teams/userConfigurations" + query("$filter", "telephoneNumbers/any(n:n/telephoneNumber eq '+12065550150')")); w.aliases(a) != "quinn" {
		t.Errorf("by number: %v", a.body)
	}
	n, address := 0, "/admin/teams/userConfigurations"
	for address != "" {
		a := w.get(address)
		n += len(a.list())
		address, _ = a.body["@odata.nextLink"].(string)
	}
	if n != len(w.org.People)-1 { // cleo is not known yet
		t.Errorf("%d configurations of %d people", n, len(w.org.People))
	}
	wrapped := start(t, func(c *graph.Config) { c.WrapConfigurations = true })
	if inner, _ := wrapped.configuration("dana")["value"].(map[string]any); inner["id"] != w.id("dana") {
		t.Errorf("wrapped: %v", inner)
	}
}

func TestFreshLicenceIsKnownLate(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *graph.Config) { c.Delays.Licence = time.Hour })
	path := "/admin/teams/userConfigurations/" + w.id("cleo")
	if a := w.get(path); a.status != 404 || a.code() != "NotFound" {
		t.Errorf("before: %d", a.status)
	}
	w.clock.Advance(time.Hour)
	if a := w.get(path); a.status != 200 {
		t.Errorf("after: %d", a.status)
	}
	if status, _ := w.settle(w.assign("cleo", "+442079460001")); status != "succeeded" {
		t.Errorf("assign after: %s", status)
	}
}

// TestWithhold takes each condition away from a working phone and gives it back.
func TestWithhold(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *graph.Config) {
		c.Delays = graph.Delays{Operation: -1, Visible: -1, Number: -1, Voice: -1, Policy: -1}
	})
	number := "+12065550150"
	shows := map[graph.Condition]func() bool{
		graph.Account:       func() bool { return w.user("quinn")["accountEnabled"] == true },
		graph.UsageLocation: func() bool { return w.user("quinn")["usageLocation"] == "US" },
		graph.Licence: func() bool {
			return slices.ContainsFunc(w.user("quinn")["assignedPlans"].([]any), func(p any) bool {
				rec := p.(map[string]any)
				return rec["servicePlanId"] == "4828c8ec-dc2e-4779-b502-87ac9ce28ab7" && rec["capabilityStatus"] == "Enabled"
			})
		},
		graph.Configuration: func() bool { return w.configuration("quinn")["id"] != nil },
		graph.AccountType:   func() bool { return w.configuration("quinn")["accountType"] == "user" },
		graph.Feature: func() bool {
			return strings.Contains(fmt.Sprint(w.configuration("quinn")["featureTypes"]), "PhoneSystem")
		},
		graph.EnterpriseVoice: func() bool { return w.configuration("quinn")["isEnterpriseVoiceEnabled"] == true },
		graph.Number:          func() bool { return phones(w.configuration("quinn")) == number },
		graph.RoutingPolicy:   func() bool { return strings.Contains(effective(w.configuration("quinn")), "OnlineVoiceRoutingPolicy=") },
		graph.Assignment:      func() bool { return w.number(number)["activationState"] == "activated" },
	}
	if len(shows) != len(graph.Conditions()) {
		t.Fatalf("%d conditions checked of %d", len(shows), len(graph.Conditions()))
	}
	for _, c := range graph.Conditions() {
		for _, step := range []struct {
			do   func(string, string) error
			want bool
		}{{w.Withhold, false}, {w.Release, true}} {
			if err := step.do("quinn", string(c)); err != nil {
				t.Fatal(err)
			}
			if got := shows[c](); got != step.want {
				t.Errorf("%s shows %v, want %v", c, got, step.want)
			}
		}
	}
	if w.Withhold("quinn", "mood") == nil || w.Withhold("nobody", "account") == nil {
		t.Error("Withhold takes anything")
	}
	w.Withhold("dana", "licence")
	if a := w.assign("dana", "+12065550101"); !strings.Contains(a.message(), "on-premises") {
		t.Errorf("a withheld licence: %d %s", a.status, a.message())
	}
}

func (w *world) user(alias string) map[string]any {
	w.t.Helper()
	return w.get("/users/" + w.id(alias) + query("$select", "accountEnabled,usageLocation,assignedPlans")).body
}

func TestDelays(t *testing.T) {
	t.Parallel()
	voiceAt := func(seed int64) time.Duration {
		w := start(t, func(c *graph.Config) { c.Seed, c.Delays = seed, graph.Delays{Operation: -1, Voice: 2 * time.Minute} })
		w.assign("dana", "+12065550101")
		for d := time.Duration(0); d < 5*time.Minute; d += time.Second {
			if w.configuration("dana")["isEnterpriseVoiceEnabled"] == true {
				return d
			}
			w.clock.Advance(time.Second)
		}
		return -1
	}
	first := voiceAt(1)
	if again := voiceAt(1); first != again || first < time.Minute || first > 3*time.Minute {
		t.Errorf("voice after %v and %v", first, again)
	}
	if other := voiceAt(7); other == first {
		t.Errorf("seeds 1 and 7 both give %v", other)
	}
	w := start(t)
	w.SetDelays(graph.Delays{Operation: -1, Polls: -1, Visible: -1})
	if status, _ := w.poll(w.assign("dana", "+12065550101").header.Get("Location")); status != "succeeded" || w.number("+12065550101") == nil {
		t.Errorf("without delays: %s", status)
	}
}
