package trace

import (
	"context"
	"crypto/rand"
	"slices"
	"time"
)

// Kind says what a span is of, by OpenTelemetry's numbers.
type Kind uint64

// The kinds.
const (
	Internal Kind = 1
	Server   Kind = 2 // a turn
	Client   Kind = 3 // a call to another program
	Consumer Kind = 5 // a step, which takes up what a turn has left
)

// ids name a span: its trace, and itself in that.
type ids struct {
	trace [16]byte
	span  [8]byte
}

func (i ids) empty() bool { return i == ids{} }

// Span is one thing that took time. It belongs to one goroutine until it has ended. A nil one takes everything and
// keeps nothing.
type Span struct {
	tracer *Tracer
	ids
	parent [8]byte
	link   ids       // of another trace, where the span was caused there
	began  time.Time // of the trace, as far as this program knows
	name   string
	kind   Kind
	start  time.Time
	end    time.Time
	failed bool
	words  []word
}

// word is an attribute: a text, or a count where the text is empty.
type word struct {
	key, text string
	count     int
}

// The keys of attributes.
const (
	KeyKind      = "calltab.kind"    // of a turn, or of a job
	KeyWhat      = "calltab.what"    // the command, or the button
	KeyStep      = "calltab.step"    // of a job
	KeyAttempt   = "calltab.attempt" // of a step
	KeyResult    = "calltab.result"
	KeyOrder     = "calltab.order"     // by the reference that its card shows
	KeyReference = "calltab.reference" // that a person reads when something went wrong
)

type spanKey struct{}

// From is the span that goes on in ctx; nil where none does.
func From(ctx context.Context) *Span {
	s, _ := ctx.Value(spanKey{}).(*Span)
	return s
}

// Begin begins a span below the one that goes on in ctx, and returns a context in which it goes on. End it with
// [Span.End]: one that is not ended is never sent.
func (t *Tracer) Begin(ctx context.Context, name string, kind Kind) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	s := t.begin(kind)
	s.Name(name)
	if up := From(ctx); up != nil {
		s.trace, s.parent, s.began = up.trace, up.span, up.began
	}
	return context.WithValue(ctx, spanKey{}, s), s
}

// Under begins a span as [Tracer.Begin] does, but only below another: what nobody waits for is not told.
func (t *Tracer) Under(ctx context.Context, name string, kind Kind) (context.Context, *Span) {
	if t == nil || From(ctx) == nil {
		return ctx, nil
	}
	return t.Begin(ctx, name, kind)
}

// begin makes a span in a trace of its own.
func (t *Tracer) begin(kind Kind) *Span {
	s := &Span{tracer: t, kind: kind, start: t.now(), words: make([]word, 0, 6)}
	s.began = s.start
	var random [24]byte
	_, _ = rand.Read(random[:]) // never fails
	copy(s.trace[:], random[:16])
	copy(s.span[:], random[16:])
	return s
}

// The longest texts that stand in a span, and the shortest that may be a number of a phone without its plus.
const (
	mostWord      = 40
	mostReference = 10
	leastNumber   = 7
)

// isWord reports whether a text has the form of the program's own words: lower-case letters, in parts that one
// hyphen, point or underscore joins. No number has it, no mail address, no address with an id of a person, and no
// sentence.
func isWord(text string) bool {
	letter := false
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z':
			letter = true
		case letter && (c == '-' || c == '.' || c == '_'):
			letter = false
		default:
			return false
		}
	}
	return letter && len(text) <= mostWord
}

// isReference reports whether a text has the form of the references that people read: lower-case letters and digits, so
// few that it is no id of a person, and not as a number has them.
func isReference(text string) bool {
	digits := 0
	for i := range len(text) {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c < 'a' || c > 'z':
			return false
		}
	}
	return text != "" && len(text) <= mostReference && (digits < len(text) || digits < leastNumber)
}

// Name says anew what the span is of, in words of the program's own; a word that is none is left out.
func (s *Span) Name(words ...string) {
	if s == nil {
		return
	}
	s.name = ""
	for _, w := range words {
		if !isWord(w) {
			continue
		}
		if s.name != "" {
			s.name += " "
		}
		s.name += w
	}
}

// Word adds an attribute. An empty text is left out, and so is one that is no word.
func (s *Span) Word(key, text string) {
	if s != nil && isWord(text) {
		s.set(word{key: key, text: text})
	}
}

// Reference adds an attribute that is the reference of an order or an error. Another text is left out.
func (s *Span) Reference(key, text string) {
	if s != nil && isReference(text) {
		s.set(word{key: key, text: text})
	}
}

// Count adds an attribute that is a small number.
func (s *Span) Count(key string, n int) {
	if s != nil {
		s.set(word{key: key, count: n})
	}
}

// set puts an attribute in the place of what has its key, as a key may stand once.
func (s *Span) set(w word) {
	for i := range s.words {
		if s.words[i].key == w.key {
			s.words[i] = w
			return
		}
	}
	s.words = append(s.words, w)
}

// Has reports whether an attribute is there.
func (s *Span) Has(key string) bool {
	return s != nil && slices.ContainsFunc(s.words, func(w word) bool { return w.key == key })
}

// Fail marks the span as one that went wrong.
func (s *Span) Fail() {
	if s != nil {
		s.failed = true
	}
}

// End ends the span and leaves it to be sent. It never waits.
func (s *Span) End() {
	if s == nil {
		return
	}
	s.end = s.tracer.now()
	s.tracer.put(s)
}
