// Package webhook tells a carrier, or the SBC in front of it, of every line, by a signed HTTP POST. It is the
// [provision.Carrier] of a company that has one to tell; it knows nothing of orders, stores or Microsoft, and never
// retries: the job runner owns every retry.
//
// # What is sent
//
// The body is JSON:
//
//	{
//	  "version": 1,
//	  "event": "activate",                  activate, change or release
//	  "tenant": "<Entra tenant id>",
//	  "order": "k3v9w2x7qa",
//	  "number": "+12065550144",             E.164; with ;ext= where several share one number (RFC 3966)
//	  "replaces": "+12065550101",           activate, when the person has another number until this one works
//	  "user": {"id": "<Entra object id>", "upn": "dana@example.com", "name": "Dana Reyes"},
//	  "plan": {"id": "unlimited", "name": "Unlimited"},
//	  "location": {"id": "seattle", "name": "Seattle", "country": "US", "emergency_location": "<id>"}
//	}
//
// activate comes before Microsoft gives the number to the person, change before their policies follow the plan, release
// once Microsoft has taken the number back. An order that fails is taken back with the opposite event. A release names
// the user who had the line: where another user has it by now, ignore it.
//
// # How it is signed
//
// As Standard Webhooks has it
// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
//
//	webhook-id         the idempotency key: letters, digits and dashes, the same in every repetition
//	webhook-timestamp  Unix time of this try, in seconds
//	webhook-signature  "v1," and the base64 of HMAC-SHA256(key, id + "." + timestamp + "." + body)
//
// Refuse a timestamp more than five minutes away, compare signatures in constant time, and answer a
// known id as the first time.
//
// # What it may answer
//
//	2xx                done. The body may be {"link": "https://…"}: a page, good for one visit, for the user alone
//	410                release: there is no such line; as good as done
//	401, 403           the signature is not believed: the order waits for a person
//	404, 405, 501, 3xx nobody takes notices at this address: likewise
//	408, 425, 429, 5xx not now: told again later, after Retry-After where there is one; no other notice of the tenant
//	                   is sent meanwhile, for five minutes at most
//	other 4xx          refused. {"message": "…"} is shown to the requester; an order that gives a number is undone
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
)

const (
	callTime      = 10 * time.Second
	mostAnswer    = 64 << 10
	mostLink      = 2048
	mostSaid      = 200 // letters of a carrier's words that people are shown
	mostWait      = time.Hour
	secretPrefix  = "whsec_"
	leastKey      = 24 // bytes, as Standard Webhooks asks for
	mostKey       = 64
	what          = "tell the carrier"
	signatureKind = "v1,"
)

// Config says whom to tell. All fields are required.
type Config struct {
	URL    string
	Key    []byte           // of the signature; see ParseSecret
	Client *http.Client     // used without following redirects
	Wall   func() time.Time // not business time: the carrier's clock is the world's
	Log    *slog.Logger
	Pauses Pauses // that it asks for, for all that tell it
}

// Carrier is a carrier behind a webhook. It is safe for concurrent use.
type Carrier struct {
	Config
	client http.Client
}

var _ provision.Carrier = (*Carrier)(nil)

// New returns the carrier.
func New(c Config) *Carrier {
	client := *c.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Carrier{c, client}
}

// ParseSecret reads a secret in the form of Standard Webhooks: whsec_ and the base64 of 24 to 64 random bytes. Its
// error quotes nothing of it.
func ParseSecret(text string) ([]byte, error) {
	raw, ok := strings.CutPrefix(text, secretPrefix)
	key, err := base64.StdEncoding.DecodeString(raw)
	if !ok || err != nil || len(key) < leastKey || len(key) > mostKey {
		return nil, errors.New("it is not whsec_ and the base64 of 24 to 64 bytes")
	}
	return key, nil
}

// notice is the body of a call.
type notice struct {
	Version  int                 `json:"version"`
	Event    provision.LineEvent `json:"event"`
	Tenant   provision.TenantID  `json:"tenant"`
	Order    provision.OrderID   `json:"order"`
	Number   provision.E164      `json:"number"`
	Replaces provision.E164      `json:"replaces,omitempty"`
	User     user                `json:"user"`
	Plan     plan                `json:"plan"`
	Location location            `json:"location"`
}

type user struct {
	ID   provision.UserID `json:"id"`
	UPN  string           `json:"upn"`
	Name string           `json:"name"`
}

type plan struct {
	ID   provision.PlanID `json:"id"`
	Name string           `json:"name"`
}

type location struct {
	ID        provision.LocationID `json:"id"`
	Name      string               `json:"name"`
	Country   string               `json:"country"`
	Emergency string               `json:"emergency_location,omitempty"`
}

// Tell posts the notice once.
func (c *Carrier) Tell(ctx context.Context, n provision.Notice) (provision.Receipt, error) {
	body, err := json.Marshal(notice{
		Version: 1, Event: n.Event, Tenant: n.Tenant, Order: n.Order, Number: n.Number, Replaces: n.Replaces,
		User: user{n.User, n.UPN, n.Name}, Plan: plan{n.Plan, n.Offer.Name},
		Location: location{n.Location, n.Site.Name, n.Site.Country, n.Site.EmergencyLocation},
	})
	if err != nil {
		return provision.Receipt{}, &provision.Error{Op: what, Kind: provision.Internal, Err: err}
	}
	if err := c.held(ctx, n.Tenant); err != nil {
		return provision.Receipt{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return provision.Receipt{}, &provision.Error{Op: what, Kind: provision.Internal, Err: err}
	}
	stamp := strconv.FormatInt(c.Wall().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Calltab")
	req.Header.Set("webhook-id", n.ID)
	req.Header.Set("webhook-timestamp", stamp)
	req.Header.Set("webhook-signature", signatureKind+base64.StdEncoding.EncodeToString(sign(c.Key, n.ID, stamp, body)))
	resp, err := c.client.Do(req)
	if err != nil {
		return provision.Receipt{}, silent(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
	if resp.StatusCode/100 != 2 {
		err := c.refused(resp, answer)
		c.share(ctx, n.Tenant, err)
		return provision.Receipt{}, err
	}
	if err != nil {
		return provision.Receipt{}, silent(err)
	}
	return provision.Receipt{Link: c.link(n, answer)}, nil
}

func sign(key []byte, id, stamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, stamp)
	mac.Write(body)
	return mac.Sum(nil)
}

// silent is a call of which nothing was heard: what happened over there is not known.
func silent(err error) error {
	var u *url.Error // its text holds the whole address, which may hold a secret of the carrier's
	if errors.As(err, &u) {
		err = u.Err
	}
	return &provision.Error{Op: what, Kind: provision.Unavailable, Say: provision.Say("carrier-silent"), Err: err}
}

// answer is what a carrier may say.
type answer struct {
	Link    string `json:"link"`
	Message string `json:"message"`
}

// read reads what it can: an answer in another form says nothing.
func read(body []byte) (a answer) {
	_ = json.Unmarshal(body, &a)
	return a
}

// link is the page for the user, if there is one that can be handed on.
func (c *Carrier) link(n provision.Notice, body []byte) string {
	link := read(body).Link
	u, err := url.Parse(link)
	switch {
	case link == "":
		return ""
	case err != nil || u.Scheme != "https" || u.Host == "" || len(link) > mostLink:
		c.Log.Warn("the carrier's link is no https address and is not handed on", slog.String("order", string(n.Order)))
		return ""
	}
	return link
}

// refused is an answer other than 2xx.
func (c *Carrier) refused(resp *http.Response, body []byte) error {
	e := &provision.Error{Op: what, Code: strconv.Itoa(resp.StatusCode), Kind: provision.Invalid}
	switch status := resp.StatusCode; {
	case status == http.StatusTooManyRequests:
		e.Kind = provision.Throttled
		e.Say = provision.Say("carrier-silent")
		e.RetryAfter = c.wait(resp.Header)
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly,
		status >= 500 && status != http.StatusNotImplemented:
		e.Kind = provision.Unavailable
		e.Say = provision.Say("carrier-silent")
		e.RetryAfter = c.wait(resp.Header)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		e.Kind, e.Say = provision.Denied, provision.Say("carrier-denied")
	case status < 400, status == http.StatusNotFound, status == http.StatusMethodNotAllowed,
		status == http.StatusNotImplemented:
		e.Kind, e.Say = provision.Denied, provision.Say("carrier-elsewhere", "status", e.Code)
	case status == http.StatusGone:
		e.Kind, e.Say = provision.NotFound, said(body)
	case status == http.StatusConflict:
		e.Kind, e.Say = provision.Conflict, said(body)
	default:
		e.Say = said(body)
	}
	return e
}

// said is a refusal in the carrier's own words, as far as it has any.
func said(body []byte) provision.Message {
	words := []rune(strings.Join(strings.Fields(read(body).Message), " "))
	if len(words) == 0 {
		return provision.Say("carrier-refused-silently")
	}
	if len(words) > mostSaid {
		words = append(words[:mostSaid], '…')
	}
	return provision.Say("carrier-refused", "said", string(words))
}

// wait is Retry-After in either of its forms (RFC 9110, 10.2.3), no longer than an hour; 0: none.
func (c *Carrier) wait(h http.Header) time.Duration {
	v := h.Get("Retry-After")
	if n, err := strconv.ParseUint(v, 10, 31); err == nil {
		return min(time.Duration(n)*time.Second, mostWait)
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	return max(0, min(at.Sub(c.Wall()), mostWait))
}
