package graph

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"calltab/internal/provision"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
)

const bobJSON = `{"id":"b0b00000-0000-4000-8000-000000000001","userPrincipalName":"bob@contoso.example"}`

func TestNewRefusesAddresses(t *testing.T) {
	t.Parallel()
	fine := func(provision.TenantID) (azcore.TokenCredential, error) { return &credential{}, nil }
	tests := []struct {
		url string
		ok  bool
	}{
		{"", true},
		{"https://graph.microsoft.com/v1.0", true},
		{"https://graph.microsoft.com:8443/v1.0/", true},
		{"http://127.0.0.1:8080/v1.0", true},
		{"http://[::1]:8080/v1.0", true},
		{"http://localhost/v1.0", true},
		{"http://graph.microsoft.com/v1.0", false},
		{"http://localhost.example/v1.0", false},
		{"http://127.0.0.1.example/v1.0", false},
		{"ftp://127.0.0.1/v1.0", false},
		{"graph.microsoft.com/v1.0", false},
		{"https://", false},
		{"https://user:secret@graph.microsoft.com/v1.0", false},
		{"https://graph.microsoft.com/v1.0?x=1", false},
		{"https://graph.microsoft.com/v1.0#x", false},
		{"https://graph.microsoft.com/%zz", false},
	}
	for _, tt := range tests {
		_, err := New(Config{Credential: fine, URL: tt.url})
		if (err == nil) != tt.ok {
			t.Errorf("New with URL %q: %v", tt.url, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error shows a password: %v", err)
		}
	}
	if _, err := New(Config{}); err == nil {
		t.Error("New without a credential succeeds")
	}
}

// The SDK's list of valid hosts sends no token to a host that is listed with its port; the test server has one.
func TestTokenIsSentToAHostWithAPort(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{body: bobJSON}, answer{body: bobJSON})
	cred := &credential{tenant: tenant}
	made := 0
	c := newClient(t, Config{URL: s.URL + prefix + "/", Client: s.Client(), Scope: "api://graph/.default",
		Credential: func(provision.TenantID) (azcore.TokenCredential, error) { made++; return cred, nil }})
	for range 2 {
		if _, err := c.Person(t.Context(), tenant, string(bob)); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range s.seen(2) {
		if got, want := r.header.Values("Authorization"), []string{"Bearer token-of-" + string(tenant)}; !slices.Equal(got, want) {
			t.Errorf("Authorization is %q, want %q", got, want)
		}
	}
	if made != 1 {
		t.Errorf("%d credentials were made for one tenant", made)
	}
	if want := []string{"api://graph/.default", "api://graph/.default"}; !slices.Equal(cred.scopes, want) {
		t.Errorf("tokens were asked for %q, want %q", cred.scopes, want)
	}
}

func TestHTTPOnLoopbackGetsAToken(t *testing.T) {
	t.Parallel()
	var got string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(bobJSON))
	}))
	t.Cleanup(s.Close)
	if _, err := newClient(t, Config{URL: s.URL + "/v1.0"}).Person(t.Context(), tenant, string(bob)); err != nil {
		t.Fatal(err)
	}
	if got != "Bearer token-of-"+string(tenant) {
		t.Errorf("Authorization is %q", got)
	}
}

// Wherever an answer points, no request and no token leaves for another host, nor for another path of the same one.
func TestTokenNeverLeavesTheHost(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("a request reached another host, Authorization %q", r.Header.Get("Authorization"))
	}))
	t.Cleanup(elsewhere.Close)
	for name, link := range map[string]string{
		"another host":     elsewhere.URL + prefix + "/users?$skiptoken=x",
		"another path":     "SELF/other/users",
		"a path alike":     "SELF" + prefix + "beta/users",
		"another scheme":   "http://" + strings.TrimPrefix("SELF", "https://") + prefix + "/users",
		"a name before it": "https://SELF@" + strings.TrimPrefix(elsewhere.URL, "https://") + prefix + "/users",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			link := strings.ReplaceAll(link, "http://SELF", "http://"+s.Listener.Addr().String())
			link = strings.ReplaceAll(link, "https://SELF", "https://"+s.Listener.Addr().String())
			link = strings.ReplaceAll(link, "SELF", s.URL)
			s.answers = []answer{{body: `{"value":[` + bobJSON + `],"@odata.nextLink":"` + link + `"}`}}
			_, err := s.client().Search(t.Context(), tenant, "bob", 9)
			wantError(t, err, provision.Internal, "")
			if !errors.Is(err, errForeign) {
				t.Errorf("got %v, want %v", err, errForeign)
			}
			s.seen(1)
		})
	}
}

func TestRedirectIsAFailure(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		s := newServer(t)
		s.answers = []answer{{status: status, header: map[string]string{"Location": s.URL + prefix + "/admin/teams/telephoneNumberManagement/operations('x')"}}}
		_, err := s.client().AssignNumber(t.Context(), tenant, number, bob, "")
		wantError(t, err, provision.Internal, "")
		s.seen(1)
	}
}

func TestTenantsAreApart(t *testing.T) {
	t.Parallel()
	other := provision.TenantID("22222222-2222-2222-2222-222222222222")
	s := newServer(t, answer{body: bobJSON}, answer{body: bobJSON}, answer{body: bobJSON})
	c := s.client()
	for _, id := range []provision.TenantID{tenant, other, tenant} {
		if _, err := c.Person(t.Context(), id, string(bob)); err != nil {
			t.Fatal(err)
		}
	}
	for i, id := range []provision.TenantID{tenant, other, tenant} {
		if got, want := s.seen(3)[i].header.Get("Authorization"), "Bearer token-of-"+string(id); got != want {
			t.Errorf("request %d has %q, want %q", i, got, want)
		}
	}
}

func TestCredentialFails(t *testing.T) {
	t.Parallel()
	plain := errors.New("login is unreachable")
	known := &provision.Error{Op: "get token", Kind: provision.Denied, Code: "invalid_client", Say: provision.Say("secret-expired")}
	tests := []struct {
		name        string
		make, token error
		kind        provision.ErrorKind
		code, say   string
	}{
		{"no credential", plain, nil, provision.Unavailable, "token", "microsoft-busy"},
		{"no token", nil, plain, provision.Unavailable, "token", "microsoft-busy"},
		{"a credential that knows why", nil, known, provision.Denied, "invalid_client", "secret-expired"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			c := newClient(t, Config{URL: s.URL + prefix, Client: s.Client(),
				Credential: func(provision.TenantID) (azcore.TokenCredential, error) { return &credential{err: tt.token}, tt.make }})
			_, err := c.Person(t.Context(), tenant, string(bob))
			if e := wantError(t, err, tt.kind, tt.code); e.Say.ID != tt.say || e.Op != "read person" {
				t.Errorf("got %q while %q, want %q", e.Say.ID, e.Op, tt.say)
			}
			s.seen(0)
		})
	}
}

func TestObserve(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{body: bobJSON}, answer{status: 429}, answer{status: 404})
	var heard []string
	c := newClient(t, Config{URL: s.URL + prefix, Client: s.Client(), Observe: func(_ context.Context, call, result string, throttled bool) {
		if throttled {
			result += "!"
		}
		heard = append(heard, call+" "+result)
	}})
	for range 2 {
		_, _ = c.Person(t.Context(), tenant, string(bob))
	}
	_, _ = c.Voice(t.Context(), tenant, bob)
	if want := []string{"read_person ok", "read_person throttled!", "read_voice not-found"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	const n = 16
	s := newServer(t)
	for range n {
		s.answers = append(s.answers, answer{body: bobJSON})
	}
	c := s.client()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			if p, err := c.Person(t.Context(), tenant, string(bob)); err != nil || p.ID != bob {
				t.Errorf("got %v, %v", p, err)
			}
		})
	}
	wg.Wait()
	s.seen(n)
}
