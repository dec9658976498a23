package teams

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// attempt is a request that must be refused, made by changing a good one.
type attempt struct {
	name    string
	status  int
	claims  map[string]any // absent: without
	keyID   string         // "": first; "-": none
	alg     jose.SignatureAlgorithm
	key     any
	header  func(token string) []string // instead of one bearer token
	message map[string]any
	body    func(good []byte) []byte
	request func(*http.Request)
}

func attempts() []attempt {
	first := func(name string, status int, claims map[string]any) attempt {
		return attempt{name: name, status: status, claims: claims}
	}
	now := newClock().now()
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	header := func(name string, f func(string) []string) attempt {
		return attempt{name: name, status: 401, header: f}
	}
	body := func(name string, status int, f func([]byte) []byte) attempt {
		return attempt{name: name, status: status, body: f}
	}
	text := func(s string) func([]byte) []byte { return func([]byte) []byte { return []byte(s) } }
	message := func(name string, status int, m map[string]any) attempt {
		return attempt{name: name, status: status, message: m}
	}
	object := func(pairs ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i].(string)] = pairs[i+1]
		}
		return m
	}
	const foreign = "f0f0f0f0-1111-4222-8333-444455556666"
	tenant := func(id any) map[string]any { return object("tenant", object("id", id)) }
	conv := func(id any) map[string]any {
		return object("id", "a:1", "conversationType", "personal", "tenantId", id)
	}
	return []attempt{
		header("no header", func(string) []string { return nil }),
		header("empty header", func(string) []string { return []string{""} }),
		header("two headers", func(s string) []string { return []string{"Bearer " + s, "Bearer " + s} }),
		header("no scheme", func(s string) []string { return []string{s} }),
		header("basic scheme", func(s string) []string { return []string{"Basic " + s} }),
		header("scheme alone", func(string) []string { return []string{"Bearer "} }),
		header("not a token", func(string) []string { return []string{"Bearer abc.def.ghi"} }),
		header("dots", func(string) []string { return []string{"Bearer .."} }),
		header("two tokens", func(s string) []string { return []string{"Bearer " + s + " " + s} }),
		header("truncated token", func(s string) []string { return []string{"Bearer " + s[:len(s)-9]} }),
		header("no signature", func(s string) []string { return []string{"Bearer " + s[:strings.LastIndex(s, ".")+1]} }),
		header("huge token", func(s string) []string { return []string{"Bearer " + s + strings.Repeat("A", 20<<10)} }),
		header("alg none", func(s string) []string {
			parts := strings.Split(s, ".")
			return []string{"Bearer eyJhbGciOiJub25lIiwia2lkIjoiZmlyc3QifQ." + parts[1] + "."}
		}),
		header("changed payload", func(s string) []string {
			parts := strings.Split(s, ".")
			return []string{"Bearer " + parts[0] + "." + parts[1][:20] + "A" + parts[1][21:] + "." + parts[2]}
		}),
		first("expired", 401, object("exp", at(-6*time.Minute))),
		first("not yet valid", 401, object("nbf", at(6*time.Minute))),
		first("without exp", 401, object("exp", absent)),
		first("without nbf", 401, object("nbf", absent)),
		first("exp as text", 401, object("exp", "tomorrow")),
		first("wrong audience", 401, object("aud", foreign)),
		first("audience list without us", 401, object("aud", []string{foreign, "api://" + appID})),
		first("empty audience list", 401, object("aud", []string{})),
		first("audience of numbers", 401, object("aud", []int{1})),
		first("without audience", 401, object("aud", absent)),
		first("wrong issuer", 401, object("iss", "https://sts.windows.net/"+ourTenant+"/")),
		first("without issuer", 401, object("iss", absent)),
		first("issuer as number", 401, object("iss", 7)),
		first("other service URL", 401, object("serviceurl", "https://smba.trafficmanager.net/emea/")),
		first("without service URL", 401, object("serviceurl", absent)),
		first("service URL as list", 401, object("serviceurl", []string{"x"})),
		{name: "unknown key", status: 401, keyID: "nobody"},
		{name: "no key id", status: 401, keyID: "-"},
		{name: "known key id, other key", status: 401, key: "stranger"},
		{name: "key without endorsements", status: 401, keyID: "unendorsed", key: "unendorsed"},
		{name: "key for another channel", status: 401, keyID: "webchat", key: "webchat"},
		{name: "algorithm not in the metadata", status: 401, alg: jose.RS512},
		{name: "algorithm PS256", status: 401, alg: jose.PS256},
		{name: "algorithm HS256 with the public key's id", status: 401, alg: jose.HS256, key: []byte(strings.Repeat("k", 64))},

		message("channel that the key endorses, not Teams", 403, object("channelId", "webchat")),
		message("channel that the key does not endorse", 401, object("channelId", "directline")),
		message("foreign tenant in channelData", 403, object("channelData", tenant(foreign))),
		message("foreign tenant in conversation", 403, object("conversation", conv(foreign))),
		message("foreign tenant in both", 403, object("channelData", tenant(foreign), "conversation", conv(foreign))),
		message("sender of a foreign tenant", 403, object("from", object("id", aliceMRI, "aadObjectId", alice, "tenantId", foreign))),
		message("no tenant", 403, object("channelData", absent, "conversation", conv(""))),
		message("no channelData", 403, object("channelData", absent)),
		message("channelData as text", 403, object("channelData", "x")),
		message("tenant id as number", 403, object("channelData", tenant(5))),

		body("empty", 400, text("")),
		body("null", 400, text("null")),
		body("list", 400, text("[]")),
		body("number", 400, text("1")),
		body("not JSON", 400, text("help")),
		body("truncated", 400, func(b []byte) []byte { return b[:len(b)/2] }),
		body("two objects", 400, func(b []byte) []byte { return append(append([]byte{}, b...), b...) }),
		body("empty object", 400, text("{}")),
		body("deep", 400, text(strings.Repeat(`{"a":`, 20_000))),
		body("huge", 413, text(`{"type":"`+strings.Repeat("x", maxBody)+`"}`)),
		message("no type", 400, object("type", absent)),
		message("type as number", 400, object("type", 1)),
		message("no service URL", 400, object("serviceUrl", "")),
		message("no channel", 400, object("channelId", absent)),
		message("no conversation", 400, object("conversation", absent)),
		message("conversation as text", 400, object("conversation", "a:1")),
		message("from as list", 400, object("from", []int{})),
		message("text as object", 400, object("text", object())),
		message("endless id", 400, object("id", strings.Repeat("1", maxID+1))),

		{name: "text/plain", status: 415, request: func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }},
		{name: "no media type", status: 415, request: func(r *http.Request) { r.Header.Del("Content-Type") }},
		{name: "compressed", status: 415, request: func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }},
		{name: "huge, length unknown", status: 413, request: func(r *http.Request) {
			r.ContentLength = -1
			r.Body = io.NopCloser(io.MultiReader(r.Body, bytes.NewReader(make([]byte, maxBody))))
		}},
		{name: "GET", status: 405, request: func(r *http.Request) { r.Method = http.MethodGet }},
		{name: "elsewhere", status: 404, request: func(r *http.Request) { r.URL.Path = "/api/other" }},
	}
}

func (a attempt) send(t *testing.T, h *house) *httptest.ResponseRecorder {
	t.Helper()
	claims := h.login.claims(h.serviceURL())
	maps.Copy(claims, a.claims)
	for k, v := range claims {
		if v == absent {
			delete(claims, k)
		}
	}
	keyID, alg, key := "first", jose.RS256, any(rsaKeys()["first"])
	switch a.keyID {
	case "":
	case "-":
		keyID = ""
	default:
		keyID = a.keyID
	}
	if a.alg != "" {
		alg = a.alg
	}
	switch k := a.key.(type) {
	case string:
		key = rsaKeys()[k]
	case []byte:
		key = k
	}
	token := sign(t, keyID, alg, key, claims)
	body, err := json.Marshal(h.message(a.message))
	if err != nil {
		t.Fatal(err)
	}
	if a.body != nil {
		body = a.body(body)
	}
	r := h.request(body, "Bearer "+token)
	if a.header != nil {
		r.Header["Authorization"] = a.header(token)
	}
	if a.request != nil {
		a.request(r)
	}
	return h.serve(r)
}

// refusedAs are the reasons that metrics give for some of the attempts, one of each at least.
var refusedAs = map[string]string{"no header": "missing", "not a token": "malformed", "wrong issuer": "issuer", "wrong audience": "audience",
	"expired": "expired", "not yet valid": "not-yet-valid", "other service URL": "service-url", "key for another channel": "channel",
	"unknown key": "unknown-key", "algorithm not in the metadata": "algorithm", "known key id, other key": "signature",
	"changed payload": "malformed"}

// TestRefused sends every bad credential and body to one server, twice, and a good one after each: whatever came
// before, it is served, and all together cost one fetch of the keys.
func TestRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 2 {
		for _, a := range attempts() {
			t.Run(a.name, func(t *testing.T) {
				before := h.taken()
				reason := "refused " + refusedAs[a.name]
				counted := h.counts.of(reason)
				w := a.send(t, h)
				if refusedAs[a.name] != "" && h.counts.of(reason) != counted+1 {
					t.Errorf("it is not counted as %s", reason)
				}
				if w.Code != a.status {
					t.Errorf("got %d %s, want %d", w.Code, w.Body, a.status)
				}
				if h.taken() != before {
					t.Error("it became a turn")
				}
				var told map[string]string
				if err := json.Unmarshal(w.Body.Bytes(), &told); err != nil || len(told) != 1 || len(told["error"]) > 20 {
					t.Errorf("told too much or nothing: %q", w.Body)
				}
				if w := h.send(h.message(nil)); w.Code != http.StatusOK {
					t.Errorf("a good one afterwards: %d %s", w.Code, w.Body)
				}
			})
		}
	}
	for _, why := range Refusals() {
		if h.counts.of("refused "+why) == 0 {
			t.Errorf("nothing was refused as %s", why)
		}
	}
	equal(t, "panics", h.counts.panics(), 0)
	equal(t, "fetches of the keys", h.login.fetches.Load(), 1)
	equal(t, "calls of the connector", len(h.connector.got()), 0)
	if log := h.log.String(); strings.Contains(log, "eyJ") {
		t.Error("a token in the log")
	}
}

// TestTolerated is what looks wrong and is not.
func TestTolerated(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	now := h.clock.now()
	for _, a := range []attempt{
		{name: "expired four minutes ago", claims: map[string]any{"exp": now.Add(-4 * time.Minute).Unix()}},
		{name: "valid in four minutes", claims: map[string]any{"nbf": now.Add(4 * time.Minute).Unix()}},
		{name: "issued in the future", claims: map[string]any{"iat": now.Add(time.Hour).Unix()}},
		{name: "issued as text", claims: map[string]any{"iat": "today"}},
		{name: "audience list with us", claims: map[string]any{"aud": []string{"other", appID}}},
		{name: "service URL without its slash", claims: map[string]any{"serviceurl": strings.TrimSuffix(h.serviceURL(), "/")}},
		{name: "service URL in capitals", claims: map[string]any{"serviceurl": strings.Replace(h.serviceURL(), "http", "HTTP", 1)}},
		{name: "scheme in small letters", header: func(s string) []string { return []string{"bearer " + s} }},
		{name: "tenant in capitals", message: map[string]any{
			"channelData": map[string]any{"tenant": map[string]any{"id": strings.ToUpper(ourTenant)}}}},
		{name: "no tenant in conversation", message: map[string]any{"conversation": map[string]any{"id": "a:1"}}},
		{name: "sender's tenant in capitals", message: map[string]any{
			"from": map[string]any{"id": aliceMRI, "aadObjectId": alice, "tenantId": strings.ToUpper(ourTenant)}}},
		{name: "no sender", message: map[string]any{"from": absent}},
		{name: "unknown type", message: map[string]any{"type": "handoff"}},
	} {
		t.Run(a.name, func(t *testing.T) {
			if w := a.send(t, h); w.Code != http.StatusOK {
				t.Errorf("got %d %s\n%s", w.Code, w.Body, h.log)
			}
		})
	}
}

// TestUnreadBody shows that a stranger's body costs nothing: not a byte is read before the token is good.
func TestUnreadBody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	unnamed := h.login.claims(h.serviceURL())
	delete(unnamed, "serviceurl")
	for _, token := range []string{
		"abc.def.ghi", sign(t, "first", jose.RS256, rsaKeys()["stranger"], h.login.claims(h.serviceURL())),
		sign(t, "first", jose.RS256, rsaKeys()["first"], unnamed),
	} {
		r := h.request(nil, "Bearer "+token)
		r.ContentLength, r.Body = 100, io.NopCloser(unreadable{t})
		equal(t, "status", h.serve(r).Code, http.StatusUnauthorized)
	}
}

type unreadable struct{ t *testing.T }

func (u unreadable) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}
