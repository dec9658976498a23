package graph

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"calltab/internal/provision"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

const (
	tenant = provision.TenantID("11111111-1111-1111-1111-111111111111")
	bob    = provision.UserID("b0b00000-0000-4000-8000-000000000001")
	number = provision.E164("+12065550100")
	prefix = "/cloud/v1.0" // a path before Graph's shows every absolute URL that forgets it
)

// answer is what the server says to one request.
type answer struct {
	status int // 0: 200
	header map[string]string
	body   string
	lost   bool // the work is done, and the connection breaks before the answer
}

// request is what the server saw.
type request struct {
	method string
	path   string // as it was escaped, without the prefix
	query  url.Values
	header http.Header
	body   string
	length int64
}

// server is a Graph that gives the answers of a test in turn and keeps what it was asked.
type server struct {
	*httptest.Server
	t        *testing.T
	mu       sync.Mutex
	answers  []answer
	requests []request
}

func newServer(t *testing.T, answers ...answer) *server {
	t.Helper()
	s := &server{t: t, answers: answers}
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that a test breaks on purpose
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Errorf("read body: %v", err)
	}
	if len(r.URL.EscapedPath()) < len(prefix) || r.URL.EscapedPath()[:len(prefix)] != prefix {
		s.t.Errorf("%s %s: not below %s", r.Method, r.URL.EscapedPath(), prefix)
		http.NotFound(w, r)
		return
	}
	s.mu.Lock()
	s.requests = append(s.requests, request{r.Method, r.URL.EscapedPath()[len(prefix):], r.URL.Query(), r.Header, string(body), r.ContentLength})
	var a answer
	if len(s.answers) == 0 {
		s.t.Errorf("unexpected request %s %s", r.Method, r.URL)
		a = answer{status: http.StatusTeapot}
	} else {
		a, s.answers = s.answers[0], s.answers[1:]
	}
	s.mu.Unlock()
	if a.lost {
		panic(http.ErrAbortHandler)
	}
	if a.body != "" {
		w.Header().Set("Content-Type", "application/json; odata.metadata=minimal; charset=utf-8")
	}
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(max(a.status, 200))
	_, _ = io.WriteString(w, a.body)
}

// seen returns the requests so far, and fails unless there were n and every answer was used.
func (s *server) seen(n int) []request {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.requests) != n || len(s.answers) != 0 {
		s.t.Fatalf("got %d requests with %d answers left, want %d", len(s.requests), len(s.answers), n)
	}
	return slices.Clone(s.requests)
}

// client connects the real SDK to the server.
func (s *server) client() *Client {
	s.t.Helper()
	return newClient(s.t, Config{URL: s.URL + prefix, Client: s.Client()})
}

func newClient(t *testing.T, config Config) *Client {
	t.Helper()
	if config.Credential == nil {
		config.Credential = func(id provision.TenantID) (azcore.TokenCredential, error) { return &credential{tenant: id}, nil }
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// credential hands out tokens that name their tenant.
type credential struct {
	tenant provision.TenantID
	err    error
	mu     sync.Mutex
	scopes []string
}

func (c *credential) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.scopes = append(c.scopes, o.Scopes...)
	return azcore.AccessToken{Token: "token-of-" + string(c.tenant), ExpiresOn: time.Time{}}, c.err
}

// wantError checks that err is the core's error with this kind and code.
func wantError(t *testing.T, err error, kind provision.ErrorKind, code string) *provision.Error {
	t.Helper()
	var e *provision.Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want a *provision.Error", err)
	}
	if e.Kind != kind || e.Code != code {
		t.Errorf("got %v (%s), want %v (%s): %v", e.Kind, e.Code, kind, code, e)
	}
	return e
}
