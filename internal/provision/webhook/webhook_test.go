package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/pauses"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

const secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz" // the digits 0 to 9, 24 of them

var full = provision.Notice{
	ID: "order1-tell-carrier", Tenant: "7e000000-0000-4000-8000-000000000001", Event: provision.LineActivate,
	Line: provision.Line{Number: "+12065550144", User: "da000000-0000-4000-8000-000000000001", UPN: "dana@example.com", Name: "Dana Reyes",
		Location: "seattle", Plan: "unlimited", Order: "order1"},
	Replaces: "+12065550101",
	Site:     provision.Location{ID: "seattle", Name: "Seattle", Country: "US", EmergencyLocation: "e911"},
	Offer:    provision.Plan{ID: "unlimited", Name: "Unlimited"},
}

// telling has a carrier with an answer told of a notice.
func telling(t *testing.T, n provision.Notice, answer http.HandlerFunc) (provision.Receipt, error) {
	t.Helper()
	srv := httptest.NewTLSServer(answer)
	t.Cleanup(srv.Close)
	key, err := ParseSecret(secret)
	if err != nil {
		t.Fatal(err)
	}
	c := New(Config{URL: srv.URL + "/calltab?token=hidden", Key: key, Client: srv.Client(), Wall: func() time.Time { return noon },
		Log: slog.New(slog.DiscardHandler), Pauses: &pauses.Keeper{Now: func() time.Time { return noon }}})
	return c.Tell(t.Context(), n)
}

// TestWire: the body and its signature, byte for byte, read without any code of the sender's.
func TestWire(t *testing.T) {
	t.Parallel()
	_, err := telling(t, full, func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var got, want any
		if err := json.Unmarshal(body, &got); err != nil {
			t.Error(err)
		}
		_ = json.Unmarshal([]byte(`{"version":1,"event":"activate","tenant":"7e000000-0000-4000-8000-000000000001","order":"order1",
			"number":"+12065550144","replaces":"+12065550101",
			"user":{"id":"da000000-0000-4000-8000-000000000001","upn":"dana@example.com","name":"Dana Reyes"},
			"plan":{"id":"unlimited","name":"Unlimited"},
			"location":{"id":"seattle","name":"Seattle","country":"US","emergency_location":"e911"}}`), &want)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
		mac := hmac.New(sha256.New, []byte("012345678901234567890123"))
		mac.Write([]byte("order1-tell-carrier.1772452800." + string(body)))
		for name, want := range map[string]string{
			"Content-Type": "application/json", "Webhook-Id": "order1-tell-carrier", "Webhook-Timestamp": "1772452800",
			"Webhook-Signature": "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)),
		} {
			if got := r.Header.Get(name); got != want || r.Method != http.MethodPost {
				t.Errorf("%s %s: %q, want %q", r.Method, name, got, want)
			}
		}
	})
	if err != nil {
		t.Error(err)
	}
}

// TestKnownSignature is the example of the specification
// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md),
// so that libraries agree.
func TestKnownSignature(t *testing.T) {
	t.Parallel()
	key, err := ParseSecret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")
	got := base64.StdEncoding.EncodeToString(sign(key, "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", "1649367553", []byte(`{"email":"test@example.com","username":"test_user"}`)))
	if want := "tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="; err != nil || got != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300)
	for name, c := range map[string]struct {
		status     int
		header     string // Retry-After
		body       string
		kind       provision.ErrorKind
		say, words string
		wait       time.Duration
		link       string
		ok         bool
	}{
		"done":                  {status: 204, ok: true},
		"done in other words":   {status: 200, body: "thanks", ok: true},
		"with a link":           {status: 201, body: `{"link":"https://carrier.example/w/1"}`, link: "https://carrier.example/w/1", ok: true},
		"with a link in clear":  {status: 200, body: `{"link":"http://carrier.example/w/1"}`, ok: true},
		"with a script as link": {status: 200, body: `{"link":"javascript:alert(1)"}`, ok: true},
		"with an endless link":  {status: 200, body: `{"link":"https://carrier.example/` + strings.Repeat("x", 2048) + `"}`, ok: true},
		"busy":                  {status: 429, header: "90", kind: provision.Throttled, say: "carrier-silent", wait: 90 * time.Second},
		"busy until":            {status: 503, header: "Mon, 02 Mar 2026 12:05:00 GMT", kind: provision.Unavailable, say: "carrier-silent", wait: 5 * time.Minute},
		"busy for a year":       {status: 503, header: "31536000", kind: provision.Unavailable, say: "carrier-silent", wait: time.Hour},
		"busy for nonsense":     {status: 503, header: "soon", kind: provision.Unavailable, say: "carrier-silent"},
		"broken":                {status: 500, kind: provision.Unavailable, say: "carrier-silent"},
		"too late":              {status: 408, kind: provision.Unavailable, say: "carrier-silent"},
		"not believed":          {status: 401, kind: provision.Denied, say: "carrier-denied"},
		"not allowed":           {status: 403, kind: provision.Denied, say: "carrier-denied"},
		"nobody there":          {status: 404, kind: provision.Denied, say: "carrier-elsewhere"},
		"moved":                 {status: 308, kind: provision.Denied, say: "carrier-elsewhere"},
		"no such thing":         {status: 501, kind: provision.Denied, say: "carrier-elsewhere"},
		"no such line":          {status: 410, kind: provision.NotFound, say: "carrier-refused-silently"},
		"taken":                 {status: 409, body: `{"message":"Somebody else\n has it."}`, kind: provision.Conflict, say: "carrier-refused", words: "Somebody else has it."},
		"wrong":                 {status: 422, body: `{"message":"` + long + `"}`, kind: provision.Invalid, say: "carrier-refused", words: long[:200] + "…"},
		"wrong without a word":  {status: 400, body: `<html>`, kind: provision.Invalid, say: "carrier-refused-silently"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			got, err := telling(t, full, func(w http.ResponseWriter, _ *http.Request) {
				calls++
				if w.Header().Set("Location", "https://elsewhere.example/"); c.header != "" {
					w.Header().Set("Retry-After", c.header)
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			if c.ok {
				if err != nil || got.Link != c.link {
					t.Errorf("%+v, %v", got, err)
				}
				return
			}
			var e *provision.Error
			if !errors.As(err, &e) || e.Kind != c.kind || e.Say.ID != c.say || e.Say.Args["said"] != c.words || e.RetryAfter != c.wait || calls != 1 {
				t.Errorf("%#v after %d calls", err, calls)
			}
		})
	}
}

// TestNothingHeard: a cut connection is not a refusal, and its error tells no log the address.
func TestNothingHeard(t *testing.T) {
	t.Parallel()
	_, err := telling(t, full, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if provision.KindOf(err) != provision.Unavailable || strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "+1206") {
		t.Errorf("%v", err)
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "whsec_", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz", "whsec_short", "whsec_MDEy", "whsec_" + strings.Repeat("QUJD", 22)} {
		if _, err := ParseSecret(bad); err == nil || strings.Contains(err.Error(), "MDEy") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
