package teams

import (
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// TestRefusedTokenIsLogged: issuer, audience, key and peer tell a wrong registration from junk; nothing
// else of it is written.
func TestRefusedTokenIsLogged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	claims := h.login.claims(h.serviceURL())
	claims["iss"], claims["aud"] = "https://sts.windows.net/x/", "https://api.botframework.com"
	claims["secret"] = "hunter2"
	token := sign(t, "other", jose.RS256, rsaKeys()["stranger"], claims)
	r := h.request(nil, "Bearer "+token)
	r.Header.Set("MS-CV", "oYbW2SDKMkyCRX1XhFmk2Q.1.1.1.3176886064.1.1")
	equal(t, "status", h.serve(r).Code, 401)
	log := h.log.String()
	for _, want := range []string{"token_issuer=https://sts.windows.net/x/", "token_audience=https://api.botframework.com", "token_key=other",
		"peer=192.0.2.1:1234", "ms_cv=oYbW2SDKMkyCRX1XhFmk2Q.1.1.1.3176886064.1.1"} {
		if !strings.Contains(log, want) {
			t.Errorf("without %s: %s", want, log)
		}
	}
	for _, part := range append(strings.Split(token, "."), "hunter2") {
		if strings.Contains(log, part) {
			t.Errorf("with %s: %s", part, log)
		}
	}
}

// TestRefusalsAreLoggedOnceASecond: 8,000 in three seconds are three lines, and the last says how many are not there.
func TestRefusalsAreLoggedOnceASecond(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 3 {
		for range 2667 {
			equal(t, "status", h.serve(h.request(nil, "Bearer junk")).Code, 401)
		}
		h.clock.advance(time.Second)
	}
	log := h.log.String()
	equal(t, "lines", strings.Count(log, "\n"), 3)
	equal(t, "lines that count the others", strings.Count(log, "unlogged=2666"), 2)
	equal(t, "counted", h.counts.turns["unread unauthorized"], 8001)
}

// TestWhatAStrangerWritesIsBounded: a token's claims are long, broken over lines or of another kind.
func TestWhatAStrangerWritesIsBounded(t *testing.T) {
	t.Parallel()
	for _, value := range []any{strings.Repeat("x", 8000), "a\nlevel=ERROR msg=forged", []string{strings.Repeat("y", 8000)}, 5, nil, map[string]any{"a": 1}} {
		h := newHouse(t)
		claims := h.login.claims(h.serviceURL())
		claims["iss"], claims["aud"] = value, value
		token := sign(t, strings.Repeat("k\n", 500), jose.RS256, rsaKeys()["stranger"], claims)
		r := h.request(nil, "Bearer "+token)
		r.Header["Ms-Cv"] = []string{"forged\nlevel=ERROR"}
		equal(t, "status", h.serve(r).Code, 401)
		log := h.log.String()
		equal(t, "lines", strings.Count(log, "\n"), 1)
		if len(log) > 1500 {
			t.Errorf("%d bytes: %s", len(log), log)
		}
	}
}

func TestCorrelationVector(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		"tul4NUsfs9Cl7mOf.1": true, "tul4NUsfs9Cl7mOf.1!": true, "KZY+dsX2jEaZesgCPjJ2Ng.1.0": true, "A.e8iECJiOvUW1pQB6Ls8k+A.0": true,
		"PmvzQKgYek6Sdk/T5sWaqw.1.A#kF3jYQ.0": true,
		"":                                    false, "1": false, "v": false, "vvvv vvvv vvvv vvvv.1": false, "tul4NUsfs9Cl7mOf.1\n": false, "tul4NUsfs9Cl7mOf..1": false,
		`tul4NUsfs9Cl7mOf."x"`: false, "tul4NUsfs9Cl7mOf" + strings.Repeat(".1", 100): false,
	} {
		equal(t, text, vector(text) == text && text != "", good)
	}
}
