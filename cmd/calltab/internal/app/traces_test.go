package app

import (
	"maps"
	"strings"
	"testing"

	"calltab/internal/provision"
)

// TestTracesSettings: the collector's URL is a base, as its own documentation gives it, or the whole address; and headers
// are read as OpenTelemetry has them, and shown nowhere.
func TestTracesSettings(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"http://127.0.0.1:4318": "http://127.0.0.1:4318/v1/traces", "http://collector:4318/": "http://collector:4318/v1/traces",
		"https://otlp.example/otlp": "https://otlp.example/otlp/v1/traces", "https://otlp.example/v1/traces": "https://otlp.example/v1/traces", "": "",
	} {
		m := good()
		m["CALLTAB_TRACES"] = given
		if c, err := Load(nil, environment(m), disk(nil)); err != nil || c.Traces != want {
			t.Errorf("%q leads to %q, %v; want %q", given, c.Traces, err, want)
		}
	}
	m := good()
	m["CALLTAB_TRACES"] = "https://otlp.example"
	m["CALLTAB_TRACES_HEADERS_FILE"] = "headers"
	c, err := Load(nil, environment(m), disk(map[string]string{"headers": "Authorization=Basic%20c2VzYW1l==, x-scope=a=b,\n"}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseHeaders(c.traceHeaders.reveal())
	if want := map[string]string{"Authorization": "Basic c2VzYW1l==", "x-scope": "a=b"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if shown := c.String() + c.GoString(); strings.Contains(shown, "c2VzYW1l") {
		t.Errorf("it shows the headers: %s", shown)
	}
}

// TestOrderOf: of the jobs that are about an order or a list the reference is known, and nothing else is taken for one.
func TestOrderOf(t *testing.T) {
	t.Parallel()
	const tenant = guidTenant + "/"
	for _, c := range []struct{ kind, key, want string }{
		{provision.JobAdd, tenant + "abcdefgh23", "abcdefgh23"}, {"tell", tenant + "abcdefgh23/done/person/0", "abcdefgh23"},
		{provision.JobBulk, tenant + "abcdefgh23", "abcdefgh23"}, {provision.JobStock, tenant + "headoffice", ""},
		{provision.JobCool, tenant + "+12065550101", ""}, {provision.JobSync, guidTenant, ""}, {"post", tenant + "a:1abc/x", ""}, {"", "", ""},
	} {
		if got := orderOf(c.kind, c.key); got != c.want {
			t.Errorf("a job %s of %s is about %q, want %q", c.kind, c.key, got, c.want)
		}
	}
}
