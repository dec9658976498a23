package ownersocket

import (
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestStaleSocket: what a killed program left behind is in nobody's way; nothing else is removed for it.
func TestStaleSocket(t *testing.T) {
	t.Parallel()
	path, log := filepath.Join(t.TempDir(), "s"), slog.New(slog.DiscardHandler)
	for range 2 {
		l, err := Listen(path, log)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Listen(path, log); err == nil || !strings.Contains(err.Error(), "another program answers on it") {
			t.Errorf("it took a living one's: %v", err)
		}
		l.(guarded).Listener.(*net.UnixListener).SetUnlinkOnClose(false)
		l.Close()
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(path, log); err == nil {
		t.Error("it took another file for a socket")
	}
	if text, _ := os.ReadFile(path); string(text) != "mine" {
		t.Errorf("the file says %q", text)
	}
}

// TestWhoMayOpenTheSocket: its owner and root, as the kernel names them; everybody else is hung up on.
func TestWhoMayOpenTheSocket(t *testing.T) {
	t.Parallel()
	l, err := Listen(filepath.Join(t.TempDir(), "s"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	g := l.(guarded)
	g.owner = 1000
	g.peer = func(c net.Conn) (int, bool) {
		if uid, known := peerOf(c); known && uid != os.Getuid() {
			t.Errorf("the kernel names the user %d, and this is %d", uid, os.Getuid())
		}
		name := make([]byte, 1)
		_, _ = io.ReadFull(c, name)
		return map[byte]int{'o': 1000, 'r': 0, 'm': 1001, 'n': -1}[name[0]], name[0] != '?'
	}
	go func() {
		for _, name := range []string{"m", "o", "n", "r", "m", "?"} {
			c, err := net.Dial("unix", l.Addr().String())
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			_, _ = io.WriteString(c, name+name)
		}
	}()
	var in []string
	for range 3 {
		c, err := g.Accept()
		if err != nil {
			t.Fatal(err)
		}
		name := make([]byte, 1)
		_, _ = io.ReadFull(c, name)
		in = append(in, string(name))
		c.Close()
	}
	if want := []string{"o", "r", "?"}; !slices.Equal(in, want) {
		t.Errorf("it lets in %q, want %q", in, want)
	}
}

// TestLongPath: a store in a folder whose path is longer than the name of a socket may be has its socket beside it, which
// is found, is only its owner's, and goes when it is closed.
func TestLongPath(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux shows an open folder by a short name")
	}
	dir := filepath.Join(t.TempDir(), strings.Repeat("a long name of a folder/", 8))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "calltab.db.sock")
	log := slog.New(slog.DiscardHandler)
	l, err := Listen(socket, log)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = http.Serve(l, http.NotFoundHandler()) }()
	info, err := os.Stat(socket)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info, err)
	}
	if !answers(socket) {
		t.Error("it is not reached")
	}
	if _, err := Listen(socket, log); err == nil || !strings.Contains(err.Error(), "another program answers on it") {
		t.Errorf("a second one takes it: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(socket); !errors.Is(err, fs.ErrNotExist) || answers(socket) {
		t.Errorf("it stays: %v", err)
	}
}

// TestSocketNameTooLong: what is wrong is the length of the name, and the sentence says what to do.
func TestSocketNameTooLong(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), strings.Repeat("s", 108))
	_, err := Listen(path, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "move the store to a folder with a shorter path") || strings.Contains(err.Error(), "invalid argument") {
		t.Errorf("it says %v", err)
	}
}
