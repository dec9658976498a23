package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
)

// The admin socket is a Unix socket next to the store, through which `calltab apply` and `calltab export` reach the program that
// has the store open. It speaks HTTP: POST /apply?tenant=…&dry=1 with an organisation file, and GET /export?tenant=…. Only the
// store's owner may open it.

// mostOrg bounds an organisation file; 100,000 numbers in single lines are two megabytes.
const mostOrg = 32 << 20

func socketOf(store string) string { return store + ".sock" }

// listenAdmin opens the socket. The store is locked by now, so a socket that is there was left behind by a program that died.
func listenAdmin(path string) (net.Listener, error) {
	if info, err := os.Lstat(path); err == nil {
		if info.Mode().Type() != fs.ModeSocket {
			return nil, fmt.Errorf("admin socket %s: there is another file of that name", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("admin socket: %w", err)
		}
	}
	l, err := listenOwned(path)
	if err != nil {
		return nil, fmt.Errorf("admin socket (a store with a shorter path may help): %w", err)
	}
	return l, nil
}

// admin answers on the socket.
func (a *app) admin() http.Handler {
	mux, c := http.NewServeMux(), clerk{a.service}
	serve := func(w http.ResponseWriter, r *http.Request, do func(provision.TenantID, io.Writer) error) {
		tenant := provision.TenantID(r.URL.Query().Get("tenant"))
		if !slices.Contains(a.cfg.Tenants, tenant) {
			http.Error(w, fmt.Sprintf("the program that runs does not serve the tenant %s", tenant), http.StatusBadRequest)
			return
		}
		var out bytes.Buffer
		err := do(tenant, &out)
		var org *orgError
		switch {
		case errors.As(err, &org):
			http.Error(w, err.Error(), http.StatusBadRequest)
		case err != nil:
			a.log.Error("admin socket", "error", err)
			http.Error(w, out.String()+err.Error(), http.StatusInternalServerError)
		default:
			_, _ = w.Write(out.Bytes()) // whoever asked has gone, or not
		}
	}
	mux.HandleFunc("POST /apply", func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostOrg))
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		serve(w, r, func(t provision.TenantID, out io.Writer) error {
			return c.apply(r.Context(), t, text, r.URL.Query().Get("dry") != "", out)
		})
	})
	mux.HandleFunc("GET /export", func(w http.ResponseWriter, r *http.Request) {
		serve(w, r, func(t provision.TenantID, out io.Writer) error { return c.export(r.Context(), t, out) })
	})
	return mux
}

// messenger is the other side of the socket.
type messenger struct{ client *http.Client }

// reach finds the program that has the store open; ok is false where none answers.
func reach(path string) (messenger, bool) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	c, err := dial(ctx, "", "")
	if err != nil {
		return messenger{}, false
	}
	c.Close()
	return messenger{&http.Client{Transport: &http.Transport{DialContext: dial}}}, true
}

func (m messenger) apply(ctx context.Context, tenant provision.TenantID, text []byte, dry bool, out io.Writer) error {
	q := url.Values{"tenant": {string(tenant)}}
	if dry {
		q.Set("dry", "1")
	}
	return m.send(ctx, http.MethodPost, "/apply?"+q.Encode(), text, out)
}

func (m messenger) export(ctx context.Context, tenant provision.TenantID, out io.Writer) error {
	return m.send(ctx, http.MethodGet, "/export?"+url.Values{"tenant": {string(tenant)}}.Encode(), nil, out)
}

func (m messenger) send(ctx context.Context, method, path string, body []byte, out io.Writer) error {
	r, err := http.NewRequestWithContext(ctx, method, "http://calltab"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := m.client.Do(r)
	if err != nil {
		return fmt.Errorf("the program that has the store open: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		said, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
		return errors.Join(errors.New(strings.TrimSpace(string(said))), err)
	}
	_, err = io.Copy(out, resp.Body)
	return err
}
