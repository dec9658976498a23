package teams

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"calltab/internal/bot/chats"
)

const (
	callLimit  = 10 * time.Second
	maxAnswer  = 64 << 10       // bytes of the connector's answer that are read
	maxDelay   = 24 * time.Hour // longest Retry-After that is believed
	earlyRenew = 5 * time.Minute
)

// gccServiceURL is where the connector serves tenants of the GCC, which live in the public cloud too. A bot that writes
// to one of them first is told InvalidBotApiHost elsewhere, and Microsoft asks to repeat the request there
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages, status codes).
const gccServiceURL = "https://smba.infra.gcc.teams.microsoft.com/gcc"

// call makes a request of the connector below a service URL that passed the allow-list, and returns the body of a good
// answer. Where the tenant is served elsewhere it makes it there, if the allow-list lets it; the next activity from
// there brings the address. Its errors are *bot.DeliveryError.
func (c *courier) call(ctx context.Context, method string, base *url.URL, path string, body []byte) ([]byte, error) {
	answer, err := c.once(ctx, method, base, path, body)
	var d *chats.DeliveryError
	if !errors.As(err, &d) || !strings.EqualFold(d.Code, "InvalidBotApiHost") {
		return answer, err
	}
	there, denied := c.allowed.check(c.elsewhere)
	if denied != nil || *there == *base {
		return answer, err
	}
	return c.once(ctx, method, there, path, body)
}

// once makes one request.
func (c *courier) once(ctx context.Context, method string, base *url.URL, path string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	// A bytes.Reader lets the transport send the body again on a fresh connection when a kept one had been closed.
	req, err := http.NewRequestWithContext(ctx, method, base.String()+path, bytes.NewReader(body))
	if err != nil {
		return nil, undeliverable(err)
	}
	if body == nil {
		req.Body = nil
		req.GetBody = nil
		req.ContentLength = 0
	} else {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	if c.bearer != nil {
		token, err := c.bearer.token(ctx)
		if err != nil {
			// Even a wrong secret is corrected by an operator one day, and then the message should go out.
			return nil, &chats.DeliveryError{Reason: chats.Busy, Code: "token", Err: err}
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, &chats.DeliveryError{Reason: chats.Busy, Err: err}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		// Taken, even if the rest of the answer was lost: to send it again would show it twice.
		return answer, nil
	}
	if resp.StatusCode == http.StatusUnauthorized && c.bearer != nil {
		c.bearer.distrust(strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer "))
	}
	d := classify(resp.StatusCode, answer)
	d.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), c.now())
	if d.Err == nil && err != nil {
		d.Err = fmt.Errorf("answer %d: %w", resp.StatusCode, err)
	}
	return nil, d
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3); anything else is 0.
func retryAfter(header string, now time.Time) time.Duration {
	if header == "" {
		return 0
	}
	if n, err := strconv.ParseUint(header, 10, 63); err == nil {
		return time.Duration(min(n, uint64(maxDelay/time.Second))) * time.Second
	}
	t, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	return min(max(t.Sub(now), 0), maxDelay)
}

// bearer keeps our own token, so that a message does not go through the credential's cache and its locks. A
// token is renewed when its issuer says so, or five minutes before its end, by one caller while the others
// go on with the old one.
type bearer struct {
	credential azcore.TokenCredential
	options    policy.TokenRequestOptions
	now        func() time.Time
	current    atomic.Pointer[azcore.AccessToken]
	distrusted atomic.Bool   // the connector refused the last token: ask past the credential's own cache
	renewing   chan struct{} // holds one place
}

func newBearer(cred azcore.TokenCredential, scope string, now func() time.Time) *bearer {
	return &bearer{
		credential: cred, options: policy.TokenRequestOptions{Scopes: []string{scope}}, now: now,
		renewing: make(chan struct{}, 1),
	}
}

func (b *bearer) token(ctx context.Context) (string, error) {
	t, now := b.current.Load(), b.now()
	if t != nil && now.Before(renewal(*t)) {
		return t.Token, nil
	}
	if t != nil && now.Before(t.ExpiresOn) {
		select {
		case b.renewing <- struct{}{}:
		default:
			return t.Token, nil
		}
	} else {
		select {
		case b.renewing <- struct{}{}:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	defer func() { <-b.renewing }()
	if t := b.current.Load(); t != nil && now.Before(renewal(*t)) {
		return t.Token, nil
	}
	options := b.options
	if b.distrusted.Load() {
		options.Claims = fmt.Sprintf(`{"access_token":{"nbf":{"essential":true,"value":"%d"}}}`, now.Unix())
	}
	fresh, err := b.credential.GetToken(ctx, options)
	if err == nil {
		b.distrusted.Store(false)
		b.current.Store(&fresh)
		return fresh.Token, nil
	}
	if t != nil && now.Before(t.ExpiresOn) {
		return t.Token, nil
	}
	return "", err
}

// distrust drops a token that the connector refused, so that the next call has a fresh one. The credential caches
// tokens as well, but not where claims are asked for; these are those of Entra's own claims challenge
// (https://learn.microsoft.com/entra/identity-platform/claims-challenge).
func (b *bearer) distrust(token string) {
	t := b.current.Load()
	if t != nil && t.Token == token && b.current.CompareAndSwap(t, nil) {
		b.distrusted.Store(true)
	}
}

func renewal(t azcore.AccessToken) time.Time {
	if !t.RefreshOn.IsZero() {
		return t.RefreshOn
	}
	return t.ExpiresOn.Add(-earlyRenew)
}
