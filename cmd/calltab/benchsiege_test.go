package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/fault"
)

// BenchmarkSiege measures once what strangers can do to the program: 300 connections with a header that does not end,
// 8,000 tokens of nobody in three seconds, and a fetch of the keys that fails at the moment when all are needed.
func BenchmarkSiege(b *testing.B) {
	p := newPeer(b, cloud.Config{Unlimited: true})
	p.cloud.Faults().Add(fault.Rule{Service: "login", Method: "GET", Path: "/v1/.well-known/keys", Times: 1, Status: http.StatusBadGateway})
	s := p.run(b, b.TempDir())
	began, before := time.Now(), s.peak()

	var all sync.WaitGroup
	header := append([]byte("POST /api/messages HTTP/1.1\r\nHost: bot\r\nX-Long: "), bytes.Repeat([]byte("x"), 900<<10)...)
	for range 300 {
		c, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(s.url, "http://"), "/api/messages"))
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		all.Go(func() { _, _ = c.Write(header) }) // fails once the program has had enough
	}
	claims := p.cloud.Login().ChannelClaims(p.serviceURL)
	claims["aud"] = p.cloud.Env()["CALLTAB_APP_ID"]
	good, err := p.cloud.Login().Sign(claims)
	if err != nil {
		b.Fatal(err)
	}
	junk := good[:strings.LastIndexByte(good, '.')] + "." + strings.Repeat("A", 342)
	var left atomic.Int64
	left.Store(8000)
	for range 32 {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				req, err := http.NewRequest(http.MethodPost, s.url, strings.NewReader("{}"))
				if err != nil {
					return
				}
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("Authorization", "Bearer "+junk)
				if resp, err := p.client.Do(req); err == nil {
					resp.Body.Close()
				}
			}
		})
	}
	var refused, slowest time.Duration
	for turns := 0; turns < 50; {
		took, err := p.ask(s.url)
		if err != nil {
			refused = time.Since(began)
			time.Sleep(50 * time.Millisecond)
			continue
		}
		slowest = max(slowest, took)
		turns++
	}
	all.Wait()
	took := time.Since(began)
	fmt.Printf("\nsiege of %v: most memory %s (60 MiB; before %s), last ordinary turn refused after %v (5 s), slowest %v, lines of refusals %d\n",
		took.Round(time.Millisecond), mebibytes(s.peak()), mebibytes(before), refused.Round(time.Millisecond), slowest.Round(time.Millisecond), s.refusals.Load())
}
