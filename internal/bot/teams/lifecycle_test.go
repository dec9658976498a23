package teams

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

func TestConfigMistakes(t *testing.T) {
	t.Parallel()
	_, err := New(Config{
		Tenants: []provision.TenantID{"contoso", provision.TenantID(strings.ToUpper(ourTenant))}, OpenIDMetadataURL: "http://login.example/",
		ServiceURLs: []string{"http://smba.trafficmanager.net/"},
	})
	if err == nil {
		t.Fatal("nothing wrong")
	}
	for _, want := range []string{"no clock", `"contoso"`, "7E9A", "no app id", "no credential", "login.example", "smba.trafficmanager.net"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not named in: %v", want, err)
		}
	}
	c := newClock()
	_, err = New(Config{Now: c.now, Insecure: true, Tenants: []provision.TenantID{ourTenant}, ServiceURLs: PublicServiceURLs()})
	if err == nil || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("development mode with the public cloud: %v", err)
	}
	s, err := New(Config{Now: c.now, AppID: appID, Credential: &fakeCredential{}, Tenants: []provision.TenantID{ourTenant}})
	if err != nil || s.config.OpenIDMetadataURL != PublicMetadataURL || s.config.Issuer != PublicIssuer || s.config.Scope != PublicScope {
		t.Errorf("defaults: %+v, %v", s, err)
	}
}

func TestPanic(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.handle = func(context.Context, turns.Turn) (chats.Answer, error) { panic("secret cause") }
	w := h.send(h.message(nil))
	equal(t, "status", w.Code, http.StatusInternalServerError)
	equal(t, "counted", h.counts.turns["message panic"], 1)
	_, ref, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(w.Body.String()), `"}`), `"reference":"`)
	if log := h.log.String(); ref == "" || !strings.Contains(log, "reference="+ref) || !strings.Contains(log, "secret cause") ||
		!strings.Contains(log, "lifecycle_test.go") {
		t.Errorf("reference %q in log %s", ref, log)
	}
	if strings.Contains(w.Body.String(), "secret") {
		t.Errorf("told: %s", w.Body)
	}
	h.handle = nil
	equal(t, "next turn", h.send(h.message(nil)).Code, http.StatusOK)
}

func TestHandlerError(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.handle = func(context.Context, turns.Turn) (chats.Answer, error) {
		return chats.Answer{}, errors.New("disk is full")
	}
	w := h.send(h.message(nil))
	equal(t, "status", w.Code, http.StatusInternalServerError)
	equal(t, "counted", h.counts.turns["message error"], 1)
	if strings.Contains(w.Body.String(), "disk") || !strings.Contains(h.log.String(), "disk is full") {
		t.Errorf("told %s, logged %s", w.Body, h.log)
	}
}

func TestReferencesDiffer(t *testing.T) {
	t.Parallel()
	var r references
	now := newClock().now()
	seen := map[string]bool{}
	for range 36 {
		seen[r.next(now)] = true
	}
	equal(t, "references", len(seen), 36)
}

func TestTurnOutlivesItsRequest(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, cancel := context.WithCancel(t.Context())
	h.handle = func(turn context.Context, _ turns.Turn) (chats.Answer, error) {
		cancel()
		return chats.Answer{}, turn.Err()
	}
	r := h.request(encode(h.message(nil)), "Bearer "+h.login.token(t, h.serviceURL())).WithContext(ctx)
	equal(t, "status", h.serve(r).Code, http.StatusOK)
}

func TestDrain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	started, release := make(chan struct{}), make(chan struct{})
	h.handle = func(context.Context, turns.Turn) (chats.Answer, error) {
		started <- struct{}{}
		<-release
		return chats.Answer{}, nil
	}
	code := make(chan int)
	for range 2 {
		go func() { code <- h.send(h.message(nil)).Code }()
		<-started
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.Drain(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("drained with a turn in hand: %v", err)
	}
	equal(t, "new turn", h.send(h.message(nil)).Code, http.StatusServiceUnavailable)
	equal(t, "ready", h.get("/readyz").Code, http.StatusServiceUnavailable)
	release <- struct{}{}
	equal(t, "first turn in hand", <-code, http.StatusOK)
	if err := h.Drain(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("drained with another turn in hand: %v", err)
	}
	release <- struct{}{}
	equal(t, "second turn in hand", <-code, http.StatusOK)
	for range 2 {
		if err := h.Drain(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if err := newHouse(t).Drain(t.Context()); err != nil {
		t.Errorf("with nothing to do: %v", err)
	}
}

func (h *house) get(path string) *httptest.ResponseRecorder {
	return h.serve(httptest.NewRequest(http.MethodGet, path, nil))
}

func TestProbes(t *testing.T) {
	t.Parallel()
	var err error
	h := newHouse(t, func(c *Config) { c.Ready = func(context.Context) error { return err } })
	if err := h.LoadKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "health", h.get("/healthz").Code, 200)
	equal(t, "ready", h.get("/readyz").Code, 200)
	err = errors.New("store: disk is full")
	w := h.get("/readyz")
	equal(t, "not ready", w.Code, 503)
	equal(t, "health", h.get("/healthz").Code, 200)
	if strings.Contains(w.Body.String(), "disk") || !strings.Contains(h.log.String(), "disk is full") {
		t.Errorf("told %s", w.Body)
	}
	equal(t, "HEAD", h.serve(httptest.NewRequest(http.MethodHead, "/api/messages", nil)).Code, 200)
	equal(t, "requests of login", h.login.requests.Load(), 2)
}

func TestDevelopmentMode(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config) { c.Insecure, c.ServiceURLs, c.AppID = true, nil, "" })
	h.handle = func(ctx context.Context, turn turns.Turn) (chats.Answer, error) {
		_, err := h.Courier().Post(ctx, turn.Conversation, chats.Outgoing{Text: "hello"})
		return chats.Answer{}, err
	}
	good := func() *http.Request {
		r := h.request(encode(h.message(nil)), "")
		r.RemoteAddr, r.Host = "127.0.0.1:5555", "localhost:3978"
		return r
	}
	equal(t, "without a token", h.serve(good()).Code, 200)
	equal(t, "our token", h.connector.got()[0].authorization, "")
	for name, row := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"by IPv6":            {func(r *http.Request) { r.RemoteAddr, r.Host = "[::1]:5555", "[::1]:3978" }, 200},
		"by IPv6, no port":   {func(r *http.Request) { r.RemoteAddr, r.Host = "[::ffff:127.0.0.1]:5555", "[::1]" }, 200},
		"with some token":    {func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, 200},
		"from elsewhere":     {func(r *http.Request) { r.RemoteAddr = "192.0.2.7:5555" }, 403},
		"from nowhere":       {func(r *http.Request) { r.RemoteAddr = "" }, 403},
		"through a tunnel":   {func(r *http.Request) { r.Header.Set("X-Forwarded-For", "192.0.2.7") }, 403},
		"through a proxy":    {func(r *http.Request) { r.Header.Set("Forwarded", "for=127.0.0.1") }, 403},
		"by another host":    {func(r *http.Request) { r.Header.Set("X-Forwarded-Host", "bot.example") }, 403},
		"to a rebound name":  {func(r *http.Request) { r.Host = "evil.example:3978" }, 403},
		"from a page's form": {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415},
	} {
		r := good()
		row.change(r)
		equal(t, name, h.serve(r).Code, row.status)
	}
	for name, changes := range map[string]object{
		"public service URL": {"serviceUrl": "https://smba.trafficmanager.net/teams/"},
		"foreign tenant":     {"channelData": object{"tenant": object{"id": alice}}},
	} {
		r := h.request(encode(h.message(changes)), "")
		r.RemoteAddr, r.Host = "127.0.0.1:5555", "127.0.0.1"
		equal(t, name, h.serve(r).Code, 403)
	}
	equal(t, "requests of login", h.login.requests.Load(), 0)
	equal(t, "tokens asked for", h.credential.given, 0)
}

func TestLog(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.send(h.message(nil))
	equal(t, "log of a good turn", h.log.String(), "")
	r := h.request(nil, "Bearer "+strings.Repeat("x.", 5000))
	r.Header.Set("MS-CV", strings.Repeat("v", 5000))
	h.serve(r)
	if log := h.log.String(); !strings.Contains(log, "result=unauthorized") || strings.Contains(log, "ms_cv") || len(log) > 500 {
		t.Errorf("log of a bad token: %d bytes: %.2000s", len(log), log)
	}
}

// A message has its time with its context alone: the limit of Go's client takes two goroutines a call behind a
// transport that it does not know, of which a request's Cancel is the sign.
func TestTimeOfAMessage(t *testing.T) {
	var sent []*http.Request
	h := newHouse(t, func(c *Config) {
		c.HTTP = &http.Client{Timeout: time.Hour, Transport: heard(func(r *http.Request) (*http.Response, error) {
			sent = append(sent, r)
			return http.DefaultTransport.RoundTrip(r)
		})}
	})
	if _, err := h.Courier().Post(t.Context(), h.personal(), chats.Outgoing{Text: "hello"}); err != nil {
		t.Fatal(err)
	}
	r := sent[len(sent)-1]
	//lint:ignore SA1019 it is the sign of the client's own limit
	channel := r.Cancel != nil
	if until, limited := r.Context().Deadline(); !limited || time.Until(until) > callLimit || channel {
		t.Errorf("the call ends at %v (%v), with a channel %v", until, limited, channel)
	}
}

type heard func(*http.Request) (*http.Response, error)

func (f heard) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
