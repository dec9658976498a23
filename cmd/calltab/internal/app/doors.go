package app

import (
	"bytes"
	"context"
	"crypto/tls"
	stdlog "log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"calltab/cmd/calltab/internal/tlspair"
)

// What one connection and all of them may take. Teams's headers are two kilobytes with the token. A request that is not
// whole after five seconds was not sent by Teams, so that nobody keeps others out for longer.
const (
	mostHeader      = 8 << 10 // bytes
	requestTime     = 5 * time.Second
	mostConnections = 512
	mostScrapes     = 16
)

// doorServer serves connections that are bounded in number, size and time. What the HTTP server itself
// has to say goes to log.
func doorServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: requestTime, ReadTimeout: requestTime, WriteTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: mostHeader,
		ErrorLog: stdlog.New(doorLog{log}, "", 0),
	}
}

// encrypted has the server show that certificate. Without HTTP/2, one of whose connections may ask 250 things at once,
// connections bound what is asked at once; Teams' calls need nothing of it.
func encrypted(s *http.Server, pair *tlspair.Pair) {
	s.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: pair.Certificate}
	s.Protocols = new(http.Protocols)
	s.Protocols.SetHTTP1(true)
}

// doorLog takes what the HTTP server has to say. What scans a public address begins handshakes that come to nothing,
// thousands a day: those are for debugging.
type doorLog struct{ log *slog.Logger }

// Write takes a line.
func (d doorLog) Write(line []byte) (int, error) {
	level := slog.LevelWarn
	if bytes.HasPrefix(line, []byte("http: TLS handshake error")) {
		level = slog.LevelDebug
	}
	d.log.Log(context.Background(), level, strings.TrimSpace(string(line)))
	return len(line), nil
}

// serveAtMost serves at most so many connections of l at once. One more has to wait, and the connection that is idle
// for longest is closed for it: kept connections must not keep others out.
func serveAtMost(s *http.Server, l net.Listener, most int) error {
	d := &door{Listener: l, free: make(chan struct{}, most), idle: map[net.Conn]time.Time{},
		closed: make(chan struct{})}
	s.ConnState = d.note
	if s.TLSConfig != nil {
		return s.ServeTLS(d, "", "")
	}
	return s.Serve(d)
}

// door counts the connections that are open.
type door struct {
	net.Listener
	free   chan struct{} // holds a value for each connection
	shut   sync.Once
	closed chan struct{}

	mu      sync.Mutex
	idle    map[net.Conn]time.Time // since when
	waiting bool                   // a connection waits for a place
}

// Accept waits for a connection, and for a place.
func (d *door) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	select {
	case d.free <- struct{}{}:
		return c, nil
	default:
	}
	d.closeIdle()
	defer d.wait(false)
	select {
	case d.free <- struct{}{}:
		return c, nil
	case <-d.closed:
		c.Close()
		return nil, net.ErrClosed
	}
}

// Close ends the waiting for a place too.
func (d *door) Close() error {
	d.shut.Do(func() { close(d.closed) })
	return d.Listener.Close()
}

// note hears of every connection of the server. A connection ends as closed or as hijacked, once.
func (d *door) note(c net.Conn, state http.ConnState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch state {
	case http.StateIdle:
		if d.waiting {
			c.Close()
			return
		}
		d.idle[c] = time.Now()
	case http.StateClosed, http.StateHijacked:
		delete(d.idle, c)
		<-d.free
	default:
		delete(d.idle, c)
	}
}

func (d *door) wait(waiting bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting = waiting
}

// closeIdle closes the connection that is idle for longest. If none is, the next one to become idle is closed.
func (d *door) closeIdle() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting = true
	var longest net.Conn
	for c, since := range d.idle {
		if longest == nil || since.Before(d.idle[longest]) {
			longest = c
		}
	}
	if longest != nil {
		longest.Close()
	}
}
