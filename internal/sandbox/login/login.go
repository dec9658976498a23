// Package login imitates the two token issuers that a bot talks to: the Bot Framework's
// OpenID issuer, which signs what Teams sends to the bot, and Microsoft Entra's token
// endpoint, which gives the bot its tokens for Graph and for the Bot connector.
//
// It is an imitation for one machine: one app registration, no people who sign in, no
// consent pages. A client assertion is to be signed with a certificate that lies in the
// folder of those that were uploaded to the app; of one by federation the signature is not
// verified, as its issuer is not imitated.
//
// Callers mount Handler at the root of an https host of its own (the tenant is the first
// part of the path), tell the server that address with SetURL, and protect the other
// services with Check. All lifetimes are on wall time: real clients compare them with
// clocks of their own.
package login

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Issuer is the issuer of the tokens that the channel sends to a bot, and MetadataPath
// where its OpenID metadata is served
// (https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication).
const (
	Issuer       = "https://api.botframework.com"
	MetadataPath = "/v1/.well-known/openidconfiguration"
	keysPath     = "/v1/.well-known/keys"
)

// Resources for which Entra gives tokens. The names are the public cloud's; they are
// identifiers and no addresses.
const (
	GraphResource     = "https://graph.microsoft.com"
	ConnectorResource = "https://api.botframework.com"
)

// Config describes the one app registration.
type Config struct {
	Wall    func() time.Time
	AppID   string
	Secret  string
	Tenants []string // tenants that exist
	// Domains are domains of Tenants. The description of a tenant's sign-in is found by them, too.
	Domains map[string]string
	// Consented are those of Tenants in which the app has a service principal. In the
	// others it is "not found in the directory".
	Consented []string
	Roles     []string // application permissions granted on Graph
	// Certificates is the folder of the app's certificates, each in a file that ends in .pem; empty: it has none.
	Certificates string
}

// Server is the issuer of both kinds. It is safe for concurrent use. Make one with New.
type Server struct {
	cfg Config

	mu       sync.Mutex
	url      string // https://host:port, no slash at the end
	bot      []*key // the Bot Framework's published keys, newest first
	entra    *key
	roles    []string
	lifetime time.Duration
	reason   string        // why the app gets no token; empty: it does
	skew     time.Duration // from the wall clock to the time in the answers
	metadata int
	keys     int
	ids      int
}

// New returns a server. Its first signing keys are those of every server in the process;
// Rotate makes its own.
func New(cfg Config) (*Server, error) {
	if cfg.Wall == nil {
		return nil, errors.New("login: no wall clock")
	}
	bot, err := first.bot()
	if err != nil {
		return nil, err
	}
	entra, err := first.entra()
	if err != nil {
		return nil, err
	}
	return &Server{cfg: cfg, bot: []*key{bot}, entra: entra, roles: slices.Clone(cfg.Roles), lifetime: time.Hour}, nil
}

// SetURL tells the server the https address at which it is reached.
func (s *Server) SetURL(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.url = strings.TrimSuffix(url, "/")
}

// SetRoles replaces the permissions granted on Graph. As in Entra, tokens already given keep the permissions that they
// have.
func (s *Server) SetRoles(roles ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.roles = slices.Clone(roles)
}

// SetLifetime sets how long the tokens given from now on live; an hour at first. Clients
// of Entra ask again some minutes before the end, so a short one is not cached at all.
func (s *Server) SetLifetime(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lifetime = d
}

// Fetches returns how often the Bot Framework's metadata and keys were read.
func (s *Server) Fetches() (metadata, keys int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.metadata, s.keys
}

// Rotate makes a new signing key for the Bot Framework. The one before stays published
// for tokens on their way; older ones go.
func (s *Server) Rotate() error {
	k, err := newKey("msteams")
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bot = []*key{k, s.bot[0]}
	return nil
}

// Handler serves both issuers.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+MetadataPath, s.serveMetadata)
	mux.HandleFunc("GET "+keysPath, s.serveKeys)
	mux.HandleFunc("GET /common/discovery/instance", s.serveInstance)
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", s.serveTenant)
	mux.HandleFunc("GET /{tenant}/discovery/v2.0/keys", s.serveTenantKeys)
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", s.serveToken)
	return s.dated(mux)
}

// serveMetadata answers as login.botframework.com does; the fields are those of the page
// named at Issuer.
func (s *Server) serveMetadata(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	s.metadata++
	url := s.url
	s.mu.Unlock()
	write(w, http.StatusOK, map[string]any{
		"issuer":                                Issuer,
		"authorization_endpoint":                "https://invalid.botframework.com",
		"jwks_uri":                              url + keysPath,
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": []string{"private_key_jwt"},
	})
}

func (s *Server) serveKeys(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	s.keys++
	var set []publicKey
	for _, k := range s.bot {
		set = append(set, k.public())
	}
	s.mu.Unlock()
	write(w, http.StatusOK, map[string]any{"keys": set})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store, no-cache")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

// algorithm is the one with which both issuers sign.
const algorithm = jose.RS256
