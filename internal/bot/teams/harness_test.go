package teams

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

const (
	appID     = "5a1e4c1e-0000-4000-8000-00000000b070"
	botMRI    = "28:" + appID
	ourTenant = "7e9a0000-1111-4222-8333-444455556666"
	alice     = "a11ce000-1111-4222-8333-444455556666"
	aliceMRI  = "29:1alice_-X"
)

// handlerFunc is a Handler; the turns it got are kept by house.
type handlerFunc func(context.Context, turns.Turn) (chats.Answer, error)

func (f handlerFunc) Handle(ctx context.Context, t turns.Turn) (chats.Answer, error) {
	return f(ctx, t)
}

// house is a Server with everything it talks to.
type house struct {
	*Server
	t          testing.TB
	clock      *clock
	login      *fakeLogin
	connector  *fakeConnector
	credential *fakeCredential
	counts     *counts
	log        *lockedBuffer
	http       http.Handler
	mu         sync.Mutex
	turns      []turns.Turn
	handle     handlerFunc
}

func newHouse(t testing.TB, change ...func(*Config)) *house {
	t.Helper()
	h := &house{t: t, clock: newClock(), counts: newCounts(), log: new(lockedBuffer)}
	h.login, h.connector = newLogin(t, h.clock), newConnector(t)
	h.credential = &fakeCredential{clock: h.clock}
	c := Config{
		AppID: appID, Tenants: []provision.TenantID{ourTenant}, OpenIDMetadataURL: h.login.URL + "/metadata",
		ServiceURLs: []string{h.connector.URL + "/teams"}, Credential: h.credential, Now: h.clock.now,
		Log: slog.New(slog.NewTextHandler(h.log, nil)), Observe: h.counts,
	}
	for _, f := range change {
		f(&c)
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		s.config.HTTP.CloseIdleConnections()
	})
	s.tokens.keys.limit = time.Minute // a busy machine shall not decide a test
	h.Server, h.http = s, nil
	h.http = s.Handler(handlerFunc(func(ctx context.Context, turn turns.Turn) (chats.Answer, error) {
		h.mu.Lock()
		h.turns = append(h.turns, turn)
		f := h.handle
		h.mu.Unlock()
		if f == nil {
			return chats.Answer{}, nil
		}
		return f(ctx, turn)
	}))
	return h
}

func (h *house) serviceURL() string { return h.connector.URL + "/teams/" }

// message is a good activity; change it or take it as it is.
func (h *house) message(changes map[string]any) map[string]any {
	a := map[string]any{
		"type": "message", "id": "1700000000001", "timestamp": "2026-08-03T09:00:00.1234567Z", "channelId": "msteams",
		"serviceUrl": h.serviceURL(), "text": "help", "textFormat": "plain", "locale": "en-GB",
		"from":         map[string]any{"id": aliceMRI, "name": "Alice", "aadObjectId": alice},
		"recipient":    map[string]any{"id": botMRI, "name": "Calltab"},
		"conversation": map[string]any{"id": "a:1alice/bot", "conversationType": "personal", "tenantId": ourTenant},
		"channelData":  map[string]any{"tenant": map[string]any{"id": ourTenant}},
		"entities":     []any{map[string]any{"type": "clientInfo", "locale": "en-GB", "platform": "Web"}},
	}
	maps.Copy(a, changes)
	for k, v := range a {
		if v == absent {
			delete(a, k)
		}
	}
	return a
}

// absent takes a field out of a message.
var absent = new(int)

func (h *house) request(body []byte, authorization string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/api/messages", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return r
}

func (h *house) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.http.ServeHTTP(w, r)
	return w
}

// send sends an activity with a good token.
func (h *house) send(activity any) *httptest.ResponseRecorder {
	h.t.Helper()
	body, ok := activity.([]byte)
	if !ok {
		var err error
		if body, err = json.Marshal(activity); err != nil {
			h.t.Fatal(err)
		}
	}
	return h.serve(h.request(body, "Bearer "+h.login.token(h.t, h.serviceURL())))
}

// last is the turn that the handler got last.
func (h *house) last() turns.Turn {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.turns) == 0 {
		h.t.Fatal("no turn")
	}
	return h.turns[len(h.turns)-1]
}

func (h *house) taken() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.turns)
}

func (h *house) personal() chats.Conversation {
	return chats.Conversation{
		Tenant: ourTenant, ID: "a:1alice/bot", Scope: chats.Personal, ServiceURL: h.serviceURL(), Bot: botMRI, User: aliceMRI,
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
