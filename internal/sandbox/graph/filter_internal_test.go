package graph

import (
	"strings"
	"testing"
	"time"
)

var sample = record{
	"name": "O'Neil", "age": float64(41), "active": true, "none": nil, "when": "2026-03-02T09:00:00Z",
	"tags": []string{"a", "b"}, "parts": []record{{"id": "x", "on": true}, {"id": "y", "on": false}}, "home": record{"city": "Boston"},
}

func TestFilter(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want bool
	}{
		{"name eq 'O''Neil'", true}, {"name eq 'o''neil'", true}, {"name ne 'x'", true}, {"none eq null", true}, {"name eq null", false},
		{"none ne null", false}, {"missing eq null", true}, {"active eq true", true}, {"active eq 'true'", false}, {"age gt 40", true},
		{"age le 41", true}, {"age lt 41", false}, {"when ge 2026-03-02T09:00:00Z", true}, {"when lt 2026-03-02T09:00:00Z", false},
		{"home/city eq 'boston'", true}, {"tags/any(t:t eq 'b')", true}, {"tags/any(t:t eq 'c')", false},
		{"parts/any(p:p/id eq 'y' and p/on eq true)", false}, {"parts/any(p:p/id eq 'x' and p/on eq true)", true},
		{"startsWith(name,'o''')", true}, {"endswith(name,'il')", true}, {"contains(name,'nei')", true}, {"startswith(age,'4')", false},
		{"name in ('a','O''Neil')", true}, {"name in ('a')", false}, {"not active eq true", false}, {"not (active eq false)", true},
		{"active eq false or age eq 41 and name eq 'O''Neil'", true}, {"(active eq false or age eq 41) and name eq 'x'", false},
		{"parts/any(p:p/id eq 'x') and name eq 'O''Neil'", true},
	}
	for _, tt := range tests {
		f, p := parseFilter(tt.text)
		if p != nil {
			t.Errorf("%s: %v", tt.text, p)
			continue
		}
		if got := f.pass(sample); got != tt.want {
			t.Errorf("%s = %v, want %v", tt.text, got, tt.want)
		}
	}
	for _, bad := range []string{
		"name", "name eq", "eq 'x'", "name is 'x'", "name eq 'x' and", "(name eq 'x'", "name eq 'x')", "name eq 'x", "upper(name) eq 'X'",
		"name in 'x'", "tags/any(t t eq 'a')", "tags/any(t:t/any(u:u eq 'a'))", "'x' eq name", "name eq 'x' name eq 'y'", "startsWith(name 'x')",
		strings.Repeat("(", 500) + "name eq 'x'" + strings.Repeat(")", 500),
	} {
		if _, p := parseFilter(bad); p == nil {
			t.Errorf("%.40s: no error", bad)
		}
	}
}

func TestFilterFields(t *testing.T) {
	t.Parallel()
	f, p := parseFilter("tags/any(t:t eq 'a') and home/city eq 'x' and startswith(name,'o') and not (name in ('b'))")
	if p != nil {
		t.Fatal(p)
	}
	if got := strings.Join(f.fields, " "); got != "tags home name" || !f.advanced {
		t.Errorf("fields %q, advanced %v", got, f.advanced)
	}
}

func FuzzFilter(f *testing.F) {
	for _, seed := range []string{"name eq 'O''Neil'", "tags/any(t:t eq 'b')", "a in ('b',1)", "not (x ne null)", "startsWith(a,'b')", "'", "((((", "a eq 2026-01-01T00:00:00Z", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, p := parseFilter(text)
		if (p == nil) == (parsed.match == nil) && text != "" {
			t.Fatalf("%q: problem %v, match %v", text, p, parsed.match != nil)
		}
		parsed.pass(sample)
	})
}

func FuzzSearch(f *testing.F) {
	for _, seed := range []string{`"displayName:sam"`, `"displayName:a" AND ("mail:b" OR "mail:c")`, `"`, `""`, `"mail:\""`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		matches, p := parseSearch(text)
		if p == nil {
			matches(record{"displayName": "Sam Taylor", "mail": nil})
		}
	})
}

func TestSplit(t *testing.T) {
	t.Parallel()
	tests := []struct{ path, want string }{
		{"/v1.0/users/a%2Fb/manager", "users|a/b|manager"}, {"/v1.0/users('O''x')/", "users|O'x"},
		{"/v1.0/admin/microsoft.graph.teamsAdministration.assignNumber", "admin|assignNumber"},
		{"/v1.0/getPolicyId(type='a',name='b%2Fc')", "getPolicyId(type='a',name='b/c')"}, {"/beta/users", "/beta/users"},
	}
	for _, tt := range tests {
		parts, err := split(tt.path)
		if got := strings.Join(parts, "|"); err != nil || got != tt.want {
			t.Errorf("split(%s) = %s, %v, want %s", tt.path, got, err, tt.want)
		}
	}
	if _, err := split("/v1.0/%zz"); err == nil {
		t.Error("a broken escape is taken")
	}
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var l timeline[string]
	l.set(start.Add(10*time.Second), "a")
	l.set(start.Add(5*time.Second), "b") // written later, so it cannot be overtaken by a
	l.set(start.Add(20*time.Second), "c")
	for after, want := range map[int]string{0: "", 5: "", 10: "b", 19: "b", 20: "c", 99: "c"} {
		if got := l.at(start.Add(time.Duration(after) * time.Second)); got != want {
			t.Errorf("after %d s: %q, want %q", after, got, want)
		}
	}
}
