package chat

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

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
	a["timestamp"] = s.cfg.Now().UTC().Format("2006-01-02T15:04:05.000Z")
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
		who.Installed = added
		who.opened = true
		who.unheard = false
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
