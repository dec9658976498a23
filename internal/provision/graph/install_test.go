package graph

import (
	"strings"
	"testing"

	"calltab/internal/provision"
)

const (
	app     = "a0000000-0000-4000-8000-00000000000a"
	appsOf  = "/users/" + string(bob) + "/teamwork/installedApps"
	ourChat = "19:b0b_bot@unq.gbl.spaces"
)

var (
	installed    = answer{body: `{"value":[null,{"id":"other","teamsApp":{"id":"x"}},{"id":"ins-1==","teamsApp":{"id":"` + strings.ToUpper(app) + `"}}]}`}
	notInstalled = answer{body: `{"value":[{"id":"other","teamsApp":{"id":"x"}},{"id":"bare"}]}`}
	chat         = answer{body: `{"id":"` + ourChat + `","chatType":"oneOnOne"}`}
	conflict     = answer{status: 409, body: `{"error":{"code":"Conflict","message":"App already installed"}}`}
)

func TestInstall(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		answers []answer
		calls   string
	}{
		{"there already", []answer{installed, chat}, "GET apps, GET chat"},
		{"new", []answer{notInstalled, {status: 201}, installed, chat}, "GET apps, POST apps, GET apps, GET chat"},
		{"installed meanwhile", []answer{notInstalled, conflict, installed, chat}, "GET apps, POST apps, GET apps, GET chat"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, tt.answers...)
			got, err := s.client().Install(t.Context(), tenant, bob, app)
			if err != nil || got != ourChat {
				t.Errorf("got %q, %v", got, err)
			}
			var calls []string
			for _, r := range s.seen(len(tt.answers)) {
				path := map[string]string{appsOf: "apps", appsOf + "/ins-1%3D%3D/chat": "chat"}[r.path]
				calls = append(calls, r.method+" "+path)
				if r.method == "POST" {
					wantBody(t, r, map[string]any{"teamsApp@odata.bind": s.URL + prefix + "/appCatalogs/teamsApps/" + app})
				} else if path == "apps" && (r.query.Get("$filter") != "teamsApp/id eq '"+app+"'" || r.query.Get("$expand") != "teamsApp") {
					t.Errorf("got query %v", r.query)
				}
			}
			if got := strings.Join(calls, ", "); got != tt.calls {
				t.Errorf("got calls %s, want %s", got, tt.calls)
			}
		})
	}
}

func TestInstallFails(t *testing.T) {
	t.Parallel()
	const granted = "TeamsAppInstallation.ReadWriteSelfForUser.All"
	blocked := answer{status: 403, body: `{"error":{"code":"Forbidden","message":"App is blocked by app permission policy.",
"innerError":{"message":"App is blocked","code":"AccessDenied","innerError":{},"request-id":"r"}}}`}
	scopes := answer{status: 403, body: `{"error":{"code":"Forbidden","message":"Missing role permissions","innerError":{"code":"InsufficientPrivileges"}}}`}
	tests := []struct {
		name    string
		answers []answer
		kind    provision.ErrorKind
		code    string
		say     string
	}{
		{"may not look", []answer{scopes}, provision.Denied, granted, "graph-permission-missing"},
		{"may not look, in the words of a policy", []answer{blocked}, provision.Denied, granted, "graph-permission-missing"},
		{"may not install", []answer{notInstalled, scopes}, provision.Denied, granted, "graph-permission-missing"},
		{"blocked by policy", []answer{notInstalled, blocked}, provision.Denied, "AppBlockedByPolicy", ""},
		{"not in the catalogue", []answer{notInstalled, {status: 404, body: `{"error":{"code":"NotFound","message":"x"}}`}}, provision.NotFound, "NotFound", ""},
		{"not listed yet", []answer{notInstalled, {status: 201}, notInstalled}, provision.Unavailable, "not-yet", "microsoft-busy"},
		{"no chat yet", []answer{installed, {status: 404}}, provision.Unavailable, "not-yet", "microsoft-busy"},
		{"chat without an id", []answer{installed, {body: `{}`}}, provision.Unavailable, "not-yet", "microsoft-busy"},
		{"lost", []answer{notInstalled, {lost: true}}, provision.Unavailable, "no-answer", "microsoft-busy"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, tt.answers...)
			got, err := s.client().Install(t.Context(), tenant, bob, app)
			if e := wantError(t, err, tt.kind, tt.code); e.Say.ID != tt.say || got != "" {
				t.Errorf("got %q saying %q, want %q", got, e.Say.ID, tt.say)
			}
			s.seen(len(tt.answers))
		})
	}
}
