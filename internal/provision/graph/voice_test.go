package graph

import (
	"reflect"
	"testing"

	"calltab/internal/provision"
)

const (
	configurations = "/admin/teams/userConfigurations/"
	inventory      = "/admin/teams/telephoneNumberManagement/numberAssignments"
)

func TestVoice(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{body: `{"id":"` + string(bob) + `","tenantId":"t","userPrincipalName":"bob@contoso.example","accountType":"user",
"featureTypes":["Teams","PhoneSystem"],"isEnterpriseVoiceEnabled":true,"createdDateTime":"2025-07-23T10:00:00Z",
"telephoneNumbers":[{"telephoneNumber":"12065550100","assignmentCategory":"primary"},null,{"telephoneNumber":"tel:+12065550101;ext=7","assignmentCategory":"private"},
{"telephoneNumber":null},{"telephoneNumber":"1"},{"telephoneNumber":"alice"}],
"effectivePolicyAssignments":[null,{"policyType":"TeamsCallingPolicy"},
{"policyType":"OnlineVoiceRoutingPolicy","policyAssignment":{"displayName":"Tag:Unlimited","assignmentType":"direct","policyId":"p1","groupId":null}},
{"policyType":"TenantDialPlan","policyAssignment":{"displayName":"Seattle","assignmentType":"group","policyId":"p2","groupId":"g"}},
{"policyType":"TeamsMeetingPolicy","policyAssignment":{"displayName":"Global","assignmentType":"fromTheFuture"}}]}`})
	got, err := s.client().Voice(t.Context(), tenant, "B0B00000-0000-4000-8000-000000000001")
	want := provision.Voice{Found: true, AccountType: "user", Features: []string{"Teams", "PhoneSystem"}, EnterpriseVoice: true,
		Numbers: []provision.E164{"+12065550100", "+1", "alice"},
		Beside:  []provision.Beside{{Number: "+12065550101;ext=7", Category: "private"}},
		Policies: map[string]provision.Policy{
			"OnlineVoiceRoutingPolicy": {Name: "Unlimited", ID: "p1", Direct: true},
			"TenantDialPlan":           {Name: "Seattle", ID: "p2"},
			"TeamsMeetingPolicy":       {Name: "Global"},
		}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
	}
	r := s.seen(1)[0]
	if r.method != "GET" || r.path != configurations+string(bob) || r.header.Get("Prefer") != "include-unknown-enum-members" {
		t.Errorf("got %s %s, Prefer %q", r.method, r.path, r.header.Get("Prefer"))
	}
}

func TestVoiceAccountTypes(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"user": "user", "resourceAccount": "resourceAccount", "guest": "guest", "sfbOnPremUser": "sfbOnPremUser",
		"unknown": "unknown", "ineligibleUser": "ineligibleUser", "unknownFutureValue": "unknownFutureValue", "newlyInvented": "",
	} {
		s := newServer(t, answer{body: `{"id":"x","accountType":"` + sent + `"}`})
		if got, err := s.client().Voice(t.Context(), tenant, bob); err != nil || got.AccountType != want || !got.Found {
			t.Errorf("%s: got %+v, %v", sent, got, err)
		}
	}
}

func TestVoiceWrapped(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{body: `{"@odata.context":"x","value":{"id":"x","accountType":"resourceAccount","isEnterpriseVoiceEnabled":true,"telephoneNumbers":[{"telephoneNumber":"+12065550100"}]}}`})
	got, err := s.client().Voice(t.Context(), tenant, bob)
	want := provision.Voice{Found: true, AccountType: "resourceAccount", EnterpriseVoice: true, Numbers: []provision.E164{number}, Policies: map[string]provision.Policy{}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// What is no configuration must not read as a person without a number.
func TestVoiceUnreadable(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"value":[]}`, `{"value":{}}`, `{"value":null}`, `[]`, `{"id":"x","telephoneNumbers":{}}`, `{"value":{"id":"x","featureTypes":7}}`} {
		s := newServer(t, answer{body: body})
		got, err := s.client().Voice(t.Context(), tenant, bob)
		if provision.KindOf(err) != provision.Unavailable || got.Found {
			t.Errorf("%s: got %+v, %v", body, got, err)
		}
	}
}

func TestVoiceOfSomebodyUnknown(t *testing.T) {
	t.Parallel()
	for _, a := range []answer{
		{status: 404, body: `{"error":{"code":"NotFound","message":"User not found."}}`},
		{status: 404, body: `{"error":{"code":"UnknownError","message":"{\"code\":\"NotFound\",\"message\":\"\"}"}}`},
		{status: 400, body: `{"error":{"code":"NotFound","message":"Request error"}}`},
		{status: 404},
	} {
		s := newServer(t, a)
		got, err := s.client().Voice(t.Context(), tenant, bob)
		if err != nil || !reflect.DeepEqual(got, provision.Voice{}) {
			t.Errorf("%s: got %+v, %v", a.body, got, err)
		}
	}
}

func TestAssignment(t *testing.T) {
	t.Parallel()
	const ours = `{"id":"x","telephoneNumber":"12065550100","activationState":"activated","assignmentStatus":"userAssigned",
"assignmentTargetId":"B0B00000-0000-4000-8000-000000000001","numberSource":"online","numberType":"directRouting","capabilities":["userAssignment"]}`
	want := provision.Assignment{Found: true, Number: number, Target: bob, Type: "directRouting", Source: "online", Status: "userAssigned", Activation: "activated"}
	const other = `{"id":"y","telephoneNumber":"+12065550199","assignmentStatus":"userAssigned"}`
	const withExt = `{"id":"z","telephoneNumber":"+12065550100;ext=1","assignmentStatus":"userAssigned"}`
	const free = `{"id":"x","telephoneNumber":"+12065550100","activationState":"activated","assignmentStatus":"unassigned","assignmentTargetId":null,"numberType":"callingPlan"}`
	tests := []struct {
		name  string
		pages []string
		want  provision.Assignment
	}{
		{"assigned", []string{ours}, want},
		{"not listed", []string{""}, provision.Assignment{}},
		{"among others", []string{"null," + other + "," + withExt + "," + ours}, want},
		{"only others", []string{other + "," + withExt}, provision.Assignment{}},
		{"behind an empty page", []string{"", other, ours}, want},
		{"free", []string{free}, provision.Assignment{Found: true, Number: number, Type: "callingPlan", Status: "unassigned", Activation: "activated"}},
		{"of a kind to come", []string{`{"telephoneNumber":"+12065550100","numberType":"quantum","assignmentStatus":"entangled"}`},
			provision.Assignment{Found: true, Number: number}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			for i, p := range tt.pages {
				next := ""
				if i < len(tt.pages)-1 {
					next = `,"@odata.nextLink":"` + s.URL + prefix + inventory + `?$skip=500"`
				}
				s.answers = append(s.answers, answer{body: `{"value":[` + p + `]` + next + `}`})
			}
			got, err := s.client().Assignment(t.Context(), tenant, number)
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
			rs := s.seen(len(tt.pages))
			for _, r := range rs {
				if got := r.header.Get("Prefer"); got != "include-unknown-enum-members" {
					t.Errorf("got Prefer %q", got)
				}
			}
			if r := rs[0]; r.path != inventory || r.query.Get("$filter") != "telephoneNumber eq '+12065550100'" {
				t.Errorf("got %s with filter %q", r.path, r.query.Get("$filter"))
			}
		})
	}
}

func TestArgumentsThatAreNotSent(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, ctx := s.client(), t.Context()
	const bad, app = "../users", "a0000000-0000-4000-8000-00000000000a"
	calls := map[string]func() error{
		"voice":               func() error { _, err := c.Voice(ctx, tenant, bad); return err },
		"assignment":          func() error { _, err := c.Assignment(ctx, tenant, "2065550100"); return err },
		"assignment, quote":   func() error { _, err := c.Assignment(ctx, tenant, "+1' or 1 eq 1"); return err },
		"assign, user":        func() error { _, err := c.AssignNumber(ctx, tenant, number, bad, ""); return err },
		"assign, number":      func() error { _, err := c.AssignNumber(ctx, tenant, "+", bob, ""); return err },
		"assign, extension":   func() error { _, err := c.AssignNumber(ctx, tenant, "+12065550100;ext=", bob, ""); return err },
		"assign, long":        func() error { _, err := c.AssignNumber(ctx, tenant, "+1234567890123456", bob, ""); return err },
		"unassign":            func() error { _, err := c.UnassignNumber(ctx, tenant, "tel:+12065550100"); return err },
		"operation, none":     func() error { _, err := c.Operation(ctx, tenant, ""); return err },
		"operation, dots":     func() error { _, err := c.Operation(ctx, tenant, "../userConfigurations"); return err },
		"operation, address":  func() error { _, err := c.Operation(ctx, tenant, "https://graph.example/operations()"); return err },
		"policy, type":        func() error { _, err := c.PolicyID(ctx, tenant, "X',name='Y", "N"); return err },
		"policy, name":        func() error { _, err := c.PolicyID(ctx, tenant, "TenantDialPlan", "Tag:"); return err },
		"assign policy, user": func() error { return c.AssignPolicy(ctx, tenant, bad, "TenantDialPlan", "p") },
		"assign policy, type": func() error { return c.AssignPolicy(ctx, tenant, bob, "", "p") },
		"assign policy, id":   func() error { return c.AssignPolicy(ctx, tenant, bob, "TenantDialPlan", "") },
		"unassign policy":     func() error { return c.UnassignPolicy(ctx, tenant, "", "TenantDialPlan") },
		"install, user":       func() error { _, err := c.Install(ctx, tenant, bad, app); return err },
		"install, app":        func() error { _, err := c.Install(ctx, tenant, bob, "calltab"); return err },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) { wantError(t, call(), provision.Invalid, "") })
	}
	s.seen(0)
}
