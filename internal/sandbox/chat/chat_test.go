package chat

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	appID    = "7b0f7d3e-51e2-4c59-9d3b-1f6c5a2b9e10"
	tenant   = "c0ffee00-1111-4222-8333-444455556666"
	otherOrg = "0badf00d-1111-4222-8333-444455556666"
)

// world is a Server, a clock that stands still, and a bot that remembers what
// it was sent.
type world struct {
	*Server
	t         *testing.T
	connector *httptest.Server

	mu     sync.Mutex
	now    time.Time
	heard  []heard
	answer func(activity) (int, string) // of the bot; nil is 200 without a body
}

type heard struct {
	header http.Header
	act    activity
}

// people: alice and dana have the app, erin never had it, ben blocked the bot,
// eve is of another tenant.
func people() []Person {
	id := func(n string) string { return "00000000-0000-4000-8000-0000000000" + n }
	return []Person{
		{Alias: "alice", ID: id("01"), Name: "Alice Moreau", UPN: "alice.moreau@alderfinch.example", Installed: true},
		{Alias: "dana", ID: id("02"), Name: "Dana Reyes", UPN: "dana.reyes@alderfinch.example", Installed: true},
		{Alias: "erin", ID: id("03"), Name: "Erin Walsh", UPN: "erin.walsh@alderfinch.example"},
		{Alias: "ben", ID: id("04"), Name: "Ben Foster", UPN: "ben.foster@alderfinch.example", Installed: true, Blocked: true},
		{Alias: "sam", ID: id("05"), Name: "Sam Taylor", UPN: "sam.taylor@alderfinch.example", Installed: true},
		{Alias: "samuel", ID: id("06"), Name: "Sam Taylor", UPN: "samuel.taylor@alderfinch.example", Installed: true},
		{Alias: "eve", ID: id("07"), Name: "Eve Stone", UPN: "eve.stone@contour.example", Tenant: otherOrg, Installed: true},
	}
}

func newWorld(t *testing.T, change ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 123e6, time.UTC)}
	cfg := Config{
		Now:    w.clock,
		AppID:  appID,
		Tenant: tenant,
		People: people(),
		Sign:   func(serviceURL string) (string, error) { return "for " + serviceURL, nil },
		Check: func(r *http.Request) error {
			if r.Header.Get("Authorization") != "Bearer good" {
				return errors.New("bad token")
			}
			return nil
		},
	}
	for _, f := range change {
		f(&cfg)
	}
	w.Server = New(cfg)
	w.connector = httptest.NewServer(w.Handler())
	t.Cleanup(w.connector.Close)
	bot := httptest.NewServer(http.HandlerFunc(w.bot))
	t.Cleanup(bot.Close)
	w.SetServiceURL(w.connector.URL + "/teams/")
	w.SetBot(bot.URL + "/api/messages")
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) bot(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var a activity
	_ = json.Unmarshal(body, &a)
	w.mu.Lock()
	w.heard = append(w.heard, heard{r.Header, a})
	answer := w.answer
	w.mu.Unlock()
	if answer != nil {
		status, body := answer(a)
		rw.WriteHeader(status)
		_, _ = io.WriteString(rw, body)
	}
}

// last is the newest activity that the bot heard.
func (w *world) last() heard {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.heard) == 0 {
		w.t.Fatal("the bot heard nothing")
	}
	return w.heard[len(w.heard)-1]
}

func (w *world) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.heard)
}

// reply is an answer of the connector.
type reply struct {
	status int
	header http.Header
	body   map[string]any
	list   []any
	raw    string
}

// call calls the connector as the bot does; ids are escaped.
func (w *world) call(method, body string, ids ...string) reply {
	w.t.Helper()
	path := "/teams/v3/conversations"
	for _, id := range ids {
		path += "/" + escape(id)
	}
	return w.callPath(method, path, body, "good")
}

// escape escapes everything but letters and digits, as strict clients do; and
// leaves words of the path alone.
func escape(id string) string { return strings.ReplaceAll(url.QueryEscape(id), "+", "%20") }

func (w *world) callPath(method, path, body, token string) reply {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.connector.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	r := reply{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	if bytes.HasPrefix(raw, []byte("[")) {
		err = json.Unmarshal(raw, &r.list)
	} else if len(raw) > 0 {
		err = json.Unmarshal(raw, &r.body)
	}
	if err != nil {
		w.t.Fatalf("%s %s: %v in %q", method, path, err, raw)
	}
	return r
}

// code is error.code of an answer.
func (r reply) code() string { return text(object(r.body["error"])["code"]) }

func (r reply) id() string { return text(r.body["id"]) }

// chatOf opens a person's personal chat as the bot does.
func (w *world) chatOf(alias string) string {
	w.t.Helper()
	r := w.call("POST", asJSON(map[string]any{
		"isGroup": false, "tenantId": tenant, "members": []any{map[string]any{"id": w.MRI(alias)}},
	}))
	if r.status != http.StatusCreated {
		w.t.Fatalf("create: %d %s", r.status, r.raw)
	}
	return r.id()
}

// post sends a card or, where card is no object, a text to a conversation.
func (w *world) post(conversation string, what any) string {
	w.t.Helper()
	r := w.call("POST", message(what), conversation, "activities")
	if r.status != http.StatusCreated {
		w.t.Fatalf("post: %d %s", r.status, r.raw)
	}
	return r.id()
}

// message is an activity of the bot with a text or a card.
func message(what any) string {
	m := map[string]any{
		"type":         "message",
		"from":         map[string]any{"id": "28:" + appID},
		"conversation": map[string]any{"tenantId": tenant},
	}
	if line, ok := what.(string); ok {
		m["text"] = line
	} else {
		m["attachments"] = []any{map[string]any{"contentType": cardType, "content": what}}
	}
	return asJSON(m)
}

// card makes a card of its body and actions, each given as JSON.
func card(body string, actions ...string) map[string]any {
	var c map[string]any
	err := json.Unmarshal([]byte(`{"type":"AdaptiveCard","version":"1.5","body":[`+body+`],"actions":[`+strings.Join(actions, ",")+`]}`), &c)
	if err != nil {
		panic(err)
	}
	return c
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// invokeAnswer is the body of a well-formed invoke answer.
func invokeAnswer(status int, kind string, value any) string {
	return asJSON(map[string]any{"statusCode": status, "type": kind, "value": value})
}
