package teams

import (
	"calltab/internal/bot/turns"
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"
)

// The keys of log lines.
const (
	logError     = "error"
	logReference = "reference"
	logKind      = "kind"
	logResult    = "result"
	logStatus    = "status"
	logActivity  = "activity_id"
	logTenant    = "tenant"
	logUser      = "user"
	logTook      = "took"
	logTrace     = "ms_cv"
	logStack     = "stack"
)

// The keys of what a refused token says of itself, which nobody has checked.
const (
	logIssuer   = "token_issuer"
	logAudience = "token_audience"
	logKey      = "token_key"
	logPeer     = "peer"
	logUnlogged = "unlogged" // refusals since the last line
)

// record is what metrics and log say of one request.
type record struct {
	kind   turns.Kind
	result string
	status int
	turn   turns.Turn
	ref    string
	err    error
	stack  string
}

// note has a request counted, and logs it where that is worth a line. ctx is the turn's.
func (s *Server) note(ctx context.Context, r *http.Request, rec *record, took time.Duration) {
	s.config.Observe.Turn(ctx, rec.kind, rec.result, rec.ref, took.Seconds())
	level := slog.LevelInfo
	switch {
	case rec.ref != "":
		level = slog.LevelError
	case rec.err == nil:
		level = slog.LevelDebug // the handler has its own line for the turn
	}
	if !s.config.Log.Enabled(ctx, level) {
		return
	}
	refusal := rec.err != nil && rec.ref == ""
	unlogged := 0
	if refusal {
		var ok bool
		if unlogged, ok = s.refusals.enter(s.config.Now()); !ok {
			return
		}
	}
	attrs := append(make([]slog.Attr, 0, 14),
		slog.String(logKind, string(rec.kind)), slog.String(logResult, rec.result), slog.Int(logStatus, rec.status),
		slog.Duration(logTook, took))
	attrs = present(attrs, logActivity, rec.turn.ID)
	attrs = present(attrs, logTenant, string(rec.turn.Actor.Tenant))
	attrs = present(attrs, logUser, string(rec.turn.Actor.User))
	attrs = present(attrs, logTrace, vector(r.Header.Get("MS-CV")))
	attrs = present(attrs, logReference, rec.ref)
	attrs = present(attrs, logStack, rec.stack)
	if refusal {
		attrs = append(attrs, slog.String(logPeer, r.RemoteAddr))
		attrs = s.claimed(attrs, r)
	}
	if unlogged > 0 {
		attrs = append(attrs, slog.Int(logUnlogged, unlogged))
	}
	if rec.err != nil {
		attrs = append(attrs, slog.String(logError, clip(rec.err.Error())))
	}
	s.config.Log.LogAttrs(ctx, level, "activity", attrs...)
}

// claimed adds what the token of a refused request says of itself, so that a wrong registration can be told from junk.
// Nothing else of it is logged.
func (s *Server) claimed(attrs []slog.Attr, r *http.Request) []slog.Attr {
	raw, err := bearerToken(r.Header.Get("Authorization"))
	if err != nil || s.config.Insecure {
		return attrs
	}
	head, rest, _ := strings.Cut(raw, ".")
	body, _, _ := strings.Cut(rest, ".")
	header, payload := segment(head), segment(body)
	audience := text(payload["aud"])
	if audience == "" {
		audience = string(payload["aud"]) // a list
	}
	attrs = present(attrs, logIssuer, clip(text(payload["iss"])))
	attrs = present(attrs, logAudience, clip(audience))
	return present(attrs, logKey, clip(text(header["kid"])))
}

// segment is a part of a token that holds an object; nil where it holds none.
func segment(encoded string) map[string]json.RawMessage {
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return nil
	}
	var m map[string]json.RawMessage
	_ = json.Unmarshal(raw, &m) // leaves it nil
	return m
}

// correlation is the form of Microsoft's correlation vectors, versions 1 to 3
// (https://github.com/microsoft/CorrelationVector/blob/master/cV%20-%203.0.md). Another MS-CV was not written by Teams.
var correlation = regexp.MustCompile(`^(?:A\.)?[A-Za-z0-9+/]{16,22}(?:={0,2})(?:[._#-][0-9A-Za-z]{1,20})*!?$`)

// vector is a correlation vector, or "" for what is none.
func vector(header string) string {
	const most = 128
	if len(header) > most || !correlation.MatchString(header) {
		return ""
	}
	return header
}

// present adds a value that there is.
func present(attrs []slog.Attr, key, value string) []slog.Attr {
	if value == "" {
		return attrs
	}
	return append(attrs, slog.String(key, value))
}

// rate lets one line a second through and counts the others.
type rate struct {
	mu      sync.Mutex
	last    time.Time
	skipped int
}

// enter reports whether a line may be written, and how many were not since the last one.
func (r *rate) enter(now time.Time) (skipped int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if since := now.Sub(r.last); since >= 0 && since < time.Second {
		r.skipped++
		return 0, false
	}
	skipped = r.skipped
	r.skipped = 0
	r.last = now
	return skipped, true
}

// clip bounds what an unknown sender can have us log: headers, and the errors of what is not a token.
func clip(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
