package admin

import (
	"io"
	"net"
	"net/http"
	"path/filepath"
	"testing"
)

// TestIsYes: what a person in haste types is taken for the yes that it is, and nothing else.
func TestIsYes(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]bool{"yes": true, "YES ": true, "y": true, " Y\r": true, "": false, "no": false, "yess": false, "ye": false, "yes please": false} {
		if IsYes(answer) != want {
			t.Errorf("%q is a yes: %v", answer, !want)
		}
	}
}

// TestReaches: what listens beside a store is a running Calltab only if it speaks as one.
func TestReaches(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		serve func(net.Listener)
		want  bool
	}{
		"a server of HTTP": {func(l net.Listener) { _ = http.Serve(l, http.NotFoundHandler()) }, true},
		"another program": {func(l net.Listener) {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = io.WriteString(c, "220 ready\r\n")
				c.Close()
			}
		}, false},
	} {
		store := filepath.Join(t.TempDir(), "c.db")
		if Reaches(store) {
			t.Errorf("%s: it is there before it listens", name)
		}
		l, err := net.Listen("unix", SocketOf(store))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		go c.serve(l)
		if got := Reaches(store); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
