package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"software.sslmate.com/src/go-pkcs12"

	"calltab/internal/provision"
)

// fakeLogin is a token endpoint that keeps what it was asked.
type fakeLogin struct {
	*httptest.Server
	fail bool

	mu    sync.Mutex
	forms []map[string]string
}

func newFakeLogin(t *testing.T, fail bool) *fakeLogin {
	t.Helper()
	l := &fakeLogin{fail: fail}
	l.Server = httptest.NewUnstartedServer(l)
	l.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are part of the tests
	l.StartTLS()
	t.Cleanup(l.Close)
	return l
}

// ServeHTTP answers as https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow describes.
func (l *fakeLogin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	tenant, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case rest == "v2.0/.well-known/openid-configuration":
		base := l.URL + "/" + tenant
		fmt.Fprintf(w, `{"token_endpoint":"%[1]s/oauth2/v2.0/token","authorization_endpoint":"%[1]s/oauth2/v2.0/authorize","issuer":"%[1]s/v2.0"}`, base)
	case rest == "oauth2/v2.0/token" && r.Method == http.MethodPost:
		_ = r.ParseForm()
		form := map[string]string{"tenant": tenant}
		for name := range r.PostForm {
			form[name] = r.PostForm.Get(name)
		}
		l.mu.Lock()
		l.forms = append(l.forms, form)
		l.mu.Unlock()
		if l.fail {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, `{"token_type":"Bearer","expires_in":3600,"access_token":"token-of-%s"}`, tenant)
	default:
		w.WriteHeader(http.StatusTeapot) // instance discovery, for one: a private authority must not be asked about
	}
}

// config is settings that point at l, with the extra ones.
func (l *fakeLogin) config(t *testing.T, extra map[string]string) Config {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: l.Certificate().Raw})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	m := good()
	m["CALLTAB_LOGIN_AUTHORITY"] = l.URL
	m["CALLTAB_CA_FILE"] = ca
	m["CALLTAB_TENANTS"] = guidTenant + "," + guidOther
	maps.Copy(m, extra)
	c, err := Load(nil, environment(m), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := certificateFiles(t, dir)
	jwt := filepath.Join(dir, "token")
	if err := os.WriteFile(jwt, []byte("service-account-token"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env   map[string]string
		check func(form map[string]string) bool
	}{
		"secret": {nil, func(f map[string]string) bool { return f["client_secret"] == "hunter2~secret" }},
		"PEM": {map[string]string{"CALLTAB_APP_SECRET": "", "CALLTAB_APP_AUTH": "certificate", "CALLTAB_APP_CERTIFICATE": files.pem},
			func(f map[string]string) bool { return signedFor(f, guidApp) }},
		"PFX of today": {map[string]string{"CALLTAB_APP_SECRET": "", "CALLTAB_APP_AUTH": "certificate", "CALLTAB_APP_CERTIFICATE": files.modern,
			"CALLTAB_APP_CERTIFICATE_PASSWORD": "open sesame"}, func(f map[string]string) bool { return signedFor(f, guidApp) }},
		"PFX of yesterday": {map[string]string{"CALLTAB_APP_SECRET": "", "CALLTAB_APP_AUTH": "certificate", "CALLTAB_APP_CERTIFICATE": files.legacy,
			"CALLTAB_APP_CERTIFICATE_PASSWORD": "open sesame"}, func(f map[string]string) bool { return signedFor(f, guidApp) }},
		"workload identity": {map[string]string{"CALLTAB_APP_SECRET": "", "CALLTAB_APP_AUTH": "workload-identity", "AZURE_FEDERATED_TOKEN_FILE": jwt},
			func(f map[string]string) bool { return f["client_assertion"] == "service-account-token" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newFakeLogin(t, false)
			cfg := l.config(t, c.env)
			for _, tenant := range cfg.Tenants {
				tokens(t, cfg, tenant)
			}
			if len(l.forms) != 2 {
				t.Fatalf("%d token requests, want one for each tenant", len(l.forms))
			}
			for i, f := range l.forms {
				if f["tenant"] != string(cfg.Tenants[i]) || f["client_id"] != guidApp || !strings.Contains(f["scope"], cfg.GraphScope) || !c.check(f) {
					t.Errorf("request %d was %v", i, f)
				}
			}
		})
	}
}

func tokens(t *testing.T, cfg Config, tenant provision.TenantID) {
	t.Helper()
	cred, err := credential(cfg, httpClient(cfg), tenant)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second comes from memory
		got, err := cred.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{cfg.GraphScope}})
		if err != nil {
			t.Fatal(err)
		}
		if want := "token-of-" + string(tenant); got.Token != want {
			t.Errorf("got token %q, want %q", got.Token, want)
		}
	}
}

// signedFor says whether the form's client assertion is a JWT that id made.
func signedFor(form map[string]string, id string) bool {
	parts := strings.Split(form["client_assertion"], ".")
	if len(parts) != 3 {
		return false
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct{ Iss, Sub string }
	return err == nil && json.Unmarshal(raw, &claims) == nil && claims.Iss == id && claims.Sub == id
}

func TestCredentialDoesNotRetry(t *testing.T) {
	t.Parallel()
	l := newFakeLogin(t, true)
	cfg := l.config(t, nil)
	cred, err := credential(cfg, httpClient(cfg), cfg.AppTenant)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cred.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{cfg.GraphScope}}); err == nil {
		t.Fatal("no error")
	}
	if len(l.forms) != 1 {
		t.Errorf("%d requests, want 1: the job runner is who retries", len(l.forms))
	}
}

func TestCredentialInDevelopment(t *testing.T) {
	t.Parallel()
	cfg, err := Load(nil, environment(insecure()), disk(nil))
	if err != nil {
		t.Fatal(err)
	}
	cred, err := credential(cfg, httpClient(cfg), cfg.AppTenant)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := cred.GetToken(t.Context(), policy.TokenRequestOptions{}); err == nil || got.Token != "" {
		t.Errorf("got token %q, %v", got.Token, err)
	}
}

func TestCredentialOfMachine(t *testing.T) {
	t.Parallel()
	m := good()
	m["CALLTAB_APP_SECRET"], m["CALLTAB_APP_AUTH"] = "", "managed-identity"
	cfg, err := Load(nil, environment(m), disk(nil))
	if err != nil {
		t.Fatal(err)
	}
	cred, err := credential(cfg, httpClient(cfg), cfg.AppTenant)
	if _, ok := cred.(*azidentity.ManagedIdentityCredential); !ok || err != nil {
		t.Errorf("got %T, %v", cred, err)
	}
	if _, err := credential(Config{}, nil, guidTenant); err == nil {
		t.Error("settings without a way to authenticate give a credential")
	}
}

func TestCertificateRefusals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := certificateFiles(t, dir)
	other := certificateFiles(t, t.TempDir())
	join := func(a, b string) string { // the certificate of one with the key of the other
		path := filepath.Join(dir, "mixed.pem")
		one, two := contents(t, a), contents(t, b)
		if err := os.WriteFile(path, append(one[:bytes.Index(one, []byte("-----BEGIN PRIVATE"))], two[bytes.Index(two, []byte("-----BEGIN PRIVATE")):]...), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct{ path, password, want string }{
		"wrong password":       {files.modern, "wrong", "CALLTAB_APP_CERTIFICATE_PASSWORD does not open it"},
		"no password":          {files.modern, "", "CALLTAB_APP_CERTIFICATE_PASSWORD does not open it"},
		"password for PEM":     {files.pem, "x", "a PEM file takes no password"},
		"another's key":        {join(files.pem, other.pem), "", "none of its certificates belongs to its private key"},
		"certificate only":     {files.bare, "", "cannot use this PEM file"},
		"anything but a store": {filepath.Join(dir, "token"), "", "neither PEM nor PFX"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := good()
			m["CALLTAB_APP_SECRET"], m["CALLTAB_APP_AUTH"] = "", "certificate"
			m["CALLTAB_APP_CERTIFICATE"], m["CALLTAB_APP_CERTIFICATE_PASSWORD"] = "file", c.password
			data, err := os.ReadFile(c.path)
			if err != nil {
				data = []byte("x")
			}
			_, err = Load(nil, environment(m), disk(map[string]string{"file": string(data)}))
			oneMistake(t, err, "CALLTAB_APP_CERTIFICATE", c.want)
		})
	}
}

// countingCredential gives a token for an hour each time, to be renewed after half of it.
type countingCredential struct {
	now  func() time.Time
	gave int
}

func (c *countingCredential) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	c.gave++
	at := c.now()
	return azcore.AccessToken{Token: fmt.Sprint("token ", c.gave), ExpiresOn: at.Add(time.Hour), RefreshOn: at.Add(time.Hour / 2)}, nil
}

// A token is asked for again when it is to be renewed, for another scope, and where claims are asked for.
func TestTokensAreRemembered(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	c := remembering{&countingCredential{now: clock}, clock, new(sync.Map)}
	want := func(token string, o policy.TokenRequestOptions) {
		t.Helper()
		if got, err := c.GetToken(t.Context(), o); err != nil || got.Token != token {
			t.Errorf("got %s %v, want %s", got.Token, err, token)
		}
	}
	graph, other := policy.TokenRequestOptions{Scopes: []string{"graph"}}, policy.TokenRequestOptions{Scopes: []string{"other"}}
	want("token 1", graph)
	now = now.Add(29 * time.Minute)
	want("token 1", graph)
	want("token 2", other)
	want("token 1", graph)
	now = now.Add(time.Minute)
	want("token 3", graph)
	want("token 3", graph)
	want("token 4", policy.TokenRequestOptions{Scopes: []string{"graph"}, Claims: "{}"})
	want("token 3", graph)
}

func contents(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type certificates struct{ pem, bare, modern, legacy string }

// certificateFiles writes one certificate in every form.
func certificateFiles(t *testing.T, dir string) certificates {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "calltab"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	modern, err := pkcs12.Modern2023.Encode(key, cert, nil, "open sesame")
	if err != nil {
		t.Fatal(err)
	}
	legacy, err := pkcs12.LegacyDES.Encode(key, cert, nil, "open sesame")
	if err != nil {
		t.Fatal(err)
	}
	bare := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return certificates{
		pem:    write("app.pem", append(bytes.Clone(bare), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})...)),
		bare:   write("bare.pem", bare),
		modern: write("modern.pfx", modern),
		legacy: write("legacy.pfx", legacy),
	}
}

func TestHTTPClient(t *testing.T) {
	t.Parallel()
	l := newFakeLogin(t, false)
	cfg := l.config(t, nil)
	client := httpClient(cfg)
	resp, err := client.Get(l.URL + "/" + guidTenant + "/v2.0/.well-known/openid-configuration")
	if err != nil {
		t.Fatalf("the extra root is not trusted: %v", err)
	}
	resp.Body.Close()
	cfg.ca = nil
	if resp, err := httpClient(cfg).Get(l.URL); err == nil {
		resp.Body.Close()
		t.Error("a certificate that nobody vouches for is trusted")
	}
	if client.Timeout <= 0 || transport(cfg).MaxIdleConnsPerHost < 64 {
		t.Errorf("the client waits %v and keeps %d connections a host", client.Timeout, transport(cfg).MaxIdleConnsPerHost)
	}
}
