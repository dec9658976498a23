package chat

import (
	"context"
	"net/http"
	"path"
	"strings"
)

// filesPath is where dropped files are kept, below the service URL. In Teams it is the
// person's OneDrive.
const filesPath = "/files/"

// Drop drops a file into the person's own chat with the bot, with an address that can be
// read without a token for a while ([files],
// learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4). A copy of the
// text comes along as HTML, as with every message that has attachments.
func (s *Server) Drop(ctx context.Context, alias, name string, data []byte) (Result, error) {
	s.mu.Lock()
	who, t, err := s.place(alias, Personal)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	id := s.stamp()
	said := s.speak("", t)
	p := s.add(id, t, who, content{text: "[" + name + "]"})
	a := s.newMessage(id, who, t, said)
	key := strings.NewReplacer("/", "", "+", "", "=", "").Replace(s.opaque("file"))
	if s.files == nil {
		s.files = map[string][]byte{}
	}
	s.files[key] = data
	a["attachments"] = []any{
		map[string]any{"contentType": "text/html", "content": "<p>&nbsp;</p>"},
		map[string]any{
			"contentType": "application/vnd.microsoft.teams.file.download.info",
			"name":        name,
			"contentUrl":  "https://contoso-my.sharepoint.com/personal/" + alias + "/Documents/" + name,
			"content": map[string]any{
				"downloadUrl": s.service + filesPath + key + "?tempauth=" + key,
				"uniqueId":    key, "fileType": strings.TrimPrefix(path.Ext(name), "."), "etag": `"` + key + `,1"`,
			},
		},
	}
	e := s.event(Said, p)
	s.mu.Unlock()
	s.tell(e)
	return s.deliver(ctx, a)
}

// file serves a dropped file to every request for its address. As in OneDrive the address carries its own right to
// read: a request that brings a token along as well is refused.
func (s *Server) file(w http.ResponseWriter, r *http.Request) bool {
	_, key, ok := strings.Cut(r.URL.Path, filesPath)
	if !ok {
		return false
	}
	s.mu.Lock()
	data, there := s.files[key]
	s.mu.Unlock()
	switch {
	case r.Header.Get("Authorization") != "" || r.URL.Query().Get("tempauth") != key || r.Method != http.MethodGet:
		http.Error(w, "Access denied.", http.StatusUnauthorized)
	case !there:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(data)
	}
	return true
}
