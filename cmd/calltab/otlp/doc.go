// Package otlp holds what Calltab sends as traces against OpenTelemetry's own receiver, the collector's. It is a module
// of its own, so that nothing of it is needed to build or test the program: make traces runs it.
package otlp
