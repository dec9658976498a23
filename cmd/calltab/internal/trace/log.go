package trace

import (
	"context"
	"encoding/hex"
	"log/slog"
)

// The keys by which a line of the log leads to its span, as OpenTelemetry's own logs have them
// (https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/).
const (
	logTrace = "trace_id"
	logSpan  = "span_id"
)

// Log is a log whose lines have the ids of the span that goes on where they are written.
func Log(to *slog.Logger) *slog.Logger { return slog.New(handler{to.Handler()}) }

type handler struct{ slog.Handler }

// Handle adds the ids.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if s := From(ctx); s != nil {
		r.AddAttrs(slog.String(logTrace, hex.EncodeToString(s.trace[:])),
			slog.String(logSpan, hex.EncodeToString(s.span[:])))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs keeps the ids on the lines of the log that it makes.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

// WithGroup does as well.
func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }
