package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/stage"
	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision/pgstore/pgtest"
	cloud "calltab/internal/sandbox"
)

// crowd stands between Teams and several replicas, and brings each activity to all of them at the same moment. It holds
// against each other what they answer to messages and presses.
type crowd struct {
	through http.RoundTripper
	to      func() []string // the endpoints

	mu       sync.Mutex
	messages int
	presses  []time.Duration // until the last one had answered
	apart    []string        // what was not answered the same
}

// RoundTrip has all of them answer.
func (c *crowd) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	endpoints := c.to()
	answers := make([]*http.Response, len(endpoints))
	said := make([]string, len(endpoints))
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i, endpoint := range endpoints {
		all.Go(func() {
			<-begin
			answers[i], said[i] = c.bring(req, body, endpoint)
		})
	}
	began := time.Now()
	close(begin)
	all.Wait()
	c.compare(body, said, time.Since(began))
	if answers[0] == nil {
		return nil, fmt.Errorf("no answer: %s", said[0])
	}
	return answers[0], nil
}

// bring has one of them answer. said is the answer in words, to be compared.
func (c *crowd) bring(req *http.Request, body []byte, endpoint string) (answer *http.Response, said string) {
	once := req.Clone(req.Context())
	to, err := url.Parse(endpoint)
	if err != nil {
		return nil, err.Error()
	}
	once.URL, once.Host = to, to.Host
	once.Body = io.NopCloser(bytes.NewReader(body))
	answer, err = c.through.RoundTrip(once)
	if err != nil {
		return nil, err.Error()
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err.Error()
	}
	answer.Body = io.NopCloser(bytes.NewReader(text))
	return answer, answer.Status + " " + string(text)
}

// compare notes what is not the same. What only reads is as it is when each of them reads it.
func (c *crowd) compare(body []byte, said []string, took time.Duration) {
	var a struct {
		Type, Name string
		Value      struct{ Trigger string }
	}
	if json.Unmarshal(body, &a) != nil {
		return
	}
	press := a.Name == "adaptiveCard/action" && a.Value.Trigger == "manual"
	if a.Type != "message" && !press {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if press {
		c.presses = append(c.presses, took)
	} else {
		c.messages++
	}
	for _, one := range said {
		if one != said[0] || !strings.HasPrefix(one, "200 ") {
			c.apart = append(c.apart, fmt.Sprintf("%.300s was answered %.1000q", body, said))
			return
		}
	}
}

// TestSameActivityOnPostgres: each message and each press comes to three replicas at the same moment. A message is
// answered once, a press the same by all, and what is saved is done once.
func TestSameActivityOnPostgres(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	c := &crowd{through: &http.Transport{MaxIdleConnsPerHost: 4}}
	cfg := cloud.Config{Client: &http.Client{Transport: c}}
	s, err := stage.StartReplicas(context.WithoutCancel(t.Context()), url, 3, cfg, t.TempDir(), testlog.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	c.to = s.Endpoints
	const rounds = 6
	var lines strings.Builder
	for n := range rounds {
		fmt.Fprintf(&lines, "say alice 'numbers boston free'\ncount alice '+1 617' %d\n", n+1)
		lines.WriteString("say alice 'add dana seattle metered'\ncount alice 'Is everything right?' 1\n")
		lines.WriteString("click alice 'Another number'\nclick alice Back\n")
	}
	lines.WriteString("click alice Save\nadvance 15m\norder dana done\nchanges assign dana 1\ncount alice 'Dana Reyes can call now' 1\n")
	playOn(t, s, "all at once", []byte(lines.String()))
	for _, what := range c.apart {
		t.Error(what)
	}
	if c.messages != 2*rounds || len(c.presses) != 2*rounds+1 {
		t.Errorf("%d messages and %d presses came to all", c.messages, len(c.presses))
	}
}
