package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	khttp "github.com/microsoft/kiota-http-go"
)

// maxAnswer and maxFailure bound what is read of an answer, in bytes.
const (
	maxAnswer  = 16 << 20
	maxFailure = 64 << 10
)

// gate is the last middleware of the SDK's pipeline. Whatever the layers above made of a request (a next link, a raw
// URL), it leaves for the configured host only, and only here does it get a token.
//
// Answers other than 2xx end here as a *failure. The SDK's own reading of them loses status and Retry-After when the
// body is not JSON, as from a proxy, and its ODataError panics when the error has no message. A redirect is a failure
// too: Graph does not redirect these calls, and following one would post an empty body.
type gate struct {
	base       *url.URL
	scope      string
	credential azcore.TokenCredential
	limit      time.Duration // of a call, with its answer
}

var _ khttp.Middleware = (*gate)(nil)

var errForeign = errors.New("refused to leave the configured host")

// Intercept implements the SDK's middleware.
func (g *gate) Intercept(pipeline khttp.Pipeline, index int, req *http.Request) (*http.Response, error) {
	if !g.ours(req.URL) {
		return nil, fmt.Errorf("%s %s: %w", req.Method, req.URL.Host, errForeign)
	}
	ctx, end := context.WithTimeout(req.Context(), g.limit)
	resp, err := g.pass(pipeline, index, req.Clone(ctx))
	if err != nil {
		end()
		return nil, err
	}
	resp.Body = answerBody{http.MaxBytesReader(nil, resp.Body, maxAnswer), end}
	return resp, nil
}

// pass sends a request that is ours with the token.
func (g *gate) pass(pipeline khttp.Pipeline, index int, out *http.Request) (*http.Response, error) {
	// Without claims challenges (EnableCAE) tokens live an hour and the SDK needs no second try of its own.
	token, err := g.credential.GetToken(out.Context(), policy.TokenRequestOptions{Scopes: []string{g.scope}})
	if err != nil {
		return nil, &tokenError{err}
	}
	out.Header.Set("Authorization", "Bearer "+token.Token)
	if err := holdBody(out); err != nil {
		return nil, err
	}
	resp, err := pipeline.Next(out, index)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		defer resp.Body.Close()
		return nil, readFailure(resp)
	}
	return resp, nil
}

// answerBody is the body of an answer, with which the time of its call ends. The time limit of Go's client would take
// two goroutines a call, as it does not know that the SDK's pipeline heeds contexts.
type answerBody struct {
	io.ReadCloser
	end context.CancelFunc
}

// Close closes the body.
func (b answerBody) Close() error {
	defer b.end()
	return b.ReadCloser.Close()
}

// ours reports whether u lies under the configured address: same scheme, host, port and path prefix.
func (g *gate) ours(u *url.URL) bool {
	return u.Scheme == g.base.Scheme && strings.EqualFold(u.Host, g.base.Host) && u.User == nil &&
		strings.HasPrefix(u.EscapedPath(), g.base.EscapedPath()+"/")
}

// holdBody gives the body a length, so that it is not sent in chunks, and lets the transport read it again when a kept
// connection turns out to be closed before anything was sent.
func holdBody(req *http.Request) error {
	if req.Body == nil || req.Body == http.NoBody {
		return nil
	}
	defer req.Body.Close()
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return fmt.Errorf("read request body: %w", err)
	}
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req.Body, _ = req.GetBody()
	req.ContentLength = int64(len(body))
	return nil
}

// tokenError is that no token could be had; nothing was sent to Graph.
type tokenError struct{ err error }

func (e *tokenError) Error() string { return "get token: " + e.err.Error() }
func (e *tokenError) Unwrap() error { return e.err }
