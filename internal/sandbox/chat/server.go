package chat

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Config describes the bot, the people and the time of one Server.
type Config struct {
	// Now is business time. It is required.
	Now func() time.Time
	// AppID is the bot's app registration, without "28:".
	AppID string
	// BotID is the bot's MRI; empty means "28:" + AppID.
	BotID string
	// BotName is what people mention; empty means "Calltab".
	BotName string
	// Tenant is the home tenant of people whose own Tenant is empty. The group
	// chat and the channel belong to it.
	Tenant string
	// People are all who can ever talk to the bot.
	People []Person
	// Sign makes the bearer token of an activity whose serviceUrl is given.
	// Nil sends no Authorization header.
	Sign func(serviceURL string) (string, error)
	// Check verifies the bot's bearer token. Nil accepts every call.
	Check func(*http.Request) error
	// Client carries activities to the bot. Nil gives up after 15 seconds, as
	// Teams does (github.com/microsoft/botframework-sdk/issues/4559).
	Client *http.Client
	// Unlimited switches throttling off, for load tests.
	Unlimited bool
}

// Server is the connector and everybody's Teams client. Make one with New.
type Server struct {
	cfg    Config
	client *http.Client

	mu       sync.Mutex
	bot      string // the bot's endpoint
	service  string // serviceUrl in activities, no trailing slash
	people   []*person
	group    *thread
	channel  *thread
	posts    []*post // of all threads, oldest first
	postByID map[string]*post
	meters   map[string]*meter
	pages    map[*person]*page
	files    map[string][]byte // dropped, by an id that nobody guesses
	uploads  map[string]*upload
	stored   []*upload // those that are written
	serial   int64     // ever growing, makes ids
	lastID   int64     // the last message id that is a time in milliseconds
	watchers map[int]func(Event)
	watcher  int
	// messages that one person alone sees are refused
	untargeted bool
}

// New returns a Server. It panics when Now or an alias is missing or an alias
// comes twice: these are mistakes of the program, not of its input.
func New(cfg Config) *Server {
	if cfg.Now == nil {
		panic("chat: Config.Now is nil")
	}
	if cfg.BotID == "" {
		cfg.BotID = "28:" + cfg.AppID
	}
	if cfg.BotName == "" {
		cfg.BotName = "Calltab"
	}
	s := &Server{
		cfg:      cfg,
		client:   cfg.Client,
		postByID: map[string]*post{},
		meters:   map[string]*meter{},
		pages:    map[*person]*page{},
		watchers: map[int]func(Event){},
	}
	if s.client == nil {
		s.client = &http.Client{Timeout: 15 * time.Second}
	}
	seen := map[string]bool{}
	for _, p := range cfg.People {
		if p.Alias == "" || seen[p.Alias] {
			panic("chat: alias missing or used twice: " + strconv.Quote(p.Alias))
		}
		seen[p.Alias] = true
		s.people = append(s.people, newPerson(cfg, p))
	}
	s.group = newGroup(cfg)
	s.channel = newChannel(cfg)
	return s
}

// SetBot names the bot's endpoint, for example
// "http://127.0.0.1:3978/api/messages".
func (s *Server) SetBot(endpoint string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bot = endpoint
}

// SetServiceURL names the address under which Handler is served; it becomes
// the serviceUrl of every activity. Its path, if any, is stripped from
// requests that carry it.
func (s *Server) SetServiceURL(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.service = strings.TrimSuffix(address, "/")
}

// ServiceURL is the serviceUrl of activities, with a trailing slash as Teams
// writes it.
func (s *Server) ServiceURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.service + "/"
}

// prefix is the path of the service URL, escaped, without trailing slash.
func (s *Server) prefix() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := url.Parse(s.service)
	if err != nil {
		return ""
	}
	return u.EscapedPath()
}

// person finds a person by alias. The caller holds the lock.
func (s *Server) person(alias string) (*person, error) {
	for _, p := range s.people {
		if p.Alias == alias {
			return p, nil
		}
	}
	return nil, fmt.Errorf("chat: nobody is called %q", alias)
}

// stamp is the id of a message that a person writes or that stands in a group
// or channel: its time in milliseconds, made unique. The caller holds the lock.
func (s *Server) stamp() string {
	s.lastID = max(s.lastID+1, s.cfg.Now().UnixMilli())
	return strconv.FormatInt(s.lastID, 10)
}

// opaque is an id without a meaning, such as those of invokes ("f:…") and of
// the bot's messages in a personal chat ("1:…"). The caller holds the lock.
func (s *Server) opaque(prefix string) string {
	s.serial++
	return prefix + hostile(fmt.Sprint(s.cfg.AppID, "/activity/", s.serial), 12)
}

var errNotInstalled = errors.New("the app is not installed for this person: Open comes first")
