package graph

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
)

// One row for each answer that Microsoft's pages and the public issues about this service show.
func TestAnswersBecomeKinds(t *testing.T) {
	t.Parallel()
	const grant = "TeamsTelephoneNumber.ReadWrite.All"
	tests := []struct {
		name   string
		status int
		body   string
		kind   provision.ErrorKind
		code   string
		say    string
	}{
		{"permission, telephone service", 403, `{"error":{"code":"forbidden","message":"Insufficient permission(s)… requires any of … TeamsTelephoneNumber…"}}`,
			provision.Denied, grant, "graph-permission-missing"},
		{"permission, JSON in a string", 403, `{"error":{"code":"UnknownError","message":"{\"code\":\"Forbidden\",\"message\":\"Access Denied.\",\"innerError\":{}}"}}`,
			provision.Denied, grant, "graph-permission-missing"},
		{"permission, JSON in a string, deeper", 403, `{"error":{"code":"UnknownError","message":"{\"error\":{\"code\":\"Forbidden\",\"message\":\"x\"}}"}}`,
			provision.Denied, grant, "graph-permission-missing"},
		{"permission, empty UnknownError", 403, `{"error":{"code":"UnknownError","message":""}}`, provision.Denied, grant, "graph-permission-missing"},
		{"permission, directory", 403, `{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}}`,
			provision.Denied, grant, "graph-permission-missing"},
		{"permission, no body", 403, ``, provision.Denied, grant, "graph-permission-missing"},
		{"not found behind a refusal", 403, `{"error":{"code":"UnknownError","message":"{\"code\":\"NotFound\"}"}}`, provision.NotFound, "NotFound", ""},
		{"app unknown in the tenant", 403, `{"error":{"code":"Authorization_IdentityNotFound","message":"x"}}`, provision.Denied, "Authorization_IdentityNotFound", ""},
		{"app unknown in the tenant, 401", 401, `{"error":{"code":"Authorization_IdentityNotFound","message":"x"}}`, provision.Denied, "Authorization_IdentityNotFound", ""},
		{"token refused", 401, `{"error":{"code":"InvalidAuthenticationToken","message":"Access token has expired."}}`, provision.Denied, "InvalidAuthenticationToken", ""},
		{"person unknown, request error", 400, `{"error":{"code":"NotFound","message":"Request error"}}`, provision.NotFound, "NotFound", ""},
		{"resource unknown", 404, `{"error":{"code":"Request_ResourceNotFound","message":"x"}}`, provision.NotFound, "Request_ResourceNotFound", ""},
		{"resource unknown, other service", 404, `{"error":{"code":"ResourceNotFound","message":"x"}}`, provision.NotFound, "ResourceNotFound", ""},
		{"item unknown", 404, `{"error":{"code":"itemNotFound","message":"x"}}`, provision.NotFound, "itemNotFound", ""},
		{"gone", 410, ``, provision.NotFound, "", ""},
		{"licence", 400, `{"error":{"code":"BadRequest","message":"lacks appropriate licenses to assign a 'DirectRouting' number"}}`, provision.Invalid, "BadRequest", ""},
		{"on premises, maybe a lie", 400, `{"error":{"code":"BadRequest","message":"already has a telephone number set in the on-premises Active Directory"}}`,
			provision.Invalid, "BadRequest", ""},
		{"assigned to another user", 409, `{"error":{"code":"Conflict","message":"Telephone Number has already been assigned to another user"}}`, provision.Conflict, "Conflict", ""},
		{"assigned to another user, older", 400, `{"error":{"code":"BadRequest","message":"Telephone Number has already been assigned to another user"}}`,
			provision.Invalid, "BadRequest", ""},
		{"unavailable as bad request", 400, `{"error":{"code":"BadRequest","message":"Service is unavailable. Please try again"}}`, provision.Invalid, "BadRequest", ""},
		{"not found from tenant", 400, `{"error":{"code":"BadRequest","message":"Telephone Number '+12065550101' is not found from tenant 'x'"}}`, provision.Invalid, "BadRequest", ""},
		{"update failed", 400, `{"error":{"code":"BadRequest","message":"Update failed for user 'x'"}}`, provision.Invalid, "BadRequest", ""},
		{"location pending", 400, `{"error":{"code":"BadRequest","message":"The location can't be updated because the activation state is pending."}}`,
			provision.Invalid, "BadRequest", ""},
		{"one bad record on a page", 400, `{"error":{"code":"BadRequest","message":"Invalid DirectRoutingTelephoneNumber '1'"}}`, provision.Invalid, "BadRequest", ""},
		{"opaque", 400, `{"error":{"code":"BadRequest","message":"BadRequest"}}`, provision.Invalid, "BadRequest", ""},
		{"directory's bad request", 400, `{"error":{"code":"Request_BadRequest","message":"x"}}`, provision.Invalid, "Request_BadRequest", ""},
		{"query unsupported", 400, `{"error":{"code":"Request_UnsupportedQuery","message":"x"}}`, provision.Internal, "Request_UnsupportedQuery", ""},
		{"unprocessable", 422, ``, provision.Invalid, "", ""},
		{"precondition", 412, `{"error":{"code":"PreconditionFailed","message":"x"}}`, provision.Conflict, "PreconditionFailed", ""},
		{"locked", 423, ``, provision.Conflict, "", ""},
		{"payment", 402, ``, provision.Denied, "", ""},
		{"throttled", 429, `{"error":{"code":"TooManyRequests","message":"x"}}`, provision.Throttled, "TooManyRequests", "microsoft-busy"},
		{"throttled, plain text", 429, `Too many`, provision.Throttled, "", "microsoft-busy"},
		{"throttled, odd code", 429, `{"error":{"code":"BadRequest"}}`, provision.Throttled, "BadRequest", "microsoft-busy"},
		{"throttled as a refusal", 403, `{"error":{"code":"activityLimitReached"}}`, provision.Throttled, "activityLimitReached", "microsoft-busy"},
		{"bandwidth", 509, ``, provision.Throttled, "", "microsoft-busy"},
		{"server", 500, `{"error":{"code":"InternalServerError","message":""}}`, provision.Unavailable, "InternalServerError", "microsoft-busy"},
		{"server, with a code of ours", 500, `{"error":{"code":"NotFound"}}`, provision.Unavailable, "NotFound", "microsoft-busy"},
		{"gateway", 502, `<html>Bad Gateway</html>`, provision.Unavailable, "", "microsoft-busy"},
		{"unavailable", 503, `{"error":{"code":"serviceNotAvailable"}}`, provision.Unavailable, "serviceNotAvailable", "microsoft-busy"},
		{"gateway timeout", 504, ``, provision.Unavailable, "", "microsoft-busy"},
		{"storage", 507, ``, provision.Unavailable, "", "microsoft-busy"},
		{"server, unheard of", 599, ``, provision.Unavailable, "", "microsoft-busy"},
		{"request timeout", 408, ``, provision.Unavailable, "", "microsoft-busy"},
		{"method", 405, ``, provision.Internal, "", ""},
		{"not implemented", 501, ``, provision.Internal, "", ""},
		{"teapot", 418, `{"error":"short and stout"}`, provision.Internal, "", ""},
		{"odd code", 400, `{"error":{"code":7,"message":["x"]}}`, provision.Invalid, "", ""},
		{"odd inner error", 400, `{"error":{"innerError":"x","code":"BadRequest"}}`, provision.Invalid, "BadRequest", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, answer{status: tt.status, body: tt.body})
			_, err := s.client().AssignNumber(t.Context(), tenant, number, bob, "")
			e := wantError(t, err, tt.kind, tt.code)
			if e.Say.ID != tt.say || e.Op != "assign number" {
				t.Errorf("%q says %q, want %q", e.Op, e.Say.ID, tt.say)
			}
			if tt.say == "graph-permission-missing" && e.Say.Args["permission"] != grant {
				t.Errorf("says %v", e.Say)
			}
			s.seen(1)
		})
	}
}

func TestEveryRuleHasARow(t *testing.T) {
	t.Parallel()
	for _, r := range rules {
		f := &failure{status: r.status, code: r.code}
		if f.status == 0 && f.code != "" {
			f.status = 400
		}
		if got := classify(f); got.kind != r.kind || got.grant != r.grant {
			t.Errorf("the rule %+v is never reached: %+v is before it", r, got)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	const date = "Sun, 22 Nov 2026 21:00:00 GMT"
	tests := []struct {
		header, date string
		want         time.Duration
	}{
		{"", date, 0},
		{"0", date, 0},
		{"17", date, 17 * time.Second},
		{" 17 ", date, 17 * time.Second},
		{"-5", date, 0},
		{"2147483647", date, maxRetryAfter},
		{"99999999999999999999", date, 0},
		{"soon", date, 0},
		{"Sun, 22 Nov 2026 21:02:30 GMT", date, 150 * time.Second},
		{"Sunday, 22-Nov-26 21:00:10 GMT", date, 10 * time.Second},
		{"Sun, 22 Nov 2026 20:00:00 GMT", date, 0},
		{"Sun, 22 Nov 2099 20:00:00 GMT", date, maxRetryAfter},
		{"Sun, 22 Nov 2026 21:02:30 GMT", "", 0},
	}
	for _, tt := range tests {
		h := http.Header{"Retry-After": {tt.header}, "Date": {tt.date}}
		if got := retryAfter(h); got != tt.want {
			t.Errorf("Retry-After %q at %q: got %v, want %v", tt.header, tt.date, got, tt.want)
		}
	}
}

func TestRetryAfterReachesTheCaller(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]time.Duration{429: 30 * time.Second, 503: 30 * time.Second, 400: 0} {
		s := newServer(t, answer{status: status, header: map[string]string{"Date": "Sun, 22 Nov 2026 21:00:00 GMT", "Retry-After": "Sun, 22 Nov 2026 21:00:30 GMT"}})
		_, err := s.client().Voice(t.Context(), tenant, bob)
		var e *provision.Error
		if !errors.As(err, &e) || e.RetryAfter != want {
			t.Errorf("%d: got %v, want %v", status, err, want)
		}
	}
}

// The log gets what Microsoft's support asks for, and no whole number, name or address.
func TestWhatTheLogSees(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{status: 400, header: map[string]string{"request-id": "req-7"},
		body: `{"error":{"code":"BadRequest","message":"Telephone Number +12065550100 of 2177f3b9-dbf2-8ead-b451-66bda3accca1 (bob@contoso.example) ` + strings.Repeat("é", 600) + `"}}`})
	_, err := s.client().Assignment(t.Context(), tenant, number)
	for _, want := range []string{"read assignment", "400 BadRequest", "req-7", "…00", "2177f3b9-dbf2-8ead-b451-66bda3accca1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
	s = newServer(t, answer{lost: true})
	_, lost := s.client().Person(t.Context(), tenant, "bob@contoso.example")
	for _, e := range []error{err, lost} {
		if text := e.Error(); strings.Contains(text, "2065550100") || strings.Contains(text, "bob") || strings.Contains(text, s.URL) || len(text) > 500 {
			t.Errorf("the log sees %q", text)
		}
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.client().Voice(ended, tenant, bob)
	wantError(t, err, provision.Unavailable, "canceled")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v is not Canceled", err)
	}
	past, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	_, err = s.client().AssignNumber(past, tenant, number, bob, "")
	wantError(t, err, provision.Unavailable, "deadline")
	s.seen(0)
}

// An answer that never comes ends with the caller's context.
func TestDeadlineWhileWaiting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	hung := make(chan struct{})
	t.Cleanup(func() { close(hung) })
	c := newClient(t, Config{URL: "https://graph.example/v1.0", Client: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		cancel(nil)
		select {
		case <-r.Context().Done():
			return nil, r.Context().Err()
		case <-hung:
			return nil, errors.New("the request has another context")
		}
	})}})
	_, err := c.AssignNumber(ctx, tenant, number, bob, "")
	wantError(t, err, provision.Unavailable, "canceled")
}

// A call has its time with its context alone, until its answer is read: the limit of Go's client takes two goroutines
// a call, of which a request's Cancel is the sign.
func TestTimeOfACall(t *testing.T) {
	t.Parallel()
	var sent *http.Request
	c := newClient(t, Config{URL: "https://graph.example/v1.0", Client: &http.Client{Timeout: time.Hour, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = r
		//lint:ignore SA1019 it is the sign of the client's own limit
		channel := r.Cancel != nil
		if until, limited := r.Context().Deadline(); !limited || time.Until(until) > time.Hour || channel {
			t.Errorf("the call ends at %v (%v), with a channel %v", until, limited, channel)
		}
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(`{"id":"x"}`))}, nil
	})}})
	if _, err := c.Voice(t.Context(), tenant, bob); err != nil {
		t.Fatal(err)
	}
	if sent.Context().Err() == nil {
		t.Error("the answer is read, and its time goes on")
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestNoConnection(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client()
	s.Close()
	_, err := c.Voice(t.Context(), tenant, bob)
	wantError(t, err, provision.Unavailable, "no-answer")
}

// A server whose certificate nobody vouches for gets no token.
func TestUntrustedServer(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	_, err := newClient(t, Config{URL: s.URL + prefix}).Voice(t.Context(), tenant, bob)
	wantError(t, err, provision.Unavailable, "no-answer")
	s.seen(0)
}

func FuzzParseFailure(f *testing.F) {
	for _, s := range []string{"", "{}", `{"error":{"code":"x","message":"{\"code\":\"y\"}","innerError":{"code":"z"}}}`, `{"error":null}`, `[`, `{"error":{"innererror":{"innerError":{}}}}`} {
		f.Add([]byte(s), 403)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		parsed := parseFailure(body)
		parsed.status = status
		if e := refused(assignNumber, parsed); e.Kind.String() == "" || len([]rune(parsed.message)) > 501 {
			t.Errorf("%q became %v", body, e)
		}
	})
}
