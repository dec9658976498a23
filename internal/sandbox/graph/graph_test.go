package graph_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/sandbox/clock"
	"calltab/internal/sandbox/graph"
	"calltab/internal/sandbox/org"
)

const (
	appID     = "6f1c1e0a-1111-4222-8333-444455556666"
	catalogID = "7a7a7a7a-1111-4222-8333-444455556666"
	manage    = "/admin/teams/telephoneNumberManagement"
)

// chats stands in for Teams chat: who has the app. An id that is not in it has no Teams.
type chats map[string]bool

func (c chats) Installed(id string) bool { return c[id] }
func (c chats) Install(id string) (string, bool) {
	if _, known := c[id]; !known {
		return "", false
	}
	fresh := !c[id]
	c[id] = true
	return "19:" + id + "_bot@unq.gbl.spaces", fresh
}

// world is a Graph on loopback. The bearer token is the list of permissions.
type world struct {
	*graph.Server
	t     *testing.T
	url   string
	clock *clock.Clock
	org   *org.Org
	chats chats
}

// start serves a world on loopback.
func start(t *testing.T, change ...func(*graph.Config)) *world {
	t.Helper()
	w := build(t, change...)
	srv := httptest.NewServer(w.Handler())
	t.Cleanup(srv.Close)
	w.url = srv.URL
	return w
}

// build makes a world that nobody serves.
func build(t *testing.T, change ...func(*graph.Config)) *world {
	t.Helper()
	w := &world{t: t, clock: clock.New(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)), org: org.Default(1), chats: chats{}}
	for _, p := range w.org.People {
		if p.AccountType != org.AccountResource {
			w.chats[p.ID] = p.Installed
		}
	}
	cfg := graph.Config{Now: w.clock.Now, Org: w.org, Chats: w.chats, AppID: appID, CatalogAppID: catalogID, Seed: 1,
		Check: func(r *http.Request) ([]string, error) {
			token, there := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			if !there {
				return nil, errors.New("access token is empty")
			}
			return strings.Split(token, ","), nil
		}}
	for _, f := range change {
		f(&cfg)
	}
	s, err := graph.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	w.Server = s
	return w
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

func (a answer) code() string {
	e, _ := a.body["error"].(map[string]any)
	code, _ := e["code"].(string)
	return code
}

func (a answer) message() string {
	e, _ := a.body["error"].(map[string]any)
	m, _ := e["message"].(string)
	return m
}

func (a answer) list() []map[string]any {
	var out []map[string]any
	values, _ := a.body["value"].([]any)
	for _, v := range values {
		if m, isRecord := v.(map[string]any); isRecord {
			out = append(out, m)
		}
	}
	return out
}

// call sends a request; header pairs follow the body. The path may be a whole address.
func (w *world) call(method, path string, body any, header ...string) answer {
	w.t.Helper()
	var payload []byte
	if body != nil {
		var err error
		if payload, err = json.Marshal(body); err != nil {
			w.t.Fatal(err)
		}
	}
	return w.send(method, path, payload, header...)
}

func (w *world) send(method, path string, payload []byte, header ...string) answer {
	w.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = w.url + "/v1.0" + path
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, path, bytes.NewReader(payload))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+strings.Join(graph.Permissions(), ","))
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			w.t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
	return a
}

func (w *world) get(path string, header ...string) answer {
	w.t.Helper()
	return w.call(http.MethodGet, path, nil, header...)
}

func (w *world) id(alias string) string {
	w.t.Helper()
	p, there := w.org.Person(alias)
	if !there {
		w.t.Fatalf("nobody is called %s", alias)
	}
	return p.ID
}

func query(pairs ...string) string {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return "?" + v.Encode()
}

func TestTokenAndPermission(t *testing.T) {
	t.Parallel()
	w := start(t)
	without := func(p string) string {
		return "Bearer " + strings.Join(slices.DeleteFunc(graph.Permissions(), func(s string) bool { return s == p }), ",")
	}
	dana := w.id("dana")
	tests := []struct {
		name, method, path, auth string
		status                   int
		code, message            string
	}{
		{"no token", "GET", "/users", "", 401, "InvalidAuthenticationToken", "Access token is empty."},
		{"users", "GET", "/users", without("User.Read.All"), 403, "Authorization_RequestDenied", "Insufficient privileges"},
		{"groups need two", "POST", "/users/" + dana + "/checkMemberGroups", without("GroupMember.Read.All"), 403, "Authorization_RequestDenied", ""},
		{"install", "POST", "/users/" + dana + "/teamwork/installedApps", without("TeamsAppInstallation.ReadWriteSelfForUser.All"), 403, "Forbidden", "TeamsAppInstallation.ReadWriteSelfForUser.All"},
		{"numbers", "GET", manage + "/numberAssignments", without("TeamsTelephoneNumber.ReadWrite.All"), 403, "forbidden", "Insufficient permission(s)"},
		{"read is not write", "POST", manage + "/numberAssignments/assignNumber", "Bearer TeamsTelephoneNumber.Read.All", 403, "forbidden", "TeamsTelephoneNumber.ReadWrite.All"},
		{"read is read", "GET", manage + "/numberAssignments", "Bearer TeamsTelephoneNumber.Read.All", 200, "", ""},
		{"voice", "GET", "/admin/teams/userConfigurations/" + dana, without("TeamsUserConfiguration.Read.All"), 403, "UnknownError", `{"code":"Forbidden","message":"Access Denied."`},
		{"policy", "POST", "/admin/teams/policy/userAssignments/assign", without("TeamsPolicyUserAssign.ReadWrite.All"), 403, "UnknownError", "Forbidden"},
		{"unknown path", "GET", "/chats", "Bearer x", 400, "BadRequest", "chats"},
		{"wrong method", "DELETE", "/users", "Bearer x", 405, "Request_BadRequest", ""},
	}
	for _, tt := range tests {
		a := w.send(tt.method, tt.path, []byte("{}"), "Authorization", tt.auth, "client-request-id", "abc")
		if a.status != tt.status || a.code() != tt.code || !strings.Contains(a.message(), tt.message) {
			t.Errorf("%s: %d %s %q", tt.name, a.status, a.code(), a.message())
		}
		if a.header.Get("request-id") == "" || a.header.Get("client-request-id") != "abc" {
			t.Errorf("%s: request ids %q and %q", tt.name, a.header.Get("request-id"), a.header.Get("client-request-id"))
		}
		if tt.status < 400 {
			continue
		}
		inner, _ := a.body["error"].(map[string]any)["innerError"].(map[string]any)
		if inner["client-request-id"] != "abc" || inner["date"] != "2026-03-02T09:00:00" {
			t.Errorf("%s: innerError %v", tt.name, inner)
		}
	}
}

func TestOutsideThePrefix(t *testing.T) {
	t.Parallel()
	w := start(t)
	if a := w.get(w.url + "/users"); a.status != 400 {
		t.Errorf("/users without /v1.0 answers %d", a.status)
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	w := start(t)
	path := "/users/" + w.id("alice") + "/checkMemberGroups"
	admins, _ := w.org.Group(org.PhoneAdmins)
	plain := []byte(`{"groupIds":["` + admins.ID + `"]}`)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(plain)
	z.Close()
	tests := []struct {
		name, encoding string
		body           []byte
		status         int
	}{
		{"plain", "", plain, 200},
		{"gzip", "gzip", packed.Bytes(), 200},
		{"gzip that is none", "gzip", plain, 400},
		{"other", "br", plain, 415},
		{"truncated", "", plain[:10], 400},
		{"empty", "", nil, 400},
	}
	for _, tt := range tests {
		a := w.send("POST", path, tt.body, "Content-Encoding", tt.encoding)
		if a.status != tt.status {
			t.Errorf("%s: %d, want %d", tt.name, a.status, tt.status)
		}
		if got, _ := a.body["value"].([]any); tt.status == 200 && (len(got) != 1 || got[0] != admins.ID) {
			t.Errorf("%s: member of %v", tt.name, got)
		}
	}
}

func TestThrottling(t *testing.T) {
	t.Parallel()
	w := start(t)
	body := map[string]any{"telephoneNumber": "+12065550101"}
	var last answer
	for range 351 {
		last = w.call("POST", manage+"/numberAssignments/updateNumber", body)
	}
	if last.status != 429 || last.code() != "TooManyRequests" || last.header.Get("Retry-After") != "10" {
		t.Fatalf("the 351st write: %d %s Retry-After %q", last.status, last.code(), last.header.Get("Retry-After"))
	}
	w.clock.Advance(9500 * time.Millisecond)
	if a := w.call("POST", manage+"/numberAssignments/updateNumber", body); a.header.Get("Retry-After") != "1" {
		t.Errorf("near the end Retry-After is %q", a.header.Get("Retry-After"))
	}
	w.clock.Advance(time.Second)
	if a := w.call("POST", manage+"/numberAssignments/updateNumber", body); a.status == 429 {
		t.Error("still throttled in the next window")
	}
}
