package teams

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
)

// BenchmarkTurn is an authenticated message turn whose handler posts one reply: over sockets, with client and connector
// in the same process and so in the figure; and without sockets, which is what this package costs. RS256 is one
// signature check, part of both.
func BenchmarkTurn(b *testing.B) {
	b.Run("RS256", func(b *testing.B) {
		digest := sha256.Sum256([]byte("x"))
		key := rsaKeys()["first"]
		sig, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], sig); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("inside", func(b *testing.B) {
		h := benchHouse(b, func(c *Config) { c.HTTP = &http.Client{Transport: answering{http.DefaultTransport}} })
		body, authorization := []byte(encode(h.message(nil))), "Bearer "+h.login.token(b, h.serviceURL())
		w, template := new(discard), h.request(body, authorization)
		b.ReportAllocs()
		for b.Loop() {
			w.header = http.Header{}
			r := *template
			r.Body = io.NopCloser(bytes.NewReader(body))
			h.http.ServeHTTP(w, &r)
			if w.status != http.StatusOK {
				b.Fatal(w.status)
			}
		}
	})
	b.Run("sockets", func(b *testing.B) {
		h := benchHouse(b)
		server := httptest.NewServer(h.http)
		b.Cleanup(server.Close)
		body, authorization := []byte(encode(h.message(nil))), "Bearer "+h.login.token(b, h.serviceURL())
		client := server.Client()
		client.Transport.(*http.Transport).MaxIdleConnsPerHost = 64
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				req, err := http.NewRequest(http.MethodPost, server.URL+"/api/messages", bytes.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("Authorization", authorization)
				resp, err := client.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					b.Error(resp.Status)
					return
				}
			}
		})
	})
}

func benchHouse(b *testing.B, change ...func(*Config)) *house {
	quiet := func(c *Config) { c.Log = slog.New(slog.NewTextHandler(io.Discard, nil)) }
	h := newHouse(b, append(change, quiet)...)
	h.connector.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":"1:posted"}`)
	})
	h.http = h.Handler(handlerFunc(func(ctx context.Context, t turns.Turn) (chats.Answer, error) {
		_, err := h.Courier().Post(ctx, t.Conversation, chats.Outgoing{Text: "Here is what I can do."})
		return chats.Answer{}, err
	}))
	return h
}

// answering is a connector without a socket; login is real.
type answering struct{ http.RoundTripper }

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		return a.RoundTripper.RoundTrip(r)
	}
	_, _ = io.Copy(io.Discard, r.Body)
	return &http.Response{
		StatusCode: http.StatusCreated, Header: http.Header{}, Request: r,
		Body: io.NopCloser(strings.NewReader(`{"id":"1:posted"}`)),
	}, nil
}

type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
