package login_test

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"calltab/internal/sandbox/login"
)

const (
	app     = "6f1c1e0a-1111-4222-8333-444455556666"
	home    = "11111111-1111-4111-8111-111111111111"
	foreign = "22222222-2222-4222-8222-222222222222"
	secret  = "a secret"
)

// wall is the time in all tests; azidentity compares lifetimes with its own clock, so
// it starts from the real one.
var wall = time.Now()

// start starts a server whose app has the certificates of a folder; empty: none.
func start(t *testing.T, certificates string) (*login.Server, *httptest.Server) {
	t.Helper()
	s, err := login.New(login.Config{
		Wall: func() time.Time { return wall }, AppID: app, Secret: secret,
		Tenants: []string{home, foreign}, Consented: []string{home}, Roles: []string{"User.Read.All"},
		Certificates: certificates,
	})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewTLSServer(s.Handler())
	t.Cleanup(srv.Close)
	s.SetURL(srv.URL)
	return s, srv
}

func fetch(t *testing.T, srv *httptest.Server, path string, into any) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return res.StatusCode
}

// published is a key as a bot reads it, decoded without our own types.
type published struct {
	Kid, Kty, N, E string
	Endorsements   []string
}

func (p published) key(t *testing.T) *rsa.PublicKey {
	t.Helper()
	n, err := base64.RawURLEncoding.DecodeString(p.N)
	if err != nil {
		t.Fatal(err)
	}
	e, err := base64.RawURLEncoding.DecodeString(p.E)
	if err != nil {
		t.Fatal(err)
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
}

func keys(t *testing.T, srv *httptest.Server) []published {
	t.Helper()
	var meta struct {
		Issuer  string
		JWKSURI string `json:"jwks_uri"`
	}
	fetch(t, srv, login.MetadataPath, &meta)
	if meta.Issuer != "https://api.botframework.com" {
		t.Errorf("issuer = %s", meta.Issuer)
	}
	var set struct{ Keys []published }
	fetch(t, srv, strings.TrimPrefix(meta.JWKSURI, srv.URL), &set)
	return set.Keys
}

func TestChannelTokenVerifiesWithPublishedKey(t *testing.T) {
	t.Parallel()
	s, srv := start(t, "")
	token, err := s.Sign(s.ChannelClaims("https://service/"))
	if err != nil {
		t.Fatal(err)
	}
	found := keys(t, srv)
	if len(found) != 1 || found[0].Kid != s.KeyID() || strings.Join(found[0].Endorsements, " ") != "msteams" || found[0].Kty != "RSA" {
		t.Fatalf("keys = %+v", found)
	}
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := parsed.Verify(found[0].key(t))
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	if claims["iss"] != "https://api.botframework.com" || claims["aud"] != app || claims["serviceurl"] != "https://service/" {
		t.Errorf("claims = %v", claims)
	}
	if m, k := s.Fetches(); m != 1 || k != 1 {
		t.Errorf("Fetches = %d, %d, want 1, 1", m, k)
	}
}

func TestBadChannelTokens(t *testing.T) {
	t.Parallel()
	s, srv := start(t, "")
	known := keys(t, srv)[0]
	tests := []struct {
		name     string
		opts     []login.SignOption
		alg, kid string
		verifies bool
	}{
		{"good", nil, "RS256", known.Kid, true},
		{"other key", []login.SignOption{login.OtherKey()}, "RS256", known.Kid, false},
		{"other kid", []login.SignOption{login.KeyID("who")}, "RS256", "who", true},
		{"no kid", []login.SignOption{login.KeyID("")}, "RS256", "", true},
		{"PS256", []login.SignOption{login.Algorithm("PS256")}, "PS256", known.Kid, true},
		{"HS256", []login.SignOption{login.Algorithm("HS256")}, "HS256", known.Kid, false},
		{"none", []login.SignOption{login.Unsigned()}, "none", "", false},
	}
	for _, tt := range tests {
		token, err := s.Sign(s.ChannelClaims("https://service/"), tt.opts...)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		head, err := base64.RawURLEncoding.DecodeString(strings.SplitN(token, ".", 2)[0])
		if err != nil {
			t.Fatal(err)
		}
		var header struct{ Alg, Kid string }
		if err := json.Unmarshal(head, &header); err != nil {
			t.Fatal(err)
		}
		if header.Alg != tt.alg || header.Kid != tt.kid {
			t.Errorf("%s: header %s", tt.name, head)
		}
		verifies := false
		if parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.HS256}); err == nil {
			_, err = parsed.Verify(known.key(t))
			verifies = err == nil
		}
		if verifies != tt.verifies {
			t.Errorf("%s: verifies = %v, want %v", tt.name, verifies, tt.verifies)
		}
	}
}

func TestRotationAndEndorsement(t *testing.T) {
	t.Parallel()
	s, srv := start(t, "")
	first := s.KeyID()
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sign(nil, login.Unendorsed()); err != nil {
		t.Fatal(err)
	}
	found := keys(t, srv)
	if len(found) != 3 || found[0].Kid != s.KeyID() || found[0].Kid == first || found[1].Kid != first {
		t.Fatalf("keys after rotation = %+v", found)
	}
	if strings.Join(found[2].Endorsements, " ") != "webchat" {
		t.Errorf("endorsements of the last key = %v", found[2].Endorsements)
	}
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	if again := keys(t, srv); len(again) != 2 || again[1].Kid != found[0].Kid {
		t.Errorf("keys after the second rotation = %+v", again)
	}
}
