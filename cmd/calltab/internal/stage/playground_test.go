package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/sandbox/chat"
)

func TestPlaygroundMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := findPlayground("../../../.."); err == nil || !strings.Contains(err.Error(), "needs Node.js") {
		t.Errorf("without node: %v", err)
	}
	bin := t.TempDir()
	writeScript(t, filepath.Join(bin, "node"), "exit 0")
	t.Setenv("PATH", bin)
	if _, err := findPlayground(t.TempDir()); err == nil || !strings.Contains(err.Error(), "npm ci in internal/bot/e2e") {
		t.Errorf("without the Playground: %v", err)
	}
}

func writeScript(t *testing.T, path, body string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestWithoutTypeAhead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"nothing to do", `{"b": 1, "a":"<"}`, `{"b": 1, "a":"<"}`},
		{"an input", `{"body":[{"id":"n","choices":[{"value":"1"}],"choices.data":{"type":"Data.Query"}}]}`, `{"body":[{"choices":[{"value":"1"}],"id":"n"}]}`},
		{"a long number stays as it is", `{"n":12345678901234567890,"choices.data":{}}`, `{"n":12345678901234567890}`},
		{"no JSON", `"choices.data" is not JSON`, `"choices.data" is not JSON`},
		{"empty", ``, ``},
	} {
		if got := string(withoutTypeAhead([]byte(c.in))); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// What passes the gateway keeps its path, its escapes, its status and its other content, on both ways.
func TestPlaygroundGateway(t *testing.T) {
	t.Parallel()
	type seen struct{ uri, body string }
	var mu sync.Mutex
	var at []seen
	answers := func(status int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			mu.Lock()
			at = append(at, seen{r.RequestURI, string(body)})
			mu.Unlock()
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"choices.data":1,"id":"x"}`)
		})
	}
	page := httptest.NewServer(answers(http.StatusCreated))
	t.Cleanup(page.Close)
	p := &pages{}
	address, _ := url.Parse(page.URL)
	p.addresses.Store("alice", address)
	gateway := httptest.NewServer(p.gatewayHandler(answers(http.StatusAccepted)))
	t.Cleanup(gateway.Close)

	for _, c := range []struct {
		method, path string
		status       int
		want         seen
		answer       string
	}{
		{http.MethodPost, "/playground/alice/api/messages", http.StatusAccepted, seen{"/playground/alice/api/messages", `{"choices.data":2}`}, `{"id":"x"}`},
		{http.MethodPut, "/pages/alice/_connector/v3/conversations/a%2F%2B%3D/activities/1%3A2", http.StatusCreated,
			seen{"/_connector/v3/conversations/a%2F%2B%3D/activities/1%3A2", `{}`}, `{"choices.data":1,"id":"x"}`},
		{http.MethodPost, "/pages/bruno/_connector/v3/conversations", http.StatusNotFound, seen{}, "404 page not found\n"},
	} {
		at = nil
		req, err := http.NewRequestWithContext(t.Context(), c.method, gateway.URL+c.path, strings.NewReader(`{"choices.data":2}`))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != c.status || string(body) != c.answer {
			t.Errorf("%s: answered %d %s, want %d %s", c.path, resp.StatusCode, body, c.status, c.answer)
		}
		mu.Lock()
		if got := append(at, seen{})[0]; got != c.want {
			t.Errorf("%s: arrived as %+v, want %+v", c.path, got, c.want)
		}
		mu.Unlock()
	}
}

// fakeNode stands for node: it says that it listens, writes its arguments beside itself, and ends with its input.
func fakeNode(t *testing.T, then string) playgroundTool {
	t.Helper()
	node := filepath.Join(t.TempDir(), "node")
	writeScript(t, node, `echo "$@" > "$0.args"; env > "$0.env"; echo "Listening on 1"; echo "Listening on 1"; `+then)
	return playgroundTool{node: node, cli: "cli.js", preload: "preload.cjs"}
}

func TestPlaygroundCommands(t *testing.T) {
	t.Parallel()
	s := newTestStage(t)
	before := s.cloud.Clock().Now()
	var out bytes.Buffer
	p := &pages{Stage: s, out: &out, tool: fakeNode(t, "cat > /dev/null"), gateway: "http://127.0.0.1:9", ended: make(chan error)}
	ctx, cancel := context.WithCancel(t.Context())
	in := strings.NewReader("\n/open alice\n/open alice\n/open nobody\n/advance 10m\n/advance\n/advance -1h\nhello\n/help\n/quit\n/open dana\n")
	if err := p.obey(ctx, in); err != nil {
		t.Fatal(err)
	}
	cancel()
	p.running.Wait()
	for what, times := range map[string]int{
		"  alice    http://127.0.0.1:1   Alice Moreau": 2, `nobody is called "nobody"`: 1, "It is Monday 2 March, 17:10": 1,
		"say how long": 2, "there is no hello here": 1, "/open bruno": 1, "Dana": 0,
	} {
		if got := strings.Count(out.String(), what); got != times {
			t.Errorf("said %q %d times, want %d:\n%s", what, got, times, out.String())
		}
	}
	if got := s.cloud.Clock().Now().Sub(before).Minutes(); got != 10 {
		t.Errorf("%v minutes passed, want 10", got)
	}
	args, _ := os.ReadFile(p.tool.node + ".args")
	for _, want := range []string{"--require preload.cjs cli.js start", "--disable-telemetry", "--port 0", "http://127.0.0.1:9/playground/alice/api/messages"} {
		if !strings.Contains(string(args), want) {
			t.Errorf("started without %q: %s", want, args)
		}
	}
	env, _ := os.ReadFile(p.tool.node + ".env")
	if !strings.Contains(string(env), "TEAMSAPPTESTER_BROWSER=none") || strings.Contains(string(env), "GOROOT") || strings.Contains(string(env), "LANG=") {
		t.Errorf("its environment is\n%s", env)
	}
}

// The end of the input ends nothing but the commands; the end of a page ends everything.
func TestPlaygroundPageEnds(t *testing.T) {
	t.Parallel()
	s := newTestStage(t)
	// It breaks once it is told to: one that breaks before it was seen to listen did not start.
	tool := fakeNode(t, `read told < "$0.end"; echo broken >&2; exit 3`)
	end := tool.node + ".end"
	if err := syscall.Mkfifo(end, 0o600); err != nil {
		t.Fatal(err)
	}
	p := &pages{Stage: s, out: io.Discard, tool: tool, gateway: "http://127.0.0.1:9", ended: make(chan error)}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := p.open(ctx, "dana"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(end, []byte("now\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := p.obey(ctx, strings.NewReader(""))
	if err == nil || !strings.Contains(err.Error(), "the page of dana: it ended (exit status 3): broken") {
		t.Errorf("got %v", err)
	}
	cancel()
	p.running.Wait()
}

func TestPlaygroundPageDoesNotStart(t *testing.T) {
	t.Parallel()
	s := newTestStage(t)
	p := &pages{Stage: s, out: io.Discard, tool: playgroundTool{node: filepath.Join(t.TempDir(), "none")}, ended: make(chan error)}
	if err := p.open(t.Context(), "dana"); err == nil || !strings.Contains(err.Error(), "start the page of dana") {
		t.Errorf("got %v", err)
	}
	p.running.Wait()
}

// What the bot sends reaches the page through the gateway, and what the page sends reaches the bot, signed.
func TestPlaygroundTalks(t *testing.T) {
	t.Parallel()
	s := newTestStage(t)
	heard := make(chan string, 10)
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard <- string(body)
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":"1"}`)
	}))
	t.Cleanup(page.Close)
	p := &pages{Stage: s}
	address, _ := url.Parse(page.URL)
	p.addresses.Store("alice", address)
	gateway := httptest.NewServer(p.gatewayHandler(s.cloud.Chat().PlaygroundHandler()))
	t.Cleanup(gateway.Close)
	if err := s.cloud.Chat().AttachPlayground("alice", gateway.URL+"/pages/alice"); err != nil {
		t.Fatal(err)
	}
	before := &Script{Stage: s, out: testlog.Writer{T: t}}
	before.must(t, "say bruno 'add dana seattle metered +12065550144'", "click bruno Save", "advance 15m")
	body, _ := json.Marshal(map[string]any{"type": "message", "id": "1", "text": "change number dana", "channelId": "msteams",
		"from": map[string]any{"id": "x", "name": "Alice"}, "conversation": map[string]any{"id": "theirs", "conversationType": "personal"}})
	resp, err := http.Post(gateway.URL+"/playground/alice/api/messages", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("the bot answered %s", resp.Status)
	}
	if err := s.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := <-heard
	if !strings.Contains(got, "Which number?") || strings.Contains(got, "choices.data") {
		t.Errorf("the page heard %s", got)
	}
	if m := s.cloud.Chat().Last("alice"); !strings.Contains(strings.Join(chat.Render(m), "\n"), "Which number?") {
		t.Errorf("alice's newest message: %q", chat.Render(m))
	}
}
