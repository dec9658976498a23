package graph_test

import (
	"strings"
	"testing"

	"calltab/internal/sandbox/graph"
)

// TestRefusals states each text, the false ones too, and whether it comes at once or as a
// failed operation.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const free = "+12065550101"
	tests := []struct {
		name, alias, number string
		more                []string
		code                string // "" for a failed operation
		text                string
	}{
		{"no licence", "hugo", free, nil, "", "lacks appropriate licenses to assign a 'DirectRouting' number"},
		{"plan switched off", "iris", free, nil, "", "lacks appropriate licenses"},
		{"plan suspended", "petra", free, nil, "", "lacks appropriate licenses"},
		{"plan deleted, false text", "jonas", free, nil, "BadRequest", "on-premises Active Directory"},
		{"true on-premises number", "pavel", free, nil, "BadRequest", "on-premises Active Directory"},
		{"freshly licensed", "cleo", free, nil, "NotFound", "is not found"},
		{"resource account", "umar-line", free, nil, "BadRequest", "BadRequest"},
		{"guest", "olga", free, nil, "BadRequest", "BadRequest"},
		{"homed on-premises", "ada", free, nil, "BadRequest", "BadRequest"},
		{"taken", "dana", "+12065550150", nil, "", "Telephone Number '+12065550150' has already been assigned to another user"},
		{"taken by a phantom", "dana", "+442079460666", nil, "", "has already been assigned to another user"},
		{"wrong type", "dana", "+14255550142", nil, "BadRequest", "is not found from tenant"},
		{"unknown of that type", "dana", free, []string{"numberType", "operatorConnect"}, "BadRequest", "is not found from tenant"},
		{"calling plan without one", "dana", "+14255550142", []string{"numberType", "callingPlan"}, "", "lacks appropriate licenses to assign a 'CallingPlan' number"},
		{"extension", "dana", "+12065550101x12", nil, "", "Update failed for user"},
		{"no number", "dana", "", nil, "BadRequest", "telephoneNumber"},
		{"tel:", "dana", "tel:+12065550101", nil, "BadRequest", "not valid"},
		{"type", "dana", free, []string{"numberType", "mobile"}, "BadRequest", "numberType"},
		{"category", "dana", free, []string{"assignmentCategory", "third"}, "BadRequest", "assignmentCategory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			before := w.NumberOf(tt.alias)
			a := w.assign(tt.alias, tt.number, tt.more...)
			code, text := a.code(), a.message()
			if a.status == 202 {
				var status string
				if status, text = w.settle(a); status != "failed" {
					t.Fatalf("the operation ended %s", status)
				}
			}
			if code != tt.code || !strings.Contains(text, tt.text) {
				t.Errorf("got %q %q, want %q %q", code, text, tt.code, tt.text)
			}
			if got := w.NumberOf(tt.alias); got != before || len(w.Changes()) != 0 {
				t.Errorf("a refusal changed the number to %q, %v", got, w.Changes())
			}
		})
	}
	w := start(t)
	for target, want := range map[string]string{"00000000-0000-4000-8000-000000000000": "NotFound", "dana": "BadRequest"} {
		if a := w.assignTo(target, free); a.code() != want {
			t.Errorf("target %s: %s, want %s", target, a.code(), want)
		}
	}
}

func TestRefuseAndAllow(t *testing.T) {
	t.Parallel()
	w := start(t)
	steps := []struct {
		refusal graph.Refusal
		want    string
	}{
		{graph.ServiceUnavailable(), "BadRequest"},
		{graph.Refusal{Status: 503, Message: "later"}, "Service Unavailable"},
		{graph.Refusal{Message: "no", Late: true}, "failed no"},
		{graph.Refusal{Message: "no", Late: true, Skip: true}, "skipped no"},
	}
	for _, s := range steps {
		if err := w.Refuse("dana", s.refusal); err != nil {
			t.Fatal(err)
		}
		a := w.assign("dana", "+12065550101")
		got := a.code()
		if a.status == 202 {
			status, detail := w.settle(a)
			got = status + " " + detail
		}
		if got != s.want {
			t.Errorf("%+v: %s", s.refusal, got)
		}
	}
	if err := w.Allow("dana"); err != nil {
		t.Fatal(err)
	}
	if status, _ := w.settle(w.assign("dana", "+12065550101")); status != "succeeded" {
		t.Errorf("after Allow: %s", status)
	}
	if w.Refuse("nobody", graph.Refusal{}) == nil {
		t.Error("Refuse takes anybody")
	}
}
