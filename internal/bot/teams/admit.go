package teams

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"calltab/internal/provision"
)

// refusal is why a request gets no turn: the status and, for the log only, the cause.
type refusal struct {
	status int
	err    error
}

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

func refused(status int, err error) *refusal { return &refusal{status, err} }

// results names refusals in metrics and in what the sender is told, which is nothing more.
var results = map[int]string{
	http.StatusUnauthorized:          "unauthorized",
	http.StatusForbidden:             "forbidden",
	http.StatusBadRequest:            "invalid",
	http.StatusRequestEntityTooLarge: "too-large",
	http.StatusUnsupportedMediaType:  "unsupported",
	http.StatusServiceUnavailable:    "draining",
	http.StatusInternalServerError:   "error",
}

// admit lets an activity in, or says why not. The order matters: see the package's comment.
func (s *Server) admit(r *http.Request) (*envelope, provision.TenantID, error) {
	if err := acceptable(r); err != nil {
		return nil, "", err
	}
	ctx, authorization, err := s.authenticate(r)
	if err != nil {
		return nil, "", err
	}
	e, err := readEnvelope(r)
	if err != nil {
		return nil, "", err
	}
	small, err := e.minimal(r, authorization)
	if err != nil {
		return nil, "", refused(http.StatusBadRequest, err)
	}
	if _, err := s.adapter.ParseRequest(ctx, small); err != nil {
		var why *refusal
		if errors.As(err, &why) {
			return nil, "", why
		}
		return nil, "", refused(http.StatusUnauthorized, err)
	}
	// Only Teams vouches for the sender: in Direct Line and Web Chat the client fills in "from"
	// and "channelData" itself.
	if e.ChannelID != "msteams" {
		return nil, "", refused(http.StatusForbidden, fmt.Errorf("channel %.32q", e.ChannelID))
	}
	if _, err := s.allowed.check(e.ServiceURL); err != nil {
		return nil, "", refused(http.StatusForbidden, fmt.Errorf("%w: %.128q", err, e.ServiceURL))
	}
	tenant, err := e.tenant(s.tenants)
	if err != nil {
		s.strangers.tell(ctx, userID(e.From.Object))
		return nil, "", refused(http.StatusForbidden, err)
	}
	return e, tenant, nil
}

// acceptable wants JSON said to be JSON: a web page that an operator opens can have their browser send anything else to
// a bot on loopback.
func acceptable(r *http.Request) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return refused(http.StatusUnsupportedMediaType, errors.New("expected application/json"))
	}
	if enc := r.Header.Get("Content-Encoding"); enc != "" && enc != "identity" {
		return refused(http.StatusUnsupportedMediaType, errors.New("expected no content encoding"))
	}
	return nil
}

// authenticate checks the token before the body is read, and returns a context that remembers it for the validator. In
// development mode it takes requests from this machine, to this machine by name, so that no web page can rebind its own
// name to ours. What a proxy or tunnel on this machine hands on comes from anywhere.
func (s *Server) authenticate(r *http.Request) (context.Context, string, error) {
	if s.config.Insecure {
		if name := forwarding(r.Header); name != "" {
			return nil, "", refused(http.StatusForbidden,
				fmt.Errorf("development mode: forwarded by a proxy or tunnel (%s)", name))
		}
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !peer.Addr().Unmap().IsLoopback() || !isLoopback(hostname(r.Host)) {
			return nil, "", refused(http.StatusForbidden, errors.New("development mode: loopback only"))
		}
		return r.Context(), "none", nil
	}
	given := r.Header.Values("Authorization")
	if len(given) != 1 {
		missing := badToken{"missing", fmt.Sprintf("%d authorization headers", len(given))}
		return nil, "", refused(http.StatusUnauthorized, missing)
	}
	p, err := s.tokens.verify(r.Context(), given[0])
	if err != nil {
		return nil, "", refused(http.StatusUnauthorized, err)
	}
	return context.WithValue(r.Context(), passportKey{}, p), given[0], nil
}

// forwarding is the first header that only proxies and tunnels write, or "" (RFC 7239, and what was usual before it).
func forwarding(h http.Header) string {
	for name := range h {
		if name == "Forwarded" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return clip(name)
		}
	}
	return ""
}

// hostname is a Host header without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func readEnvelope(r *http.Request) (*envelope, error) {
	if r.ContentLength > maxBody {
		return nil, refused(http.StatusRequestEntityTooLarge, fmt.Errorf("%d bytes", r.ContentLength))
	}
	b := buffers.Get().(*bytes.Buffer)
	defer func() {
		if b.Cap() <= keepBuffer {
			b.Reset()
			buffers.Put(b)
		}
	}()
	_, err := b.ReadFrom(http.MaxBytesReader(nil, r.Body, maxBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, refused(http.StatusRequestEntityTooLarge, err)
	}
	if err != nil {
		return nil, refused(http.StatusBadRequest, err)
	}
	e, err := open(b.Bytes())
	if err != nil {
		return nil, refused(http.StatusBadRequest, err)
	}
	return e, nil
}

func (s *Server) refuse(w gin.ResponseWriter, rec *record, err error) {
	var why *refusal
	if !errors.As(err, &why) {
		why = refused(http.StatusInternalServerError, err)
	}
	rec.status = why.status
	rec.result = results[why.status]
	rec.err = why.err
	if rec.status == http.StatusUnauthorized {
		s.config.Observe.Refused(refusalOf(err))
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	refuseWith(w, rec.status, rec.result)
}

func refuseWith(w gin.ResponseWriter, status int, what string) {
	writeJSON(w, status, encode(map[string]string{"error": what}))
}

func refuseReference(w gin.ResponseWriter, ref string) {
	writeJSON(w, http.StatusInternalServerError, encode(map[string]string{"error": "internal", "reference": ref}))
}

// writeJSON leaves a write error alone: the sender is gone, and the turn is done.
func writeJSON(w gin.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
