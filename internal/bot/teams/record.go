package teams

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"calltab/internal/bot"
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

// record is what metrics and log say of one request.
type record struct {
	kind   bot.Kind
	result string
	status int
	turn   bot.Turn
	ref    string
	err    error
	stack  string
}

func (s *Server) note(r *http.Request, rec *record, took time.Duration) {
	s.config.Observe.Turn(rec.kind, rec.result, took.Seconds())
	level := slog.LevelInfo
	switch {
	case rec.ref != "":
		level = slog.LevelError
	case rec.err == nil:
		level = slog.LevelDebug // the handler has its own line for the turn
	}
	if !s.config.Log.Enabled(r.Context(), level) {
		return
	}
	attrs := append(make([]slog.Attr, 0, 12),
		slog.String(logKind, string(rec.kind)), slog.String(logResult, rec.result), slog.Int(logStatus, rec.status),
		slog.Duration(logTook, took))
	for _, a := range [...][2]string{
		{logActivity, rec.turn.ID}, {logTenant, string(rec.turn.Actor.Tenant)}, {logUser, string(rec.turn.Actor.User)},
		{logTrace, clip(r.Header.Get("MS-CV"))}, {logReference, rec.ref}, {logStack, rec.stack},
	} {
		if a[1] != "" {
			attrs = append(attrs, slog.String(a[0], a[1]))
		}
	}
	if rec.err != nil {
		attrs = append(attrs, slog.String(logError, clip(rec.err.Error())))
	}
	s.config.Log.LogAttrs(r.Context(), level, "activity", attrs...)
}

// clip bounds what a stranger can make us write: headers and the errors of a token that is none.
func clip(s string) string {
	const most = 400
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
