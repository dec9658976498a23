package chat

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxBody is how much of a request is read at all; what counts as too big a
// message is decided later, from its UTF-16 length.
const maxBody = 1 << 20

// Handler is the Bot connector. It serves the paths below "/v3/conversations"
// ([rest]), with or without the path of the service URL before them.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.file(w, r) || s.upload(w, r) {
			return
		}
		status, body, bad := s.call(r)
		if bad != nil {
			status, body = bad.status, bad.body
			if bad.retry > 0 {
				// Whole seconds, rounded up: half a second early is refused again.
				w.Header().Set("Retry-After", strconv.FormatInt(int64((bad.retry+time.Second-1)/time.Second), 10))
			}
		}
		writeJSON(w, status, body)
	})
}

// call is one request to the connector.
type call struct {
	*http.Request
	body []byte
	ids  []string // the path after /v3/conversations, unescaped
}

// at is the i-th path segment, empty when there are fewer.
func (c call) at(i int) string {
	if i < len(c.ids) {
		return c.ids[i]
	}
	return ""
}

func (s *Server) call(r *http.Request) (int, any, *refusal) {
	if s.cfg.Check != nil && s.cfg.Check(r) != nil {
		return 0, nil, unauthorized()
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		if e := (*http.MaxBytesError)(nil); errors.As(err, &e) {
			return 0, nil, tooBig()
		}
		return 0, nil, badSyntax("The body could not be read.")
	}
	ids, ok := segments(r.URL.EscapedPath(), s.prefix())
	if !ok {
		return 0, nil, noResource(r)
	}
	return s.dispatch(call{Request: r, body: body, ids: ids})
}

// dispatch finds the operation ([rest], "Conversation object operations").
func (s *Server) dispatch(c call) (int, any, *refusal) {
	shape := c.Method
	for i, id := range c.ids {
		if i == 0 || i == 2 {
			id = "*"
		}
		shape += " " + id
	}
	switch shape {
	case "POST":
		return s.createConversation(c)
	case "POST * activities", "POST * activities *":
		return s.send(c)
	case "PUT * activities *":
		return s.update(c)
	case "DELETE * activities *":
		return s.remove(c)
	case "GET * members", "GET * activities * members":
		return s.roster(c)
	case "GET * members *":
		return s.member(c)
	case "GET * pagedmembers":
		return s.rosterPage(c)
	}
	return 0, nil, noResource(c.Request)
}

// segments splits an escaped path into what follows /v3/conversations. An id
// whose slashes were not escaped falls into too many pieces, as it does at
// Microsoft's.
func segments(path, prefix string) ([]string, bool) {
	path = strings.TrimPrefix(path, prefix)
	rest, ok := strings.CutPrefix(path, "/v3/conversations")
	if !ok || rest != "" && rest[0] != '/' {
		return nil, false
	}
	if rest == "" || rest == "/" {
		return nil, true
	}
	ids := strings.Split(rest[1:], "/")
	for i, id := range ids {
		plain, err := url.PathUnescape(id)
		if err != nil || plain == "" {
			return nil, false
		}
		ids[i] = plain
	}
	return ids, true
}

func noResource(r *http.Request) *refusal {
	return &refusal{status: http.StatusNotFound, body: map[string]any{
		"message": "No HTTP resource was found that matches the request URI '" + r.URL.EscapedPath() + "'.",
	}}
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// The status is out: a client that went away is all that can be wrong.
	_ = json.NewEncoder(w).Encode(body)
}
