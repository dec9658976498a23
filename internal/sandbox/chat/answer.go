package chat

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// wentWrong is what a client shows for any answer that it cannot use
// (github.com/MicrosoftDocs/msteams-docs/issues/13460).
const wentWrong = "Something went wrong. Please try again."

// applyAnswer does what a client does with an invoke's answer ([universal],
// "Invoke response"). A malformed one is an error, for tests to see, besides the
// line that the person sees.
func (s *Server) applyAnswer(who *person, p *post, edits, status int, body []byte) error {
	if status != http.StatusOK {
		s.showToast(who, p, wentWrong)
		return nil
	}
	var answer struct {
		StatusCode int             `json:"statusCode"`
		Type       string          `json:"type"`
		Value      json.RawMessage `json:"value"`
	}
	err := json.Unmarshal(body, &answer)
	if err != nil || answer.StatusCode == 0 {
		s.showToast(who, p, wentWrong)
		return fmt.Errorf("malformed invoke answer: %.200s", body)
	}
	switch answer.Type {
	case cardType:
		var card map[string]any
		if card, _, err = decodeCard(answer.Value); err == nil && answer.StatusCode == http.StatusOK {
			s.showCard(who, p, edits, card)
			return nil
		}
	case "application/vnd.microsoft.activity.message":
		var line string
		if err = json.Unmarshal(answer.Value, &line); err == nil && answer.StatusCode == http.StatusOK {
			s.showToast(who, p, line)
			return nil
		}
	case "application/vnd.microsoft.error", "application/vnd.microsoft.error.preconditionFailed":
		var told struct{ Code, Message string }
		if err = json.Unmarshal(answer.Value, &told); err == nil && answer.StatusCode >= 400 {
			s.showToast(who, p, orElse(told.Message, wentWrong))
			return nil
		}
	default:
		err = fmt.Errorf("unknown type %q", answer.Type)
	}
	s.showToast(who, p, wentWrong)
	return fmt.Errorf("invoke answer %d %s: %v", answer.StatusCode, answer.Type, err)
}

func (s *Server) showCard(who *person, p *post, edits int, card map[string]any) {
	s.mu.Lock()
	if p.deleted || len(p.versions) != edits {
		s.mu.Unlock()
		return
	}
	p.show(who, card)
	e := Event{Kind: Shown, To: []string{who.Alias}, Message: p.message(who)}
	s.mu.Unlock()
	s.tell(e)
}

func (s *Server) showToast(who *person, p *post, line string) {
	s.mu.Lock()
	who.toast = line
	e := Event{Kind: Toasted, To: []string{who.Alias}, Toast: line, Message: Message{Conversation: p.thread.id}}
	s.mu.Unlock()
	s.tell(e)
}
