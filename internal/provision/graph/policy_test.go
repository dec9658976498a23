package graph

import (
	"testing"

	"calltab/internal/provision"
)

const policies = "/admin/teams/policy/"

func TestPolicyID(t *testing.T) {
	t.Parallel()
	const getPolicyID = policies + "microsoft.graph.teamsAdministration.getPolicyId"
	tests := []struct {
		name, policy, path, body, want string
	}{
		{"tagged", "AllOn", getPolicyID + "(type='OnlineVoiceRoutingPolicy',name='AllOn')", `{"value":[{"name":"Tag:AllOn","policyId":"p1"}]}`, "p1"},
		{"asked for with its tag", "Tag:AllOn", getPolicyID + "(type='OnlineVoiceRoutingPolicy',name='AllOn')", `{"value":[{"name":"AllOn","policyId":"p1"}]}`, "p1"},
		{"any case", "allon", getPolicyID + "(type='OnlineVoiceRoutingPolicy',name='allon')", `{"value":[{"name":"tag:AllOn","policyId":"p1"}]}`, "p1"},
		{"among others", "B", getPolicyID + "(type='OnlineVoiceRoutingPolicy',name='B')",
			`{"value":[null,{"name":"A","policyId":"p1"},{"name":"B"},{"name":"Tag:B","policyId":"p2"}]}`, "p2"},
		{"name to be escaped", "D'Arcy's / R&D+ 100% (ü)", getPolicyID + "(type='OnlineVoiceRoutingPolicy',name='D%27%27Arcy%27%27s%20%2F%20R%26D%2B%20100%25%20%28%C3%BC%29')",
			`{"value":[{"name":"D'Arcy's / R&D+ 100% (ü)","policyId":"p3"}]}`, "p3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, answer{body: tt.body})
			got, err := s.client().PolicyID(t.Context(), tenant, provision.VoiceRoutingPolicy, tt.policy)
			if err != nil || got != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
			if r := s.seen(1)[0]; r.method != "GET" || r.path != tt.path {
				t.Errorf("got  %s %s\nwant GET %s", r.method, r.path, tt.path)
			}
		})
	}
}

func TestPolicyNotFound(t *testing.T) {
	t.Parallel()
	for _, a := range []answer{
		{body: `{"value":[]}`},
		{body: `{}`},
		{body: `{"value":[{"name":"Other","policyId":"p1"}]}`},
		{status: 404, body: `{"error":{"code":"NotFound","message":"no policy"}}`},
	} {
		s := newServer(t, a)
		got, err := s.client().PolicyID(t.Context(), tenant, provision.DialPlanPolicy, "Mine")
		if provision.KindOf(err) != provision.NotFound || got != "" {
			t.Errorf("%s: got %q, %v", a.body, got, err)
		}
	}
}

func TestAssignPolicy(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{status: 204}, answer{status: 204})
	c := s.client()
	if err := c.AssignPolicy(t.Context(), tenant, bob, provision.CallingPolicy, "p1"); err != nil {
		t.Fatal(err)
	}
	if err := c.UnassignPolicy(t.Context(), tenant, bob, provision.CallingPolicy); err != nil {
		t.Fatal(err)
	}
	rs := s.seen(2)
	item := map[string]any{"userId": string(bob), "policyType": "TeamsCallingPolicy"}
	wantBody(t, rs[1], map[string]any{"value": []any{item}})
	wantBody(t, rs[0], map[string]any{"value": []any{map[string]any{"userId": string(bob), "policyType": "TeamsCallingPolicy", "policyId": "p1"}}})
	for i, action := range []string{"assign", "unassign"} {
		if want := policies + "userAssignments/microsoft.graph.teamsAdministration." + action; rs[i].method != "POST" || rs[i].path != want {
			t.Errorf("got %s %s, want POST %s", rs[i].method, rs[i].path, want)
		}
	}
}

func TestPolicyWithoutPermission(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{status: 403, body: `{"error":{"code":"Forbidden","message":"Access Denied."}}`})
	err := s.client().AssignPolicy(t.Context(), tenant, bob, provision.CallingPolicy, "p1")
	if e := wantError(t, err, provision.Denied, "TeamsPolicyUserAssign.ReadWrite.All"); e.Op != "assign policy" {
		t.Errorf("got op %q", e.Op)
	}
}
