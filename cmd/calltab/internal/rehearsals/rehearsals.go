// Package rehearsals is both sides of the admin socket where phones are tried out: the running program's, which answers
// for package rehearse, and the doctor's. Only the store's owner may open the socket.
//
// GET /rehearsals/offer?tenant=…&person=…&location=…&plan=… says what would be done, POST /rehearsals?tenant=… with
// user, location, plan, number and wait does it, GET /rehearsals?tenant=…&order=… says how far it is, and GET
// /rehearsals/earlier?tenant=… what was tried out before, greetings included. Each answers in JSON.
package rehearsals

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"calltab/cmd/calltab/internal/admin"
	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal/rehearse"
)

// Path is the part of the socket that Server answers.
const Path = "/rehearsals"

// The bounds of how long a phone may be waited for.
const (
	Least = time.Minute
	Most  = 24 * time.Hour
)

// mostSaid bounds what is read of an answer that is no JSON, in bytes.
const mostSaid = 4 << 10

// Rehearser gives people phones and takes them back, to see whether that works.
type Rehearser interface {
	Offer(ctx context.Context, tenant provision.TenantID, w rehearse.Wish) (rehearse.Offer, error)
	Begin(ctx context.Context, tenant provision.TenantID, a rehearse.Agreed) (rehearse.Begun, error)
	Standing(ctx context.Context, tenant provision.TenantID, id provision.OrderID) (rehearse.Standing, error)
}

// Server is the running program's side. All fields are required.
type Server struct {
	By      Rehearser
	Store   provision.Store
	Tenants []provision.TenantID
	Log     *slog.Logger
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	tenant := provision.TenantID(r.URL.Query().Get("tenant"))
	if !slices.Contains(s.Tenants, tenant) {
		http.Error(w, fmt.Sprintf("the running Calltab does not serve the tenant %s", tenant), http.StatusBadRequest)
		return
	}
	answer, err := s.answer(r, tenant)
	switch {
	case errors.Is(err, errNoSense):
		http.Error(w, err.Error(), http.StatusBadRequest)
	case err != nil:
		s.Log.Error("admin socket", "error", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		_ = json.NewEncoder(w).Encode(answer) // an error means that the other side has gone
	}
}

var errNoSense = errors.New("there is nothing to try out")

func (s *Server) answer(r *http.Request, tenant provision.TenantID) (any, error) {
	q := r.URL.Query()
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, Path) {
	case "GET /offer":
		return s.By.Offer(r.Context(), tenant, rehearse.Wish{Person: q.Get("person"), Location: q.Get("location"),
			Plan: q.Get("plan")})
	case "GET /earlier":
		return earlierIn(r.Context(), s.Store, tenant)
	case "GET ":
		return s.By.Standing(r.Context(), tenant, provision.OrderID(q.Get("order")))
	case "POST ":
		wait, err := time.ParseDuration(q.Get("wait"))
		if err != nil || wait < Least || wait > Most || !provision.IsGUID(q.Get("user")) {
			return nil, errNoSense
		}
		return s.By.Begin(r.Context(), tenant, rehearse.Agreed{User: provision.UserID(q.Get("user")), Wait: wait,
			Location: provision.LocationID(q.Get("location")), Plan: provision.PlanID(q.Get("plan")),
			Number: provision.E164(q.Get("number"))})
	}
	return nil, errNoSense
}

// Client is the doctor's side, of the running program of a store. Errors are admin.ErrNobodyRuns, or the program's.
type Client struct {
	Store  string
	Tenant provision.TenantID
}

// Offer is that of [rehearse.Service].
func (c Client) Offer(ctx context.Context, w rehearse.Wish) (offer rehearse.Offer, err error) {
	q := url.Values{"person": {w.Person}, "location": {w.Location}, "plan": {w.Plan}}
	err = c.ask(ctx, http.MethodGet, "/offer", q, &offer)
	return offer, err
}

// Begin is that of [rehearse.Service].
func (c Client) Begin(ctx context.Context, a rehearse.Agreed) (begun rehearse.Begun, err error) {
	q := url.Values{"user": {string(a.User)}, "location": {string(a.Location)}, "plan": {string(a.Plan)},
		"number": {string(a.Number)}, "wait": {a.Wait.String()}}
	err = c.ask(ctx, http.MethodPost, "", q, &begun)
	return begun, err
}

// Standing is that of [rehearse.Service].
func (c Client) Standing(ctx context.Context, id provision.OrderID) (st rehearse.Standing, err error) {
	err = c.ask(ctx, http.MethodGet, "", url.Values{"order": {string(id)}}, &st)
	return st, err
}

func (c Client) ask(ctx context.Context, method, path string, q url.Values, answer any) error {
	running, err := admin.Running(c.Store)
	if err != nil {
		return err
	}
	defer running.CloseIdleConnections()
	q.Set("tenant", string(c.Tenant))
	r, err := http.NewRequestWithContext(ctx, method, "http://calltab"+Path+path+"?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	resp, err := running.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return json.NewDecoder(resp.Body).Decode(answer)
	}
	said, err := io.ReadAll(io.LimitReader(resp.Body, mostSaid))
	if err != nil {
		return err
	}
	return errors.New(strings.TrimSpace(string(said)))
}
