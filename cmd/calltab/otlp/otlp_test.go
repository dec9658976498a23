package otlp

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
)

// receive starts the collector's receiver, with the settings that an operator writes, and returns where it is and what
// it has taken.
func receive(t *testing.T) (string, *consumertest.TracesSink) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	factory := otlpreceiver.NewFactory()
	config := factory.CreateDefaultConfig()
	settings := map[string]any{"protocols": map[string]any{"http": map[string]any{"endpoint": address}}}
	if err := confmap.NewFromStringMap(settings).Unmarshal(config); err != nil {
		t.Fatal(err)
	}
	sink := &consumertest.TracesSink{}
	r, err := factory.CreateTraces(t.Context(), receivertest.NewNopSettings(factory.Type()), config, sink)
	if err != nil {
		t.Fatal(err)
	}
	life := context.WithoutCancel(t.Context())
	if err := r.Start(life, componenttest.NewNopHost()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Shutdown(life); err != nil {
			t.Error(err)
		}
	})
	return "http://" + address, sink
}

// spans calls f for each span that came.
func spans(sink *consumertest.TracesSink, f func(resource pcommon.Map, s ptrace.Span)) {
	for _, all := range sink.AllTraces() {
		for _, of := range all.ResourceSpans().All() {
			for _, scope := range of.ScopeSpans().All() {
				for _, s := range scope.Spans().All() {
					f(of.Resource().Attributes(), s)
				}
			}
		}
	}
}

// text is an attribute as text; "" where it is not there.
func text(m pcommon.Map, key string) string {
	if v, there := m.Get(key); there {
		return v.AsString()
	}
	return ""
}

// TestReceiver: the collector takes all that a tour through the program sends, and reads of it who it is, whole spans,
// their parents, results and what went wrong; and the steps of an order in the trace of the turn that saved it.
func TestReceiver(t *testing.T) {
	program := os.Getenv("CALLTAB_PROGRAM")
	if program == "" {
		t.Skip("make traces runs it, with the program in CALLTAB_PROGRAM")
	}
	url, sink := receive(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	tour := exec.CommandContext(ctx, program, "sandbox", "--traces", url)
	if out, err := tour.CombinedOutput(); err != nil || strings.Contains(string(out), "traces do not get through") {
		t.Fatalf("%v\n%s", err, out)
	}

	kinds := map[ptrace.SpanKind]int{}
	saved := map[string]pcommon.TraceID{} // by order
	known := map[pcommon.SpanID]pcommon.TraceID{}
	spans(sink, func(resource pcommon.Map, s ptrace.Span) {
		known[s.SpanID()] = s.TraceID()
		kinds[s.Kind()]++
		if text(s.Attributes(), "calltab.what") == "order.save" {
			saved[text(s.Attributes(), "calltab.order")] = s.TraceID()
		}
		if text(resource, "service.name") != "calltab" || text(resource, "service.instance.id") == "" {
			t.Errorf("a span is of %v", resource.AsRaw())
		}
		if s.TraceID().IsEmpty() || s.SpanID().IsEmpty() || s.Name() == "" || s.EndTimestamp() < s.StartTimestamp() ||
			time.Since(s.StartTimestamp().AsTime()) > time.Hour || s.Attributes().Len() == 0 {
			t.Errorf("no whole span: %q %v, from %v to %v", s.Name(), s.Attributes().AsRaw(), s.StartTimestamp().AsTime(), s.EndTimestamp().AsTime())
		}
	})
	steps := 0
	spans(sink, func(_ pcommon.Map, s ptrace.Span) {
		if !s.ParentSpanID().IsEmpty() && known[s.ParentSpanID()] != s.TraceID() {
			t.Errorf("the span above %q has not come, or stands in another trace", s.Name())
		}
		switch result := text(s.Attributes(), "calltab.result"); {
		case s.Kind() == ptrace.SpanKindClient && (s.Status().Code() == ptrace.StatusCodeError) != (result != "ok"):
			t.Errorf("%q came to %q with the status %v", s.Name(), result, s.Status().Code())
		case s.Name() == "add assign-number":
			if order := text(s.Attributes(), "calltab.order"); saved[order].IsEmpty() || saved[order] != s.TraceID() {
				t.Errorf("the step of %s is not in the trace of the turn that saved it", order)
			}
			steps++
		}
	})
	if kinds[ptrace.SpanKindServer] < 5 || kinds[ptrace.SpanKindClient] < 10 || kinds[ptrace.SpanKindConsumer] < 10 || steps == 0 {
		t.Errorf("too little came: %v, %d numbers assigned", kinds, steps)
	}
	t.Logf("%d turns, %d steps, %d calls", kinds[ptrace.SpanKindServer], kinds[ptrace.SpanKindConsumer], kinds[ptrace.SpanKindClient])
}
