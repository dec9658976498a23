package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"calltab/internal/provision"
)

// credential is the app's identity in tenant, by which Graph or the connector knows it. The connector wants tokens of
// the bot's home tenant whomever it talks to; Graph wants those of the tenant whose people are meant. It keeps its
// tokens in memory and may be used concurrently; make one per tenant and keep it, all with one client, so that they
// share connections to the login. In development mode it never gives a token.
func credential(c Config, client *http.Client, tenant provision.TenantID) (azcore.TokenCredential, error) {
	if c.InsecureNoAuth {
		return noCredential{}, nil
	}
	options := policy.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: c.LoginAuthority},
		Transport: client,
		// The job runner retries, and it survives a restart.
		Retry:     policy.RetryOptions{MaxRetries: -1},
		Telemetry: policy.TelemetryOptions{Disabled: true},
	}
	// Instance discovery asks the public cloud whether an authority may be trusted; it knows no private ones.
	private := c.LoginAuthority != publicAuthority
	switch c.Auth {
	case AuthSecret:
		return azidentity.NewClientSecretCredential(string(tenant), c.AppID, c.appSecret.reveal(),
			&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: private})
	case AuthCertificate:
		return azidentity.NewClientCertificateCredential(string(tenant), c.AppID, c.certificate, c.key,
			&azidentity.ClientCertificateCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: private})
	case AuthWorkloadIdentity:
		return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: options, ClientID: c.AppID, TenantID: string(tenant), TokenFilePath: c.tokenFile,
			DisableInstanceDiscovery: private,
		})
	case AuthManagedIdentity:
		// The endpoint on the machine throttles as a matter of course: here the SDK's own retries, made for it, stay.
		options.Retry = policy.RetryOptions{}
		return azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{
			ClientOptions: options, ID: azidentity.ClientID(c.AppID),
		})
	}
	return nil, errors.New("no way to authenticate is configured")
}

// refusing makes a refusal by Microsoft Entra readable as one: a secret that has expired or an app that a tenant has
// not consented to is for a person to mend, not a server that is busy.
type refusing struct{ azcore.TokenCredential }

// GetToken is the credential's own, with refusals as *provision.Error of kind Denied.
func (r refusing) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := r.TokenCredential.GetToken(ctx, o)
	var failed *azidentity.AuthenticationFailedError
	if errors.As(err, &failed) && failed.RawResponse != nil {
		status := failed.RawResponse.StatusCode
		if status >= 400 && status < 500 && status != http.StatusTooManyRequests {
			err = &provision.Error{Op: "get token", Kind: provision.Denied,
				Code: "sign-in", Say: provision.Say("sign-in-refused"), Err: err}
		}
	}
	return token, err
}

// noted tells of each token that is not given, and why: denied, throttled, or unavailable for all else.
type noted struct {
	azcore.TokenCredential
	service string
	failed  func(service string, kind provision.ErrorKind)
}

// GetToken is the credential's own.
func (n noted) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := n.TokenCredential.GetToken(ctx, o)
	if err == nil || ctx.Err() != nil {
		return token, err
	}
	kind := provision.Unavailable
	switch status := RefusalStatus(err); {
	case status == http.StatusTooManyRequests:
		kind = provision.Throttled
	case status >= 400 && status < 500:
		kind = provision.Denied
	}
	n.failed(n.service, kind)
	return token, err
}

// remembering asks a credential for a token only when the one before is to be renewed: the identity library remembers
// tokens too, and takes a twentieth of what a call to Graph costs to find one.
type remembering struct {
	azcore.TokenCredential
	now    func() time.Time
	tokens *sync.Map // scope → azcore.AccessToken
}

// earlyRenew is how long before its end a token is renewed, as the identity library renews it.
const earlyRenew = 5 * time.Minute

// GetToken is the credential's own, or the token that it gave for the same scope.
func (r remembering) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if len(o.Scopes) != 1 || o.Claims != "" || o.EnableCAE || o.TenantID != "" {
		return r.TokenCredential.GetToken(ctx, o)
	}
	if known, there := r.tokens.Load(o.Scopes[0]); there {
		t := known.(azcore.AccessToken)
		now := r.now()
		renewed := !t.RefreshOn.IsZero() && !now.Before(t.RefreshOn)
		if !renewed && now.Before(t.ExpiresOn.Add(-earlyRenew)) {
			return t, nil
		}
	}
	t, err := r.TokenCredential.GetToken(ctx, o)
	if err == nil {
		r.tokens.Store(o.Scopes[0], t)
	}
	return t, err
}

// noCredential is the identity of the development mode.
type noCredential struct{}

// GetToken always fails.
func (noCredential) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{}, errors.New("development mode (CALLTAB_INSECURE_NO_AUTH) has no credentials")
}

// httpClient is for everything that leaves the program: it trusts CALLTAB_CA_FILE too, honours the proxy variables,
// and keeps enough connections for 64 turns at once, where Go's default of two a host would open and close one per
// message. It follows no redirect: a secret, an assertion or a token would go along. Its write buffers, one a
// connection, hold nearly every card with its headers (of 247, 19 in 20 have less than 5 KiB, that of help has 7, and a
// token has 2), which then leaves in one system call.
func httpClient(c Config) *http.Client {
	late := lateTransport(sync.OnceValue(func() *http.Transport { return transport(c) }))
	client := &http.Client{Transport: late, Timeout: 30 * time.Second}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}

func transport(c Config) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = &tls.Config{RootCAs: trusted(c.ca), MinVersion: tls.VersionTLS12}
	t.ForceAttemptHTTP2 = true
	t.MaxIdleConnsPerHost = 64
	t.WriteBufferSize = 12 << 10
	t.MaxIdleConns = 256
	t.ResponseHeaderTimeout = 20 * time.Second
	return t
}

// trusted is the system's roots and those in the PEM blocks of ca; nil, which means the system's, where there are none.
func trusted(ca []byte) *x509.CertPool {
	if len(ca) == 0 {
		return nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	roots.AppendCertsFromPEM(ca)
	return roots
}

// lateTransport is a transport that is made at the first request, so that a start does not wait until the system's
// roots are read.
type lateTransport func() *http.Transport

// RoundTrip is the transport's own.
func (t lateTransport) RoundTrip(r *http.Request) (*http.Response, error) { return t().RoundTrip(r) }

// CloseIdleConnections is the transport's own.
func (t lateTransport) CloseIdleConnections() { t().CloseIdleConnections() }
