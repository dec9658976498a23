package admin

import (
	"io"
	"net"
	"net/http"
	"path/filepath"
	"testing"
)

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
