package pgtest

import (
	"errors"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Wire is the network between a program and a server of the database. While it is silent nothing goes through, either
// way, and nobody is told: what was sent arrives when it ends, as what a sender repeats does.
type Wire struct {
	At string // where the program connects: a host and a port

	to     string // the server's socket
	mu     sync.Mutex
	ends   *sync.Cond // the silence
	silent bool
	near   map[*net.TCPConn]bool // what is carried now
}

// NewWire carries what connects to it to the socket of a server, until the test has ended.
func NewWire(tb testing.TB, socket string) *Wire {
	tb.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { door.Close() })
	w := &Wire{At: door.Addr().String(), to: socket, near: map[*net.TCPConn]bool{}}
	w.ends = sync.NewCond(&w.mu)
	go func() {
		for {
			near, err := door.Accept()
			if err != nil {
				return
			}
			go w.join(near.(*net.TCPConn))
		}
	}()
	return w
}

// Wires are a program's own, one to each server.
func (p *Pair) Wires(tb testing.TB) (all []*Wire) {
	tb.Helper()
	for server := range p.servers {
		all = append(all, NewWire(tb, p.Socket(server)))
	}
	return all
}

// Wired is URL over wires.
func (p *Pair) Wired(wires []*Wire) string {
	var at []string
	for _, w := range wires {
		at = append(at, w.At)
	}
	url := p.At(map[string][]string{"sslmode": {"disable"}})
	return strings.Replace(url, "postgres@/", "postgres@"+strings.Join(at, ",")+"/", 1)
}

// join carries a connection. One that was given up before the silence ended never reaches the server.
func (w *Wire) join(near *net.TCPConn) {
	defer near.Close()
	w.carries(near, true)
	defer w.carries(near, false)
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

func (w *Wire) carries(near *net.TCPConn, now bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now {
		w.near[near] = true
	} else {
		delete(w.near, near)
	}
}

// carry carries what one end sends to the other, and its end.
func (w *Wire) carry(from, to net.Conn) {
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
func hasLeft(near *net.TCPConn) (left bool) {
	raw, err := near.SyscallConn()
	if err != nil {
		return true
	}
	err = raw.Read(func(fd uintptr) (done bool) {
		n, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		left = n == 0 || err != nil && !errors.Is(err, syscall.EAGAIN)
		return true
	})
	return left || err != nil
}

// wait waits for the end of a silence, and reports whether there was one.
func (w *Wire) wait() (was bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.silent {
		was = true
		w.ends.Wait()
	}
	return was
}

// Silence has nothing go through, or lets it go again.
func (w *Wire) Silence(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.silent = on
	w.ends.Broadcast()
}

// Reset ends each connection with a reset. What the server has been sent it still does.
func (w *Wire) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for near := range w.near {
		_ = near.SetLinger(0)
		_ = near.Close() // its carriers see to the rest
	}
}
