package chat

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Result is what came of an activity that was sent to the bot. The zero Result
// says that nothing was sent.
type Result struct {
	Status     int    // of the HTTP response
	Body       []byte // of the HTTP response
	ActivityID string
	Sent       []byte // the activity, for Resend
}

// deliver signs an activity and sends it. The caller does not hold the lock.
func (s *Server) deliver(ctx context.Context, a activity) (Result, error) {
	body, err := json.Marshal(a)
	if err != nil {
		return Result{}, err
	}
	r := Result{ActivityID: text(a["id"]), Sent: body}
	return s.transmit(ctx, r, text(a["serviceUrl"]))
}

// transmit sends the activity of a Result under a fresh token.
func (s *Server) transmit(ctx context.Context, r Result, serviceURL string) (Result, error) {
	var token string
	if s.cfg.Sign != nil {
		var err error
		if token, err = s.cfg.Sign(serviceURL); err != nil {
			return r, fmt.Errorf("sign activity %s: %w", r.ActivityID, err)
		}
	}
	var err error
	r.Status, r.Body, err = s.SendRaw(ctx, r.Sent, token)
	return r, err
}

// Resend sends the very same activity once more, with the same id, as Teams
// does when the bot was slow (github.com/MicrosoftDocs/msteams-docs/issues/6084).
// Nothing is done with the answer.
func (s *Server) Resend(ctx context.Context, r Result) (Result, error) {
	var a activity
	if err := json.Unmarshal(r.Sent, &a); err != nil {
		return Result{}, fmt.Errorf("resend: %w", err)
	}
	return s.transmit(ctx, Result{ActivityID: r.ActivityID, Sent: r.Sent}, text(a["serviceUrl"]))
}

// SendRaw posts any body with any bearer token to the bot; an empty token sends
// no Authorization header.
func (s *Server) SendRaw(ctx context.Context, body []byte, token string) (status int, answer []byte, err error) {
	s.mu.Lock()
	bot := s.bot
	s.mu.Unlock()
	if bot == "" {
		return 0, nil, errors.New("chat: SetBot was not called")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, bot, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	addHeaders(req, body)
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, maxBody))
	return resp.StatusCode, answer, err
}

// addHeaders sets the headers that Teams adds to every call, MS-CV for
// correlation among them
// (learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/request-headers-of-the-bot).
func addHeaders(req *http.Request, body []byte) {
	var a struct {
		Conversation struct {
			ID       string `json:"id"`
			TenantID string `json:"tenantId"`
		} `json:"conversation"`
	}
	if json.Unmarshal(body, &a) != nil {
		return
	}
	sum := sha256.Sum256(body)
	req.Header.Set("MS-CV", base64.RawStdEncoding.EncodeToString(sum[:16])+".1")
	req.Header.Set("x-ms-conversation-id", a.Conversation.ID)
	req.Header.Set("x-ms-tenant-id", a.Conversation.TenantID)
}
