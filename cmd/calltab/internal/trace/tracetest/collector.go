// Package tracetest is a collector for tests: it takes OTLP over HTTP as OpenTelemetry's do, and reads it by protobuf's
// own library, which the program does not write it with. Package cmd/calltab/otlp has OpenTelemetry's own.
//
// It is for tests alone, and knows no part of the program.
package tracetest

import (
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// Span is a span as it came.
type Span struct {
	Trace, ID, Parent string // in hexadecimal digits
	Name              string
	Kind              int
	Start, End        time.Time
	Attributes        map[string]string
	Links             []string // the traces of what caused it
	Failed            bool
}

// Collector takes spans. Its methods may be called concurrently.
type Collector struct {
	server *httptest.Server

	mu       sync.Mutex
	answer   func(http.ResponseWriter) bool // reports whether the spans are taken; nil: they are
	spans    []Span
	resource map[string]string
	headers  http.Header
	requests int
	broken   error
}

// New starts one, which the test ends.
func New(t testing.TB) *Collector {
	c := &Collector{}
	c.server = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(func() {
		c.server.CloseClientConnections()
		c.server.Close()
		if err := c.Broken(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// URL is where it is.
func (c *Collector) URL() string { return c.server.URL }

// Answer has requests answered in another way; nil has them taken again.
func (c *Collector) Answer(answer func(http.ResponseWriter) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer = answer
}

// Spans are those that came so far.
func (c *Collector) Spans() []Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Span(nil), c.spans...)
}

// Seen is what else came: of whom spans are, the headers of the last request, and how many there were.
func (c *Collector) Seen() (resource map[string]string, headers http.Header, requests int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.resource, c.headers, c.requests
}

// Broken is what was wrong with a request, if anything.
func (c *Collector) Broken() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.broken
}

func (c *Collector) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	c.mu.Lock()
	c.requests++
	c.headers = r.Header
	answer := c.answer
	c.mu.Unlock()
	if answer != nil && !answer(w) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && (r.Method != http.MethodPost || r.URL.Path != "/v1/traces" ||
		r.Header.Get("Content-Type") != "application/x-protobuf") {
		err = fmt.Errorf("%s %s of %s", r.Method, r.URL.Path, r.Header.Get("Content-Type"))
	}
	if err == nil {
		err = c.request(body)
	}
	if err != nil {
		c.broken = fmt.Errorf("the collector cannot read what came: %w", err)
		w.WriteHeader(http.StatusBadRequest)
	}
}

func (c *Collector) request(body []byte) error {
	return each(body, func(n protowire.Number, v value) error {
		return each(v.bytes, func(n protowire.Number, v value) error {
			switch n {
			case 1:
				c.resource = map[string]string{}
				return each(v.bytes, func(_ protowire.Number, v value) error { return attribute(v.bytes, c.resource) })
			case 2:
				return each(v.bytes, func(n protowire.Number, v value) error {
					if n != 2 {
						return nil
					}
					s, err := span(v.bytes)
					c.spans = append(c.spans, s)
					return err
				})
			}
			return fmt.Errorf("field %d of a resource's spans", n)
		})
	})
}

func span(b []byte) (Span, error) {
	s := Span{Attributes: map[string]string{}}
	err := each(b, func(n protowire.Number, v value) error {
		switch n {
		case 1:
			s.Trace = hex.EncodeToString(v.bytes)
		case 2:
			s.ID = hex.EncodeToString(v.bytes)
		case 4:
			s.Parent = hex.EncodeToString(v.bytes)
		case 5:
			s.Name = string(v.bytes)
		case 6:
			s.Kind = int(v.number)
		case 7:
			s.Start = time.Unix(0, int64(v.number))
		case 8:
			s.End = time.Unix(0, int64(v.number))
		case 9:
			return attribute(v.bytes, s.Attributes)
		case 13:
			return each(v.bytes, func(n protowire.Number, v value) error {
				if n == 1 {
					s.Links = append(s.Links, hex.EncodeToString(v.bytes))
				}
				return nil
			})
		case 15:
			return each(v.bytes, func(n protowire.Number, v value) error {
				s.Failed = n == 3 && v.number == 2
				return nil
			})
		default:
			return fmt.Errorf("field %d of a span", n)
		}
		return nil
	})
	if err == nil && (len(s.Trace) != 32 || len(s.ID) != 16 || s.Name == "" || s.End.Before(s.Start)) {
		err = fmt.Errorf("no whole span: %+v", s)
	}
	return s, err
}

func attribute(b []byte, into map[string]string) error {
	key, text := "", ""
	err := each(b, func(n protowire.Number, v value) error {
		if n == 1 {
			key = string(v.bytes)
			return nil
		}
		return each(v.bytes, func(n protowire.Number, v value) error {
			text = string(v.bytes)
			if n == 3 {
				text = fmt.Sprint(v.number)
			}
			return nil
		})
	})
	if _, twice := into[key]; err == nil && (key == "" || twice) {
		err = fmt.Errorf("attribute %q is nameless or there twice", key)
	}
	into[key] = text
	return err
}

// value is what a field has: a number, or bytes.
type value struct {
	number uint64
	bytes  []byte
}

// each calls f for each field of a message.
func each(b []byte, f func(protowire.Number, value) error) error {
	for len(b) > 0 {
		n, way, size := protowire.ConsumeTag(b)
		if size < 0 {
			return protowire.ParseError(size)
		}
		b = b[size:]
		var v value
		switch way {
		case protowire.VarintType:
			v.number, size = protowire.ConsumeVarint(b)
		case protowire.Fixed64Type:
			v.number, size = protowire.ConsumeFixed64(b)
		case protowire.BytesType:
			v.bytes, size = protowire.ConsumeBytes(b)
		default:
			return fmt.Errorf("field %d is written in the way %d", n, way)
		}
		if size < 0 {
			return protowire.ParseError(size)
		}
		b = b[size:]
		if err := f(n, v); err != nil {
			return err
		}
	}
	return nil
}
