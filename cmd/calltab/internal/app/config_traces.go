package app

import (
	"errors"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// The settings of traces. Names of our own, and not OTEL_EXPORTER_OTLP_ENDPOINT: a variable that a cluster gives to
// all of its programs must not switch on what is off by default.
const (
	tracesSetting  = "CALLTAB_TRACES"
	headersSetting = "CALLTAB_TRACES_HEADERS"
)

// tracesPath is where OTLP over HTTP takes spans (https://opentelemetry.io/docs/specs/otlp/#otlphttp-request).
const tracesPath = "/v1/traces"

// traces reads where spans go, if anywhere, and the headers that the collector wants.
func (s *settings) traces(c *Config) {
	given := s.text(tracesSetting, "")
	c.traceHeaders = s.secret(headersSetting)
	headers, err := parseHeaders(c.traceHeaders.reveal())
	if err != nil && !s.named(headersSetting, headersSetting+"_FILE") {
		s.add(headersSetting, "%v; expected NAME=VALUE, comma-separated, with %%20 for a space, here or in the file "+
			"that %s_FILE names", err, headersSetting)
	}
	if given == "" {
		if len(headers) > 0 {
			s.missing(tracesSetting, "the collector's URL, whose headers are set; or unset the headers")
		}
		return
	}
	u, err := url.Parse(given)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil ||
		u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		s.wrong(tracesSetting, withoutSecrets(given), "where an OpenTelemetry collector takes OTLP over HTTP, without "+
			"user, query or fragment, such as http://127.0.0.1:4318")
	case u.Scheme == "http" && len(headers) > 0 && !isLoopback(u.Hostname()):
		s.wrong(tracesSetting, given, "an https:// URL: beside "+headersSetting+", which others on the network could "+
			"read")
	default:
		c.Traces = strings.TrimSuffix(strings.TrimRight(given, "/"), tracesPath) + tracesPath
	}
}

// parseHeaders reads headers as OTEL_EXPORTER_OTLP_HEADERS has them. Its errors quote nothing: they are secrets.
func parseHeaders(text string) (map[string]string, error) {
	all := map[string]string{}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		name, value, found := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		value, err := url.PathUnescape(strings.TrimSpace(value))
		switch {
		case !found || !httpguts.ValidHeaderFieldName(name):
			return nil, errors.New("a header has no name")
		case err != nil || value == "" || !httpguts.ValidHeaderFieldValue(value):
			return nil, errors.New("a header has no value that can be sent")
		}
		all[name] = value
	}
	return all, nil
}
