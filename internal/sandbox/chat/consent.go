package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
)

// The attachments with which a bot gives a person a file ([files]).
const (
	consentType = "application/vnd.microsoft.teams.card.file.consent"
	storedType  = "application/vnd.microsoft.teams.card.file.info"
)

// uploadPath is where a person's yes lets the bot write, below the service URL. In Teams it is an upload session of
// their OneDrive.
const uploadPath = "/uploads/"

// offer is a file that the bot would give.
type offer struct {
	name            string
	accept, decline any
}

// fileContent reads an attachment that offers or shows a file.
func fileContent(a attachment) (content, bool) {
	switch a.ContentType {
	case storedType:
		return content{text: "[" + a.Name + "]"}, true
	case consentType:
	default:
		return content{}, false
	}
	var c struct {
		Description string `json:"description"`
		Size        int64  `json:"sizeInBytes"`
		Accept      any    `json:"acceptContext"`
		Decline     any    `json:"declineContext"`
	}
	if json.Unmarshal(a.Content, &c) != nil || a.Name == "" || c.Size <= 0 {
		return content{text: "[a file that cannot be shown]"}, true
	}
	return content{text: a.Name + ": " + c.Description, offer: &offer{a.Name, c.Accept, c.Decline}}, true
}

// Consent answers the newest file that the bot offers a person, as the buttons Allow and Decline do.
func (s *Server) Consent(ctx context.Context, alias string, allow bool) (Result, error) {
	s.mu.Lock()
	a, err := s.consent(alias, allow)
	s.mu.Unlock()
	if err != nil {
		return Result{}, err
	}
	return s.deliver(ctx, a)
}

// consent is the answer on the wire. The caller holds the lock.
func (s *Server) consent(alias string, allow bool) (activity, error) {
	who, err := s.person(alias)
	if err != nil {
		return nil, err
	}
	for i := len(s.posts) - 1; i >= 0; i-- {
		p := s.posts[i]
		if p.from != nil || p.deleted || !p.sees(who) || p.latest().offer == nil {
			continue
		}
		o := p.latest().offer
		value := map[string]any{"type": "fileUpload", "action": "decline", "context": o.decline}
		if allow {
			value["action"], value["context"] = "accept", o.accept
			value["uploadInfo"] = s.session(alias, o.name)
		}
		return s.newInvoke("fileConsent/invoke", who, p, value), nil
	}
	return nil, fmt.Errorf("%s is offered no file", alias)
}

// session lets the bot write one file. The caller holds the lock.
func (s *Server) session(alias, name string) map[string]any {
	key := strings.NewReplacer("/", "", "+", "", "=", "").Replace(s.opaque("upload"))
	if s.uploads == nil {
		s.uploads = map[string]*upload{}
	}
	s.uploads[key] = &upload{name: name, who: alias}
	return map[string]any{
		"contentUrl": "https://contoso-my.sharepoint.com/personal/" + alias + "/Documents/" + name,
		"name":       name, "uploadUrl": s.service + uploadPath + key, "uniqueId": key,
		"fileType": strings.TrimPrefix(path.Ext(name), "."),
	}
}

// upload is a file that a bot was let write.
type upload struct {
	name, who string
	data      []byte // nil: not written yet
}

// upload takes a file. As in OneDrive the address carries its own right to write, a token is refused, and a session
// that has its file is over.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) bool {
	_, key, ok := strings.Cut(r.URL.Path, uploadPath)
	if !ok {
		return false
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	s.mu.Lock()
	defer s.mu.Unlock()
	up := s.uploads[key]
	all := fmt.Sprintf("bytes 0-%d/%d", len(data)-1, len(data))
	switch {
	case r.Header.Get("Authorization") != "" || r.Method != http.MethodPut:
		http.Error(w, "Access denied.", http.StatusUnauthorized)
	case up == nil || up.data != nil:
		http.NotFound(w, r)
	case err != nil || r.Header.Get("Content-Range") != all:
		http.Error(w, "The Content-Range header length does not match the provided number of bytes.",
			http.StatusBadRequest)
	default:
		up.data = data
		s.stored = append(s.stored, up)
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "{}")
	}
	return true
}

// Stored is the newest file that the bot wrote for a person.
func (s *Server) Stored(alias string) (name string, data []byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.stored) - 1; i >= 0; i-- {
		if up := s.stored[i]; up.who == alias {
			return up.name, up.data, true
		}
	}
	return "", nil, false
}
