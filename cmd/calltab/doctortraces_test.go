package main

import (
	"net/http"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/doctor"
	"calltab/cmd/calltab/internal/trace/tracetest"
)

// TestDoctorTraces: the collector of traces is asked as serve asks it, with the headers. Where it is away or takes none,
// the main job goes on, and so it is a warning.
func TestDoctorTraces(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	says := func(verdict doctor.Verdict, words ...string) {
		t.Helper()
		wrong, _, _, all := w.examined()
		if len(wrong) > 0 {
			t.Errorf("wrong are %q", wrong)
		}
		for _, f := range all {
			if f.Check != "traces" {
				continue
			}
			text := f.Found + " " + f.Matters + " " + f.Mend
			for _, part := range words {
				if f.Verdict != verdict || !strings.Contains(text, part) {
					t.Errorf("%s: %s\nwant %s and %q", f.Verdict, text, verdict, part)
				}
			}
			if strings.Contains(text, "geheim") {
				t.Errorf("it shows a secret: %s", text)
			}
			return
		}
		t.Error("the collector was not asked")
	}
	says(doctor.Fine, "Off: CALLTAB_TRACES names no collector.")
	collector := tracetest.New(t)
	w.env["CALLTAB_TRACES"], w.env["CALLTAB_TRACES_HEADERS"] = collector.URL(), "Authorization=Basic%20geheim"
	says(doctor.Fine, "The collector at 127.0.0.1 takes them.")
	_, headers, requests := collector.Seen()
	if requests != 1 || headers.Get("Authorization") != "Basic geheim" || len(collector.Spans()) > 0 {
		t.Errorf("it was asked %d times, with %q, and has %d spans", requests, headers, len(collector.Spans()))
	}
	collector.Answer(func(rw http.ResponseWriter) bool {
		rw.WriteHeader(http.StatusUnauthorized)
		return false
	})
	says(doctor.Warning, "does not take traces: the collector answers 401 Unauthorized.", "CALLTAB_TRACES_HEADERS", "Traces are lost")
	w.env["CALLTAB_TRACES"] = nobodysPort
	says(doctor.Warning, "127.0.0.1 does not answer: ", "Traces are lost", "Everything else works.")
}
