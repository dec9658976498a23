package main

import (
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// wire is the network between a replica and a server of the database. While it is silent nothing goes through, either
// way, and nobody is told: what was sent arrives when it ends, as what a sender repeats does.
type wire struct {
	at     string // where the replica connects
	to     string // the server's socket
	mu     sync.Mutex
	ends   *sync.Cond // the silence
	silent bool
}

func newWire(b *testing.B, to string) *wire {
	b.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { door.Close() })
	w := &wire{at: door.Addr().String(), to: to}
	w.ends = sync.NewCond(&w.mu)
	go func() {
		for {
			near, err := door.Accept()
			if err != nil {
				return
			}
			go w.join(near)
		}
	}()
	return w
}

// join carries a connection. One that was given up before the silence ended never reaches the server.
func (w *wire) join(near net.Conn) {
	defer near.Close()
	first := make([]byte, 4<<10)
	n, err := near.Read(first) // it is the client that begins
	if err != nil || w.wait() && hasLeft(near) {
		return
	}
	far, err := net.Dial("unix", w.to)
	if err != nil {
		return // the server is away
	}
	defer far.Close()
	if _, err := far.Write(first[:n]); err != nil {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { w.carry(near, far) })
	both.Go(func() { w.carry(far, near) })
	both.Wait()
}

// carry carries what one end sends to the other, and its end.
func (w *wire) carry(from, to net.Conn) {
	part := make([]byte, 64<<10)
	for {
		n, err := from.Read(part)
		w.wait()
		if n > 0 {
			if _, failed := to.Write(part[:n]); failed != nil {
				err = failed
			}
		}
		if err != nil {
			from.Close()
			to.Close()
			return
		}
	}
}

// hasLeft reports whether a client that waits for an answer has gone.
func hasLeft(near net.Conn) bool {
	_ = near.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := near.Read(make([]byte, 1))
	_ = near.SetReadDeadline(time.Time{})
	return !errors.Is(err, os.ErrDeadlineExceeded)
}

// wait waits for the end of a silence, and reports whether there was one.
func (w *wire) wait() (was bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.silent {
		was = true
		w.ends.Wait()
	}
	return was
}

func (w *wire) silence(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.silent = on
	w.ends.Broadcast()
}

// silence has nothing go between replicas and the database, or lets it go again.
func (s *siege) silence(on bool, replicas ...int) {
	for _, i := range replicas {
		for _, w := range s.all[i].wires {
			w.silence(on)
		}
	}
}

// wired is the store's URL over wires.
func (s *siege) wired(wires []*wire) string {
	var at []string
	for _, w := range wires {
		at = append(at, w.at)
	}
	return strings.Replace(s.pair.At(map[string][]string{"sslmode": {"disable"}}), "postgres@/", "postgres@"+strings.Join(at, ",")+"/", 1)
}
