package trace

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// together is how long after the beginning of a trace a step still belongs to it. Later ones, such as those that look
// every few minutes whether Microsoft is ready, have a trace each, with a link to what caused them: a trace of days is
// one that no collector keeps whole.
const together = time.Hour

// Cause writes down the span that goes on in ctx, for a job that is added there; "" where none does. What is written
// names no person: two ids made by chance, and when the trace began.
func (t *Tracer) Cause(ctx context.Context) string {
	s := From(ctx)
	if t == nil || s == nil {
		return ""
	}
	return hex.EncodeToString(s.trace[:]) + "-" + hex.EncodeToString(s.span[:]) + "-" +
		strconv.FormatInt(s.began.Unix(), 16)
}

// Resume begins the span of a step whose job was added with that cause, in this run of the program or in an earlier
// one. With none, or with one that cannot be read, the step has a trace of its own.
func (t *Tracer) Resume(ctx context.Context, cause string) context.Context {
	if t == nil {
		return ctx
	}
	s := t.begin(Consumer)
	from, began, ok := readCause(cause)
	switch age := s.start.Sub(began); {
	case !ok:
	case age < together && age > -together:
		s.trace, s.parent, s.began = from.trace, from.span, began
	default:
		s.link = from
	}
	return context.WithValue(ctx, spanKey{}, s)
}

func readCause(cause string) (from ids, began time.Time, ok bool) {
	parts := strings.Split(cause, "-")
	if len(parts) != 3 || len(parts[0]) != 2*len(from.trace) || len(parts[1]) != 2*len(from.span) {
		return from, began, false
	}
	if _, err := hex.Decode(from.trace[:], []byte(parts[0])); err != nil {
		return ids{}, began, false
	}
	if _, err := hex.Decode(from.span[:], []byte(parts[1])); err != nil {
		return ids{}, began, false
	}
	at, err := strconv.ParseInt(parts[2], 16, 64)
	return from, time.Unix(at, 0), err == nil && !from.empty()
}
