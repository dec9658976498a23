package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/login"
)

// conversations is how many chats with the bot there are. All of them are Alice's: a group makes her an admin, and the
// organisation has one of her only.
const conversations = 1000

// peer is everything around the program: Microsoft's login, a connector that takes messages, and people who write.
type peer struct {
	cloud      *cloud.Cloud
	serviceURL string
	org        string // path of the organisation file
	bearer     string // of the channel, good for serviceURL
	client     *http.Client

	known  sync.Map                       // bearer tokens of the bot that were checked
	saw    func(chat string, card []byte) // what the bot posts; nil: nobody looks
	told   func(line []byte)              // what the program logs once it is up; nil: nobody reads it
	heard  sync.Map                       // talkers, by their chats
	posted atomic.Int64
	asked  atomic.Int64
}

// newPeer starts a cloud of which dir and wall clock are filled in, and has the program lie in the file cache as it
// does where it is installed.
func newPeer(b *testing.B, cfg cloud.Config) *peer {
	b.Helper()
	uncache(b, *benchProgram)
	dir := b.TempDir()
	cfg.Dir, cfg.Wall = dir, time.Now
	c, err := cloud.Start(cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	p := &peer{cloud: c, org: filepath.Join(dir, "org.yaml"), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128}}}
	if err := os.WriteFile(p.org, c.OrgYAML(), 0o600); err != nil {
		b.Fatal(err)
	}
	connector := httptest.NewServer(p)
	b.Cleanup(connector.Close)
	p.serviceURL = connector.URL + "/teams/"
	if p.bearer, err = c.Login().Sign(c.Login().ChannelClaims(p.serviceURL)); err != nil {
		b.Fatal(err)
	}
	return p
}

var (
	// taken matches the ends of the blocks that have numbers which Microsoft has on other accounts from the beginning.
	taken  = regexp.MustCompile(`-0[19]99"`)
	policy = regexp.MustCompile(`\n *voice_routing_policy: .*`)
)

// recycle has numbers come back at once, so that they go from person to person, and leaves out those that cannot be had.
// Bare plans have no policy: one that a person had within a quarter of an hour is waited for when it is given again, as
// what shows may be the earlier one.
func (p *peer) recycle(b *testing.B, bare bool) {
	b.Helper()
	org := strings.ReplaceAll(string(p.cloud.OrgYAML()), "\n    time_zone:", "\n    cooling_days: 0\n    time_zone:")
	org = taken.ReplaceAllString(org, `-0149"`)
	if bare {
		org = policy.ReplaceAllString(org, "")
	}
	if err := os.WriteFile(p.org, []byte(org), 0o600); err != nil {
		b.Fatal(err)
	}
}

// ServeHTTP is the connector: it checks the bot's token and that a card or a text came, and is otherwise as cheap as can be.
func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	opens := strings.HasSuffix(r.URL.Path, "/v3/conversations") // a chat, to begin it
	if err != nil || !opens && !bytes.Contains(body, []byte(`"AdaptiveCard"`)) && !bytes.Contains(body, []byte(`"text":`)) {
		http.Error(w, "no card", http.StatusBadRequest)
		return
	}
	if token := r.Header.Get("Authorization"); token == "" || !p.checked(r, token) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if p.saw != nil {
		p.saw(conversationOf(r.URL.Path), body)
	}
	id := strconv.FormatInt(1_772_442_000_000+p.posted.Add(1), 10)
	if t, ok := p.heard.Load(conversationOf(r.URL.Path)); ok {
		t.(*talker).hear(r.Method, id, body)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintf(w, `{"id":"%s"}`, id)
}

func (p *peer) checked(r *http.Request, token string) bool {
	if _, ok := p.known.Load(token); ok {
		return true
	}
	_, err := p.cloud.Login().Check(r, login.ConnectorResource)
	if err == nil {
		p.known.Store(token, true)
	}
	return err == nil
}

// ask has one user write "help" and returns how long the answer took; the reply has gone through the connector by then.
func (p *peer) ask(url string) (time.Duration, error) { return p.say(url, "help") }

func (p *peer) say(url, text string) (time.Duration, error) {
	return p.sayAs(url, p.asked.Add(1), text)
}

// sayAs is say for the nth activity.
func (p *peer) sayAs(url string, n int64, text string) (time.Duration, error) {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(p.message(n, text)))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Authorization", "Bearer "+p.bearer)
	began := time.Now()
	resp, err := p.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return 0, err
	}
	took := time.Since(began)
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("answer %s", resp.Status)
	}
	return took, nil
}

// message is the nth activity, in the form in which Teams sends it.
func (p *peer) message(n int64, text string) []byte {
	a := p.activity(n, int(n%conversations))
	a["text"] = text
	body, err := json.Marshal(a)
	if err != nil {
		panic(err) // strings only
	}
	return body
}

// activity is the nth one, a message without a text, in a chat of Alice's.
func (p *peer) activity(n int64, chat int) map[string]any {
	return p.activityOf("alice", n, chat)
}

// activityOf is activity for another person.
func (p *peer) activityOf(alias string, n int64, chat int) map[string]any {
	who, _ := p.cloud.Org().Person(alias)
	tenant, bot := p.cloud.Org().Tenant.ID, "28:"+p.cloud.Env()["CALLTAB_APP_ID"]
	at := time.Now().UTC()
	return map[string]any{
		"type": "message", "id": fmt.Sprint(1_772_442_000_000 + n), "textFormat": "plain", "locale": "en-US",
		"timestamp": at.Format("2006-01-02T15:04:05.000Z"), "localTimestamp": at.Format("2006-01-02T15:04:05.000+00:00"),
		"localTimezone": "UTC", "serviceUrl": p.serviceURL, "channelId": "msteams",
		"from":         map[string]string{"id": fmt.Sprintf("29:1bench%s%04d", strings.Repeat("x", 60), chat), "name": who.DisplayName, "aadObjectId": who.ID},
		"recipient":    map[string]string{"id": bot, "name": "Calltab"},
		"conversation": map[string]string{"conversationType": "personal", "tenantId": tenant, "id": chatID(chat)},
		"channelData":  map[string]any{"tenant": map[string]string{"id": tenant}},
		"entities":     []any{map[string]string{"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Web", "timezone": "UTC"}},
	}
}

func chatID(chat int) string { return fmt.Sprintf("a:1bench%s%04d", strings.Repeat("y", 90), chat) }
