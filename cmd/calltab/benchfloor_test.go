package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
)

// flooring is the variable by which the test binary is the floor: a bot that does of each kind of turn only what
// another machine sees, by the standard library, with answers that are ready. It reads the activity and who is asked
// about, makes the two reads of Graph without looking at more than an id, posts or edits the card, and commits one small
// record, as a turn that is acknowledged has to be known after a crash. It checks no token, decides nothing and draws
// nothing. What a turn costs beside it is what Calltab itself adds.
const flooring = "CALLTAB_BENCH_FLOOR"

// flooringKinds names the file of kinds of turns, as it does for botbuilder.
const flooringKinds = "BESIDE_KINDS"

func init() { mortals[flooring] = func(int) error { return serveFloor() } }

// floor starts it.
func (p *peer) floor(b *testing.B, of *side, known string) *side {
	b.Helper()
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	more := p.everybodyAdmin()
	more[flooring], more[flooringKinds] = "1", known
	s := p.runAs(b, program, b.TempDir(), more)
	one := &side{name: "floor", pid: s.cmd.Process.Pid, url: s.url}
	p.crewOf(one, 700, of.talkers[0].served)
	for _, t := range one.talkers {
		t.open = of.talkers[0].open
	}
	return one
}

// ready is a kind of turn as the floor knows it, with the bytes that it sends.
type ready struct {
	besideKind
	message, answer []byte
}

type floorBot struct {
	texts map[string]*ready // by what is written
	verbs map[string]*ready // by verb and trigger
	http  *http.Client
	store *boltstore.Store

	mu     sync.Mutex
	tokens map[string]string // by scope; the bench is shorter than a token lives
}

func serveFloor() error {
	raw, err := os.ReadFile(os.Getenv(flooringKinds))
	if err != nil {
		return err
	}
	var kinds []besideKind
	if err := json.Unmarshal(raw, &kinds); err != nil {
		return err
	}
	f := &floorBot{texts: map[string]*ready{}, verbs: map[string]*ready{}, tokens: map[string]string{}}
	for _, k := range kinds {
		f.learn(k)
	}
	roots := x509.NewCertPool()
	ca, err := os.ReadFile(os.Getenv("CALLTAB_CA_FILE"))
	if err != nil {
		return err
	}
	roots.AppendCertsFromPEM(ca)
	f.http = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, MaxIdleConnsPerHost: 128, ForceAttemptHTTP2: true}}
	if f.store, err = boltstore.Open(filepath.Join(filepath.Dir(os.Getenv("CALLTAB_STORE")), "floor.db"), boltstore.Options{}); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, `{"msg":"calltab is up","listen":"%s"}`+"\n", listener.Addr())
	return http.Serve(listener, f)
}

// learn makes what is sent for a kind of turn.
func (f *floorBot) learn(k besideKind) {
	attachment := map[string]any{"contentType": "application/vnd.microsoft.card.adaptive", "content": k.Card}
	r := &ready{besideKind: k, message: encoded(map[string]any{"type": "message", "attachments": []any{attachment}})}
	switch {
	case k.Verb == "application/search":
		r.answer = k.Value
	case k.Verb != "":
		r.answer = encoded(map[string]any{"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": k.Card})
	}
	if k.Verb != "" {
		f.verbs[k.Verb+" "+k.Trigger] = r
		return
	}
	f.texts[k.Text] = r
	for line := range k.UPNs {
		f.texts[line] = r
	}
}

// floorActivity is what the floor reads of an activity.
type floorActivity struct {
	Type, ID, Text, Name, ServiceURL, ReplyToID string
	Conversation                                struct{ ID string }
	Value                                       struct {
		Action  struct{ Verb string }
		Trigger string
	}
}

func (f *floorBot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := f.turn(r)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(answer)
}

func (f *floorBot) turn(r *http.Request) ([]byte, error) {
	var a floorActivity
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
		return nil, err
	}
	at := a.ServiceURL + "v3/conversations/" + url.PathEscape(a.Conversation.ID) + "/activities"
	if a.Type == "message" {
		k := f.texts[a.Text]
		if k == nil {
			return nil, errors.New("unknown line " + a.Text)
		}
		if k.Reads {
			if err := f.read(k.UPNs[a.Text]); err != nil {
				return nil, err
			}
		}
		if _, err := f.call(http.MethodPost, at, "CALLTAB_CONNECTOR_SCOPE", k.message); err != nil {
			return nil, err
		}
		return nil, f.remember(r, a.Conversation.ID, a.ID)
	}
	verb := a.Value.Action.Verb + " " + a.Value.Trigger
	if a.Name == "application/search" {
		verb = a.Name + " "
	}
	k := f.verbs[verb]
	if k == nil {
		return nil, errors.New("unknown verb " + verb)
	}
	if k.Edits {
		if _, err := f.call(http.MethodPut, at+"/"+a.ReplyToID, "CALLTAB_CONNECTOR_SCOPE", k.message); err != nil {
			return nil, err
		}
	}
	if a.Value.Trigger != "manual" {
		return k.answer, nil
	}
	return k.answer, f.remember(r, a.Conversation.ID, a.ID)
}

// read makes the two reads: who it is, and what the telephone service knows of them.
func (f *floorBot) read(upn string) error {
	const fields = "id,userPrincipalName,mail,displayName,givenName,surname,city,officeLocation,mobilePhone," +
		"businessPhones,usageLocation,accountEnabled,userType,assignedPlans,assignedLicenses"
	graph := os.Getenv("CALLTAB_GRAPH_URL")
	raw, err := f.call(http.MethodGet, graph+"/users/"+url.PathEscape(upn)+"?$select="+fields, "CALLTAB_GRAPH_SCOPE", nil)
	if err != nil {
		return err
	}
	_, rest, _ := bytes.Cut(raw, []byte(`"id":"`))
	id, _, ok := bytes.Cut(rest, []byte(`"`))
	if !ok {
		return errors.New("a person without an id")
	}
	_, err = f.call(http.MethodGet, graph+"/admin/teams/userConfigurations/"+string(id), "CALLTAB_GRAPH_SCOPE", nil)
	return err
}

func (f *floorBot) call(method, at, scope string, body []byte) ([]byte, error) {
	token, err := f.token(os.Getenv(scope))
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest(method, at, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := f.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %s: %.300s", method, req.URL.Path, resp.Status, answer)
	}
	return answer, err
}

func (f *floorBot) token(scope string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known := f.tokens[scope]; known != "" {
		return known, nil
	}
	resp, err := f.http.PostForm(os.Getenv("CALLTAB_LOGIN_AUTHORITY")+os.Getenv("CALLTAB_APP_TENANT")+"/oauth2/v2.0/token", url.Values{
		"client_id": {os.Getenv("CALLTAB_APP_ID")}, "client_secret": {os.Getenv("CALLTAB_APP_SECRET")},
		"grant_type": {"client_credentials"}, "scope": {scope},
	})
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var got struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
		return "", err
	}
	f.tokens[scope] = got.Token
	return got.Token, nil
}

// remember commits that a turn was taken.
func (f *floorBot) remember(r *http.Request, conversation, id string) error {
	return f.store.Update(r.Context(), func(tx provision.Tx) error {
		tx.Put("bot.conversations", conversation, []byte(id))
		return nil
	})
}
