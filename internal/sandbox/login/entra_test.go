package login_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/go-jose/go-jose/v4"

	"calltab/internal/sandbox/login"
)

func options(srv *httptest.Server) azcore.ClientOptions {
	return azcore.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: srv.URL + "/"},
		Transport: srv.Client(),
		Retry:     policy.RetryOptions{MaxRetries: -1},
	}
}

var graphScope = policy.TokenRequestOptions{Scopes: []string{"https://graph.microsoft.com/.default"}}

// check gives the token to Check as a service would.
func check(s *login.Server, token, audience string) (login.Claims, error) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return s.Check(r, audience)
}

// upload gives a certificate to the app, in a file of a name.
func upload(t *testing.T, dir, name string, cert *x509.Certificate) {
	t.Helper()
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestForeignCertificate: a certificate that was not uploaded to the app, or has ended, brings no token.
func TestForeignCertificate(t *testing.T) {
	t.Parallel()
	uploaded := t.TempDir()
	_, srv := start(t, uploaded)
	own, _ := certificate(t, wall.Add(time.Hour))
	other, otherKey := certificate(t, wall.Add(time.Hour))
	old, oldKey := certificate(t, wall.Add(-time.Minute))
	if err := os.WriteFile(filepath.Join(uploaded, "note.pem"), []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		uploaded, with *x509.Certificate
		key            *rsa.PrivateKey
		why            string
	}{{own, other, otherKey, "The key was not found"}, {old, old, oldKey, "The key used is expired"}} {
		upload(t, uploaded, "app.pem", c.uploaded)
		cred, err := azidentity.NewClientCertificateCredential(home, app, []*x509.Certificate{c.with}, c.key, &azidentity.ClientCertificateCredentialOptions{ClientOptions: options(srv), DisableInstanceDiscovery: true})
		if err != nil {
			t.Fatal(err)
		}
		_, err = cred.GetToken(t.Context(), graphScope)
		if err == nil || !strings.Contains(err.Error(), "AADSTS700027") || !strings.Contains(err.Error(), c.why) {
			t.Errorf("want %q: %v", c.why, err)
		}
	}
}

// TestRenewedCertificate: one that has ended does not stand in the way of another one with the same key.
func TestRenewedCertificate(t *testing.T) {
	t.Parallel()
	uploaded := t.TempDir()
	_, srv := start(t, uploaded)
	old, key := certificate(t, wall.Add(-time.Minute))
	renewed := certificateOf(t, key, wall.Add(time.Hour))
	upload(t, uploaded, "1-old.pem", old)
	upload(t, uploaded, "2-renewed.pem", renewed)
	cred, err := azidentity.NewClientCertificateCredential(home, app, []*x509.Certificate{renewed}, key, &azidentity.ClientCertificateCredentialOptions{ClientOptions: options(srv), DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cred.GetToken(t.Context(), graphScope); err != nil {
		t.Error(err)
	}
}

// certificate returns a self-signed certificate of the app with a new key, which ends at a time.
func certificate(t *testing.T, ends time.Time) (*x509.Certificate, *rsa.PrivateKey) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return certificateOf(t, key, ends), key
}

// certificateOf is one of a key.
func certificateOf(t *testing.T, key *rsa.PrivateKey, ends time.Time) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "app"},
		NotBefore: wall.Add(-time.Hour), NotAfter: ends}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// assertion returns a signed client assertion with the audience.
func assertion(t *testing.T, audience string) func(context.Context) (string, error) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return func(context.Context) (string, error) {
		claims, err := json.Marshal(map[string]any{"iss": "https://issuer.example", "sub": "workload", "aud": audience, "exp": wall.Add(time.Hour).Unix()})
		if err != nil {
			return "", err
		}
		signed, err := signer.Sign(claims)
		if err != nil {
			return "", err
		}
		return signed.CompactSerialize()
	}
}

func TestAzidentityGetsTokens(t *testing.T) {
	t.Parallel()
	uploaded := t.TempDir()
	s, srv := start(t, uploaded)
	opts := options(srv)
	cert, key := certificate(t, wall.Add(time.Hour))
	upload(t, uploaded, "app.pem", cert)
	bySecret, err := azidentity.NewClientSecretCredential(home, app, secret, &azidentity.ClientSecretCredentialOptions{ClientOptions: opts, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	byCertificate, err := azidentity.NewClientCertificateCredential(home, app, []*x509.Certificate{cert}, key, &azidentity.ClientCertificateCredentialOptions{ClientOptions: opts, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	byAssertion, err := azidentity.NewClientAssertionCredential(home, app, assertion(t, "api://AzureADTokenExchange"), &azidentity.ClientAssertionCredentialOptions{ClientOptions: opts, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	discovered, err := azidentity.NewClientSecretCredential(home, app, secret, &azidentity.ClientSecretCredentialOptions{ClientOptions: publicDiscovery(opts, srv)})
	if err != nil {
		t.Fatal(err)
	}
	for name, cred := range map[string]azcore.TokenCredential{"secret": bySecret, "certificate": byCertificate, "assertion": byAssertion, "instance discovery": discovered} {
		token, err := cred.GetToken(t.Context(), graphScope)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		claims, err := check(s, token.Token, login.GraphResource)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if claims.AppID != app || claims.TenantID != home || strings.Join(claims.Roles, " ") != "User.Read.All" {
			t.Errorf("%s: claims %+v", name, claims)
		}
	}
	connector, err := bySecret.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://api.botframework.com/.default"}})
	if err != nil {
		t.Fatal(err)
	}
	if claims, err := check(s, connector.Token, login.ConnectorResource); err != nil || len(claims.Roles) != 0 {
		t.Errorf("connector token: %+v, %v", claims, err)
	}
	if _, err := check(s, connector.Token, login.GraphResource); err == nil {
		t.Error("Graph accepts a connector token")
	}
}

// publicDiscovery sends the question about an unknown host, which the client asks of
// login.microsoftonline.com, to the sandbox.
func publicDiscovery(opts azcore.ClientOptions, srv *httptest.Server) azcore.ClientOptions {
	address := srv.Listener.Addr().String()
	opts.Transport = &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // the test server is not named like the public host
	}}
	return opts
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	_, srv := start(t, "")
	good := url.Values{"grant_type": {"client_credentials"}, "client_id": {app}, "client_secret": {secret}, "scope": {"https://graph.microsoft.com/.default"}}
	with := func(pairs ...string) url.Values {
		v := url.Values{}
		for k := range good {
			v.Set(k, good.Get(k))
		}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	misdirected, err := assertion(t, "https://elsewhere.example/token")(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, tenant string
		form         url.Values
		status       int
		kind         string
		number       int
	}{
		{"good", home, good, 200, "", 0},
		{"bad secret", home, with("client_secret", "no"), 401, "invalid_client", 7000215},
		{"no secret", home, with("client_secret", ""), 401, "invalid_client", 7000216},
		{"unknown app", home, with("client_id", foreign), 400, "unauthorized_client", 700016},
		{"app not consented", foreign, good, 400, "unauthorized_client", 700016},
		{"unknown tenant", "botframework.com", good, 400, "invalid_request", 90002},
		{"scope of a person", home, with("scope", "https://graph.microsoft.com/User.Read"), 400, "invalid_scope", 1002012},
		{"unknown resource", home, with("scope", "https://nowhere.example/.default"), 400, "invalid_resource", 500011},
		{"grant", home, with("grant_type", "password"), 400, "unsupported_grant_type", 70003},
		{"assertion type", home, with("client_assertion", "x", "client_assertion_type", "saml"), 401, "invalid_client", 700027},
		{"assertion garbled", home, with("client_assertion", "x", "client_assertion_type", jwtBearer), 401, "invalid_client", 700027},
		{"assertion for another", home, with("client_assertion", misdirected, "client_assertion_type", jwtBearer), 401, "invalid_client", 700027},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/"+tt.tenant+"/oauth2/v2.0/token", strings.NewReader(tt.form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			res, err := srv.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var body struct {
				Error, AccessToken string
				Description        string `json:"error_description"`
				Codes              []int  `json:"error_codes"`
				Token              string `json:"access_token"`
			}
			if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != tt.status || body.Error != tt.kind {
				t.Errorf("status %d, error %q, want %d, %q", res.StatusCode, body.Error, tt.status, tt.kind)
			}
			if tt.number != 0 && (len(body.Codes) != 1 || body.Codes[0] != tt.number || !strings.HasPrefix(body.Description, "AADSTS")) {
				t.Errorf("codes %v, description %q, want %d", body.Codes, body.Description, tt.number)
			}
			if (tt.number == 0) != (body.Token != "") {
				t.Errorf("access token %q", body.Token)
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	s, srv := start(t, "")
	cred, err := azidentity.NewClientSecretCredential(home, app, secret, &azidentity.ClientSecretCredentialOptions{ClientOptions: options(srv), DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	s.SetRoles()
	s.SetLifetime(0)
	expired, err := cred.GetToken(t.Context(), graphScope)
	if err != nil {
		t.Fatal(err)
	}
	fromChannel, err := s.Sign(map[string]any{"aud": login.GraphResource, "exp": wall.Add(time.Hour).Unix()})
	if err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]string{
		"": "empty", "x": "not well formed", expired.Token: "expired", fromChannel: "wrong signature",
		expired.Token[:len(expired.Token)-8] + "AAAAAAAA": "wrong signature",
	} {
		if _, err := check(s, token, login.GraphResource); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check(%.12s…) = %v, want %q", token, err, want)
		}
	}
}

// TestTenantKeys: what Entra publishes verifies what it signs.
func TestTenantKeys(t *testing.T) {
	t.Parallel()
	_, srv := start(t, "")
	cred, err := azidentity.NewClientSecretCredential(home, app, secret, &azidentity.ClientSecretCredentialOptions{ClientOptions: options(srv), DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	token, err := cred.GetToken(t.Context(), graphScope)
	if err != nil {
		t.Fatal(err)
	}
	var set struct{ Keys []published }
	fetch(t, srv, "/"+home+"/discovery/v2.0/keys", &set)
	parsed, err := jose.ParseSignedCompact(token.Token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil || len(set.Keys) != 1 || parsed.Signatures[0].Header.KeyID != set.Keys[0].Kid || len(set.Keys[0].Endorsements) != 0 {
		t.Fatalf("keys %+v, %v", set.Keys, err)
	}
	if _, err := parsed.Verify(set.Keys[0].key(t)); err != nil {
		t.Error(err)
	}
}
