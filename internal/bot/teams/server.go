package teams

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/infracloudio/msbotbuilder-go/core"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

// The public cloud's addresses, the defaults of Config
// (https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication).
const (
	PublicMetadataURL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
	PublicIssuer      = "https://api.botframework.com"
	PublicScope       = "https://api.botframework.com/.default"
)

// PublicServiceURLs are the public cloud's connectors, with GCC's that belongs to it.
func PublicServiceURLs() []string {
	return []string{"https://smba.trafficmanager.net/", "https://smba.infra.gcc.teams.microsoft.com/"}
}

// turnLimit ends a turn: Teams gives up after 15 seconds and sends the activity again
// (https://github.com/MicrosoftDocs/msteams-docs/issues/6084).
const turnLimit = 15 * time.Second

// Config says whom to trust and where to answer. AppID, Tenants, Credential and Now are required; in development mode
// AppID may be empty, and Credential is never asked: that no real one is configured is for the caller to see to.
type Config struct {
	AppID             string               // the bot's app registration, the audience of every token
	Tenants           []provision.TenantID // whose people are let in
	OpenIDMetadataURL string               // "": the public cloud's
	Issuer            string               // of incoming tokens; "": the public cloud's
	FileHosts         []string             // where dropped files may be read; none: the public cloud's
	ServiceURLs       []string             // prefixes to which our token may be sent; none: the public cloud's
	Credential        azcore.TokenCredential
	Scope             string // of our token; "": the public cloud's

	// HTTP is how to reach login and connector: roots, proxy, time limit. Redirects are never followed. A transport
	// that names no MaxIdleConnsPerHost is cloned with 64, so that as many turns at once keep their connections to the
	// one host that all of them answer to. nil: the default transport with that change.
	HTTP *http.Client

	Now      func() time.Time // wall time: token lifetimes do not follow business time
	Log      *slog.Logger     // nil: nothing is logged
	Insecure bool             // development mode: no token is checked or sent, loopback only
	Observe  Observer         // nil: nothing is counted
	Ready    func(context.Context) error
	// Stranger is told of a user of another tenant who was refused: of each once an hour, and of a hundred people at
	// most. more is how many refusals of other people there were before, of whom it was not told. It may be nil.
	Stranger func(ctx context.Context, user provision.UserID, more int)
}

// Server is the endpoint and the courier of one bot. Its methods may be called concurrently.
type Server struct {
	config  Config
	tenants map[provision.TenantID]bool
	allowed allowList
	tokens  *tokens
	adapter *core.BotFrameworkAdapter // the way in; each message out has one of its own
	courier *courier
	shelf   *shelf
	turns   inHand
	refs    references

	strangers strangers
	refusals  rate // of log lines
	unready   rate
}

// New checks the configuration, all of it, and returns a Server. It does not use the network.
func New(c Config) (*Server, error) {
	c = c.withDefaults()
	allowed, err := newAllowList(c.ServiceURLs, c.Insecure)
	if err := errors.Join(append(c.mistakes(), err)...); err != nil {
		return nil, fmt.Errorf("teams endpoint: %w", err)
	}
	s := &Server{config: c, allowed: allowed, tenants: make(map[provision.TenantID]bool, len(c.Tenants))}
	for _, t := range c.Tenants {
		s.tenants[t] = true
	}
	s.tokens = &tokens{appID: c.AppID, issuer: c.Issuer, now: c.Now, insecure: c.Insecure, keys: newKeySet(c)}
	s.adapter = &core.BotFrameworkAdapter{
		AdapterSetting: core.AdapterSetting{AppID: c.AppID},
		TokenValidator: s.tokens,
	}
	s.courier = newCourier(c, allowed)
	s.shelf = newShelf(c)
	s.strangers.refused, s.strangers.now = c.Stranger, c.Now
	return s, nil
}

// Courier returns the way out.
func (s *Server) Courier() chats.Courier { return s.courier }

// Files reads what people drop into the chat.
func (s *Server) Files() turns.Files { return s.shelf }

// Member looks up one person of a conversation by MRI or Entra object id. Errors are *bot.DeliveryError.
func (s *Server) Member(ctx context.Context, in chats.Conversation, id string) (turns.Mention, error) {
	return s.courier.member(ctx, in, id)
}

// LoadKeys fetches Microsoft's keys until they are there, or ctx ends, so that the first turn does not wait for them.
// Until then /readyz says that the bot is not ready. In development mode there is nothing to fetch.
func (s *Server) LoadKeys(ctx context.Context) error {
	if s.config.Insecure {
		return nil
	}
	return s.tokens.keys.load(ctx)
}

// TendKeys has keys that are a day old fetched anew until ctx ends, whether turns come or not.
func (s *Server) TendKeys(ctx context.Context) error {
	if s.config.Insecure {
		return nil
	}
	return s.tokens.keys.tend(ctx)
}

// KeysSince is when Microsoft's keys were last fetched; zero: they have not come yet.
func (s *Server) KeysSince() time.Time { return s.tokens.keys.since() }

// Drain refuses new turns with 503 and waits until those in hand are done, or ctx is.
func (s *Server) Drain(ctx context.Context) error { return s.turns.drain(ctx) }

// Close ends a key refresh that is under way and waits for it, or for ctx.
func (s *Server) Close(ctx context.Context) error { return s.tokens.keys.close(ctx) }

func (c Config) withDefaults() Config {
	def := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	def(&c.OpenIDMetadataURL, PublicMetadataURL)
	def(&c.Issuer, PublicIssuer)
	def(&c.Scope, PublicScope)
	if len(c.FileHosts) == 0 {
		c.FileHosts = PublicFileHosts()
	}
	if len(c.ServiceURLs) == 0 && !c.Insecure {
		c.ServiceURLs = PublicServiceURLs()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Observe == nil {
		c.Observe = unobserved{}
	}
	c.HTTP = quietClient(c.HTTP)
	return c
}

func (c Config) mistakes() (all []error) {
	say := func(wrong bool, format string, args ...any) {
		if wrong {
			all = append(all, fmt.Errorf(format, args...))
		}
	}
	say(c.Now == nil, "no clock")
	say(len(c.Tenants) == 0, "no tenant is allowed: expected at least one tenant id")
	for _, t := range c.Tenants {
		say(!provision.IsGUID(string(t)) || strings.ToLower(string(t)) != string(t),
			"tenant %q: expected a lower-case GUID", t)
	}
	if c.Insecure {
		return all
	}
	say(c.AppID == "", "no app id")
	say(c.Credential == nil, "no credential")
	say(!secureURL(c.OpenIDMetadataURL), "OpenID metadata %q: expected an https:// address", c.OpenIDMetadataURL)
	return all
}

// quietClient is the one that calls login and connector. It never follows a redirect: the token would go along.
func quietClient(given *http.Client) *http.Client {
	var c http.Client
	if given != nil {
		c = *given
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if t, ok := c.Transport.(*http.Transport); ok && t.MaxIdleConnsPerHost == 0 {
		t = t.Clone()
		t.MaxIdleConnsPerHost = 64
		c.Transport = t
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.Jar = nil
	return &c
}
