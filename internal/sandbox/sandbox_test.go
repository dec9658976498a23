package sandbox_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/sandbox"
	"calltab/internal/sandbox/chat"
	"calltab/internal/sandbox/fault"
)

func start(t *testing.T) (*sandbox.Cloud, *http.Client) {
	t.Helper()
	c, err := sandbox.Start(sandbox.Config{Dir: t.TempDir(), Wall: time.Now, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	pem, err := os.ReadFile(c.Env()["CALLTAB_CA_FILE"])
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatal("the CA file holds no certificate")
	}
	return c, &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
}

func do(t *testing.T, client *http.Client, method, address, token, contentType, body string) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, out
}

func token(t *testing.T, client *http.Client, env map[string]string, scope string) string {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {env["CALLTAB_APP_ID"]},
		"client_secret": {env["CALLTAB_APP_SECRET"]}, "scope": {env[scope]}}
	status, body := do(t, client, "POST", env["CALLTAB_LOGIN_AUTHORITY"]+env["CALLTAB_APP_TENANT"]+"/oauth2/v2.0/token", "", "application/x-www-form-urlencoded", form.Encode())
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || status != 200 {
		t.Fatalf("token: %d %s", status, body)
	}
	return answer.Token
}

// TestOneRound goes once around: a signed activity to the bot, Graph with a token, and a
// message through the connector back to the person.
func TestOneRound(t *testing.T) {
	t.Parallel()
	c, client := start(t)
	env := c.Env()
	var got struct {
		auth string
		body map[string]any
	}
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got.auth = r.Header.Get("Authorization")
		json.NewDecoder(r.Body).Decode(&got.body)
	}))
	defer bot.Close()
	c.Chat().SetBot(bot.URL)
	if _, err := c.Chat().Say(t.Context(), "alice", chat.Personal, "help"); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(got.auth, "Bearer ey") || got.body["text"] != "help" {
		t.Fatalf("the bot got %q and %v", got.auth, got.body)
	}
	if service := got.body["serviceUrl"].(string); !strings.HasPrefix(service, env["CALLTAB_SERVICE_URLS"]) {
		t.Errorf("serviceUrl %s is outside %s", service, env["CALLTAB_SERVICE_URLS"])
	}
	status, body := do(t, client, "GET", env["CALLTAB_GRAPH_URL"]+"/users/dana.reyes@alderfinch.example", token(t, client, env, "CALLTAB_GRAPH_SCOPE"), "", "")
	if status != 200 || !bytes.Contains(body, []byte(`"displayName":"Dana Reyes"`)) {
		t.Errorf("user: %d %s", status, body)
	}
	conversation := got.body["conversation"].(map[string]any)["id"].(string)
	address := env["CALLTAB_SERVICE_URLS"] + "v3/conversations/" + url.PathEscape(conversation) + "/activities"
	message, _ := json.Marshal(map[string]any{"type": "message", "text": "hello", "from": map[string]string{"id": "28:" + env["CALLTAB_APP_ID"]},
		"conversation": map[string]string{"id": conversation, "tenantId": env["CALLTAB_APP_TENANT"]}})
	status, body = do(t, client, "POST", address, token(t, client, env, "CALLTAB_CONNECTOR_SCOPE"), "application/json", string(message))
	if status/100 != 2 {
		t.Fatalf("send: %d %s", status, body)
	}
	if last := c.Chat().Last("alice"); last.Text != "hello" || last.From != "bot" {
		t.Errorf("alice sees %+v", last)
	}
	if status, _ := do(t, client, "POST", address, token(t, client, env, "CALLTAB_GRAPH_SCOPE"), "application/json", string(message)); status != 401 {
		t.Errorf("the connector takes a Graph token: %d", status)
	}
}

func TestEnvIsWhole(t *testing.T) {
	t.Parallel()
	c, _ := start(t)
	for name, value := range c.Env() {
		if value == "" {
			t.Errorf("%s is empty", name)
		}
	}
	if n := len(c.Env()); n != 15 {
		t.Errorf("%d settings, want 15", n)
	}
	if !bytes.HasPrefix(c.OrgYAML(), []byte("locations:\n")) {
		t.Errorf("OrgYAML = %s", c.OrgYAML())
	}
}

// TestFaultsAndBusy: the script reaches every service, and a request under way shows.
func TestFaultsAndBusy(t *testing.T) {
	t.Parallel()
	c, client := start(t)
	env := c.Env()
	busy := make(chan bool, 1)
	c.Faults().Observe(func(service, _, _ string, _ int) {
		if service == fault.Connector {
			busy <- c.Busy()
		}
	})
	for _, s := range []struct{ service, address string }{
		{fault.Login, env["CALLTAB_OPENID_METADATA_URL"]}, {fault.Graph, env["CALLTAB_GRAPH_URL"] + "/users"},
		{fault.Connector, env["CALLTAB_SERVICE_URLS"] + "v3/conversations/x/members"},
	} {
		c.Faults().Add(fault.Rule{Service: s.service, Status: 503})
		if status, _ := do(t, client, "GET", s.address, "", "", ""); status != 503 {
			t.Errorf("%s: status %d, want 503", s.service, status)
		}
	}
	if !<-busy {
		t.Error("not busy during a request")
	}
	if got := c.Faults().Counts()["connector GET /teams/v3/conversations/x/members"]; got != 1 {
		t.Errorf("Counts = %v", c.Faults().Counts())
	}
}

// TestChannelToken: the token is used again until the key changes.
func TestChannelToken(t *testing.T) {
	t.Parallel()
	c, _ := start(t)
	var tokens []string
	bot := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		tokens = append(tokens, r.Header.Get("Authorization"))
	}))
	defer bot.Close()
	c.Chat().SetBot(bot.URL)
	for i := range 3 {
		if i == 2 {
			if err := c.Login().Rotate(); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.Chat().Say(t.Context(), "alice", chat.Personal, "help"); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(tokens); n != 3 || tokens[0] != tokens[1] || tokens[1] == tokens[2] {
		t.Errorf("%d tokens; equal: %v, %v", n, tokens[0] == tokens[1], tokens[1] == tokens[n-1])
	}
}

// TestDroppedStream: over HTTP/2, as clients of the cloud speak, a cut call ends in an error
// and does not harm the calls beside it.
func TestDroppedStream(t *testing.T) {
	t.Parallel()
	c, client := start(t)
	address := c.Env()["CALLTAB_OPENID_METADATA_URL"]
	for _, drop := range []string{fault.DropBefore, fault.DropAfter} {
		c.Faults().Add(fault.Rule{Service: fault.Login, Drop: drop})
		req, err := http.NewRequestWithContext(t.Context(), "GET", address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if res, err := client.Do(req); err == nil {
			res.Body.Close()
			t.Errorf("%s: answered %s", drop, res.Status)
		}
	}
	if status, _ := do(t, client, "GET", address, "", "", ""); status != 200 {
		t.Errorf("afterwards: %d", status)
	}
	if done, _ := c.Login().Fetches(); done != 2 { // once although the answer was cut, once well
		t.Errorf("the work was done %d times, want 2", done)
	}
}

func TestGraphInstallsIntoChat(t *testing.T) {
	t.Parallel()
	c, client := start(t)
	env := c.Env()
	erin, _ := c.Org().Person("erin")
	bearer := token(t, client, env, "CALLTAB_GRAPH_SCOPE")
	apps := env["CALLTAB_GRAPH_URL"] + "/users/" + erin.ID + "/teamwork/installedApps"
	body := `{"teamsApp@odata.bind":"` + env["CALLTAB_GRAPH_URL"] + `/appCatalogs/teamsApps/` + env["CALLTAB_CATALOG_APP_ID"] + `"}`
	var got []int
	for range 2 {
		status, _ := do(t, client, "POST", apps, bearer, "application/json", body)
		got = append(got, status)
	}
	if !slices.Equal(got, []int{201, 409}) || !c.Chat().Installed(erin.ID) {
		t.Errorf("install answered %v, installed %v", got, c.Chat().Installed(erin.ID))
	}
}

func TestStartNeeds(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]sandbox.Config{
		"nothing":      {},
		"no wall":      {Dir: t.TempDir()},
		"no directory": {Dir: "/nowhere/at/all", Wall: time.Now},
	} {
		if c, err := sandbox.Start(cfg); err == nil {
			c.Close()
			t.Errorf("%s: started", name)
		}
	}
}

// TestBorders keeps the bot and Microsoft's libraries out of the sandbox.
func TestBorders(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "calltab/internal/sandbox/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(string(out)) {
		name = strings.TrimSpace(name)
		ours := strings.HasPrefix(name, "calltab/") && !strings.HasPrefix(name, "calltab/internal/sandbox")
		host, _, _ := strings.Cut(name, "/")
		foreign := strings.Contains(host, ".") && !strings.HasPrefix(name, "github.com/go-jose/go-jose/v4")
		if ours || foreign {
			t.Errorf("the sandbox reaches %s", name)
		}
	}
}
