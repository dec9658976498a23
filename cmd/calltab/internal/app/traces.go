package app

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"calltab/cmd/calltab/internal/trace"
	"calltab/internal/bot"
	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// flushTime is how long the end of the program waits for the collector.
const flushTime = 3 * time.Second

// newTraces makes what tells the collector of turns and steps; nil where none is named. name is this run's.
func (a *App) newTraces(name string) *trace.Tracer {
	if a.cfg.Traces == "" {
		return nil
	}
	c := collector(a.cfg, httpClient(a.cfg))
	c.Instance = strings.ToLower(name)
	c.Log = a.log
	c.Count = a.metrics.Spans
	return trace.New(c)
}

// collector is where spans go, and with what.
func collector(cfg Config, client *http.Client) trace.Config {
	headers, _ := parseHeaders(cfg.traceHeaders.reveal()) // Load has read them
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	return trace.Config{URL: cfg.Traces, Headers: headers, Client: client, Version: version}
}

// AskCollector sends the collector that is named no span. The error says why it would take none.
func (o Outside) AskCollector(ctx context.Context) error {
	return trace.Ask(ctx, collector(o.cfg, o.HTTP))
}

// flushTraces sends the spans that wait, for a while.
func (a *App) flushTraces() {
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	a.traces.Close(ctx)
}

// jobTracer is the runner's way to the tracer; nil where there is none.
func (a *App) jobTracer() job.Tracer {
	if a.traces == nil {
		return nil
	}
	return a.traces
}

// counting carries what the endpoint observes to metrics and traces.
type counting struct {
	m *metrics
	t *trace.Tracer
}

// Begin begins the span of a turn.
func (c counting) Begin(ctx context.Context) context.Context {
	ctx, _ = c.t.Begin(ctx, "turn", trace.Server)
	return ctx
}

// Turn ends it.
func (c counting) Turn(ctx context.Context, kind turns.Kind, result, reference string, seconds float64) {
	c.m.Turn(string(kind), result, time.Duration(seconds*float64(time.Second)))
	if c.t == nil {
		return
	}
	s := trace.From(ctx)
	s.Word(trace.KeyKind, string(kind))
	if result != "ok" {
		s.Word(trace.KeyResult, result)
		if !s.Has(trace.KeyReference) { // else the bot has told the person another one, and this is the connector's
			s.Reference(trace.KeyReference, reference)
		}
		s.Fail()
	}
	s.End()
}

// Connector counts a call, whose span the traced courier has.
func (c counting) Connector(method, result string) { c.m.Connector(method, result, false) }

// Refused counts a token.
func (c counting) Refused(why string) { c.m.tokens.WithLabelValues(why).Inc() }

// Throttled counts a refusal of the connector's.
func (c counting) Throttled() { c.m.throttled.WithLabelValues(sideConnector).Inc() }

// answered notes what a turn came to for the person.
func (a *App) answered(ctx context.Context, t bot.Answered) {
	a.metrics.Answered(t.Kind, t.Result)
	if a.traces == nil {
		return
	}
	s := trace.From(ctx)
	s.Name(t.Kind)
	if t.Result != "unknown" { // else it may be a word of the sender's
		s.Name(t.Kind, t.What)
		s.Word(trace.KeyWhat, t.What)
	}
	s.Word(trace.KeyResult, t.Result)
	s.Reference(trace.KeyOrder, t.Order)
	if t.Reference != "" {
		s.Reference(trace.KeyReference, t.Reference)
		s.Fail()
	}
}

// stepped notes one run of a step, and ends its span.
func (a *App) stepped(ctx context.Context, t job.Tried) {
	a.metrics.Step(t.Kind, t.Step, t.Result, t.Took)
	if a.traces == nil {
		return
	}
	s := trace.From(ctx)
	s.Name(t.Kind, t.Step)
	s.Word(trace.KeyKind, t.Kind)
	s.Word(trace.KeyStep, t.Step)
	s.Word(trace.KeyResult, t.Result)
	s.Count(trace.KeyAttempt, t.Attempt)
	s.Reference(trace.KeyOrder, orderOf(t.Kind, t.Key))
	switch t.Result {
	case "retry", "weather", "stop", "parked":
		s.Fail()
	}
	s.End()
}

// ownID is the form of ids that the program gives, those of orders and lists among them.
var ownID = regexp.MustCompile(`^[a-z2-7]{10}$`)

// orderOf is the reference of the order or list that a job is about; "" where it is about neither. Keys begin with the
// tenant, then comes what the job is about.
func orderOf(kind, key string) string {
	parts := strings.Split(key, "/")
	if kind == provision.JobStock || len(parts) < 2 || !ownID.MatchString(parts[1]) { // a location may have such an id
		return ""
	}
	return parts[1]
}

// beginGraph begins the span of a request to Graph that a turn or a step makes; nil where traces are off.
func (a *App) beginGraph() func(context.Context) context.Context {
	if a.traces == nil {
		return nil
	}
	return func(ctx context.Context) context.Context {
		ctx, _ = a.traces.Under(ctx, "graph", trace.Client)
		return ctx
	}
}

// called notes a request to Graph, and ends its span.
func (a *App) called(ctx context.Context, call, result string, throttled bool) {
	a.metrics.Graph(call, result, throttled)
	if a.traces == nil {
		return
	}
	s := trace.From(ctx)
	s.Name("graph", call)
	end(s, result)
}

// end ends the span of a call.
func end(s *trace.Span, result string) {
	s.Word(trace.KeyResult, result)
	if result != "ok" {
		s.Fail()
	}
	s.End()
}

// courier is the way to the connector, with a span around each call where traces are on.
func (a *App) courier() chats.Courier {
	if a.traces == nil {
		return a.teams.Courier()
	}
	return tracedCourier{a.teams.Courier(), a.traces}
}

type tracedCourier struct {
	chats.Courier
	t *trace.Tracer
}

// span has a call made within a span.
func (c tracedCourier) span(ctx context.Context, name string, call func(context.Context) error) error {
	ctx, s := c.t.Under(ctx, "", trace.Client)
	err := call(ctx)
	s.Name("connector", name)
	result := "ok"
	if err != nil {
		result = "failed"
		var d *chats.DeliveryError
		if errors.As(err, &d) {
			result = string(d.Reason)
		}
	}
	end(s, result)
	return err
}

// Post sends a message.
func (c tracedCourier) Post(ctx context.Context, to chats.Conversation, m chats.Outgoing) (id string, err error) {
	err = c.span(ctx, "post", func(ctx context.Context) error {
		id, err = c.Courier.Post(ctx, to, m)
		return err
	})
	return id, err
}

// Typing shows that the bot is about to write.
func (c tracedCourier) Typing(ctx context.Context, to chats.Conversation) error {
	return c.span(ctx, "typing", func(ctx context.Context) error { return c.Courier.Typing(ctx, to) })
}

// Edit replaces a message.
func (c tracedCourier) Edit(ctx context.Context, to chats.Conversation, id string, m chats.Outgoing) error {
	return c.span(ctx, "edit", func(ctx context.Context) error { return c.Courier.Edit(ctx, to, id, m) })
}

// Thread begins a thread in a channel.
func (c tracedCourier) Thread(ctx context.Context, in chats.Conversation,
	m chats.Outgoing) (thread chats.Conversation, id string, err error) {
	err = c.span(ctx, "thread", func(ctx context.Context) error {
		thread, id, err = c.Courier.Thread(ctx, in, m)
		return err
	})
	return thread, id, err
}

// Member finds a person in a conversation.
func (c tracedCourier) Member(ctx context.Context, in chats.Conversation,
	user provision.UserID) (mri string, err error) {
	err = c.span(ctx, "member", func(ctx context.Context) error {
		mri, err = c.Courier.Member(ctx, in, user)
		return err
	})
	return mri, err
}

// Open asks for a personal conversation.
func (c tracedCourier) Open(ctx context.Context, serviceURL string, tenant provision.TenantID,
	user provision.UserID) (chat chats.Conversation, err error) {
	err = c.span(ctx, "open", func(ctx context.Context) error {
		chat, err = c.Courier.Open(ctx, serviceURL, tenant, user)
		return err
	})
	return chat, err
}
