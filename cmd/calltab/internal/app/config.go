package app

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/webhook"
)

// Auth is how the program proves to Microsoft Entra that it is the bot's app registration.
type Auth string

// The ways to authenticate, as CALLTAB_APP_AUTH names them.
const (
	AuthSecret           Auth = "secret"            // a client secret
	AuthCertificate      Auth = "certificate"       // a certificate with its private key, PEM or PFX
	AuthManagedIdentity  Auth = "managed-identity"  // a user-assigned managed identity whose client id is the app id
	AuthWorkloadIdentity Auth = "workload-identity" // a Kubernetes service account, federated
)

// secret is a value that no log, no error and no dump may show. It lives behind a function because fmt walks into the
// unexported fields of a struct without asking their String methods, but it cannot walk into a function. The zero value
// is empty.
type secret struct{ open func() string }

func newSecret(text string) secret { return secret{func() string { return text }} }

// reveal is the value, for the one place that needs it.
func (s secret) reveal() string {
	if s.open == nil {
		return ""
	}
	return s.open()
}

// String says only whether there is a value.
func (s secret) String() string {
	if s.reveal() == "" {
		return "(not set)"
	}
	return "(set)"
}

// Config is every setting, checked: Load returns either a Config on which the program can start, or all mistakes.
// Its string and log forms show no secret.
type Config struct {
	AppID     string // the bot's app registration, a lower-case GUID
	AppTenant provision.TenantID
	Auth      Auth
	Tenants   []provision.TenantID // allow-list; never empty
	Admins    []string             // Entra object ids of people or groups, lower-case GUIDs; never empty
	// the app's id in the organisation's catalogue; empty: it cannot be installed for people
	CatalogApp string
	Targeted   bool // in groups and channels the asker alone sees the answer

	Host           string // at which Teams reaches the bot, lower case; empty: not said
	Listen         string
	TLSCertificate string // path of a PEM file; empty: what comes to Listen is not encrypted
	TLSKey         string // path of its key
	BehindProxy    bool   // a proxy on another machine takes TLS off
	MetricsListen  string
	Store          string // path of the bbolt file, or URL of a PostgreSQL database
	SharedStore    bool   // other programs with these settings serve from it beside this one
	OrgFile        string // path of the organisation file; empty: none
	LogLevel       slog.Level
	Traces         string // where spans are sent, /v1/traces and all; empty: none are made

	OpenIDMetadataURL string
	TokenIssuer       string
	LoginAuthority    string // ends in a slash
	ConnectorScope    string
	GraphURL          string // ends in /v1.0
	GraphScope        string
	FileHosts         []string      // where files that people drop may be read; with a point first everything below
	CarrierURL        string        // whom to tell of lines; empty: no carrier, the ledger keeps them
	ForgetAfter       time.Duration // whole days, after which people who have left and words go; 0: never
	ServiceURLs       []string      // prefixes to which a bearer token may be sent; each ends in a slash

	InsecureNoAuth bool // development mode: tokens are neither checked nor sent

	caFile      string
	ca          []byte // certificates trusted beside the system's, PEM
	appSecret   secret
	tlsPair     tls.Certificate // as it was read
	certificate []*x509.Certificate
	key         crypto.PrivateKey
	carrierKey  secret // of CarrierURL's signatures, decoded
	auditKey    secret // of a store in a database
	// that the collector of Traces wants, as parseHeaders reads them
	traceHeaders secret
	tokenFile    string // workload identity: the service account's token
	org          []byte // what OrgFile holds
}

// String is one line per setting, for people; secrets are not among them.
func (c Config) String() string {
	var b strings.Builder
	for _, a := range c.attrs() {
		fmt.Fprintf(&b, "%s=%s\n", a.Key, a.Value)
	}
	return b.String()
}

// GoString keeps %#v from showing what String hides.
func (c Config) GoString() string { return "app.Config{\n" + c.String() + "}" }

// LogValue is what a log line shows of the settings.
func (c Config) LogValue() slog.Value { return slog.GroupValue(c.attrs()...) }

func (c Config) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("app_id", c.AppID),
		slog.String("app_tenant", string(c.AppTenant)),
		slog.String("app_auth", string(c.Auth)),
		slog.Any("tenants", c.Tenants),
		slog.Any("admins", c.Admins),
		slog.String("catalog_app_id", c.CatalogApp),
		slog.Bool("targeted_messages", c.Targeted),
		slog.String("host", c.Host),
		slog.String("listen", c.Listen),
		slog.String("tls_certificate", c.TLSCertificate),
		slog.String("tls_key", c.TLSKey),
		slog.Bool("behind_proxy", c.BehindProxy),
		slog.String("metrics_listen", c.MetricsListen),
		slog.String("store", storefile.Shown(c.Store)),
		slog.Bool("shared_store", c.SharedStore),
		slog.String("org", c.OrgFile),
		slog.String("forget_after", c.ForgetAfter.String()),
		slog.String("log_level", c.LogLevel.String()),
		slog.String("traces", c.Traces),
		slog.String("openid_metadata_url", c.OpenIDMetadataURL),
		slog.String("token_issuer", c.TokenIssuer),
		slog.String("login_authority", c.LoginAuthority),
		slog.String("connector_scope", c.ConnectorScope),
		slog.String("graph_url", c.GraphURL),
		slog.String("graph_scope", c.GraphScope),
		slog.Any("service_urls", c.ServiceURLs),
		slog.Any("file_hosts", c.FileHosts),
		slog.String("carrier_url", c.CarrierURL),
		slog.String("ca_file", c.caFile),
		slog.Bool("insecure_no_auth", c.InsecureNoAuth),
	}
}

// Load resolves and checks every setting. flags holds those given on the command line by their variable's name and
// wins over env; an empty variable counts as not set, because that is how compose files and charts leave one out.
// Secrets are read from env, or from the file that the variable with _FILE names, and never from flags. readFile
// may be nil: os.ReadFile.
//
// All mistakes come back in one *SettingsError, each with what is expected, so that nobody mends
// them one start at a time.
func Load(flags map[string]string, env func(string) (string, bool),
	readFile func(string) ([]byte, error)) (Config, error) {
	if readFile == nil {
		readFile = os.ReadFile
	}
	s := &settings{flags: flags, env: env, readFile: readFile}
	var c Config
	s.identity(&c)
	s.process(&c)
	s.clouds(&c)
	s.carrier(&c)
	s.development(&c)
	s.loopbackOnly(&c)
	s.credentials(&c)
	if len(s.mistakes) > 0 {
		return Config{}, &SettingsError{s.mistakes}
	}
	return c, nil
}

func (s *settings) identity(c *Config) {
	c.AppID = s.guid("CALLTAB_APP_ID", "the application (client) id of the bot's app registration")
	c.AppTenant = provision.TenantID(s.guid("CALLTAB_APP_TENANT",
		"the id of the tenant that holds the app registration"))
	for _, t := range s.guids("CALLTAB_TENANTS", string(c.AppTenant)) {
		c.Tenants = append(c.Tenants, provision.TenantID(t))
	}
	c.Admins = s.guids("CALLTAB_ADMINS", "")
	if s.text("CALLTAB_ADMINS", "") == "" {
		s.missing("CALLTAB_ADMINS", "Entra object ids of the people or groups who may use the bot, comma-separated")
	}
	if s.text("CALLTAB_CATALOG_APP_ID", "") != "" {
		c.CatalogApp = s.guid("CALLTAB_CATALOG_APP_ID", "the app's id in the organisation's catalogue")
	}
	c.Targeted = s.yes("CALLTAB_TARGETED_MESSAGES")
}

// How many days people who have left, and words, may be kept at least and at most: an order that is done may still be
// taken back for a month, and 36,500 days are for ever.
const leastKept, mostKept = 30, 36500

func (s *settings) process(c *Config) {
	s.wayIn(c)
	c.MetricsListen = s.address("CALLTAB_METRICS_LISTEN", "127.0.0.1:9464")
	s.store(c)
	if c.OrgFile = s.text("CALLTAB_ORG", ""); c.OrgFile != "" {
		c.org = s.file("CALLTAB_ORG", c.OrgFile, "the path of a YAML file with locations, plans and number blocks")
	}
	level := s.text("CALLTAB_LOG_LEVEL", "info")
	switch strings.ToLower(level) {
	case "debug", "info", "warn", "error":
		_ = c.LogLevel.UnmarshalText([]byte(level)) // cannot fail for these four
	default:
		s.wrong("CALLTAB_LOG_LEVEL", level, "debug, info, warn or error")
	}
	s.traces(c)
	c.ForgetAfter = s.days("CALLTAB_FORGET_AFTER", leastKept, mostKept)
	if c.caFile = s.text("CALLTAB_CA_FILE", ""); c.caFile != "" {
		c.ca = s.certificates("CALLTAB_CA_FILE", c.caFile)
	}
}

// store reads where the records are, and the key of their trail where no file has it.
func (s *settings) store(c *Config) {
	const name = "CALLTAB_STORE"
	const shared = "CALLTAB_SHARED_STORE"
	c.Store = s.text(name, "calltab.db")
	c.SharedStore = s.yes(shared)
	if c.SharedStore && !storefile.IsDatabase(c.Store) {
		s.add(shared, "set, but %s is a file, which one program has for itself; name a PostgreSQL database, or unset "+
			"this", name)
	}
	c.auditKey = s.secret(storefile.KeySetting)
	given := len(c.auditKey.reveal())
	named := s.named(storefile.KeySetting, storefile.KeySetting+"_FILE")
	if !storefile.IsDatabase(c.Store) {
		if given > 0 && !named {
			s.add(storefile.KeySetting, "set, but %s is a file, beside which its key stands; unset one of them", name)
		}
		return
	}
	if err := storefile.CheckDatabase(c.Store); err != nil {
		s.add(name, "%v", err)
	}
	if file, _ := s.env(storefile.KeySetting + "_FILE"); file != "" && !named {
		if err := storefile.CheckKeyFile(file); err != nil {
			s.add(storefile.KeySetting+"_FILE", "%v", err)
		}
	}
	if storefile.HasPassword(s.flags[name]) {
		s.add(name, "a flag has no password, which others on this machine can read; set the variable, or leave the "+
			"password to the file that PGPASSFILE names")
	}
	switch err := storefile.CheckKey([]byte(c.auditKey.reveal())); {
	case named:
	case given == 0:
		s.missing(storefile.KeySetting, storefile.KeyExpected)
	case err != nil:
		s.add(storefile.KeySetting, "%v", err)
	}
}

// clouds reads where Microsoft is. The defaults are the public cloud's, from
// https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication and
// https://learn.microsoft.com/graph/deployments.
func (s *settings) clouds(c *Config) {
	c.OpenIDMetadataURL = s.url("CALLTAB_OPENID_METADATA_URL",
		"https://login.botframework.com/v1/.well-known/openidconfiguration")
	c.TokenIssuer = strings.TrimSuffix(s.url("CALLTAB_TOKEN_ISSUER", "https://api.botframework.com"), "/")
	c.LoginAuthority = withSlash(s.url("CALLTAB_LOGIN_AUTHORITY", publicAuthority))
	if strings.HasPrefix(c.LoginAuthority, "http://") {
		s.wrong("CALLTAB_LOGIN_AUTHORITY", c.LoginAuthority,
			"an https:// URL, on loopback too: Azure's identity library takes nothing else")
	}
	c.ConnectorScope = s.scope("CALLTAB_CONNECTOR_SCOPE", "https://api.botframework.com/.default")
	c.GraphURL = strings.TrimSuffix(s.url("CALLTAB_GRAPH_URL", "https://graph.microsoft.com/v1.0"), "/")
	if c.GraphURL != "" && !strings.HasSuffix(c.GraphURL, "/v1.0") {
		s.wrong("CALLTAB_GRAPH_URL", c.GraphURL, "a URL that ends in /v1.0")
	}
	c.GraphScope = s.scope("CALLTAB_GRAPH_SCOPE", "https://graph.microsoft.com/.default")
	c.FileHosts = s.hosts("CALLTAB_FILE_HOSTS", ".sharepoint.com")
	c.ServiceURLs = s.urls("CALLTAB_SERVICE_URLS", publicServiceURLs)
}

// carrier reads whom to tell of lines, if anybody.
func (s *settings) carrier(c *Config) {
	const name, secretName = "CALLTAB_CARRIER_URL", "CALLTAB_CARRIER_SECRET"
	text := s.secret(secretName).reveal()
	switch {
	case s.named(secretName, secretName+"_FILE"):
	case s.text(name, "") == "" && text == "":
		return
	case s.text(name, "") == "":
		s.missing(name, "the https:// address of the carrier whose secret is set; or unset the secret")
		return
	default:
		key, err := webhook.ParseSecret(text)
		if err != nil {
			s.add(secretName,
				"expected whsec_ and the base64 of 24 to 64 random bytes, here or in the file that %s_FILE names; "+
					"echo whsec_$(openssl rand -base64 32) makes one", secretName)
		}
		c.carrierKey = newSecret(string(key))
	}
	c.CarrierURL = s.url(name, "")
}

// publicAuthority is where the public cloud issues tokens.
const publicAuthority = "https://login.microsoftonline.com/"

// publicServiceURLs are the hosts of the Teams connector that the public cloud's bots are sent to; the second serves
// GCC tenants, which live in the public cloud too
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages).
const publicServiceURLs = "https://smba.trafficmanager.net/,https://smba.infra.gcc.teams.microsoft.com/"
