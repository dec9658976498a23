package graph_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"calltab/internal/sandbox/graph"
)

// FuzzRequest: whatever the path, the options and the body, the answer is a Graph answer
// and never a fault of the server.
func FuzzRequest(f *testing.F) {
	for _, seed := range [][4]string{
		{"GET", "/v1.0/users", "$filter=displayName eq 'x'&$top=3", ""},
		{"GET", "/v1.0/users('a''b')/manager", "$select=id", ""},
		{"POST", "/v1.0/users/dana.reyes@alderfinch.example/checkMemberGroups", "", `{"groupIds":["x"]}`},
		{"POST", "/v1.0" + manage + "/numberAssignments/assignNumber", "", `{"telephoneNumber":"+1;ext=","numberType":"directRouting"}`},
		{"POST", "/v1.0" + manage + "/numberAssignments/unassignNumber", "", `{"telephoneNumber":null}`},
		{"GET", "/v1.0/admin/teams/policy/getPolicyId(type='TenantDialPlan',name='%27')", "", ""},
		{"POST", "/v1.0/admin/teams/policy/userAssignments/assign", "", `{"value":[{}]}`},
		{"POST", "/v1.0/users/erin.walsh@alderfinch.example/teamwork/installedApps", "", `{"teamsApp@odata.bind":"teamsApps('"}`},
		{"GET", "/v1.0" + manage + "/numberAssignments", "$skip=9&$filter=capabilities/any(c:c eq 'x')", ""},
		{"POST", "/v1.0/admin/configurationManagement/configurationSnapshots/createSnapshot", "", `{"displayName":"Routes of a day","resources":["microsoft.teams.voiceroute"]}`},
		{"GET", "/", "", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, method, path, options, body string) {
		u, err := url.ParseRequestURI("http://graph.example" + path)
		if err != nil || !strings.HasPrefix(path, "/") {
			t.Skip()
		}
		u.RawQuery = options
		r := &http.Request{Method: method, URL: u, Host: "graph.example", Header: http.Header{}, Body: http.NoBody}
		if body != "" {
			r.Body = httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body)).Body
		}
		r.Header.Set("Authorization", "Bearer "+strings.Join(graph.Permissions(), ","))
		r.Header.Set("ConsistencyLevel", "eventual")
		w := httptest.NewRecorder()
		build(t).Handler().ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("%s %s: %d %s", method, u, w.Code, w.Body)
		}
		if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%s %s: not JSON: %s", method, u, w.Body)
		}
	})
}
