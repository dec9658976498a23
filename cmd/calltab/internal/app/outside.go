package app

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/fence"
	"calltab/internal/provision/graph"
	"calltab/internal/provision/pgstore"
)

// Outside is how the program reaches what is not its own, by its settings and without a store: for the doctor, who asks
// everything in the way in which the bot does.
type Outside struct {
	HTTP      *http.Client
	Microsoft *graph.Client
	Org       []byte // what the organisation file holds; nil: there is none
	cfg       Config
}

// NewOutside makes it. Nothing is sent yet.
func NewOutside(cfg Config) (Outside, error) {
	client := httpClient(cfg)
	microsoft, err := newGraph(cfg, client, graph.Config{}, func(string, provision.ErrorKind) {})
	return Outside{HTTP: client, Microsoft: microsoft, Org: cfg.org, cfg: cfg}, err
}

// alive begins no call of a step or a turn whose claim has ended: another replica may be at it by now.
type alive struct{ http.RoundTripper }

// RoundTrip is the transport's own, for as long as the work may call.
func (a alive) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := fence.Alive(r.Context()); err != nil {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, err
	}
	return a.RoundTripper.RoundTrip(r)
}

// newGraph is the way to Graph as the app, for each tenant by a credential of its own. Who hears of its calls, and who
// keeps the pauses that Graph asks for, stands in hooks, of which nothing else is read.
func newGraph(cfg Config, client *http.Client, hooks graph.Config,
	failed func(service string, kind provision.ErrorKind)) (*graph.Client, error) {
	return graph.New(graph.Config{
		Credential: func(t provision.TenantID) (azcore.TokenCredential, error) {
			c, err := credential(cfg, client, t)
			return remembering{noted{refusing{c}, sideGraph, failed}, time.Now, new(sync.Map)}, err
		},
		URL: cfg.GraphURL, Scope: cfg.GraphScope, Client: client,
		Begin: hooks.Begin, Observe: hooks.Observe, Pauses: hooks.Pauses,
	})
}

// Token is an access token of a tenant for a scope, as the bot gets it. Its error is the identity library's own, with
// Entra's words.
func (o Outside) Token(ctx context.Context, tenant provision.TenantID, scope string) (string, error) {
	c, err := credential(o.cfg, o.HTTP, tenant)
	if err != nil {
		return "", err
	}
	token, err := c.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
	return token.Token, err
}

// RefusalStatus is the status with which a request for a token was answered, where an error of Token is that; else 0.
func RefusalStatus(err error) int {
	var failed *azidentity.AuthenticationFailedError
	if errors.As(err, &failed) && failed.RawResponse != nil {
		return failed.RawResponse.StatusCode
	}
	return 0
}

// CertificateEnd is when the app's certificate ends; zero where it signs in in another way.
func (c Config) CertificateEnd() (end time.Time) {
	if c.Auth == AuthCertificate && len(c.certificate) > 0 {
		end = c.certificate[0].NotAfter
	}
	return end
}

// TLSChain is the certificate that the endpoint shows, with those between it and its root; empty where a proxy has one.
func (c Config) TLSChain() (chain []*x509.Certificate) {
	for _, der := range c.tlsPair.Certificate {
		if one, err := x509.ParseCertificate(der); err == nil {
			chain = append(chain, one)
		}
	}
	return chain
}

// Roots are those that the program trusts; nil means the system's.
func (c Config) Roots() *x509.CertPool { return trusted(c.ca) }

// SecretIsID says whether the client secret has the form of its own id, which stands beside it in the portal: no secret
// of Entra is a GUID.
func (c Config) SecretIsID() bool { return isGUID(c.appSecret.reveal()) }

// InspectDatabase looks at the store's database, as [storefile.InspectDatabase] does.
func (c Config) InspectDatabase(ctx context.Context) (pgstore.State, error) {
	return storefile.InspectDatabase(ctx, c.Store, []byte(c.auditKey.reveal()))
}
