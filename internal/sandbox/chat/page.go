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
	body = pg.translate(body, chat)
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
	if p.thread.root != "" && pg.chats[p.thread.id] == "" {
		pg.chats[p.thread.id] = chat + ";messageid=" + id
	}
	return nil
}

// translate puts a page's own ids into an activity of the bot. The page refuses
// a conversation without an id ([pg]).
func (pg *page) translate(body []byte, chat string) []byte {
	var a activity
	if json.Unmarshal(body, &a) != nil {
		return body
	}
	conversation := object(a["conversation"])
	if conversation == nil {
		conversation = map[string]any{}
	}
	conversation["id"] = chat
	a["conversation"] = conversation
	delete(a, "recipient")
	if ours := text(a["replyToId"]); ours != "" {
		delete(a, "replyToId")
		if theirs := pg.theirs[ours]; theirs != "" {
			a["replyToId"] = theirs
		}
	}
	translated, err := json.Marshal(a)
	if err != nil {
		return body
	}
	return translated
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
