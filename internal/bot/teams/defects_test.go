package teams

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/infracloudio/msbotbuilder-go/connector/auth"
	"github.com/infracloudio/msbotbuilder-go/schema"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

// counted is a validator that counts its calls, and those that came through the library's ParseRequest.
type counted struct {
	auth.TokenValidator
	calls, byLibrary atomic.Int64
}

func (c *counted) AuthenticateRequest(ctx context.Context, a schema.Activity, header string,
	p auth.CredentialProvider, channel string) (auth.ClaimsIdentity, error) {
	c.calls.Add(1)
	if calledFrom("core.(*BotFrameworkAdapter).ParseRequest") {
		c.byLibrary.Add(1)
	}
	return c.TokenValidator.AuthenticateRequest(ctx, a, header, p, channel)
}

// tapped is a transport that notes through which part of the library each request came.
type tapped struct {
	http.RoundTripper
	mu  sync.Mutex
	via []string
}

func (r *tapped) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet {
		via := "not the library"
		for _, f := range []string{"ProactiveMessage", "UpdateActivity"} {
			if calledFrom("core.(*BotFrameworkAdapter)."+f) && calledFrom("activity.(*DefaultResponse).") {
				via = f
			}
		}
		r.mu.Lock()
		r.via = append(r.via, req.Method+" "+via)
		r.mu.Unlock()
	}
	return r.RoundTripper.RoundTrip(req)
}

func calledFrom(function string) bool {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "github.com/infracloudio/msbotbuilder-go/") && strings.Contains(f.Function, function) {
			return true
		}
		if !more {
			return false
		}
	}
}

// TestLibraryIsTheRoad counts: each activity passes the library's ParseRequest with our validator, each message its
// response path with our client.
func TestLibraryIsTheRoad(t *testing.T) {
	t.Parallel()
	tap := &tapped{RoundTripper: http.DefaultTransport}
	h := newHouse(t, func(c *Config) { c.HTTP = &http.Client{Transport: tap} })
	validator := &counted{TokenValidator: h.adapter.TokenValidator}
	h.adapter.TokenValidator = validator
	h.handle = func(ctx context.Context, turn turns.Turn) (chats.Answer, error) {
		id, err := h.Courier().Post(ctx, turn.Conversation, chats.Outgoing{Text: "one moment"})
		if err != nil {
			return chats.Answer{}, err
		}
		return chats.Answer{}, h.Courier().Edit(ctx, turn.Conversation, id, chats.Outgoing{Text: "done"})
	}
	const n = 7
	for _, kind := range []string{"message", "invoke", "typing", "installationUpdate", "messageUpdate", "event", "conversationUpdate"} {
		h.send(h.message(object{"type": kind, "name": invokeSearch}))
	}
	equal(t, "activities validated", validator.calls.Load(), n)
	equal(t, "of these by the library", validator.byLibrary.Load(), n)
	equal(t, "turns", h.taken(), n)
	equal(t, "messages", strings.Join(tap.via, ", "),
		strings.TrimSuffix(strings.Repeat("POST ProactiveMessage, PUT UpdateActivity, ", n), ", "))
}

// TestLibraryDefects has a test for each defect of msbotbuilder-go v0.2.5 that could reach a user of this package. The
// names say what the library does.
func TestLibraryDefects(t *testing.T) {
	t.Parallel()
	post := func(t *testing.T, h *house) (string, error) {
		return h.Courier().Post(t.Context(), h.personal(), chats.Outgoing{Text: "x"})
	}
	status := func(t *testing.T, h *house, changes object, want int) {
		t.Helper()
		if w := h.send(h.message(changes)); w.Code != want {
			t.Errorf("got %d %s, want %d", w.Code, w.Body, want)
		}
	}
	claimed := func(t *testing.T, h *house, claims object, want int) {
		t.Helper()
		equal(t, "status", attempt{claims: claims}.send(t, h).Code, want)
	}
	for name, test := range map[string]func(*testing.T, *house){
		"01 metadata fetched on every request": func(t *testing.T, h *house) {
			for range 20 {
				status(t, h, nil, 200)
			}
			equal(t, "requests of login", h.login.requests.Load(), 2)
		},
		"02 status of the metadata not checked": func(t *testing.T, h *house) {
			h.login.set(func(l *fakeLogin) { l.fail = 503 })
			status(t, h, nil, 401)
			if !strings.Contains(h.log.String(), "answer 503") {
				t.Error("the log does not say why")
			}
		},
		"03 key cache without a lock": func(t *testing.T, h *house) {
			var wg sync.WaitGroup
			for range 16 {
				wg.Go(func() { status(t, h, nil, 200) })
			}
			wg.Wait()
			equal(t, "fetches", h.login.fetches.Load(), 1)
		},
		"04 unknown key does not refresh": func(t *testing.T, h *house) {
			status(t, h, nil, 200)
			h.login.set(func(l *fakeLogin) { l.ids = []string{"second"} })
			h.clock.advance(keyPause)
			equal(t, "new key", h.with("second"), 200)
		},
		"05 endorsements ignored": func(t *testing.T, h *house) {
			equal(t, "key for web chat", h.with("webchat"), 401)
			status(t, h, object{"channelId": "skype"}, 401)
		},
		"06 no skew, exp optional, iat strict": func(t *testing.T, h *house) {
			now := h.clock.now()
			claimed(t, h, object{"exp": now.Add(-time.Minute).Unix()}, 200)
			claimed(t, h, object{"exp": absent}, 401)
			claimed(t, h, object{"iat": now.Add(time.Minute).Unix()}, 200)
		},
		"07 unauthenticated identity accepted": func(t *testing.T, h *house) {
			equal(t, "stranger's signature", attempt{key: "stranger"}.send(t, h).Code, 401)
		},
		"08 malformed header and empty app id accepted": func(t *testing.T, h *house) {
			equal(t, "status", h.serve(h.request(encode(h.message(nil)), "nonsense")).Code, 401)
			c := h.config
			c.AppID = ""
			if _, err := New(c); err == nil {
				t.Error("a server without an app id")
			}
		},
		"09 missing claims and audience lists panic": func(t *testing.T, h *house) {
			claimed(t, h, object{"serviceurl": absent}, 401)
			claimed(t, h, object{"aud": []string{appID}}, 200)
			claimed(t, h, object{"aud": absent, "iss": absent}, 401)
		},
		"10 service URL exact, no allow-list": func(t *testing.T, h *house) {
			claimed(t, h, object{"serviceurl": strings.TrimSuffix(h.serviceURL(), "/")}, 200)
			const foreign = "https://evil.example/"
			body := encode(h.message(object{"serviceUrl": foreign}))
			equal(t, "status", h.serve(h.request(body, "Bearer "+h.login.token(t, foreign))).Code, 403)
		},
		"12 bearer optional": func(t *testing.T, h *house) {
			token := h.login.token(t, h.serviceURL())
			equal(t, "without", h.serve(h.request(encode(h.message(nil)), token)).Code, 401)
			equal(t, "small", h.serve(h.request(encode(h.message(nil)), "bearer "+token)).Code, 200)
		},
		"13 token endpoint and scope fixed": func(t *testing.T, h *house) {
			if _, err := post(t, h); err != nil {
				t.Fatal(err)
			}
			equal(t, "scope", strings.Join(h.credential.scopes, " "), PublicScope)
		},
		"14 any size decoded before the token is checked": func(t *testing.T, h *house) {
			r := h.request(nil, "Bearer "+h.login.token(t, h.serviceURL()))
			r.ContentLength = maxBody + 1
			equal(t, "status", h.serve(r).Code, 413)
		},
		"15 other activity types fail": func(t *testing.T, h *house) {
			for _, kind := range []string{"installationUpdate", "messageUpdate", "messageReaction", "event", "typing", "endOfConversation"} {
				status(t, h, object{"type": kind}, 200)
			}
		},
		"16 every result posted, no invoke answers": func(t *testing.T, h *house) {
			h.handle = func(context.Context, turns.Turn) (chats.Answer, error) { return chats.Answer{Toast: "saved"}, nil }
			w := h.send(h.message(object{"type": "invoke", "name": invokeSearch}))
			if w.Header().Get("Content-Type") != "application/json; charset=utf-8" || !json.Valid(w.Body.Bytes()) {
				t.Errorf("got %v %s", w.Header(), w.Body)
			}
			equal(t, "posts", len(h.connector.got()), 0)
		},
		"17 replies to the message instead of the conversation": func(t *testing.T, h *house) {
			if _, err := post(t, h); err != nil {
				t.Fatal(err)
			}
			got := h.connector.got()[0]
			if !strings.HasSuffix(got.path, "/activities") || strings.Contains(got.body, "replyToId") {
				t.Errorf("got %+v", got)
			}
		},
		"18 ids not escaped": func(t *testing.T, h *house) {
			to := h.personal()
			to.ID = "a/../../x?y#z%2f"
			if err := h.Courier().Edit(t.Context(), to, "../1", chats.Outgoing{Text: "x"}); err != nil {
				t.Fatal(err)
			}
			equal(t, "path", h.connector.got()[0].escaped,
				"/teams/v3/conversations/a%2F..%2F..%2Fx%3Fy%23z%252f/activities/..%2F1")
		},
		"19 no conversations, no members": func(t *testing.T, h *house) {
			if got, err := h.Courier().Open(t.Context(), h.serviceURL(), ourTenant, alice); err != nil || got.ID != "1:posted" {
				t.Errorf("got %+v, %v", got, err)
			}
		},
		"20 message ids lost": func(t *testing.T, h *house) {
			id, err := post(t, h)
			if id != "1:posted" || err != nil {
				t.Errorf("got %q, %v", id, err)
			}
		},
		"21 no context, no time limit": func(t *testing.T, h *house) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := h.Courier().Post(ctx, h.personal(), chats.Outgoing{Text: "x"})
			if reason(err) != chats.Busy || !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			var limited bool
			h.handle = func(ctx context.Context, _ turns.Turn) (chats.Answer, error) {
				_, limited = ctx.Deadline()
				return chats.Answer{}, nil
			}
			status(t, h, nil, 200)
			equal(t, "turn has a limit", limited, true)
		},
		"22 errors without code or wait, 204 is one": func(t *testing.T, h *house) {
			h.connector.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
			if err := h.Courier().Edit(t.Context(), h.personal(), "1", chats.Outgoing{Text: "x"}); err != nil {
				t.Errorf("204: %v", err)
			}
			h.connector.answers(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "3")
				w.WriteHeader(429)
			})
			_, err := post(t, h)
			var d *chats.DeliveryError
			if !errors.As(err, &d) || d.Status != 429 || d.RetryAfter != 3*time.Second {
				t.Errorf("429: %v", err)
			}
		},
		"23 network error for the token panics": func(t *testing.T, h *house) {
			h.credential.err = errors.New("no route to host")
			if _, err := post(t, h); reason(err) != chats.Busy {
				t.Errorf("got %v", err)
			}
		},
		"24 empty token sent": func(t *testing.T, h *house) {
			h.credential.err = errors.New("AADSTS7000215: invalid client secret")
			if _, err := post(t, h); !errors.Is(err, h.credential.err) {
				t.Errorf("got %v", err)
			}
			equal(t, "requests", len(h.connector.got()), 0)
		},
		"25 configuration not checked": func(t *testing.T, h *house) {
			if _, err := New(Config{ServiceURLs: []string{"x"}, Tenants: []provision.TenantID{"X"}}); err == nil {
				t.Error("nothing wrong with that")
			}
		},
		"26 zero times sent, empty times fail": func(t *testing.T, h *house) {
			status(t, h, object{"timestamp": "", "localTimestamp": nil, "expiration": "never"}, 200)
			if _, err := post(t, h); err != nil {
				t.Fatal(err)
			}
			if body := h.connector.got()[0].body; strings.Contains(body, "0001-01-01") || strings.Contains(body, "{}") {
				t.Errorf("sent %s", body)
			}
		},
		"27 value and channelData of other shapes fail": func(t *testing.T, h *house) {
			for _, value := range []any{"text", []int{1, 2}, 5, true, object{"big": json.Number("12345678901234567890")}} {
				status(t, h, object{"value": value, "text": absent}, 200)
			}
			equal(t, "number", h.last().Data["big"], "12345678901234567890")
			status(t, h, object{"channelData": []int{}}, 403)
		},
		"28 mentions dropped": func(t *testing.T, h *house) {
			status(t, h, object{"text": "add <at>Bob</at>", "entities": []any{object{
				"type": "mention", "text": "<at>Bob</at>", "mentioned": object{"id": "29:bob", "name": "Bob"}}}}, 200)
			equal(t, "people", len(h.last().Mentions), 1)
		},
		"29 tenant missing from what is sent": func(t *testing.T, h *house) {
			if _, err := post(t, h); err != nil {
				t.Fatal(err)
			}
			if body := h.connector.got()[0].body; !strings.Contains(body, `"tenantId":"`+ourTenant) {
				t.Errorf("sent %s", body)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			test(t, h)
			equal(t, "panics", h.counts.panics(), 0)
		})
	}
}

// TestDefect11 is the metadata address that the library fixes: another cloud's, and another issuer.
func TestDefect11(t *testing.T) {
	t.Parallel()
	const issuer = "https://api.botframework.us"
	h := newHouse(t, func(c *Config) { c.Issuer = issuer })
	equal(t, "public issuer", h.with("first"), 401)
	claims := h.login.claims(h.serviceURL())
	claims["iss"] = issuer
	token := sign(t, "first", jose.RS256, rsaKeys()["first"], claims)
	equal(t, "configured issuer", h.serve(h.request(encode(h.message(nil)), "Bearer "+token)).Code, 200)
}
