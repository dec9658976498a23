// Package fault breaks calls on purpose. A Script holds rules ("the second POST to
// assignNumber loses its answer") and wraps the handlers of every sandbox service, so
// that one script speaks of login, Graph and the Bot connector alike.
//
// It is not the place for faults that Microsoft's services show by themselves, such as
// late visibility or a refused licence: those belong to the service that imitates them.
//
// Callers add rules before the call that they mean; a rule counts only the calls that
// come after it was added.
package fault

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Names of the services, as given to Wrap and Rule.Service.
const (
	Login     = "login"
	Graph     = "graph"
	Connector = "connector"
	Carrier   = "carrier"
)

// Points at which Rule.Drop cuts the connection.
const (
	DropBefore = "before" // the request arrived and nothing was done
	DropAfter  = "after"  // the work was done and the answer is lost
)

// Rule says which calls break and how. Empty Service, Method and Path match every call.
//
// Two rules may match one call: both count it, and the first one that is due decides.
type Rule struct {
	Service string // login, graph, connector or carrier
	Method  string
	Path    string // part of the path, or a pattern with *, which stands for any text

	Nth   int // the first matching call that breaks, counted from 1; 0 means 1
	Times int // how many calls break; 0 means 1, a negative number means all that follow

	// Status answers instead of the service. 0 lets the call through after Delay.
	// With Drop "after" the work is done first and Status is answered then.
	Status     int
	Code       string // error code in the service's own shape
	Message    string
	Body       string        // replaces the body made of Code and Message
	RetryAfter time.Duration // sent in whole seconds, at least one
	Delay      time.Duration // wall time before anything else; keep it small
	Drop       string        // "", DropBefore or DropAfter
}

// Script is a set of rules and the count of all calls. It is safe for concurrent use.
// Make one with New.
type Script struct {
	sleep func(context.Context, time.Duration)

	mu      sync.Mutex
	rules   []*armed
	counts  map[string]int
	observe func(service, method, path string, n int)
}

// armed is a rule with the number of calls that it has seen.
type armed struct {
	Rule
	seen int
}

// New returns an empty script. sleep waits for Rule.Delay or until the context ends;
// with a nil sleep delays are left out.
func New(sleep func(context.Context, time.Duration)) *Script {
	return &Script{sleep: sleep, counts: map[string]int{}}
}

// Add puts a rule after those already there.
func (s *Script) Add(r Rule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = append(s.rules, &armed{Rule: r})
}

// Clear removes all rules. Counts and the observer stay.
func (s *Script) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = nil
}

// Counts returns how often each call was made, broken ones included, as
// "service METHOD shape", where Shape has taken the ids out of the path.
func (s *Script) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.counts)
}

// Observe has f called before each request with the number of this call among those of
// the same service, method and path shape. f runs without a lock held and may block or
// add rules. A nil f ends it.
func (s *Script) Observe(f func(service, method, path string, n int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.observe = f
}

// Wrap returns h with the script in front of it.
func (s *Script) Wrap(service string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		quiet := typing(service, r)
		if !quiet {
			s.count(service, r)
		}
		rule, due := s.due(service, r, quiet)
		if !due {
			h.ServeHTTP(w, r)
			return
		}
		if rule.Delay > 0 && s.sleep != nil {
			s.sleep(r.Context(), rule.Delay)
		}
		switch {
		case rule.Drop == DropBefore:
			cut()
		case rule.Drop == DropAfter:
			h.ServeHTTP(discard{http.Header{}}, r)
			if rule.Status == 0 {
				cut()
			}
			answer(w, service, rule)
		case rule.Status == 0:
			h.ServeHTTP(w, r)
		default:
			answer(w, service, rule)
		}
	})
}

// mostTyping bounds the body of a typing indicator, in bytes.
const mostTyping = 2 << 10

// typing reports whether a request shows that the bot is about to write. When it comes depends on how fast a machine
// is, so none counts as the nth call. A rule that has broken a call already breaks it like any other: what a bot sends
// to see whether the service is there again is of the same kind.
func typing(service string, r *http.Request) bool {
	if service != Connector || r.Method != http.MethodPost || r.ContentLength < 0 || r.ContentLength > mostTyping {
		return false
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var activity struct {
		Type string `json:"type"`
	}
	return err == nil && json.Unmarshal(body, &activity) == nil && activity.Type == "typing"
}

// cut ends the connection (HTTP/1) or the stream (HTTP/2) without an answer.
// See https://pkg.go.dev/net/http#ErrAbortHandler.
func cut() { panic(http.ErrAbortHandler) }

func (s *Script) count(service string, r *http.Request) {
	s.mu.Lock()
	key := service + " " + r.Method + " " + Shape(r.URL.EscapedPath())
	s.counts[key]++
	n, observe := s.counts[key], s.observe
	s.mu.Unlock()
	if observe != nil {
		observe(service, r.Method, r.URL.Path, n)
	}
}

// due counts the call for every rule that matches it and returns the first that breaks it. A quiet call is left out by
// rules that have broken none yet.
func (s *Script) due(service string, r *http.Request, quiet bool) (Rule, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found *armed
	for _, a := range s.rules {
		if !a.matches(service, r) || quiet && a.seen < max(a.Nth, 1) {
			continue
		}
		a.seen++
		if found == nil && a.breaks() {
			found = a
		}
	}
	if found == nil {
		return Rule{}, false
	}
	return found.Rule, true
}

func (a *armed) breaks() bool {
	first, times := max(a.Nth, 1), a.Times
	if times == 0 {
		times = 1
	}
	return a.seen >= first && (times < 0 || a.seen < first+times)
}

func (r Rule) matches(service string, req *http.Request) bool {
	return (r.Service == "" || r.Service == service) &&
		(r.Method == "" || r.Method == req.Method) &&
		matchPath(r.Path, req.URL.Path)
}

// answer writes the rule's status with an error body in the service's shape.
func answer(w http.ResponseWriter, service string, r Rule) {
	if r.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(r.RetryAfter/time.Second))))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(r.Status)
	if r.Body != "" {
		io.WriteString(w, r.Body)
		return
	}
	if r.Status < http.StatusBadRequest {
		return
	}
	code := r.Code
	if code == "" {
		code = http.StatusText(r.Status)
	}
	var body any = map[string]any{"error": map[string]string{"code": code, "message": r.Message}}
	if service == Login {
		body = map[string]string{"error": code, "error_description": r.Message}
	}
	json.NewEncoder(w).Encode(body)
}

// discard takes an answer that nobody will read.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
