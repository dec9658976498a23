package trace

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"calltab/cmd/calltab/internal/trace/tracetest"
)

// tally counts what became of spans.
type tally struct{ sent, dropped atomic.Int64 }

func (y *tally) count(sent, dropped int) {
	y.sent.Add(int64(sent))
	y.dropped.Add(int64(dropped))
}

func newTracer(url string, log *bytes.Buffer) (*Tracer, *tally) {
	y := &tally{}
	return New(Config{URL: url + "/v1/traces", Client: &http.Client{}, Version: "v1", Instance: "abc", Headers: map[string]string{"Authorization": "Bearer open sesame"},
		Log: slog.New(slog.NewTextHandler(log, nil)), Count: y.count}), y
}

// closeIn closes a tracer, which has so long for that.
func closeIn(t *testing.T, tr *Tracer, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), d)
	defer cancel()
	tr.Close(ctx)
}

// TestSpans: what a collector reads of a turn, of a call in it, and of the steps that it caused.
func TestSpans(t *testing.T) {
	t.Parallel()
	collector := tracetest.New(t)
	var log bytes.Buffer
	tr, y := newTracer(collector.URL(), &log)
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	tr.now = func() time.Time { now = now.Add(time.Millisecond); return now }
	tr.Start()

	ctx, turn := tr.Begin(t.Context(), "turn", Server)
	turn.Name("action", "save")
	turn.Word(KeyResult, "ok")
	turn.Word(KeyResult, "refused")
	turn.Reference(KeyOrder, "abcdefgh23")
	_, call := tr.Under(ctx, "graph", Client)
	call.Fail()
	call.End()
	cause := tr.Cause(ctx)
	turn.End()
	step := func(cause string) *Span {
		s := From(tr.Resume(t.Context(), cause))
		s.Name("add", "assign-number")
		s.Count(KeyAttempt, 300)
		s.End()
		return s
	}
	step(cause)
	now = now.Add(together)
	step(cause)
	step("")
	if _, s := tr.Under(t.Context(), "graph", Client); s != nil {
		t.Error("a call that nothing waits for has a span")
	}
	closeIn(t, tr, time.Minute)

	all := collector.Spans()
	if len(all) != 5 || y.sent.Load() != 5 || y.dropped.Load() != 0 {
		t.Fatalf("%d spans came, %d are counted as sent, %d as dropped: %+v", len(all), y.sent.Load(), y.dropped.Load(), all)
	}
	graph, first, soon, late, alone := all[0], all[1], all[2], all[3], all[4]
	if first.Name != "action save" || first.Kind != 2 || first.Parent != "" || first.Failed || first.Attributes[KeyOrder] != "abcdefgh23" ||
		first.Attributes[KeyResult] != "refused" || len(first.Attributes) != 2 {
		t.Errorf("the turn is %+v", first)
	}
	if took := first.End.Sub(first.Start); took != 3*time.Millisecond {
		t.Errorf("the turn took %v", took)
	}
	if graph.Name != "graph" || graph.Kind != 3 || graph.Trace != first.Trace || graph.Parent != first.ID || !graph.Failed {
		t.Errorf("the call is %+v", graph)
	}
	if soon.Name != "add assign-number" || soon.Kind != 5 || soon.Trace != first.Trace || soon.Parent != first.ID || len(soon.Links) != 0 || soon.Attributes[KeyAttempt] != "300" {
		t.Errorf("the step soon after is %+v", soon)
	}
	if late.Trace == first.Trace || late.Parent != "" || len(late.Links) != 1 || late.Links[0] != first.Trace {
		t.Errorf("the step an hour later is %+v", late)
	}
	if alone.Trace == first.Trace || alone.Parent != "" || len(alone.Links) != 0 {
		t.Errorf("the step without a cause is %+v", alone)
	}
	resource, headers, _ := collector.Seen()
	if resource["service.name"] != "calltab" || resource["service.version"] != "v1" || resource["service.instance.id"] != "abc" {
		t.Errorf("the resource is %v", resource)
	}
	if headers.Get("Authorization") != "Bearer open sesame" || strings.Contains(log.String(), "sesame") {
		t.Errorf("headers %v, log %s", headers, log.String())
	}
}

// TestCauseIsRead: whatever a store has, a step begins; and a cause survives being written down.
func TestCauseIsRead(t *testing.T) {
	t.Parallel()
	tr, _ := newTracer("http://127.0.0.1:1", &bytes.Buffer{})
	ctx, s := tr.Begin(t.Context(), "turn", Server)
	if got := From(tr.Resume(t.Context(), tr.Cause(ctx))); got.trace != s.trace || got.parent != s.span {
		t.Errorf("a cause leads to %x, not to %x", got.trace, s.trace)
	}
	rapid.Check(t, func(r *rapid.T) {
		cause := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9a-f]{30,32}-[0-9a-f]{15,16}-[0-9a-f]{1,17}`)).Draw(r, "cause")
		if s := From(tr.Resume(t.Context(), cause)); s == nil || s.trace == [16]byte{} || s.span == [8]byte{} {
			r.Fatal("a step without a span")
		}
	})
}

// TestWordsOnly: what is written, read or sent by people cannot get into a span.
func TestWordsOnly(t *testing.T) {
	t.Parallel()
	tr, _ := newTracer("http://127.0.0.1:1", &bytes.Buffer{})
	for _, text := range []string{"", "+12065550145", "12065550145", "2065550145", "5550145", "a5550145", "dana.reyes@example.com", "Dana", "dana reyes", "O'Neil",
		"https://graph.microsoft.com/v1.0/users/5a0c6f3e-6f43-4b47-9b0e-3c7c1f0d2a11", "5a0c6f3e-6f43-4b47-9b0e-3c7c1f0d2a11", "user-5a0c6f3e-6f43-4b47-9b0e-3c7c1f0d2a11", "søren", "dana--reyes", "-dana", "dana-", strings.Repeat("a", 42)} {
		_, s := tr.Begin(t.Context(), "turn", Server)
		s.Name("turn", text)
		s.Word(KeyWhat, text)
		s.Reference(KeyOrder, text)
		if s.name != "turn" || len(s.words) != 0 && text != "a5550145" {
			t.Errorf("%q stands in a span: %q %v", text, s.name, s.words)
		}
	}
	for _, text := range []string{"add", "change-plan", "read_person", "not-found", "tell-operators", "order.take-back"} {
		if !isWord(text) {
			t.Errorf("%q is no word", text)
		}
	}
	for _, text := range []string{"1ck2f", "abcdefgh23", "7", "12345"} {
		_, s := tr.Begin(t.Context(), "turn", Server)
		if s.Reference(KeyReference, text); len(s.words) != 1 {
			t.Errorf("%q is no reference", text)
		}
	}
}

// answers has a client answered without a network, so that a test can run on a false clock.
type answers func(*http.Request) (int, error)

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	code, err := a(r)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: code, Body: http.NoBody, Request: r}, nil
}

// TestCollectorAway: while the collector hangs or refuses, nobody waits, no more is kept than the queue has room for,
// all that is dropped is counted, the log has one line, and one when it is over.
func TestCollectorAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		tr, y := newTracer("http://collector", &log)
		var up atomic.Bool
		tries := 0
		tr.config.Client = &http.Client{Transport: answers(func(r *http.Request) (int, error) {
			tries++
			switch {
			case up.Load():
				return http.StatusOK, nil
			case tries%2 == 0:
				return http.StatusServiceUnavailable, nil
			}
			<-r.Context().Done()
			return 0, r.Context().Err()
		})}
		tr.Start()
		const many = 3 * queueLength
		began := time.Now()
		for range many {
			_, s := tr.Begin(t.Context(), "turn", Server)
			s.End()
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("turns waited for %v", took)
		}
		synctest.Wait()
		time.Sleep(time.Hour)
		synctest.Wait()
		kept := many - int(y.dropped.Load())
		if y.sent.Load() != 0 || kept > queueLength+mostAtOnce || kept < queueLength {
			t.Errorf("of %d spans %d were dropped and %d sent", many, y.dropped.Load(), y.sent.Load())
		}
		if n := strings.Count(log.String(), "\n"); n != 1 {
			t.Errorf("the log has %d lines after %d tries: %s", n, tries, log.String())
		}
		up.Store(true)
		time.Sleep(2 * longestPause)
		synctest.Wait()
		if int(y.sent.Load()) != kept || len(tr.queue) != 0 {
			t.Errorf("of %d spans %d came through", kept, y.sent.Load())
		}
		if n := strings.Count(log.String(), "\n"); n != 2 || !strings.Contains(log.String(), "again") {
			t.Errorf("the log has %d lines: %s", n, log.String())
		}
		closeIn(t, tr, time.Second)
	})
}

// TestEndIsBounded: a collector that hangs holds the end for as long as Close may take, and what waits is counted.
func TestEndIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		tr, y := newTracer("http://collector", &log)
		tr.config.Client = &http.Client{Transport: answers(func(r *http.Request) (int, error) {
			<-r.Context().Done()
			return 0, r.Context().Err()
		})}
		tr.Start()
		for range mostAtOnce + 7 {
			_, s := tr.Begin(t.Context(), "turn", Server)
			s.End()
		}
		synctest.Wait()
		began := time.Now()
		closeIn(t, tr, 3*time.Second)
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("the end took %v", took)
		}
		if n := y.dropped.Load(); n != mostAtOnce+7 {
			t.Errorf("%d are counted as dropped", n)
		}
	})
}

// TestRefusal: what the collector refuses is not sent again, and holds nothing up.
func TestRefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		tr, y := newTracer("http://collector", &log)
		tries := 0
		tr.config.Client = &http.Client{Transport: answers(func(*http.Request) (int, error) {
			tries++
			return http.StatusUnauthorized, nil
		})}
		tr.Start()
		for range 3 {
			_, s := tr.Begin(t.Context(), "turn", Server)
			s.End()
			time.Sleep(time.Minute)
		}
		synctest.Wait()
		if tries != 3 || y.dropped.Load() != 3 || strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "401 Unauthorized") {
			t.Errorf("%d tries, %d dropped, log %s", tries, y.dropped.Load(), log.String())
		}
		closeIn(t, tr, time.Second)
	})
}

// TestLog: a line that is written within a span has its ids, whatever the log was made into; another one has none.
func TestLog(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := Log(slog.New(slog.NewTextHandler(&out, nil)))
	tr, _ := newTracer("http://127.0.0.1:1", &bytes.Buffer{})
	ctx, s := tr.Begin(t.Context(), "turn", Server)
	log.With("a", "b").InfoContext(ctx, "within")
	log.Info("outside")
	lines := strings.Split(out.String(), "\n")
	if want := tr.Cause(ctx)[:32]; !strings.Contains(lines[0], "trace_id="+want) || !strings.Contains(lines[0], "span_id=") || !strings.Contains(lines[0], "a=b") {
		t.Errorf("got %s of %x", lines[0], s.trace)
	}
	if strings.Contains(lines[1], "trace_id") {
		t.Errorf("got %s", lines[1])
	}
}

// TestOff: a tracer that is off takes all calls.
func TestOff(t *testing.T) {
	var off *Tracer
	off.Start()
	n := testing.AllocsPerRun(100, func() {
		ctx, s := off.Begin(t.Context(), "turn", Server)
		_, call := off.Under(ctx, "graph", Client)
		s.Name("add", "assign-number")
		s.Word(KeyResult, "ok")
		s.Reference(KeyOrder, "abcdefgh23")
		s.Count(KeyAttempt, 1)
		s.Fail()
		call.End()
		s.End()
		if off.Cause(off.Resume(ctx, "")) != "" || From(ctx) != nil {
			t.Error("there is a span")
		}
	})
	if n != 0 {
		t.Errorf("it allocates %v times", n)
	}
	off.Close(t.Context())
}

var errAway = errors.New("away")

// BenchmarkTurn is what a turn with two calls costs where traces are off, and where they are on.
func BenchmarkTurn(b *testing.B) {
	turn := func(b *testing.B, tr *Tracer) {
		b.ReportAllocs()
		for b.Loop() {
			ctx, s := tr.Begin(context.Background(), "turn", Server)
			for range 2 {
				_, call := tr.Under(ctx, "graph", Client)
				call.Name("graph", "read_person")
				call.Word(KeyResult, "ok")
				call.End()
			}
			s.Name("message", "add")
			s.Word(KeyKind, "message")
			s.Word(KeyWhat, "add")
			s.Word(KeyResult, "ok")
			s.Reference(KeyOrder, "abcdefgh23")
			s.End()
		}
	}
	b.Run("off", func(b *testing.B) { turn(b, nil) })
	b.Run("on", func(b *testing.B) {
		tr, _ := newTracer("http://collector", &bytes.Buffer{})
		tr.config.Client = &http.Client{Transport: answers(func(*http.Request) (int, error) { return 200, nil })}
		tr.Start()
		turn(b, tr)
		tr.Close(b.Context())
	})
	b.Run("collector-away", func(b *testing.B) {
		tr, _ := newTracer("http://collector", &bytes.Buffer{})
		tr.config.Client = &http.Client{Transport: answers(func(*http.Request) (int, error) { return 0, errAway })}
		tr.Start()
		turn(b, tr)
		tr.Close(b.Context())
	})
}
