package trace

import (
	"encoding/binary"
	"time"
)

// The numbers of the fields that are sent, from trace.proto, resource.proto and common.proto of OTLP 1
// (https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto).
const (
	requestResourceSpans = 1

	resourceSpansResource   = 1
	resourceSpansScopeSpans = 2
	resourceAttributes      = 1

	scopeSpansScope = 1
	scopeSpansSpans = 2
	scopeName       = 1
	scopeVersion    = 2

	spanTrace      = 1
	spanID         = 2
	spanParent     = 4
	spanName       = 5
	spanKind       = 6
	spanStart      = 7
	spanEnd        = 8
	spanAttributes = 9
	spanLinks      = 13
	spanStatus     = 15

	linkTrace  = 1
	linkSpan   = 2
	statusCode = 3

	keyValueKey   = 1
	keyValueValue = 2
	valueString   = 1
	valueInt      = 3
)

// statusError is the status of a span that went wrong; without one it is not said.
const statusError = 2

// The ways in which protobuf writes a value (https://protobuf.dev/programming-guides/encoding/).
const (
	asVarint  = 0
	asFixed64 = 1
	asBytes   = 2
)

// message is a protobuf message that is being written.
type message []byte

func (m *message) tag(field, way uint64) { *m = binary.AppendUvarint(*m, field<<3|way) }

func (m *message) varint(field, v uint64) {
	m.tag(field, asVarint)
	*m = binary.AppendUvarint(*m, v)
}

func (m *message) moment(field uint64, at time.Time) {
	m.tag(field, asFixed64)
	*m = binary.LittleEndian.AppendUint64(*m, uint64(at.UnixNano()))
}

func (m *message) bytes(field uint64, v []byte) {
	m.tag(field, asBytes)
	*m = binary.AppendUvarint(*m, uint64(len(v)))
	*m = append(*m, v...)
}

func (m *message) text(field uint64, v string) { m.bytes(field, []byte(v)) }

// attribute writes a KeyValue.
func (m *message) attribute(field uint64, w word) {
	var value message
	if w.text != "" {
		value.text(valueString, w.text)
	} else {
		value.varint(valueInt, uint64(w.count))
	}
	var pair message
	pair.text(keyValueKey, w.key)
	pair.bytes(keyValueValue, value)
	m.bytes(field, pair)
}

// request is the ExportTraceServiceRequest of these spans.
func request(resource []word, version string, spans []*Span) []byte {
	var about message
	for _, w := range resource {
		about.attribute(resourceAttributes, w)
	}
	var scope message
	scope.text(scopeName, "calltab")
	scope.text(scopeVersion, version)
	var scoped message
	scoped.bytes(scopeSpansScope, scope)
	for _, s := range spans {
		scoped.bytes(scopeSpansSpans, s.wire())
	}
	var all message
	all.bytes(resourceSpansResource, about)
	all.bytes(resourceSpansScopeSpans, scoped)
	var body message
	body.bytes(requestResourceSpans, all)
	return body
}

func (s *Span) wire() []byte {
	m := make(message, 0, 256)
	m.bytes(spanTrace, s.trace[:])
	m.bytes(spanID, s.span[:])
	if s.parent != [8]byte{} {
		m.bytes(spanParent, s.parent[:])
	}
	m.text(spanName, s.name)
	m.varint(spanKind, uint64(s.kind))
	m.moment(spanStart, s.start)
	m.moment(spanEnd, s.end)
	for _, w := range s.words {
		m.attribute(spanAttributes, w)
	}
	if !s.link.empty() {
		var link message
		link.bytes(linkTrace, s.link.trace[:])
		link.bytes(linkSpan, s.link.span[:])
		m.bytes(spanLinks, link)
	}
	if s.failed {
		var status message
		status.varint(statusCode, statusError)
		m.bytes(spanStatus, status)
	}
	return m
}
