package graph

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"calltab/internal/provision"
)

const operations = "/admin/teams/telephoneNumberManagement/operations"

// accepted is Graph's answer to a change, with the operation's address on a host that is not ours to ask.
func accepted(address string) answer {
	return answer{status: 202, header: map[string]string{"Location": address}}
}

func TestAssignNumber(t *testing.T) {
	t.Parallel()
	s := newServer(t, accepted("https://graph.microsoft.com/v1.0"+operations+"('b3A9MQ==')"), accepted(""))
	c := s.client()
	got, err := c.AssignNumber(t.Context(), tenant, number, "B0B00000-0000-4000-8000-000000000001", "")
	if want := (provision.Operation{ID: "b3A9MQ==", State: provision.OperationRunning}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	got, err = c.AssignNumber(t.Context(), tenant, "+12065550100;ext=12", bob, "loc-1")
	if want := (provision.Operation{State: provision.OperationRunning}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	rs := s.seen(2)
	wantBody(t, rs[0], map[string]any{"telephoneNumber": "+12065550100", "assignmentTargetId": string(bob),
		"numberType": "directRouting", "assignmentCategory": "primary"})
	wantBody(t, rs[1], map[string]any{"telephoneNumber": "+12065550100;ext=12", "assignmentTargetId": string(bob),
		"numberType": "directRouting", "assignmentCategory": "primary", "locationId": "loc-1"})
	if want := inventory + "/microsoft.graph.teamsAdministration.assignNumber"; rs[0].method != "POST" || rs[0].path != want {
		t.Errorf("got %s %s, want POST %s", rs[0].method, rs[0].path, want)
	}
}

func TestUnassignNumber(t *testing.T) {
	t.Parallel()
	s := newServer(t, accepted("/v1.0"+operations+"/0ad00000-0000-4000-8000-000000000009"))
	got, err := s.client().UnassignNumber(t.Context(), tenant, number)
	if want := (provision.Operation{ID: "0ad00000-0000-4000-8000-000000000009", State: provision.OperationRunning}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	r := s.seen(1)[0]
	wantBody(t, r, map[string]any{"telephoneNumber": "+12065550100", "numberType": "directRouting"})
	if want := inventory + "/microsoft.graph.teamsAdministration.unassignNumber"; r.method != "POST" || r.path != want {
		t.Errorf("got %s %s, want POST %s", r.method, r.path, want)
	}
}

// wantBody checks a JSON body that was sent plainly: neither compressed nor in chunks.
func wantBody(t *testing.T, r request, want map[string]any) {
	t.Helper()
	var got map[string]any
	if err := json.Unmarshal([]byte(r.body), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got body %s, want %v", r.body, want)
	}
	if enc := r.header.Get("Content-Encoding"); enc != "" || r.length != int64(len(r.body)) {
		t.Errorf("got encoding %q and length %d for %d bytes", enc, r.length, len(r.body))
	}
	if ct := r.header.Get("Content-Type"); ct != "application/json" {
		t.Errorf("got content type %q", ct)
	}
}

// A change is sent once, whatever becomes of it: the job runner owns every retry.
func TestChangesAreSentOnce(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer answer
		kind   provision.ErrorKind
		code   string
	}{
		"throttled":   {answer{status: 429, header: map[string]string{"Retry-After": "0"}}, provision.Throttled, ""},
		"unavailable": {answer{status: 503}, provision.Unavailable, ""},
		"gateway":     {answer{status: 504, body: "<html>", header: map[string]string{"Content-Type": "text/html"}}, provision.Unavailable, ""},
		"lost":        {answer{lost: true}, provision.Unavailable, "no-answer"},
		"challenged":  {answer{status: 401, header: map[string]string{"WWW-Authenticate": `Bearer error="insufficient_claims", claims="e30="`}}, provision.Denied, ""},
		"odd claims":  {answer{status: 401, header: map[string]string{"WWW-Authenticate": `Bearer claims=none`}}, provision.Denied, ""},
		"no gzip":     {answer{status: 415}, provision.Internal, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, answer{status: 204}, tt.answer)
			c := s.client()
			if err := c.UnassignPolicy(t.Context(), tenant, bob, provision.DialPlanPolicy); err != nil { // opens the connection
				t.Fatal(err)
			}
			got, err := c.AssignNumber(t.Context(), tenant, number, bob, "")
			wantError(t, err, tt.kind, tt.code)
			if got != (provision.Operation{}) {
				t.Errorf("got %+v with an error", got)
			}
			s.seen(2)
		})
	}
}

func TestOperation(t *testing.T) {
	t.Parallel()
	const run, done, fail = provision.OperationRunning, provision.OperationSucceeded, provision.OperationFailed
	tests := []struct {
		name, body string
		state      provision.OperationState
		detail     string
	}{
		{"not started", `{"id":"b3A9MQ==","status":"notStarted"}`, run, "notStarted"},
		{"running", `{"id":"b3A9MQ==","createdDateTime":"2026-01-01T00:00:00Z","status":"running","numbers":[]}`, run, "running"},
		{"succeeded", `{"status":"succeeded","numbers":[{"resourceLocation":"x","status":"succeeded","statusDetail":null}]}`, done, "succeeded"},
		{"failed", `{"status":"failed","numbers":[{"status":"failed","statusDetail":"Telephone Number +12065550100 has already been assigned"}]}`,
			fail, "Telephone Number …00 has already been assigned"},
		{"skipped", `{"status":"skipped","numbers":null}`, fail, "skipped"},
		{"succeeded without the number", `{"status":"succeeded","numbers":[{"status":"skipped","statusDetail":"Skipped."}]}`, fail, "Skipped."},
		{"running, a number failed", `{"status":"running","numbers":[{"status":"failed","statusDetail":"No."}]}`, run, "No."},
		{"wrapped", `{"value":{"id":"b3A9MQ==","status":"failed","numbers":[{"status":"failed","statusDetail":"No licence."}]}}`, fail, "No licence."},
		{"wrapped and done", `{"@odata.context":"x","value":{"status":"succeeded"}}`, done, "succeeded"},
		{"of a kind to come", `{"status":"unknownFutureValue"}`, run, "unknownFutureValue"},
		{"without a status", `{"id":"b3A9MQ=="}`, run, ""},
		{"odd fields", `{"status":7,"numbers":{"status":"failed"},"value":[1,null]}`, run, ""},
		{"odd numbers", `{"status":"succeeded","numbers":[null,{"status":1},{}]}`, done, "succeeded"},
		{"wrapped in itself", strings.Repeat(`{"value":`, 500) + `{"status":"succeeded"}` + strings.Repeat(`}`, 500), done, "succeeded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, answer{body: tt.body})
			got, err := s.client().Operation(t.Context(), tenant, "b3A9MQ==")
			shape := "bare"
			switch {
			case tt.detail == "":
				shape = ""
			case strings.HasPrefix(tt.name, "wrapped"):
				shape = "in value"
			}
			if want := (provision.Operation{ID: "b3A9MQ==", State: tt.state, Detail: tt.detail, Shape: shape}); err != nil || got != want {
				t.Errorf("got %+v, %v, want %+v", got, err, want)
			}
			if r := s.seen(1)[0]; r.method != "GET" || r.path != operations+"/b3A9MQ%3D%3D" {
				t.Errorf("got %s %s", r.method, r.path)
			}
		})
	}
}

// The address of an operation may be given as it came; its host is not asked.
func TestOperationByAddress(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{body: `{"status":"succeeded"}`})
	got, err := s.client().Operation(t.Context(), tenant, "https://elsewhere.example/v1.0"+operations+"('a%2Fb%2Bc%3D')?x=1")
	if err != nil || got.ID != "a/b+c=" || got.State != provision.OperationSucceeded {
		t.Errorf("got %+v, %v", got, err)
	}
	if r := s.seen(1)[0]; r.path != operations+"/a%2Fb%2Bc%3D" {
		t.Errorf("got %s", r.path)
	}
}

func TestOperationGone(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{status: 404, body: `{"error":{"code":"NotFound","message":"x"}}`})
	_, err := s.client().Operation(t.Context(), tenant, "b3A9MQ==")
	if e := wantError(t, err, provision.NotFound, "NotFound"); e.Say.ID != "" {
		t.Errorf("says %v", e.Say)
	}
}

func TestOperationID(t *testing.T) {
	t.Parallel()
	const base = "https://graph.microsoft.com/v1.0" + operations
	for address, want := range map[string]string{
		base + "('b3A9MQ==')":                 "b3A9MQ==",
		base + "('b3A9MQ%3D%3D')":             "b3A9MQ==",
		base + "/b3A9MQ==":                    "b3A9MQ==",
		base + "/b3A9MQ%3d%3d/?api-version=1": "b3A9MQ==",
		base + "/a/b+c=":                      "a/b+c=",
		operations + "('x')":                  "x",
		"operations('x')":                     "x",
		base:                                  "",
		base + "/":                            "",
		base + "('')":                         "",
		base + "('x'":                         "",
		base + "(x)":                          "",
		base + "/x%00":                        "",
		base + "('x''y')":                     "",
		base + "/../../users":                 "",
		base + "/" + strings.Repeat("x", 513): "",
		"":                                    "",
		"https://graph.microsoft.com/v1.0/users/x":   "",
		"http://[broken/operations/x":                "",
		base + "/x y":                                "",
		base + "/été":                                "",
		"https://graph.microsoft.com/?operations=/x": "",
	} {
		if got := operationID(address); got != want {
			t.Errorf("operationID(%q) = %q, want %q", address, got, want)
		}
	}
}

func FuzzOperationID(f *testing.F) {
	for _, s := range []string{operations + "('b3A9MQ==')", operations + "/x", "operations", "operations('", "%", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		id := operationID(address)
		if id != "" && (!plainID(id) || strings.ContainsAny(id, "'?#%. ")) {
			t.Errorf("operationID(%q) = %q", address, id)
		}
	})
}
