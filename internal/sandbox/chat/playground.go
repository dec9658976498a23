package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// page is one Microsoft 365 Agents Playground process that stands for one
// person. It has ids of its own for conversations and messages.
type page struct {
	url    string
	chats  map[string]string // our conversation id to the page's
	ours   map[string]string // the page's message id to ours
	theirs map[string]string // and back
}

// AttachPlayground makes the Playground process at that address (such as
// "http://127.0.0.1:56150") the Teams client of a person: what the bot sends to
// the person's conversations is delivered there too.
func (s *Server) AttachPlayground(alias, address string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, err := s.person(alias)
	if err != nil {
		return err
	}
	s.pages[who] = &page{
		url:    strings.TrimSuffix(address, "/"),
		chats:  map[string]string{},
		ours:   map[string]string{},
		theirs: map[string]string{},
	}
	return nil
}

// PlaygroundHandler takes what the Playground processes send to "the bot" at
// /playground/{alias}/api/messages. They send no token ([pg]), so it must be
// served on loopback only. Each activity gets our ids and service URL and a
// signature and goes on to the bot, whose answer comes back unchanged.
func (s *Server) PlaygroundHandler() http.Handler {
	mux := http.NewServeMux()
	// A page load asks with HEAD whether the bot is there ([pg]).
	mux.HandleFunc("HEAD /playground/{alias}/api/messages", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /playground/{alias}/api/messages", s.fromPlayground)
	return mux
}

func (s *Server) fromPlayground(w http.ResponseWriter, r *http.Request) {
	var a activity
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&a); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	who, err := s.person(r.PathValue("alias"))
	if err != nil || s.pages[who] == nil {
		s.mu.Unlock()
		http.Error(w, "no Playground is attached for this person", http.StatusNotFound)
		return
	}
	pressed, events, err := s.adopt(who, a)
	edits := 0
	if pressed != nil {
		edits = len(pressed.versions)
	}
	s.mu.Unlock()
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.tell(events...)
	result, err := s.deliver(r.Context(), a)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	if pressed != nil {
		// A malformed answer is the page's to show as well.
		_ = s.applyAnswer(who, pressed, edits, result.Status, result.Body)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(result.Status)
	_, _ = w.Write(result.Body)
}

// adopt rewrites an activity of a page in place and keeps what the person said.
// pressed is the card message of an adaptiveCard/action. The caller holds the
// lock.
func (s *Server) adopt(who *person, a activity) (pressed *post, events []Event, err error) {
	pg := s.pages[who]
	t, err := s.adoptThread(who, pg, a)
	if err != nil {
		return nil, nil, err
	}
	a["conversation"] = t.conversation()
	a["serviceUrl"] = s.service + "/"
	a["recipient"] = s.botAccount()
	from := who.account()
	if object(a["from"])["name"] == nil {
		delete(from, "name") // as in Teams, installations and joins have none
	}
	a["from"] = from
	data := object(a["channelData"])
	if data == nil {
		data = map[string]any{}
	}
	for k, v := range s.channelData(t) {
		data[k] = v
	}
	a["channelData"] = data
	if theirs := text(a["replyToId"]); theirs != "" {
		a["replyToId"] = orElse(pg.ours[theirs], theirs)
	}
	switch {
	case a["type"] == "message" && a["value"] == nil:
		p := s.said(who, t, a)
		return nil, []Event{s.event(Said, p)}, nil
	case a["type"] == "installationUpdate":
		added := text(a["action"]) != "remove"
		who.Installed, who.opened, who.unheard = added, true, false
	case a["name"] == "adaptiveCard/action":
		return s.postIn(t, text(a["replyToId"])), nil, nil
	}
	return nil, nil, nil
}

// said keeps a message that was written on a page.
func (s *Server) said(who *person, t *thread, a activity) *post {
	id := t.root
	if id == "" || s.postByID[id] != nil {
		id = s.stamp()
	}
	a["id"] = id
	return s.add(id, t, who, content{text: text(a["text"])})
}

// adoptThread finds which of our conversations a page means, by its kind. A
// channel thread that began on the page becomes one of ours.
func (s *Server) adoptThread(who *person, pg *page, a activity) (*thread, error) {
	theirs := object(a["conversation"])
	id := text(theirs["id"])
	var t *thread
	switch kind(text(theirs["conversationType"])) {
	case personalChat:
		t = who.chat
	case groupChat:
		t = s.group
	case teamChannel:
		if t = s.knownThread(pg, id); t == nil {
			t = s.channel
			if strings.Contains(id, ";messageid=") {
				t = s.channel.reply(s.stamp())
			}
		}
	}
	if t == nil || !t.holds(who) {
		return nil, fmt.Errorf("unknown conversation %q", id)
	}
	pg.chats[t.id] = id
	return t, nil
}

// knownThread is the thread that a page's channel conversation was mapped to.
func (s *Server) knownThread(pg *page, theirs string) *thread {
	for ours, id := range pg.chats {
		if id == theirs && ours != s.channel.id {
			return s.thread(ours)
		}
	}
	return nil
}

// relay delivers what the bot sent or changed to the pages of those who see it.
// The caller does not hold the lock.
func (s *Server) relay(ctx context.Context, method string, p *post, body []byte) error {
	s.mu.Lock()
	var pages []*page
	for _, who := range s.members(p.thread) {
		if pg := s.pages[who]; pg != nil {
			pages = append(pages, pg)
		}
	}
	s.mu.Unlock()
	for _, pg := range pages {
		if err := s.toPage(ctx, pg, method, p, body); err != nil {
			return fmt.Errorf("playground %s: %w", pg.url, err)
		}
	}
	return nil
}

func (s *Server) toPage(ctx context.Context, pg *page, method string, p *post, body []byte) error {
	s.mu.Lock()
	chat := pg.chats[p.thread.id]
	if chat == "" {
		// PlaygroundConfig gives the page our own ids; a thread that the page has
		// not seen is a new post in its channel.
		chat, _, _ = strings.Cut(p.thread.id, ";")
	}
	address := pg.url + "/_connector/v3/conversations/" + url.PathEscape(chat) + "/activities"
	theirs := pg.theirs[p.id]
	s.mu.Unlock()
	if method == http.MethodPut {
		if theirs == "" {
			return nil // it came to the page without an id, or not at all
		}
		address += "/" + url.PathEscape(theirs)
	}
	id, err := s.callPage(ctx, method, address, body)
	if err != nil || id == "" {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	pg.ours[id], pg.theirs[p.id] = p.id, id
	return nil
}

// callPage calls a page's connector and answers the id it gives.
func (s *Server) callPage(ctx context.Context, method, address string, body []byte) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return "", err
	}
	if resp.StatusCode >= 300 {
		return "", fmt.Errorf("%s: %.300s", resp.Status, answer)
	}
	var told struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(answer, &told) // no id is an answer too, see above
	return told.ID, nil
}
