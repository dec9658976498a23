package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"calltab/internal/provision"
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

// TestWritableStoreIsRefused: in one sentence, with the command that mends it; one that can be read is opened.
func TestWritableStoreIsRefused(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // it has no modes
	}
	for _, row := range []struct {
		store, key os.FileMode
		dir        os.FileMode
		refused    string // the file that is named
	}{
		{0o600, 0o600, 0o700, ""},
		{0o644, 0o600, 0o700, ""},
		{0o640, 0o640, 0o700, ""},
		{0o400, 0o400, 0o700, ""},
		{0o666, 0o600, 0o700, "calltab.db"},
		{0o602, 0o600, 0o700, "calltab.db"},
		{0o660, 0o600, 0o700, "calltab.db"},
		{0o600, 0o622, 0o700, "calltab.db.key"},
		{0o660, 0o660, 0o770 | os.ModeSetgid, ""}, // as Kubernetes leaves a volume
		{0o666, 0o660, 0o770 | os.ModeSetgid, "calltab.db"},
	} {
		dir := filepath.Join(t.TempDir(), "store")
		store := filepath.Join(dir, "calltab.db")
		for _, err := range []error{
			os.Mkdir(dir, 0o700), os.WriteFile(store, []byte("x"), 0o600), os.WriteFile(store+".key", []byte("x"), 0o600),
			os.Chmod(store, row.store), os.Chmod(store+".key", row.key), os.Chmod(dir, row.dir),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		err := refuseWritable("store", store)
		if err == nil {
			err = refuseWritable("audit key", store+".key")
		}
		if row.refused == "" && err != nil {
			t.Errorf("%v: %v", row, err)
		}
		if row.refused != "" && (err == nil || !strings.Contains(err.Error(), "chmod 600 "+filepath.Join(dir, row.refused)+",")) {
			t.Errorf("%v: %v", row, err)
		}
		if _, opened := openStore(store); row.refused != "" && (opened == nil || opened.Error() != err.Error()) {
			t.Errorf("%v: opening says %v", row, opened)
		}
		var log bytes.Buffer
		warnReadable(slog.New(slog.NewTextHandler(&log, nil)), "store", store)
		if warned := log.Len() > 0; warned != (row.store&0o077 != 0) {
			t.Errorf("%v: warned %v", row, warned)
		}
	}
}

// TestFilesAreWrittenBeside: for their owner only, whole or not at all, and through no link.
func TestFilesAreWrittenBeside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	victim, name := filepath.Join(dir, "victim"), filepath.Join(dir, "org.yaml")
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, link := range []string{name, filepath.Join(dir, ".org.yaml.part")} {
		if err := os.Symlink(victim, link); err != nil {
			t.Fatal(err)
		}
	}
	write := func(text string, fails error) error {
		return writeBeside(name, func(out io.Writer) error {
			_, err := io.WriteString(out, text)
			if err != nil {
				return err
			}
			return fails
		})
	}
	if err := write("new", nil); err != nil {
		t.Fatal(err)
	}
	if err := write("half", io.ErrUnexpectedEOF); err != io.ErrUnexpectedEOF && !strings.Contains(fmt.Sprint(err), "unexpected EOF") {
		t.Errorf("half a file: %v", err)
	}
	if got := string(readFile(t, name)); got != "new" {
		t.Errorf("the file holds %q", got)
	}
	if got := string(readFile(t, victim)); got != "precious" {
		t.Errorf("the other file holds %q", got)
	}
	info, err := os.Lstat(name)
	if err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 3 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := writeBeside(dir, func(io.Writer) error { return nil }); err == nil {
		t.Error("a directory was written over")
	}
}

// TestFileOfOneTenant: with several tenants allowed the organisation file is imported for the one that it names, and a
// start without a name is refused before anything is written.
func TestFileOfOneTenant(t *testing.T) {
	t.Parallel()
	s := newTestStage(t)
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
	cfg := s.app.cfg
	cfg.Tenants = []provision.TenantID{cfg.AppTenant, guidOther}
	cfg.Store = s.path("other.db")
	file := string(cfg.org)
	for _, row := range []struct {
		tenant  string
		refused string
	}{
		{"", "names the one that it belongs to"},
		{"tenant: " + guidApp + "\n", "belongs to " + guidApp},
		{"tenant: " + guidOther + "\n", ""},
	} {
		cfg.org = []byte(row.tenant + file)
		a, err := newApp(cfg, s.log, s.seams)
		if err != nil {
			t.Fatal(err)
		}
		err = a.importOrg(t.Context())
		if row.refused == "" && err != nil || row.refused != "" && (err == nil || !strings.Contains(err.Error(), row.refused) || exitCode(err) != exitUsage) {
			t.Errorf("%q: %v", row.tenant, err)
		}
		for _, tenant := range cfg.Tenants {
			places, err := a.service.Places(t.Context(), tenant)
			if want := row.refused == "" && tenant == guidOther; err != nil || len(places) > 0 != want {
				t.Errorf("%q: %d locations of %s, %v", row.tenant, len(places), tenant, err)
			}
		}
		a.close()
	}
	if err := s.boot(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// untilUp keeps the log and ends the program once it is up.
type untilUp struct {
	bytes.Buffer
	end func()
}

func (u *untilUp) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("calltab is up")) {
		u.end()
	}
	return u.Buffer.Write(p)
}

// TestDevelopmentModeIsSaid: a start in development mode says that nobody is checked.
func TestDevelopmentModeIsSaid(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	log := &untilUp{end: cancel}
	env := environment(map[string]string{
		"CALLTAB_APP_ID": guidApp, "CALLTAB_APP_TENANT": guidTenant, "CALLTAB_ADMINS": guidOther, "CALLTAB_INSECURE_NO_AUTH": "1",
		"CALLTAB_SERVICE_URLS": "http://127.0.0.1:1/", "CALLTAB_LISTEN": "127.0.0.1:0", "CALLTAB_METRICS_LISTEN": "127.0.0.1:0",
		"CALLTAB_STORE": filepath.Join(t.TempDir(), "c.db"),
	})
	if err := run(ctx, []string{"serve"}, env, strings.NewReader(""), io.Discard, log); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "nobody is checked") {
		t.Errorf("said:\n%s", log)
	}
}
