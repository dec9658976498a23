package graph

import (
	"context"
	"errors"
	"strings"

	"calltab/internal/provision"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
)

// call is one kind of request: how errors and metrics name it, and the application permission that Calltab has for it
// by the README's table. Reading numbers would need less, but what an administrator grants, and takes away, is that one
// (https://learn.microsoft.com/graph/permissions-reference).
type call struct {
	op         string
	service    service
	permission string
	blockable  bool // a tenant's policy may forbid it for one person, whatever the permissions
}

var (
	errUnreadable = errors.New("answer without content")
	errEndless    = errors.New("list without end")
)

// send makes one request to Graph for a tenant. Every request of this package passes here: it is counted, and its error
// becomes a *provision.Error.
func send[T any](ctx context.Context, c *Client, tenant provision.TenantID, what call,
	request func(api) (T, error)) (T, error) {
	heard := ctx
	if c.config.Begin != nil {
		heard = c.config.Begin(ctx)
	}
	name := strings.ReplaceAll(what.op, " ", "_")
	if e := c.held(ctx, tenant, what); e != nil {
		c.config.Observe(heard, name, resultHeld, true)
		var zero T
		return zero, e
	}
	v, err := attempt(ctx, c, tenant, request)
	if err == nil {
		c.config.Observe(heard, name, "ok", false)
		return v, nil
	}
	e := translate(what, err)
	if e.Kind == provision.Throttled && what.service != ofNobodyElse {
		shared := min(e.RetryAfter, mostShared)
		e.Err = errors.Join(e.Err, c.config.Pauses.Ask(ctx, tenant, string(what.service), shared))
	}
	c.config.Observe(heard, name, e.Kind.String(), e.Kind == provision.Throttled)
	var zero T
	return zero, e
}

// attempt makes the request. The SDK returns neither model nor error when an answer has no body or no content type.
func attempt[T any](ctx context.Context, c *Client, tenant provision.TenantID,
	request func(api) (T, error)) (T, error) {
	var zero T
	if err := ctx.Err(); err != nil {
		return zero, err
	}
	adapter, err := c.adapter(tenant)
	if err != nil {
		return zero, err
	}
	v, err := request(api{adapter})
	if err == nil && any(v) == nil {
		err = errUnreadable
	}
	return v, err
}

// receive sends a request of the SDK and reads the answer into a model of ours, where the SDK's own loses what is seen.
func receive[M serialization.Parsable](ctx context.Context, a api, info *abstractions.RequestInformation,
	model M) (M, error) {
	var none M
	answer, err := a.adapter.Send(ctx, info, func(serialization.ParseNode) (serialization.Parsable, error) {
		return model, nil
	}, nil)
	if err != nil {
		return none, err
	}
	if answer == nil {
		return none, errUnreadable
	}
	return model, nil
}

// page is a page of a list as the SDK models them.
type page interface{ GetOdataNextLink() *string }

// maxPages ends a list that never ends.
const maxPages = 100

// pages reads a list from its first page on until take has enough. Pages may be short or empty
// and yet have a next link.
func pages[P page](what call, p P, next func(link string) (P, error), take func(P) (enough bool)) error {
	for range maxPages {
		link := text(p.GetOdataNextLink())
		if take(p) || link == "" {
			return nil
		}
		var err error
		if p, err = next(link); err != nil {
			return err
		}
	}
	return translate(what, errEndless)
}

// text is the string that the SDK points to, or none.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func ptr[T any](v T) *T { return &v }
