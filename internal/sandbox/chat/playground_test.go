package chat

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// fakePlayground is one Playground process: it keeps what its connector is
// sent and gives ids of its own.
type fakePlayground struct {
	*httptest.Server
	gateway string

	mu     sync.Mutex
	calls  []string // "METHOD conversation activity text"
	broken bool
	nextID int
}

func newFakePlayground(t *testing.T, w *world, alias string) *fakePlayground {
	t.Helper()
	gateway := httptest.NewServer(w.PlaygroundHandler())
	t.Cleanup(gateway.Close)
	f := &fakePlayground{gateway: gateway.URL + "/playground/" + alias + "/api/messages", nextID: 100}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /_connector/v3/conversations/{chat}/activities", f.connector)
	mux.HandleFunc("PUT /_connector/v3/conversations/{chat}/activities/{id}", f.connector)
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	if err := w.AttachPlayground(alias, f.URL+"/"); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fakePlayground) connector(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken {
		http.Error(w, "gone", http.StatusInternalServerError)
		return
	}
	var a struct {
		Text, ReplyToID string
		Conversation    struct{ ID string }
	}
	_ = json.NewDecoder(r.Body).Decode(&a)
	if a.Conversation.ID != r.PathValue("chat") || strings.HasPrefix(a.ReplyToID, "1") {
		http.Error(w, "Invalid input", http.StatusBadRequest)
		return
	}
	f.calls = append(f.calls, strings.Join([]string{r.Method, r.PathValue("chat"), r.PathValue("id"), a.Text}, " "))
	id := r.PathValue("id")
	if id == "" {
		f.nextID++
		id = "pg-" + text(float64(f.nextID))
		w.WriteHeader(http.StatusCreated)
	}
	_, _ = io.WriteString(w, `{"id":"`+id+`"}`)
}

// heard is what the page was sent last.
func (f *fakePlayground) heard() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.calls) == 0 {
		return ""
	}
	return f.calls[len(f.calls)-1]
}

// send sends an activity to "the bot", as a page does: no token.
func (f *fakePlayground) send(t *testing.T, body string) (int, string) {
	t.Helper()
	resp, err := http.Post(f.gateway, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(answer)
}

const pgPersonal = `"from":{"id":"user-id-0","name":"Alex"},"recipient":{"id":"bot-x"},"serviceUrl":"http://127.0.0.1:9/_connector",
	"conversation":{"conversationType":"personal","tenantId":"other","id":"their-chat"},"channelData":{"tenant":{"id":"other"},"source":{"name":"message"}},"channelId":"msteams"`

func TestPlaygroundMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := newFakePlayground(t, w, "alice")
	if status, body := f.send(t, `{"type":"message","id":"u-1","text":"help",`+pgPersonal+`}`); status != 200 {
		t.Fatalf("got %d %s", status, body)
	}
	got, p := w.last(), w.person2(t, "alice")
	a := got.act
	if object(a["from"])["id"] != p.mri || object(a["from"])["aadObjectId"] != p.ID || object(a["recipient"])["id"] != "28:"+appID {
		t.Errorf("people: %s", asJSON(a))
	}
	if c := object(a["conversation"]); c["id"] != p.chat.id || c["tenantId"] != tenant || a["serviceUrl"] != w.ServiceURL() {
		t.Errorf("place: %s", asJSON(a))
	}
	if d := object(a["channelData"]); object(d["tenant"])["id"] != tenant || d["source"] == nil {
		t.Errorf("channelData: %v", d)
	}
	if got.header.Get("Authorization") != "Bearer for "+w.ServiceURL() {
		t.Errorf("not signed: %v", got.header)
	}
	m := w.Last("alice")
	if m.From != "alice" || m.Text != "help" || m.ID != a["id"] {
		t.Errorf("message %+v", m)
	}
	// The bot's answer goes to the page's own conversation; an edit to its id.
	id := w.post(m.Conversation, "here")
	if got := f.heard(); got != "POST their-chat  here" {
		t.Errorf("the page heard %q", got)
	}
	reply := strings.Replace(message("where"), `"type"`, `"replyToId":"`+m.ID+`","type"`, 1)
	if r := w.call("POST", reply, m.Conversation, "activities", m.ID); r.status != http.StatusCreated {
		t.Errorf("reply: %d %s", r.status, r.raw)
	}
	w.call("PUT", message("there"), m.Conversation, "activities", id)
	if got := f.heard(); got != "PUT their-chat pg-101 there" {
		t.Errorf("the page heard %q", got)
	}
}

func TestPlaygroundInvoke(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := newFakePlayground(t, w, "alice")
	id := w.post(w.chatOf("alice"), card("", goAction))
	after := card(`{"type":"TextBlock","text":"after"}`)
	w.answer = func(activity) (int, string) { return 200, invokeAnswer(200, cardType, after) }
	status, body := f.send(t, `{"type":"invoke","name":"adaptiveCard/action","id":"u-2","replyToId":"pg-101","value":{"action":{"type":"Action.Execute","verb":"order.save"}},`+pgPersonal+`}`)
	if status != 200 || body != invokeAnswer(200, cardType, after) {
		t.Errorf("the page got %d %s", status, body)
	}
	if a := w.last().act; a["replyToId"] != id || a["id"] != "u-2" {
		t.Errorf("got %s, want a reply to %s", asJSON(a), id)
	}
	if got := Render(w.Last("alice")); len(got) != 1 || got[0] != "after" {
		t.Errorf("alice sees %q", got)
	}
}

// A message that a page has not answered for is told as not sent, and shown to
// nobody.
func TestPlaygroundGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chat := w.chatOf("alice")
	f := newFakePlayground(t, w, "alice")
	f.broken = true
	if r := w.call("POST", message("x"), chat, "activities"); r.status != http.StatusBadGateway {
		t.Errorf("got %d %s", r.status, r.raw)
	}
	if m := w.Last("alice"); m.ID != "" {
		t.Errorf("shown: %+v", m)
	}
}

func TestPlaygroundGroupsAndThreads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, g := newFakePlayground(t, w, "alice"), newFakePlayground(t, w, "dana")
	w.post(w.GroupChat(), "to all")
	for _, page := range []*fakePlayground{f, g} {
		if got := page.heard(); got != "POST "+w.GroupChat()+"  to all" {
			t.Errorf("a page heard %q", got)
		}
	}
	thread := `{"type":"message","text":"<at>Calltab</at> hi","conversation":{"conversationType":"channel","isGroup":true,"id":"chan;messageid=77"},"id":"u-3"}`
	if status, body := f.send(t, thread); status != 200 {
		t.Fatalf("got %d %s", status, body)
	}
	ours := text(object(w.last().act["conversation"])["id"])
	if ours != w.Channel()+";messageid="+w.Last("alice").ID {
		t.Errorf("thread %q, message %q", ours, w.Last("alice").ID)
	}
	w.post(ours, "in the thread")
	if got := f.heard(); got != "POST chan;messageid=77  in the thread" {
		t.Errorf("alice's page heard %q", got)
	}
	if got := g.heard(); got != "POST "+w.Channel()+"  in the thread" {
		t.Errorf("dana's page heard %q", got)
	}
	w.post(ours, "more")
	if got := g.heard(); got != "POST "+w.Channel()+";messageid=pg-102  more" {
		t.Errorf("dana's page heard %q", got)
	}
	f.send(t, thread)
	if again := text(object(w.last().act["conversation"])["id"]); again != ours {
		t.Errorf("the second message is in %q, want %q", again, ours)
	}
}

func TestPlaygroundInstallation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := newFakePlayground(t, w, "erin")
	if status, _ := f.send(t, `{"type":"installationUpdate","action":"add","id":"u-4",`+strings.Replace(pgPersonal, `,"name":"Alex"`, "", 1)+`}`); status != 200 {
		t.Fatalf("got %d", status)
	}
	if !w.Installed(people()[2].ID) {
		t.Error("erin still lacks the app")
	}
	if from := object(w.last().act["from"]); from["name"] != nil || from["id"] != w.MRI("erin") {
		t.Errorf("from %v", from)
	}
}

func TestPlaygroundRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := newFakePlayground(t, w, "alice")
	for name, tt := range map[string]struct {
		address, body string
		status        int
	}{
		"no JSON":      {f.gateway, "{", 400},
		"no such chat": {f.gateway, `{"type":"message","conversation":{"conversationType":"meeting"}}`, 400},
		"not attached": {strings.Replace(f.gateway, "alice", "dana", 1), `{"type":"message"}`, 404},
		"nobody":       {strings.Replace(f.gateway, "alice", "zed", 1), `{"type":"message"}`, 404},
	} {
		f := &fakePlayground{gateway: tt.address}
		if status, body := f.send(t, tt.body); status != tt.status {
			t.Errorf("%s: got %d %s", name, status, body)
		}
	}
	if err := w.AttachPlayground("zed", "http://127.0.0.1:1"); err == nil {
		t.Error("attached nobody")
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodHead, f.gateway, nil)
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("HEAD: %v, %v", resp, err)
	}
	if w.count() != 0 {
		t.Errorf("the bot heard %v", w.heard)
	}
}

func TestPlaygroundConfig(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := string(w.PlaygroundConfig("alice"))
	for _, want := range []string{
		"version: \"0.1.1\"\n", "tenantId: \"" + tenant + "\"\n",
		"bot:\n  id: \"28:" + appID + "\"\n", "currentUser:\n  id: \"" + w.MRI("alice") + "\"\n",
		"  userPrincipleName: \"alice.moreau@alderfinch.example\"\n",
		"personalChat:\n  id: \"" + w.chatOf("alice") + "\"\n", "groupChat:\n  id: \"" + w.GroupChat() + "\"\n",
		"    - id: \"" + w.Channel() + "\"\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for alias, want := range map[string]int{"alice": 5, "eve": 5} {
		users, _, _ := strings.Cut(string(w.PlaygroundConfig(alias)), "personalChat:")
		if n := strings.Count(users, "\n  - id: "); n != want {
			t.Errorf("%s: %d users, want %d", alias, n, want)
		}
	}
	if w.PlaygroundConfig("zed") != nil {
		t.Error("a configuration for nobody")
	}
}
