// Package trace tells an OpenTelemetry collector what turns and steps did, as spans over OTLP: HTTP with protobuf, which
// every collector takes (https://opentelemetry.io/docs/specs/otlp/#otlphttp). It is off unless the operator names a
// collector; a nil [Tracer] is one that is off, and costs nothing.
//
//	span.go    spans, and what may be said in them
//	cause.go   what joins a job's steps with the turn that added it
//	wire.go    spans as protobuf
//	send.go    the queue, and what sends it
//	log.go     the ids of the span in each line of the log
//
// What callers owe: nothing of a person goes into a span. A name of a span and a value of an attribute is a word of the
// program's own, or an order's or an error's reference; whatever has another form is left out ([Span.Word], [Span.Reference]). Texts
// of errors are no such words: they stay in the log, which the span's ids lead to.
//
// A turn never waits for the collector: spans that find the queue full are dropped, and counted.
//
// Why not OpenTelemetry's SDK: its exporter over HTTP brings gRPC along, and makes the program larger by 2.4 MB, where
// this is 0.1; the SDK's queue does not tell what it dropped; and with a provider of the process the libraries' own
// spans would go out, which hold addresses with ids of people. What it must mean on the wire is held against
// OpenTelemetry's own modules in cmd/calltab/otlp.
package trace
