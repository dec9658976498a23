// Package carrier is an example of a carrier behind a webhook: it checks each notice as
// the documentation of the sender asks a receiver to (Standard Webhooks,
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md),
// keeps the lines that it is told of, and has a welcome page for each new user that
// opens once.
//
// It is an example, and no carrier: it routes no call and forgets everything at the end.
//
// Callers mount Handler at the root of an https host, tell the server that address with
// SetURL, and give the sender NoticePath and the same secret.
package carrier

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// NoticePath is where notices go.
const NoticePath = "/calltab"

const (
	welcomePath = "/welcome/"
	patience    = 5 * time.Minute // between a notice's timestamp and now
	mostBody    = 64 << 10
)

// Line is a number in use.
type Line struct{ User, Plan, Location string }

// Config says how to check notices. Both are required.
type Config struct {
	Wall   func() time.Time
	Secret string // whsec_ and base64
}

// Server is the carrier. It is safe for concurrent use. Make one with New.
type Server struct {
	wall func() time.Time
	key  []byte

	mu      sync.Mutex
	url     string
	lines   map[string]Line
	answers map[string]answered // by the notice's id
	pages   map[string]string   // the welcome pages that nobody has opened, and whose they are
	refused map[string]string   // the numbers that it does not take, and why
}

// answered is a notice that had its effect.
type answered struct {
	body  []byte
	reply reply
}

type reply struct {
	Link    string `json:"link,omitempty"`
	Message string `json:"message,omitempty"`
}

// New returns a carrier without lines.
func New(c Config) (*Server, error) {
	raw, ok := strings.CutPrefix(c.Secret, "whsec_")
	key, err := base64.StdEncoding.DecodeString(raw)
	if !ok || err != nil || len(key) < 24 {
		return nil, fmt.Errorf("carrier: the secret is not whsec_ and base64 of at least 24 bytes")
	}
	return &Server{wall: c.Wall, key: key, lines: map[string]Line{}, answers: map[string]answered{},
		pages: map[string]string{}, refused: map[string]string{}}, nil
}

// SetURL says where the server is: https://host:port, no slash at the end.
func (s *Server) SetURL(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.url = url
}

// Refuse has the carrier refuse a number with these words, as one that is not its own.
func (s *Server) Refuse(number, words string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused[number] = words
}

// Lines returns the numbers in use.
func (s *Server) Lines() map[string]Line {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.lines)
}

// Handler serves notices and welcome pages.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+NoticePath, s.notice)
	mux.HandleFunc("GET "+welcomePath+"{page}", s.welcome)
	return mux
}

// notice takes a notice: signature first, then whether it is known, then what it says.
func (s *Server) notice(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, mostBody))
	if err != nil || !s.signed(r.Header, body) {
		answer(w, http.StatusUnauthorized, reply{Message: "The signature is not right."})
		return
	}
	var n struct {
		Version  int
		Event    string
		Number   string
		User     struct{ ID string }
		Plan     struct{ ID string }
		Location struct{ ID string }
	}
	if err := json.Unmarshal(body, &n); err != nil || n.Version != 1 || n.Number == "" || n.User.ID == "" {
		answer(w, http.StatusBadRequest, reply{Message: "This is no notice of version 1."})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := r.Header.Get("webhook-id")
	if before, ok := s.answers[id]; ok {
		if !bytes.Equal(before.body, body) {
			answer(w, http.StatusUnprocessableEntity, reply{Message: "Another notice came under this id."})
			return
		}
		answer(w, http.StatusOK, before.reply)
		return
	}
	if words, ok := s.refused[n.Number]; ok && n.Event == "activate" {
		answer(w, http.StatusConflict, reply{Message: words})
		return
	}
	var out reply
	switch had, there := s.lines[n.Number]; n.Event {
	case "activate":
		s.lines[n.Number] = Line{n.User.ID, n.Plan.ID, n.Location.ID}
		page := hex.EncodeToString(s.mac("page", id))
		s.pages[page] = n.User.ID
		out.Link = s.url + welcomePath + page
	case "change":
		s.lines[n.Number] = Line{n.User.ID, n.Plan.ID, n.Location.ID}
	case "release":
		if !there {
			answer(w, http.StatusGone, reply{})
			return
		}
		if had.User == n.User.ID {
			delete(s.lines, n.Number)
		}
	default:
		answer(w, http.StatusBadRequest, reply{Message: "There is no such event."})
		return
	}
	s.answers[id] = answered{body, out}
	answer(w, http.StatusOK, out)
}

// signed reports whether a notice is the sender's, and of now.
func (s *Server) signed(h http.Header, body []byte) bool {
	stamp := h.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if away := s.wall().Sub(time.Unix(seconds, 0)).Abs(); err != nil || away > patience {
		return false
	}
	want := []byte("v1," + base64.StdEncoding.EncodeToString(s.mac(h.Get("webhook-id"), stamp, string(body))))
	for given := range strings.FieldsSeq(h.Get("webhook-signature")) {
		if subtle.ConstantTimeCompare([]byte(given), want) == 1 {
			return h.Get("webhook-id") != ""
		}
	}
	return false
}

// mac is the HMAC of texts with points between them.
func (s *Server) mac(texts ...string) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(strings.Join(texts, ".")))
	return h.Sum(nil)
}

// welcome shows a page once.
func (s *Server) welcome(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	page := r.PathValue("page")
	if _, ok := s.pages[page]; !ok {
		http.Error(w, "This link has been used.", http.StatusGone)
		return
	}
	delete(s.pages, page)
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprintln(w, "Welcome. Choose a password for the carrier's own site.")
}

func answer(w http.ResponseWriter, status int, r reply) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(r)
}
