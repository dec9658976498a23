package carrier

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

const key = "012345678901234567890123"

type sender struct {
	t *testing.T
	s *Server
}

func newSender(t *testing.T) sender {
	t.Helper()
	s, err := New(Config{Wall: func() time.Time { return noon }, Secret: "whsec_" + base64.StdEncoding.EncodeToString([]byte(key))})
	if err != nil {
		t.Fatal(err)
	}
	s.SetURL("https://carrier.example")
	return sender{t, s}
}

// post sends a notice, signed with a key at a time.
func (s sender) post(key string, at time.Time, id, body string) (int, reply) {
	s.t.Helper()
	stamp := fmt.Sprint(at.Unix())
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(id + "." + stamp + "." + body))
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, NoticePath, strings.NewReader(body))
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", stamp)
	r.Header.Set("webhook-signature", "v2,other v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	w := httptest.NewRecorder()
	s.s.Handler().ServeHTTP(w, r)
	var out reply
	_ = json.Unmarshal(w.Body.Bytes(), &out)
	return w.Code, out
}

func (s sender) want(what string, got, want int) {
	s.t.Helper()
	if got != want {
		s.t.Errorf("%s: %d, want %d", what, got, want)
	}
}

func line(event, user string) string {
	return fmt.Sprintf(`{"version":1,"event":%q,"number":"+12065550144","user":{"id":%q},"plan":{"id":"metered"},"location":{"id":"seattle"}}`, event, user)
}

func TestNotices(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	status, first := s.post(key, noon.Add(4*time.Minute), "a", line("activate", "dana"))
	s.want("activate", status, 200)
	status, again := s.post(key, noon.Add(-4*time.Minute), "a", line("activate", "dana"))
	if s.want("repeated", status, 200); first.Link == "" || again != first {
		t.Errorf("%+v, then %+v", first, again)
	}
	for what, c := range map[string]struct {
		key  string
		at   time.Time
		id   string
		body string
		want int
	}{
		"another key":        {"abcdefghijklmnopqrstuvwx", noon, "b", line("release", "dana"), 401},
		"an old notice":      {key, noon.Add(-6 * time.Minute), "b", line("release", "dana"), 401},
		"one of tomorrow":    {key, noon.Add(6 * time.Minute), "b", line("release", "dana"), 401},
		"no id":              {key, noon, "", line("release", "dana"), 401},
		"another under a":    {key, noon, "a", line("release", "dana"), 422},
		"no notice":          {key, noon, "c", `{}`, 400},
		"no event":           {key, noon, "c", line("sing", "dana"), 400},
		"of somebody else's": {key, noon, "d", line("release", "gita"), 200},
	} {
		status, _ := s.post(c.key, c.at, c.id, c.body)
		s.want(what, status, c.want)
	}
	if got := s.s.Lines()["+12065550144"]; got != (Line{"dana", "metered", "seattle"}) {
		t.Errorf("the line is %+v", got)
	}
	status, _ = s.post(key, noon, "e", line("release", "dana"))
	s.want("release", status, 200)
	status, _ = s.post(key, noon, "f", line("release", "dana"))
	s.want("once more", status, 410)
	s.s.Refuse("+12065550144", "Not ours.")
	status, said := s.post(key, noon, "g", line("activate", "dana"))
	if s.want("refused", status, 409); said.Message != "Not ours." {
		t.Errorf("it says %+v", said)
	}
}

func TestAPageOpensOnce(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	_, out := s.post(key, noon, "a", line("activate", "dana"))
	for _, want := range []int{200, 410} {
		w := httptest.NewRecorder()
		s.s.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, out.Link, nil))
		s.want("the page", w.Code, want)
	}
}
