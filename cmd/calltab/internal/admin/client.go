package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"calltab/cmd/calltab/internal/ownersocket"
	"calltab/internal/provision"
	"calltab/internal/provision/audit"
)

// client is the other side of the socket.
type client struct{ http *http.Client }

// reachTime is how long a running program may take to answer at all.
const reachTime = 2 * time.Second

// reach finds the program that has the store open; ok is false where none answers.
func reach(path string) (m client, ok bool) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return ownersocket.Dial(ctx, path)
	}
	ctx, cancel := context.WithTimeout(context.Background(), reachTime)
	defer cancel()
	c, err := dial(ctx, "", "")
	if err != nil {
		return client{}, false
	}
	c.Close()
	return client{&http.Client{Transport: &http.Transport{DialContext: dial}}}, true
}

func (c client) Apply(ctx context.Context, tenant provision.TenantID, text []byte, dry bool, out io.Writer) error {
	q := url.Values{"tenant": {string(tenant)}}
	if dry {
		q.Set("dry", "1")
	}
	return c.send(ctx, http.MethodPost, "/apply?"+q.Encode(), text, out)
}

func (c client) Export(ctx context.Context, tenant provision.TenantID, out io.Writer) error {
	return c.send(ctx, http.MethodGet, "/export?"+url.Values{"tenant": {string(tenant)}}.Encode(), nil, out)
}

func (c client) Trail(ctx context.Context, tenant provision.TenantID, since time.Time, upto uint64,
	out io.Writer) error {
	q := url.Values{"tenant": {string(tenant)}, "since": {since.Format(time.RFC3339Nano)}}
	if upto > 0 {
		q.Set("upto", strconv.FormatUint(upto, 10))
	}
	return c.send(ctx, http.MethodGet, "/trail?"+q.Encode(), nil, out)
}

func (c client) Verify(ctx context.Context, tenant provision.TenantID, earlier provision.Head, out io.Writer) error {
	q := url.Values{"tenant": {string(tenant)}}
	if earlier.Count > 0 {
		q.Set("head", fmt.Sprintf("%d:%x", earlier.Count, earlier.MAC))
	}
	return c.send(ctx, http.MethodGet, "/verify?"+q.Encode(), nil, out)
}

func (c client) Archivable(ctx context.Context, tenant provision.TenantID, before time.Time, out io.Writer) error {
	q := url.Values{"tenant": {string(tenant)}, "before": {before.Format(time.RFC3339Nano)}}
	return c.send(ctx, http.MethodGet, "/archivable?"+q.Encode(), nil, out)
}

func (c client) Archive(ctx context.Context, tenant provision.TenantID, seal audit.Seal, file, digest string,
	out io.Writer) error {
	q := url.Values{"tenant": {string(tenant)}, "file": {file}, "sha256": {digest}}
	body, err := json.Marshal(seal)
	if err != nil {
		return err
	}
	return c.send(ctx, http.MethodPost, "/archive?"+q.Encode(), body, out)
}

func (c client) Forgettable(ctx context.Context, tenant provision.TenantID, person string, called []string,
	out io.Writer) error {
	q := url.Values{"tenant": {string(tenant)}, "person": {person}, "called": called}
	return c.send(ctx, http.MethodGet, "/forget?"+q.Encode(), nil, out)
}

func (c client) Forget(ctx context.Context, tenant provision.TenantID, f forgotten, out io.Writer) error {
	q := url.Values{"tenant": {string(tenant)}, "user": {string(f.user)}, "by": {string(f.by)}, "note": {f.note},
		"called": f.called}
	return c.send(ctx, http.MethodPost, "/forget?"+q.Encode(), nil, out)
}

// check copies what the program says of its store.
func (c client) check(ctx context.Context, out io.Writer) error {
	trailer, err := c.ask(ctx, http.MethodGet, "/check", nil, out)
	if err != nil {
		return err
	}
	if faults, _ := strconv.Atoi(trailer.Get(faultsTrailer)); faults > 0 {
		return &faultsError{faults}
	}
	return nil
}

// backup copies the store as it is when the program hears of it.
func (c client) backup(ctx context.Context, out io.Writer) error {
	return c.send(ctx, http.MethodGet, "/backup", nil, out)
}

func (c client) send(ctx context.Context, method, path string, body []byte, out io.Writer) error {
	_, err := c.ask(ctx, method, path, body, out)
	return err
}

// ask sends a request and copies the answer. What follows the answer is returned.
func (c client) ask(ctx context.Context, method, path string, body []byte, out io.Writer) (http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://calltab"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("the program that has the store open: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		_, err := io.Copy(out, resp.Body)
		return resp.Trailer, err
	}
	said, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("the program that has the store open: %w", err)
	}
	text := strings.TrimSpace(string(said))
	if resp.StatusCode < http.StatusInternalServerError {
		return nil, &inputError{text}
	}
	return nil, errors.New(text)
}

// Running is the way to the running program that has a store open. Its error is ErrNobodyRuns.
func Running(store string) (*http.Client, error) {
	c, ok := reach(SocketOf(store))
	if !ok {
		return nil, ErrNobodyRuns
	}
	return c.http, nil
}

// Reaches reports whether a running program has a store open and answers for it. What listens there and does not speak
// HTTP is another program; a Calltab of any version has some answer to any path.
func Reaches(store string) bool {
	c, ok := reach(SocketOf(store))
	if !ok {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), reachTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://calltab/", nil)
	if err != nil {
		return false
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return false
	}
	resp.Body.Close()
	c.http.CloseIdleConnections()
	return true
}
