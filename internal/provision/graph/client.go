package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"calltab/internal/provision"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/microsoft/kiota-abstractions-go/authentication"
	khttp "github.com/microsoft/kiota-http-go"
	jsonserialization "github.com/microsoft/kiota-serialization-json-go"
	graphcore "github.com/microsoftgraph/msgraph-sdk-go-core"
	"github.com/microsoftgraph/msgraph-sdk-go/admin"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// PublicURL is Microsoft Graph in the public cloud, the only one that has the telephone API.
const PublicURL = "https://graph.microsoft.com/v1.0"

// Config says how to reach Graph. Only Credential is required.
type Config struct {
	// Credential makes the credential of a tenant; it is called once for each. Its tokens are asked for before every
	// request, so it must cache them. A credential that knows why it has no token returns a *provision.Error from
	// GetToken, whose kind and words are kept; any other error reads as Unavailable.
	Credential func(provision.TenantID) (azcore.TokenCredential, error)
	// URL is Graph's address with its version; empty means PublicURL. http is accepted for loopback hosts only.
	URL string
	// Scope is what tokens are asked for; empty means URL's scheme and host with "/.default".
	Scope string
	// Client brings transport and timeout; redirects are never followed. Nil means HTTPS by the system's roots and
	// 30 seconds a request.
	Client *http.Client
	// Begin is called before every request, and returns the context with which Observe hears of it. It may be nil.
	Begin func(ctx context.Context) context.Context
	// Observe hears of every request: which call, its result ("ok", the kind of error, or "held" for one that was not
	// made) and whether that was because Graph throttles. It may be called concurrently, and may be nil.
	Observe func(ctx context.Context, call, result string, throttled bool)
	// Pauses keeps those that Graph asks for; nil: each caller keeps its own.
	Pauses Pauses
}

// Client is Microsoft Graph for all tenants. It may be used concurrently.
type Client struct {
	config  Config
	base    *url.URL
	mu      sync.Mutex
	tenants map[provision.TenantID]*graphcore.GraphRequestAdapterBase
}

var (
	_ provision.Directory  = (*Client)(nil)
	_ provision.Telephony  = (*Client)(nil)
	_ provision.BulkReader = (*Client)(nil)
	_ provision.Installer  = (*Client)(nil)
)

// callLimit is how long a call may take, with its answer, where the given client has no limit.
const callLimit = 30 * time.Second

// New checks the configuration. Nothing is sent, and a tenant's credential and adapter are made at its first call.
func New(config Config) (*Client, error) {
	if config.Credential == nil {
		return nil, errors.New("graph: no credential")
	}
	if config.URL == "" {
		config.URL = PublicURL
	}
	base, err := baseURL(config.URL)
	if err != nil {
		return nil, err
	}
	if config.Scope == "" {
		config.Scope = base.Scheme + "://" + base.Host + "/.default"
	}
	if config.Client == nil {
		config.Client = &http.Client{}
	}
	given := *config.Client
	given.Timeout = cmp.Or(given.Timeout, callLimit)
	if given.Transport == nil { // one pool of connections for all tenants
		given.Transport = khttp.GetDefaultTransport()
	}
	config.Client = &given
	if config.Observe == nil {
		config.Observe = func(context.Context, string, string, bool) {}
	}
	if config.Pauses == nil {
		config.Pauses = forgetful{}
	}
	return &Client{config: config, base: base, tenants: map[provision.TenantID]*graphcore.GraphRequestAdapterBase{}},
		nil
}

// baseURL parses the address to which tokens will be sent.
func baseURL(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil {
		return nil, fmt.Errorf("graph: URL: %w", err)
	}
	if u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("graph: URL %q: want https://host/version", u.Redacted())
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, fmt.Errorf("graph: URL %q: want https, or http on loopback", u.Redacted())
	}
	return u, nil
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// adapter returns the SDK's request adapter of a tenant.
func (c *Client) adapter(tenant provision.TenantID) (*graphcore.GraphRequestAdapterBase, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.tenants[tenant]; a != nil {
		return a, nil
	}
	credential, err := c.config.Credential(tenant)
	if err != nil {
		return nil, &tokenError{err}
	}
	a, err := c.newAdapter(credential)
	if err != nil {
		return nil, err
	}
	c.tenants[tenant] = a
	return a, nil
}

// newAdapter puts the SDK's pipeline before our gate. The SDK's own authentication is left out: its list of valid hosts
// silently sends no token to an entry with a port, and it looks at the URL before any middleware can change it. The
// gate adds the token to what really leaves.
func (c *Client) newAdapter(credential azcore.TokenCredential) (*graphcore.GraphRequestAdapterBase, error) {
	pipeline := khttp.NewCustomTransportWithParentTransport(c.config.Client.Transport,
		khttp.NewParametersNameDecodingHandler(),
		khttp.NewHeadersInspectionHandler(),
		&gate{c.base, c.config.Scope, credential, c.config.Client.Timeout},
	)
	client := &http.Client{Transport: pipeline}
	// the gate ends them before
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a, err := graphcore.NewGraphRequestAdapterBaseWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		&authentication.AnonymousAuthenticationProvider{}, graphcore.GraphClientOptions{},
		jsonserialization.NewJsonParseNodeFactory(), jsonserialization.NewJsonSerializationWriterFactory(), client)
	if err != nil {
		return nil, fmt.Errorf("make adapter: %w", err)
	}
	a.SetBaseUrl(c.base.String())
	return a, nil
}

// api is where requests to one tenant are built. The builders write into maps of their own while they send, so each
// call makes new ones.
type api struct {
	adapter *graphcore.GraphRequestAdapterBase
}

func (a api) teams() *admin.TeamsRequestBuilder {
	return admin.NewAdminRequestBuilderInternal(nil, a.adapter).Teams()
}

func (a api) users() *users.UsersRequestBuilder {
	return users.NewUsersRequestBuilderInternal(nil, a.adapter)
}
