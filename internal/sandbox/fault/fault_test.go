package fault_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"calltab/internal/sandbox/fault"
)

// service counts the work that it really did.
type service struct{ done int }

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.done++
	io.WriteString(w, "ok")
}

func call(t *testing.T, url, method, path string) (int, string, http.Header) {
	t.Helper()
	// A fresh connection each time: Go repeats a GET by itself when a kept connection was cut.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(t.Context(), method, url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, "", nil
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(body), res.Header
}

func TestRules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		rule fault.Rule
		want []int // status of four calls POST /a/b; 0 is a cut connection
		done int
	}{
		{"once", fault.Rule{Status: 503}, []int{503, 200, 200, 200}, 3},
		{"second and third", fault.Rule{Nth: 2, Times: 2, Status: 429}, []int{200, 429, 429, 200}, 2},
		{"for good", fault.Rule{Nth: 3, Times: -1, Status: 500}, []int{200, 200, 500, 500}, 2},
		{"other service", fault.Rule{Service: fault.Login, Status: 500}, []int{200, 200, 200, 200}, 4},
		{"other method", fault.Rule{Method: "GET", Status: 500}, []int{200, 200, 200, 200}, 4},
		{"other path", fault.Rule{Path: "/c", Status: 500}, []int{200, 200, 200, 200}, 4},
		{"part of path", fault.Rule{Path: "/b", Status: 500}, []int{500, 200, 200, 200}, 3},
		{"pattern", fault.Rule{Path: "/*/b", Status: 500}, []int{500, 200, 200, 200}, 3},
		{"cut before", fault.Rule{Drop: fault.DropBefore}, []int{0, 200, 200, 200}, 3},
		{"cut after", fault.Rule{Drop: fault.DropAfter}, []int{0, 200, 200, 200}, 4},
		{"wrong answer after", fault.Rule{Drop: fault.DropAfter, Status: 504}, []int{504, 200, 200, 200}, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, svc := fault.New(nil), &service{}
			srv := httptest.NewServer(s.Wrap(fault.Graph, svc))
			defer srv.Close()
			s.Add(tt.rule)
			var got []int
			for range tt.want {
				status, _, _ := call(t, srv.URL, "POST", "/a/b")
				got = append(got, status)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("statuses = %v, want %v", got, tt.want)
			}
			if svc.done != tt.done {
				t.Errorf("the service worked %d times, want %d", svc.done, tt.done)
			}
		})
	}
}

func TestAnswerShapes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		service, body, want string
	}{
		{fault.Graph, "", `{"error":{"code":"tooManyRequests","message":"slow down"}}`},
		{fault.Connector, "", `{"error":{"code":"tooManyRequests","message":"slow down"}}`},
		{fault.Login, "", `{"error":"tooManyRequests","error_description":"slow down"}`},
		{fault.Graph, "<html>", "<html>"},
	}
	for _, tt := range tests {
		s := fault.New(nil)
		srv := httptest.NewServer(s.Wrap(tt.service, &service{}))
		s.Add(fault.Rule{Status: 429, Code: "tooManyRequests", Message: "slow down", Body: tt.body, RetryAfter: 7 * time.Second})
		_, body, header := call(t, srv.URL, "GET", "/")
		srv.Close()
		if got := strings.TrimSpace(body); got != tt.want {
			t.Errorf("%s body = %s, want %s", tt.service, got, tt.want)
		}
		if got := header.Get("Retry-After"); got != "7" {
			t.Errorf("Retry-After = %q, want 7", got)
		}
	}
}

func TestClearDelayAndCounts(t *testing.T) {
	t.Parallel()
	var slept time.Duration
	s := fault.New(func(_ context.Context, d time.Duration) { slept += d })
	srv := httptest.NewServer(s.Wrap(fault.Graph, &service{}))
	defer srv.Close()
	var seen []int
	s.Observe(func(_, _, _ string, n int) { seen = append(seen, n) })
	s.Add(fault.Rule{Delay: time.Second})
	s.Add(fault.Rule{Nth: 2, Status: 500})
	call(t, srv.URL, "GET", "/v1.0/users/6f1c1e0a-1111-4222-8333-444455556666/manager")
	s.Clear()
	status, _, _ := call(t, srv.URL, "GET", "/v1.0/users/dana.reyes%40alderfinch.example/manager")
	if status != 200 || slept != time.Second {
		t.Errorf("status %d after %v, want 200 after 1s", status, slept)
	}
	want := map[string]int{"graph GET /v1.0/users/{id}/manager": 2}
	if got := s.Counts(); !reflect.DeepEqual(got, want) {
		t.Errorf("Counts = %v, want %v", got, want)
	}
	if !reflect.DeepEqual(seen, []int{1, 2}) {
		t.Errorf("observed %v, want [1 2]", seen)
	}
}

func TestShape(t *testing.T) {
	t.Parallel()
	tests := []struct{ path, want string }{
		{"/v1.0/admin/teams/telephoneNumberManagement/numberAssignments/microsoft.graph.teamsAdministration.assignNumber",
			"/v1.0/admin/teams/telephoneNumberManagement/numberAssignments/microsoft.graph.teamsAdministration.assignNumber"},
		{"/v1.0/admin/teams/telephoneNumberManagement/operations('QXNzaWdubWVudHw2Y2E4Yjc0Ni00YzgxLTRhY2E')",
			"/v1.0/admin/teams/telephoneNumberManagement/operations({id})"},
		{"/v1.0/admin/teams/telephoneNumberManagement/operations/QXNzaWdubWVudHw2Y2E4Yjc0Ni00YzgxLTRhY2E",
			"/v1.0/admin/teams/telephoneNumberManagement/operations/{id}"},
		{"/teams/v3/conversations/a%3A1%2Fb%3D/activities/1700000000000", "/teams/v3/conversations/{id}/activities/{id}"},
		{"/v1.0/users", "/v1.0/users"},
		{"/%zz", "/%zz"},
	}
	for _, tt := range tests {
		if got := fault.Shape(tt.path); got != tt.want {
			t.Errorf("Shape(%s) = %s, want %s", tt.path, got, tt.want)
		}
	}
}

// TestTypingIsNotCounted: what shows that the bot is about to write is no nth call. A rule that has broken a call
// breaks it too.
func TestTypingIsNotCounted(t *testing.T) {
	t.Parallel()
	script := fault.New(nil)
	script.Add(fault.Rule{Service: fault.Connector, Method: "POST", Nth: 2, Times: 2, Status: 503})
	server := httptest.NewServer(script.Wrap(fault.Connector, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, r.Body)
	})))
	defer server.Close()
	for i, c := range []struct {
		kind string
		want int
	}{{"typing", 200}, {"message", 200}, {"typing", 200}, {"message", 503}, {"typing", 503}, {"message", 200}} {
		body := `{"type":"` + c.kind + `"}`
		res, err := http.Post(server.URL+"/v3/conversations/a/activities", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != c.want || c.want == 200 && string(got) != body {
			t.Errorf("call %d, %s: %d %s, want %d", i, c.kind, res.StatusCode, got, c.want)
		}
	}
	if n := script.Counts()["connector POST "+fault.Shape("/v3/conversations/a/activities")]; n != 3 {
		t.Errorf("%d calls are counted, want 3", n)
	}
}
