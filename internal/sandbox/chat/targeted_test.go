package chat

import (
	"net/http"
	"testing"
	"time"
)

// TestTargeted: what is for one person is seen by nobody else, is changed only as such, and vanishes after a day.
func TestTargeted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mri := w.people[0].mri
	activities := func(id string) string {
		return "/teams/v3/conversations/" + escape(w.GroupChat()) + "/activities" + id
	}
	body := func(targeted bool) string {
		flag := "false"
		if targeted {
			flag = "true"
		}
		return `{"type":"message","text":"for alice","conversation":{"tenantId":"` + tenant + `"},"recipient":{"id":"` + mri +
			`","isTargeted":` + flag + `}}`
	}
	const asked = "?isTargetedActivity=true"
	for name, c := range map[string]struct{ path, body string }{
		"address alone":   {activities("") + asked, body(false)},
		"recipient alone": {activities(""), body(true)},
		"a personal chat": {"/teams/v3/conversations/" + escape(w.chatOf("alice")) + "/activities" + asked, body(true)},
	} {
		if r := w.callPath("POST", c.path, c.body, "good"); r.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, r.status, r.raw)
		}
	}
	r := w.callPath("POST", activities("")+asked, body(true), "good")
	if r.status != http.StatusCreated {
		t.Fatalf("got %d %s", r.status, r.raw)
	}
	if a, b := len(w.Messages("alice")), len(w.Messages("dana")); a != 1 || b != 0 {
		t.Errorf("alice sees %d messages and dana %d, want 1 and 0", a, b)
	}
	one := activities("/" + escape(r.id()))
	if r := w.callPath("PUT", one, body(false), "good"); r.status != http.StatusNotFound {
		t.Errorf("changed as one for all: %d %s", r.status, r.raw)
	}
	if r := w.callPath("PUT", one+asked, body(true), "good"); r.status != http.StatusOK {
		t.Errorf("changed: %d %s", r.status, r.raw)
	}
	w.advance(24 * time.Hour)
	if r := w.callPath("PUT", one+asked, body(true), "good"); r.status != http.StatusNotFound || len(w.Messages("alice")) != 0 {
		t.Errorf("after a day: %d %s", r.status, r.raw)
	}
	w.Untarget(true)
	if r := w.callPath("POST", activities("")+asked, body(true), "good"); r.status != http.StatusBadRequest {
		t.Errorf("switched off: %d %s", r.status, r.raw)
	}
}
