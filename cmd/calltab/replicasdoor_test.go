package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"calltab/internal/provision/pgstore/pgtest"
)

// How long Teams waits for the answer to an activity, after how long one that was not answered is sent again, and how
// long it is sent again for.
const (
	turnTime   = 15 * time.Second
	resendTime = time.Second
	giveUp     = 90 * time.Second
)

// replica is one of the programs, and its successors in the same place.
type replica struct {
	name string
	mu   sync.Mutex
	*process
	wires   []*pgtest.Wire // to the servers of the database
	answers []time.Time    // to pulses, in their order
	unready []time.Time    // when it said that it is not ready, in their order
}

func (r *replica) endpoint() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.url
}

// becomes puts another process in its place.
func (r *replica) becomes(p *process) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.process = p
}

// balancer is what stands between Teams and the replicas: it hands a turn to any of them, whether or not that one lives,
// and the same turn to another one where it was not answered.
type balancer struct {
	replicas     []*replica
	through      http.RoundTripper
	turns, again atomic.Int64 // turns, and how often one was sent again
	notAnswered  atomic.Int64
	mu           sync.Mutex
	waited       []wait
}

// wait is how long a person waited for the answer to one turn.
type wait struct {
	began time.Time
	took  time.Duration
}

var errNotAnswered = errors.New("no replica has answered")

// RoundTrip has one turn answered.
func (d *balancer) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	d.turns.Add(1)
	began := time.Now()
	at := rand.IntN(len(d.replicas))
	for {
		resp, err := d.try(req, body, d.replicas[at])
		if err == nil {
			d.note(wait{began, time.Since(began)})
			return resp, nil
		}
		if time.Since(began) > giveUp || req.Context().Err() != nil {
			d.notAnswered.Add(1)
			d.note(wait{began, time.Since(began)})
			return nil, fmt.Errorf("%w: %w", errNotAnswered, err)
		}
		d.again.Add(1)
		time.Sleep(resendTime)
		at = (at + 1 + rand.IntN(len(d.replicas)-1)) % len(d.replicas)
	}
}

func (d *balancer) note(w wait) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waited = append(d.waited, w)
}

// try has one replica answer.
func (d *balancer) try(req *http.Request, body []byte, r *replica) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), turnTime)
	defer cancel()
	once := req.Clone(ctx)
	to, err := url.Parse(r.endpoint())
	if err != nil {
		return nil, err
	}
	once.URL, once.Host = to, to.Host
	once.Body = io.NopCloser(bytes.NewReader(body))
	resp, err := d.through.RoundTrip(once)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= http.StatusInternalServerError {
		return nil, fmt.Errorf("answer %s: %.100s", resp.Status, answer)
	}
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	return resp, nil
}

// slowest is the longest wait for an answer of those that waited within a time.
func (d *balancer) slowest(from, to time.Time) (most time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.waited {
		if w.began.Add(w.took).After(from) && w.began.Before(to) {
			most = max(most, w.took)
		}
	}
	return most
}

// pulse is the time between two turns with which each replica is asked whether it answers.
const pulse = 250 * time.Millisecond

// beat asks a replica until the end, whether or not answers come.
func (s *siege) beat(b *testing.B, r *replica, end <-chan struct{}) {
	tick := time.NewTicker(pulse)
	defer tick.Stop()
	var all sync.WaitGroup
	defer all.Wait()
	for {
		select {
		case <-end:
			return
		case <-tick.C:
		}
		all.Go(func() { s.readiness(r) })
		all.Go(func() {
			n := s.peer.asked.Add(1)
			if _, err := s.peer.sayAs(r.endpoint(), n, "help"); err != nil || s.turnedAway(chatID(int(n%conversations))) {
				return
			}
			r.mu.Lock()
			r.answers = append(r.answers, time.Now())
			r.mu.Unlock()
		})
	}
}

// readiness asks a replica whether it is ready, as what hands turns to it does.
func (s *siege) readiness(r *replica) {
	resp, err := s.peer.client.Get(strings.Replace(r.endpoint(), "/api/messages", "/readyz", 1))
	if err != nil {
		return
	}
	resp.Body.Close()
	if resp.StatusCode == http.StatusServiceUnavailable {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.unready = append(r.unready, time.Now())
	}
}

// notReady is from when to when within a time a replica said so.
func (r *replica) notReady(from, to time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	var first, last time.Time
	for _, at := range r.unready {
		if at.Before(from) || at.After(to) {
			continue
		}
		if first.IsZero() {
			first = at
		}
		last = at
	}
	return last.Sub(first)
}

// heard looks for pulses that were answered with why they cannot be done now.
func (s *siege) heard(chat string, card []byte) {
	if !bytes.Contains(card, []byte(refusal)) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deaf[chat] = true
}

// turnedAway reports whether that was so in a chat.
func (s *siege) turnedAway(chat string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.deaf[chat]
	delete(s.deaf, chat)
	return was
}

// silence is the longest time within a time in which a replica gave no answer.
func (r *replica) silence(from, to time.Time) (most time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := from
	for _, at := range r.answers {
		if at.Before(from) || at.After(to) {
			continue
		}
		most = max(most, at.Sub(last))
		last = at
	}
	return max(most, to.Sub(last))
}
