package teams

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// TestRememberedToken shows that a token whose signature was found good is asked everything else again at each turn.
func TestRememberedToken(t *testing.T) {
	t.Parallel()
	// Each change makes a token bad that was good; some of them only after the keys were fetched anew.
	tests := []struct {
		name   string
		change func(h *house)
		want   int
	}{
		{name: "nothing", change: func(*house) {}, want: http.StatusOK},
		{name: "its time is over", change: func(h *house) { h.clock.advance(time.Hour + clockSkew) }, want: http.StatusUnauthorized},
		{name: "the clock is set back", change: func(h *house) { h.clock.advance(-time.Hour) }, want: http.StatusUnauthorized},
		{name: "its key is gone", change: func(h *house) {
			h.login.set(func(l *fakeLogin) { l.ids = []string{"second"} })
			h.fetchKeys()
		}, want: http.StatusUnauthorized},
		{name: "its key may sign for no channel", change: func(h *house) {
			h.login.set(func(l *fakeLogin) { l.unendorsed = true })
			h.fetchKeys()
		}, want: http.StatusUnauthorized},
		{name: "its key's id is another key's", change: func(h *house) {
			h.login.set(func(l *fakeLogin) { l.material = "second" })
			h.fetchKeys()
		}, want: http.StatusUnauthorized},
		{name: "the keys are the same, fetched anew", change: func(h *house) { h.fetchKeys() }, want: http.StatusOK},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			token := h.login.token(t, h.serviceURL())
			send := func(token string) int { return h.serve(h.request(encode(h.message(nil)), "Bearer "+token)).Code }
			equal(t, "at first", send(token), http.StatusOK)
			equal(t, "again", send(token), http.StatusOK)
			test.change(h)
			equal(t, "after the change", send(token), test.want)
			signature := strings.LastIndex(token, ".")
			equal(t, "with another signature", send(token[:signature]+strings.ToUpper(token[signature:])), http.StatusUnauthorized)
		})
	}
}

// fetchKeys has the keys fetched anew, as a token does that names an unknown one.
func (h *house) fetchKeys() {
	h.clock.advance(keyPause)
	h.with("stranger")
	h.settled()
}

// TestManyTokens shows that only good tokens are remembered, and not without end.
func TestManyTokens(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 10 {
		equal(t, "stranger's key", h.with("stranger"), http.StatusUnauthorized)
	}
	equal(t, "remembered of strangers", len(h.tokens.verified.known), 0)
	equal(t, "first", h.with("first"), http.StatusOK)
	equal(t, "remembered", len(h.tokens.verified.known), 1)
	for i := range 3 * mostVerified {
		h.tokens.verified.remember(fmt.Sprint("Bearer ", i), verifiedToken{})
		if n := len(h.tokens.verified.known); n > mostVerified {
			t.Fatalf("%d tokens are remembered", n)
		}
	}
	token := sign(t, "first", jose.RS256, rsaKeys()["first"], h.login.claims(h.serviceURL()))
	for range 2 {
		equal(t, "after that", h.serve(h.request(encode(h.message(nil)), "Bearer "+token)).Code, http.StatusOK)
	}
}
