package graph

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"calltab/internal/sandbox/org"
)

// Chats is what Graph needs of Teams chat: it installs the app for a person and has the
// personal chat made.
type Chats interface {
	Install(userID string) (chatID string, fresh bool)
	Installed(userID string) bool
}

// Shape is the JSON form of an operation.
type Shape int

// Microsoft's page shows the operation inside a "value" property, its metadata says that
// it is not. A client must read both, so by default both come, in turn
// (https://learn.microsoft.com/graph/api/teamsadministration-telephonenumberlongrunningoperation-get).
const (
	Alternate Shape = iota
	Plain
	Wrapped
)

// Config says what is served.
type Config struct {
	Now   func() time.Time // business time
	Org   *org.Org
	Chats Chats
	// Check returns the permissions in the request's bearer token.
	Check        func(*http.Request) ([]string, error)
	AppID        string // of the bot; the externalId of its app in the catalogue
	CatalogAppID string // of its app in the organisation's catalogue
	AppVersion   string // that the app has there
	Seed         int64
	Delays       Delays
	Operations   Shape
	// WrapConfigurations puts one userConfiguration inside "value", as its page shows it.
	WrapConfigurations bool
	// NextLinks adds @odata.nextLink to numberAssignments, which the page does not promise.
	NextLinks bool
	Unlimited bool // no throttling
	Ample     bool // records as large as a real tenant's: further service plans and policies, which mean nothing here
}

// Server is the imitation. It is safe for concurrent use. Make one with New.
type Server struct {
	cfg    Config
	routes []route

	mu         sync.Mutex
	delays     Delays
	accounts   map[string]*account // by lower-case id
	numbers    map[string]*number  // by number without "+", with extension
	operations map[string]*operation
	log        []Change
	calls      []Call
	requests   int
	changes    int // of the directory, so far
	limits     map[family]*window
	revoked    []string // permissions
	snaps      snapshots
	voice      voice
}

// New returns a server with the organisation as it is at cfg.Now.
func New(cfg Config) (*Server, error) {
	if cfg.Now == nil || cfg.Org == nil || cfg.Check == nil || cfg.Chats == nil {
		return nil, errors.New("graph: clock, organisation, token check and chats are needed")
	}
	s := &Server{cfg: cfg, delays: cfg.Delays.orDefault(), operations: map[string]*operation{},
		limits: limits(len(cfg.Org.People)), voice: newVoice()}
	s.routes = s.table()
	s.populate()
	return s, nil
}

// call is one request on its way through a handler.
type call struct {
	r     *http.Request
	ids   []string // the parts of the path that the route leaves open
	query query
	base  string // https://host/v1.0
	now   time.Time
	roles []string
}

// reply is what a handler answers.
type reply struct {
	status   int
	location string
	body     any // nil for none
}

func ok(body any) (reply, error) { return reply{status: http.StatusOK, body: body}, nil }

// Handler serves Graph below /v1.0.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := s.requestID()
		rep, err := s.serve(w, r)
		var p *problem
		if errors.As(err, &p) {
			rep = s.describe(w, r, p, id)
		} else if err != nil {
			rep = s.describe(w, r,
				&problem{status: http.StatusInternalServerError, code: "InternalServerError", message: err.Error()}, id)
		}
		write(w, r, rep, id)
	})
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) (reply, error) {
	rt, ids, p := s.find(r)
	if p != nil {
		return reply{}, p
	}
	roles, err := s.cfg.Check(r)
	if err != nil {
		w.Header().Set("WWW-Authenticate",
			`Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"`)
		return reply{}, &problem{status: http.StatusUnauthorized,
			code: "InvalidAuthenticationToken", message: sentence(err.Error())}
	}
	roles = s.left(roles)
	if p := rt.allow(roles); p != nil {
		return reply{}, p
	}
	if p := s.throttle(rt.family, r.Method); p != nil {
		return reply{}, p
	}
	q, p := parseQuery(r)
	if p != nil {
		return reply{}, p
	}
	if prefer := r.Header.Get("Prefer"); prefer != "" {
		w.Header().Set("Preference-Applied", prefer)
	}
	return rt.serve(&call{r: r, ids: ids, query: q, base: base(r), now: s.cfg.Now(), roles: roles})
}

func base(r *http.Request) string {
	scheme := "https"
	if r.TLS == nil {
		scheme = "http"
	}
	return scheme + "://" + r.Host + prefix
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

func (s *Server) requestID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	return fmt.Sprintf("00000000-0000-4000-9000-%012d", s.requests)
}

// describe gives the problem its body and headers.
func (s *Server) describe(w http.ResponseWriter, r *http.Request, p *problem, id string) reply {
	if p.retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int((p.retry+time.Second-1)/time.Second))))
	}
	client := r.Header.Get("client-request-id")
	if client == "" {
		client = id
	}
	return reply{status: p.status, body: map[string]any{"error": map[string]any{
		"code": p.code, "message": p.message,
		"innerError": map[string]string{
			"date": s.cfg.Now().UTC().Format("2006-01-02T15:04:05"), "request-id": id, "client-request-id": client,
		},
	}}}
}

// compressors are kept for the next answer: a new one asks for a megabyte. They pack as fast as they can, so that
// Microsoft's side costs what is tried on it as little time as possible.
var compressors = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is one
	}
	return z
}}

func write(w http.ResponseWriter, r *http.Request, rep reply, id string) {
	h := w.Header()
	h.Set("request-id", id)
	h.Set("client-request-id", id)
	if asked := r.Header.Get("client-request-id"); asked != "" {
		h.Set("client-request-id", asked)
	}
	if rep.location != "" {
		h.Set("Location", rep.location)
	}
	if rep.body == nil {
		w.WriteHeader(rep.status)
		return
	}
	h.Set("Content-Type",
		"application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8")
	var out io.Writer = w
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		z := compressors.Get().(*gzip.Writer)
		z.Reset(w)
		defer compressors.Put(z)
		defer z.Close()
		out = z
	}
	w.WriteHeader(rep.status)
	json.NewEncoder(out).Encode(rep.body)
}

// maxBody is more than any request here needs; Graph itself takes some megabytes.
const maxBody = 1 << 20

// decode reads the JSON body, compressed or not. Microsoft's own client compresses it.
func (c *call) decode(into any) *problem {
	var body io.Reader = c.r.Body
	switch enc := c.r.Header.Get("Content-Encoding"); enc {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(body)
		if err != nil {
			return badRequest("The request body is not gzip.")
		}
		body = z
	default:
		return &problem{status: http.StatusUnsupportedMediaType,
			code: "UnsupportedMediaType", message: "Content-Encoding " + enc + " is not supported."}
	}
	if err := json.NewDecoder(io.LimitReader(body, maxBody)).Decode(into); err != nil {
		return badRequest("Unable to read JSON request payload. Please ensure Content-Type header is set and " +
			"payload is of valid JSON format.")
	}
	return nil
}
