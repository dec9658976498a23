package order

import (
	"encoding/json"
	"testing"

	"calltab/internal/provision"
)

func TestStateOf(t *testing.T) {
	t.Parallel()
	for _, state := range []provision.OrderState{provision.Draft, provision.Cancelled, provision.Done} {
		whole, err := json.Marshal(provision.Order{ID: `"state":"x"`, Tenant: "t", Kind: provision.Add, State: state,
			OrderWork: provision.OrderWork{Work: []provision.StepState{{Name: "s", State: "running"}}}})
		if err != nil {
			t.Fatal(err)
		}
		if got := stateOf(append([]byte("1"), whole...)); got != state {
			t.Errorf("state is %q, expected %q", got, state)
		}
	}
	for text, want := range map[string]provision.OrderState{
		`1{"id":"o1","state":"draft","rest":`:                "draft",
		`1{"person":{"state":"inner"},"state":"draft"}`:      "",
		`1{"work":[{"name":"a"},{"state":"a"}],"state":"b"}`: "",
		`1{"id":"state","kind":"add"}`:                       "",
		`1{"state":7}`:                                       "",
		`1{"state":"dr`:                                      "",
		`1`:                                                  "",
		``:                                                   "",
	} {
		if got := stateOf([]byte(text)); got != want {
			t.Errorf("state of %s is %q, expected %q", text, got, want)
		}
	}
}
