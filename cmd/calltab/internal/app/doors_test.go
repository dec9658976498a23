package app

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"calltab/cmd/calltab/internal/tlspair"
)

// atDoor serves h as serve does, for so many connections at once.
func atDoor(t *testing.T, most int, h http.HandlerFunc) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := doorServer(h, slog.New(slog.DiscardHandler))
	ended := make(chan error, 1)
	go func() { ended <- serveAtMost(s, l, most) }()
	t.Cleanup(func() {
		s.Close()
		if err := <-ended; err != http.ErrServerClosed {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// asks sends a whole request and returns the status of its answer.
func asks(t *testing.T, c net.Conn) int {
	t.Helper()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: bot\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// TestHugeHeaders: 300 connections send 900 KB of header that does not end. Each is told so after a few of them, and
// nobody else is kept out.
func TestHugeHeaders(t *testing.T) {
	t.Parallel()
	address := atDoor(t, mostConnections, func(http.ResponseWriter, *http.Request) {})
	header := append([]byte("POST /api/messages HTTP/1.1\r\nHost: bot\r\nX-Long: "), bytes.Repeat([]byte("x"), 900<<10)...)
	told := make(chan string, 300)
	for range cap(told) {
		c := dial(t, address)
		go func() {
			_, _ = c.Write(header) // fails once the other side has had enough
			line, _ := bufio.NewReader(c).ReadString('\n')
			told <- line
		}()
	}
	for range cap(told) {
		// A connection may be reset under what was still being sent, before the answer could be read.
		if line := <-told; line != "" && !strings.Contains(line, "431") {
			t.Errorf("told %q", line)
		}
	}
	if got := asks(t, dial(t, address)); got != http.StatusOK {
		t.Errorf("an ordinary request: %d", got)
	}
}

// TestUnfinishedHeadersTakeLittle holds 300 connections at the moment before their header is too long.
func TestUnfinishedHeadersTakeLittle(t *testing.T) {
	address := atDoor(t, mostConnections, func(http.ResponseWriter, *http.Request) {})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 300 {
		c := dial(t, address)
		fmt.Fprintf(c, "POST /api/messages HTTP/1.1\r\nHost: bot\r\nX-Long: %s", strings.Repeat("x", mostHeader-100))
	}
	if got := asks(t, dial(t, address)); got != http.StatusOK {
		t.Errorf("an ordinary request: %d", got)
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 40<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

// TestIdleConnectionsMakeRoom: connections that are kept give way to new ones, the oldest first; those with a
// request in hand do not.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	t.Parallel()
	held, release := make(chan struct{}), make(chan struct{})
	address := atDoor(t, 2, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/held" {
			held <- struct{}{}
			<-release
		}
	})
	first := dial(t, address)
	asks(t, first)
	busy := dial(t, address)
	fmt.Fprint(busy, "GET /held HTTP/1.1\r\nHost: bot\r\n\r\n")
	<-held
	if got := asks(t, dial(t, address)); got != http.StatusOK {
		t.Errorf("a third connection: %d", got)
	}
	if _, err := first.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the first connection: %v", err)
	}
	close(release)
	resp, err := http.ReadResponse(bufio.NewReader(busy), nil)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("the connection in hand: %v", err)
	}
}

// TestSignInFollowsNoRedirect: the secret goes to the login that is configured, and nowhere else.
func TestSignInFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s followed a redirect", r.Method, r.URL)
	}))
	t.Cleanup(elsewhere.Close)
	login := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	t.Cleanup(login.Close)
	client := httpClient(Config{})
	client.Transport = login.Client().Transport
	cfg := Config{AppID: "5a1e4c1e-0000-4000-8000-00000000b070", Auth: AuthSecret, LoginAuthority: login.URL + "/", appSecret: newSecret("x")}
	c, err := credential(cfg, client, "7e9a0000-1111-4222-8333-444455556666")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{"https://graph.example/.default"}}); err == nil {
		t.Error("a token came")
	}
	resp, err := client.Get(login.URL + "/metadata")
	if err != nil || resp.StatusCode != http.StatusTemporaryRedirect {
		t.Errorf("got %v, %v", resp, err)
	}
}

// TestEncryptedDoor: TLS 1.2 and newer, one request after the other, and a renewed certificate for the next connection.
// What scans an address is not worth a warning.
func TestEncryptedDoor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name string) {
		certificate, key := pairFor(t, name)
		if err := os.WriteFile(filepath.Join(dir, "pair.pem"), append(certificate, key...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("one.example")
	path := filepath.Join(dir, "pair.pem")
	pair, err := tlspair.Open(path, path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s := doorServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Proto) }),
		slog.New(slog.NewTextHandler(&log, nil)))
	encrypted(s, pair)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- serveAtMost(s, l, 2) }()
	call := func(most uint16) (name, proto string, err error) {
		client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, DisableKeepAlives: true,
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MaxVersion: most}}} // whom it trusts is not what is tried
		resp, err := client.Get("https://" + l.Addr().String())
		if err != nil {
			return "", "", err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return resp.TLS.PeerCertificates[0].DNSNames[0], string(body), err
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		if name, proto, err := call(version); err != nil || name != "one.example" || proto != "HTTP/1.1" {
			t.Errorf("with TLS %x: %s %s %v", version, name, proto, err)
		}
	}
	if _, _, err := call(tls.VersionTLS11); err == nil {
		t.Error("it speaks TLS 1.1")
	}
	put("two.example")
	synctest.Test(t, func(t *testing.T) { // its clock runs ahead while all wait
		watching, stop := context.WithTimeout(t.Context(), 2*tlspair.Pace)
		defer stop()
		pair.Watch(watching)
	})
	if name, _, err := call(tls.VersionTLS13); err != nil || name != "two.example" {
		t.Errorf("after its renewal: %s %v", name, err)
	}
	s.Close()
	if err := <-ended; err != http.ErrServerClosed {
		t.Error(err)
	}
	if log.Len() > 0 {
		t.Errorf("it logs %s", &log)
	}
}

// pairFor is a certificate for a host name with its key, as PEM.
func pairFor(t *testing.T, name string) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}
