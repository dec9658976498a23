package teams

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// with sends a good activity signed with that key.
func (h *house) with(keyID string) int {
	h.t.Helper()
	token := sign(h.t, keyID, jose.RS256, rsaKeys()[keyID], h.login.claims(h.serviceURL()))
	return h.serve(h.request(encode(h.message(nil)), "Bearer "+token)).Code
}

// settled waits until no fetch is under way.
func (h *house) settled() {
	k := h.tokens.keys
	k.mu.Lock()
	flight := k.flight
	k.mu.Unlock()
	if flight != nil {
		<-flight
	}
}

func TestKeyRollover(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	equal(t, "first key", h.with("first"), 200)
	h.login.set(func(l *fakeLogin) { l.ids = []string{"second"} })

	h.clock.advance(keyPause - time.Second)
	equal(t, "new key within five seconds", h.with("second"), 401)
	equal(t, "fetches", h.login.fetches.Load(), 1)

	h.clock.advance(time.Second)
	equal(t, "new key after five seconds", h.with("second"), 200)
	equal(t, "old key", h.with("first"), 401)
	equal(t, "fetches", h.login.fetches.Load(), 2)

	for range 50 {
		equal(t, "stranger's key", h.with("stranger"), 401)
	}
	equal(t, "fetches", h.login.fetches.Load(), 2)
}

func TestKeysAtFirstNeed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	hold := make(chan struct{})
	h.login.set(func(l *fakeLogin) { l.hold = hold })
	codes := make(chan int, 32)
	for range cap(codes) {
		go func() { codes <- h.with("first") }()
	}
	close(hold)
	for range cap(codes) {
		equal(t, "status", <-codes, 200)
	}
	equal(t, "requests of login", h.login.requests.Load(), 2)
}

// TestFailedFetches shows that one failed fetch refuses turns for a second, and that pauses grow while login is down.
func TestFailedFetches(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.login.set(func(l *fakeLogin) { l.fail = http.StatusBadGateway })
	equal(t, "while login is down", h.with("first"), 401)
	h.login.set(func(l *fakeLogin) { l.fail = 0 })
	equal(t, "at once after that", h.with("first"), 401)
	equal(t, "requests of login", h.login.requests.Load(), 1)
	h.clock.advance(time.Second)
	equal(t, "a second later", h.with("first"), 200)

	h.clock.advance(-time.Hour)
	h.login.set(func(l *fakeLogin) { l.ids = []string{"second"} })
	equal(t, "a new key, with the clock set back", h.with("second"), 200)

	for failures, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 7: time.Minute, 100: time.Minute} {
		equal(t, "pause", pauseAfter(failures), want)
	}
}

// TestFailedFetchOfANewKey is the worst moment: Microsoft signs with a new key, junk names others, and the fetch fails.
func TestFailedFetchOfANewKey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	equal(t, "first key", h.with("first"), 200)
	h.login.set(func(l *fakeLogin) { l.ids = []string{"second"} })
	began := h.clock.now()
	h.clock.advance(keyPause - firstPause)
	h.login.set(func(l *fakeLogin) { l.fail = http.StatusBadGateway })
	for range 100 {
		equal(t, "junk", h.with("stranger"), 401)
	}
	h.clock.advance(firstPause)
	equal(t, "junk fails the fetch", h.with("stranger"), 401)
	h.login.set(func(l *fakeLogin) { l.fail = 0 })
	equal(t, "the new key, meanwhile", h.with("second"), 401)
	h.clock.advance(firstPause)
	equal(t, "the new key", h.with("second"), 200)
	if took := h.clock.now().Sub(began); took > 6*time.Second {
		t.Errorf("it took %v", took)
	}
}

// TestJunkFetchesNothing shows that a token that is not even meant for us asks nothing of login.
func TestJunkFetchesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	claims := h.login.claims(h.serviceURL())
	claims["aud"] = "another bot"
	token := sign(t, "nobody", jose.RS256, rsaKeys()["stranger"], claims)
	for range 10 {
		equal(t, "status", h.serve(h.request(nil, "Bearer "+token)).Code, 401)
		h.clock.advance(time.Minute)
	}
	equal(t, "requests of login", h.login.requests.Load(), 0)
}

// TestKeysAtTheStart shows that the keys come before the first turn, and that nobody is told ready before.
func TestKeysAtTheStart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	hold, arrived := make(chan struct{}), make(chan struct{}, 1)
	h.login.set(func(l *fakeLogin) { l.hold, l.arrived = hold, arrived })
	loaded := make(chan error, 1)
	go func() { loaded <- h.LoadKeys(t.Context()) }()
	<-arrived
	equal(t, "ready without keys", h.probe("/readyz"), 503)
	close(hold)
	if err := <-loaded; err != nil {
		t.Fatal(err)
	}
	equal(t, "ready with keys", h.probe("/readyz"), 200)
	equal(t, "requests of login", h.login.requests.Load(), 2)
	equal(t, "first turn", h.with("first"), 200)
	equal(t, "requests of login", h.login.requests.Load(), 2)
}

// TestKeysTooOld: five days without login are the end of the keys; a look at /readyz is enough to have new ones.
func TestKeysTooOld(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	equal(t, "first", h.with("first"), 200)
	h.login.set(func(l *fakeLogin) { l.fail = http.StatusBadGateway })
	h.clock.advance(mostKeyAge)
	equal(t, "after five days", h.with("first"), 401)
	equal(t, "ready", h.probe("/readyz"), 503)
	h.login.set(func(l *fakeLogin) { l.fail = 0 })
	h.clock.advance(firstPause)
	equal(t, "ready, and a fetch", h.probe("/readyz"), 503)
	h.settled()
	equal(t, "ready", h.probe("/readyz"), 200)
	equal(t, "with new keys", h.with("first"), 200)
}

func (h *house) probe(path string) int {
	return h.serve(httptest.NewRequest(http.MethodGet, path, nil)).Code
}

func TestOldKeys(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	equal(t, "first", h.with("first"), 200)
	h.login.set(func(l *fakeLogin) { l.fail = http.StatusInternalServerError })
	for range 3 {
		h.clock.advance(keyAge)
		equal(t, "old keys while login is down", h.with("first"), 200)
		h.settled()
	}
	equal(t, "requests of login", h.login.requests.Load(), 2+3)

	// A turn does not wait for the refresh that it starts.
	hold := make(chan struct{})
	h.login.set(func(l *fakeLogin) { l.fail, l.hold, l.ids = 0, hold, []string{"second"} })
	h.clock.advance(keyAge)
	equal(t, "while a refresh hangs", h.with("first"), 200)
	close(hold)
	h.settled()
	equal(t, "after the refresh", h.with("second"), 200)
}

func TestListedAlgorithms(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.login.set(func(l *fakeLogin) { l.algorithms = []string{"RS512", "HS256", "none"} })
	for alg, want := range map[jose.SignatureAlgorithm]int{jose.RS256: 200, jose.RS384: 401, jose.RS512: 200} {
		token := sign(t, "first", alg, rsaKeys()["first"], h.login.claims(h.serviceURL()))
		got := h.serve(h.request(encode(h.message(nil)), "Bearer "+token)).Code
		equal(t, string(alg), got, want)
	}
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		``, `{}`, `[]`, `{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"short"}`, `{"kty":"oct","k":"AQAB","kid":"x"}`,
		`{"kty":"RSA","n":5}`,
	} {
		if _, key := parseKey([]byte(raw)); key != nil {
			t.Errorf("%s was taken for a key", raw)
		}
	}
	good := encode(jose.JSONWebKey{Key: &rsaKeys()["first"].PublicKey, KeyID: "k", Use: "sig", Algorithm: "RS256"})
	id, key := parseKey(good)
	if id != "k" || key == nil || key.algorithm != "RS256" || slices.Contains(key.endorsements, "msteams") {
		t.Errorf("got %q %+v", id, key)
	}
	if _, key := parseKey(encode(jose.JSONWebKey{Key: &rsaKeys()["first"].PublicKey, KeyID: "k", Use: "enc"})); key != nil {
		t.Error("a key for encryption was taken")
	}
}

// TestCloseEndsFetch shows that a fetch that hangs does not outlive the server, and nothing waits for ever.
func TestCloseEndsFetch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	hold, arrived := make(chan struct{}), make(chan struct{}, 1)
	h.login.set(func(l *fakeLogin) { l.hold, l.arrived = hold, arrived })
	defer close(hold)
	var wg sync.WaitGroup
	wg.Go(func() { equal(t, "waiting turn", h.with("first"), 401) })
	<-arrived
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	h.clock.advance(keyPause)
	equal(t, "after Close", h.with("first"), 401)
	equal(t, "requests of login", h.login.requests.Load(), 1)
}

// TestKeysAreTended: a week without turns, and the keys are never older than a day and an hour.
func TestKeysAreTended(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	equal(t, "first", h.with("first"), 200)
	began := h.KeysSince()
	h.tokens.keys.renew()
	h.clock.advance(keyAge)
	h.tokens.keys.renew()
	h.settled()
	if got := h.KeysSince(); got.Sub(began) < keyAge {
		t.Errorf("the keys are of %v, as before", got)
	}
	equal(t, "requests of login", h.login.requests.Load(), 4)
}
