package admin

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"calltab/internal/provision"
)

// Greeter sends a person a card, calls sent when it is in their chat, and returns when they have pressed its button.
type Greeter func(ctx context.Context, tenant provision.TenantID, user provision.UserID, sent func()) error

// The lines of an answer to POST /greet?tenant=…&user=…, each when it is so.
const (
	lineSent    = "sent"
	linePressed = "pressed"
)

// ErrNobodyRuns is the error where no running program has the store open.
var ErrNobodyRuns = errors.New("no running Calltab has the store open")

// Greets has the program greet people. Who opens the socket, which only the store's owner may, asks for it.
func (s *Server) Greets(by Greeter) *Server {
	s.greeter = by
	return s
}

// greet greets a person, for as long as the other side waits.
func (s *Server) greet(w http.ResponseWriter, r *http.Request) {
	tenant, ok := s.tenant(w, r)
	if !ok {
		return
	}
	user := r.URL.Query().Get("user")
	if s.greeter == nil || !provision.IsGUID(user) {
		http.Error(w, "there is nobody to greet", http.StatusBadRequest)
		return
	}
	began := false
	tell := func(line string) {
		began = true
		_, _ = io.WriteString(w, line+"\n") // an error means that the client has gone
		_ = http.NewResponseController(w).Flush()
	}
	err := s.greeter(r.Context(), tenant, provision.UserID(user), func() { tell(lineSent) })
	switch {
	case err == nil:
		tell(linePressed)
	case !began:
		s.log.Warn("greeting not sent", "user", user, "error", err)
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

// Greet has the running program of a store greet a person. It calls sent when the card is in their chat, and returns
// when they have pressed its button. Its error is ErrNobodyRuns, says why the card could not be sent, or is that of
// ctx.
func Greet(ctx context.Context, store string, tenant provision.TenantID, user provision.UserID, sent func()) error {
	c, ok := reach(SocketOf(store))
	if !ok {
		return ErrNobodyRuns
	}
	q := url.Values{"tenant": {string(tenant)}, "user": {string(user)}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://calltab/greet?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return errors.Join(ctx.Err(), err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		switch line := lines.Text(); {
		case resp.StatusCode != http.StatusOK:
			return errors.New(strings.TrimSpace(line))
		case line == lineSent:
			sent()
		case line == linePressed:
			return nil
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("the program that has the store open has stopped waiting (%v)", lines.Err())
}
