package teams

import (
	"bytes"
	"calltab/internal/bot/turns"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// keys are made once: they cost more than all tests together.
var rsaKeys = sync.OnceValue(func() map[string]*rsa.PrivateKey {
	keys := map[string]*rsa.PrivateKey{}
	for _, id := range []string{"first", "second", "unendorsed", "webchat", "stranger"} {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys[id] = k
	}
	return keys
})

// clock is wall time as the test sets it.
type clock struct{ ns atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.ns.Store(time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.ns.Load()).UTC() }
func (c *clock) advance(d time.Duration) { c.ns.Add(int64(d)) }

// fakeLogin serves OpenID metadata and keys, and signs tokens.
type fakeLogin struct {
	*httptest.Server
	clock      *clock
	fetches    atomic.Int64 // of the keys
	requests   atomic.Int64 // of anything
	mu         sync.Mutex
	ids        []string // of the keys it shows
	fail       int      // status instead of an answer
	algorithms []string
	material   string        // the id whose key each id shows; "": its own
	unendorsed bool          // no key may sign for a channel
	hold       chan struct{} // answers wait for it
	arrived    chan struct{} // gets a value for each request, if it has room
}

func newLogin(t testing.TB, c *clock) *fakeLogin {
	l := &fakeLogin{clock: c, ids: []string{"first", "unendorsed", "webchat"}, algorithms: []string{"RS256"}}
	l.Server = httptest.NewServer(http.HandlerFunc(l.serve))
	t.Cleanup(l.Close)
	return l
}

func (l *fakeLogin) set(change func(*fakeLogin)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(l)
}

func (l *fakeLogin) serve(w http.ResponseWriter, r *http.Request) {
	l.requests.Add(1)
	l.mu.Lock()
	fail, ids, algs, hold, arrived := l.fail, l.ids, l.algorithms, l.hold, l.arrived
	material, unendorsed := l.material, l.unendorsed
	l.mu.Unlock()
	select {
	case arrived <- struct{}{}:
	default:
	}
	if hold != nil {
		<-hold
	}
	if fail != 0 {
		http.Error(w, `{"jwks_uri":"http://127.0.0.1:1/"}`, fail)
		return
	}
	if r.URL.Path == "/metadata" {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": PublicIssuer, "jwks_uri": l.URL + "/keys", "id_token_signing_alg_values_supported": algs,
		})
		return
	}
	l.fetches.Add(1)
	var set []map[string]any
	for _, id := range ids {
		raw, _ := json.Marshal(jose.JSONWebKey{Key: &rsaKeys()[cmp.Or(material, id)].PublicKey, KeyID: id, Use: "sig"})
		var m map[string]any
		_ = json.Unmarshal(raw, &m)
		switch {
		case id == "unendorsed", unendorsed:
		case id == "webchat":
			m["endorsements"] = []string{"webchat"}
		default:
			m["endorsements"] = []string{"webchat", "msteams"}
		}
		set = append(set, m)
	}
	set = append(set, map[string]any{"kty": "EC", "kid": "other", "crv": "P-256", "x": "?"})
	_ = json.NewEncoder(w).Encode(map[string]any{"keys": set})
}

// claims are those of a good token.
func (l *fakeLogin) claims(serviceURL string) map[string]any {
	now := l.clock.now()
	return map[string]any{
		"iss": PublicIssuer, "aud": appID, "serviceurl": serviceURL,
		"nbf": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(),
	}
}

func sign(t testing.TB, keyID string, alg jose.SignatureAlgorithm, key any, claims any) string {
	t.Helper()
	opts := new(jose.SignerOptions).WithType("JWT")
	if keyID != "" {
		opts = opts.WithHeader("kid", keyID)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, opts)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(s).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (l *fakeLogin) token(t testing.TB, serviceURL string) string {
	t.Helper()
	return sign(t, "first", jose.RS256, rsaKeys()["first"], l.claims(serviceURL))
}

// call is one request that the connector got.
type connectorCall struct {
	method, path, escaped, query, authorization, contentType string
	body                                                     string
}

// fakeConnector keeps what it got and answers what it is told to.
type fakeConnector struct {
	*httptest.Server
	mu     sync.Mutex
	calls  []connectorCall
	answer func(w http.ResponseWriter, r *http.Request)
}

func newConnector(t testing.TB) *fakeConnector {
	c := new(fakeConnector)
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

func (c *fakeConnector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	c.calls = append(c.calls, connectorCall{
		r.Method, r.URL.Path, r.URL.EscapedPath(), r.URL.RawQuery, r.Header.Get("Authorization"), r.Header.Get("Content-Type"), string(body),
	})
	answer := c.answer
	c.mu.Unlock()
	if answer != nil {
		answer(w, r)
		return
	}
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"id":"1:posted"}`)
}

func (c *fakeConnector) got() []connectorCall {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]connectorCall(nil), c.calls...)
}

func (c *fakeConnector) answers(f func(http.ResponseWriter, *http.Request)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer = f
}

// fakeCredential hands out tokens that live an hour.
type fakeCredential struct {
	clock  *clock
	mu     sync.Mutex
	scopes []string
	given  int
	err    error
}

func (f *fakeCredential) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.given++
	f.scopes = o.Scopes
	if f.err != nil {
		return azcore.AccessToken{}, f.err
	}
	return azcore.AccessToken{Token: "our-token", ExpiresOn: f.clock.now().Add(time.Hour)}, nil
}

// counts is an Observer.
type counts struct {
	mu        sync.Mutex
	turns     map[string]int
	calls     map[string]int
	throttled int
}

func newCounts() *counts { return &counts{turns: map[string]int{}, calls: map[string]int{}} }

func (c *counts) Begin(ctx context.Context) context.Context { return ctx }

func (c *counts) Turn(_ context.Context, kind turns.Kind, result, _ string, _ float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turns[string(kind)+" "+result]++
}

func (c *counts) Connector(method, result string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[method+" "+result]++
}

func (c *counts) Refused(why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls["refused "+why]++
}

func (c *counts) Throttled() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.throttled++
}

func (c *counts) of(call string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[call]
}

func (c *counts) panics() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, v := range c.turns {
		if strings.HasSuffix(k, " panic") {
			n += v
		}
	}
	return n
}

// lockedBuffer is a log that may be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
