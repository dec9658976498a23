package graph

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
)

// rule maps an answer to a kind of error. A zero status or an empty code matches every one.
type rule struct {
	status int
	code   string
	kind   provision.ErrorKind
	grant  bool // an administrator must grant the call's permission
}

// rules are tried in their order. Throttling, failing servers and refused tokens are plain from the status; among the
// other refusals the code is more exact, since the telephone service answers "NotFound" and "Forbidden" under several
// statuses and wraps one error in another (https://learn.microsoft.com/graph/errors).
var rules = []rule{
	{status: 401, kind: provision.Denied},
	{status: 429, kind: provision.Throttled},
	{status: 509, kind: provision.Throttled}, // bandwidth
	{status: 500, kind: provision.Unavailable},
	{status: 502, kind: provision.Unavailable},
	{status: 503, kind: provision.Unavailable},
	{status: 504, kind: provision.Unavailable},
	{status: 507, kind: provision.Unavailable},

	{code: "TooManyRequests", kind: provision.Throttled},
	{code: "activityLimitReached", kind: provision.Throttled},
	{code: "Authorization_IdentityNotFound", kind: provision.Denied}, // the app is not known in this tenant
	{code: "InvalidAuthenticationToken", kind: provision.Denied},
	{code: "Authorization_RequestDenied", kind: provision.Denied, grant: true},
	{code: "Forbidden", kind: provision.Denied, grant: true},
	{code: "AccessDenied", kind: provision.Denied, grant: true},
	{code: "Request_ResourceNotFound", kind: provision.NotFound},
	{code: "ResourceNotFound", kind: provision.NotFound},
	{code: "itemNotFound", kind: provision.NotFound},
	{code: "NotFound", kind: provision.NotFound},
	// a link that is too old (https://learn.microsoft.com/graph/delta-query-overview#synchronization-reset)
	{code: "syncStateNotFound", kind: provision.NotFound},
	{code: "syncStateInvalid", kind: provision.NotFound},
	{code: "resyncRequired", kind: provision.NotFound},
	{code: "Directory_ExpiredPageToken", kind: provision.NotFound},
	{code: "Conflict", kind: provision.Conflict},
	{code: "Request_UnsupportedQuery", kind: provision.Internal}, // the query is ours
	{code: "serviceNotAvailable", kind: provision.Unavailable},
	{code: "ServiceUnavailable", kind: provision.Unavailable},

	{status: 400, kind: provision.Invalid},
	{status: 402, kind: provision.Denied},
	{status: 403, kind: provision.Denied, grant: true},
	{status: 404, kind: provision.NotFound},
	{status: 408, kind: provision.Unavailable},
	{status: 409, kind: provision.Conflict},
	{status: 410, kind: provision.NotFound},
	{status: 412, kind: provision.Conflict},
	{status: 422, kind: provision.Invalid},
	{status: 423, kind: provision.Conflict}, // locked
}

// classify finds the rule of a failure. What no rule names is a failing server from 500 on, and else a mistake of
// ours: a method, a media type, a redirect.
func classify(f *failure) rule {
	for _, r := range rules {
		if (r.status == 0 || r.status == f.status) && (r.code == "" || strings.EqualFold(r.code, f.code)) {
			return r
		}
	}
	if f.status >= 500 && f.status != http.StatusNotImplemented {
		return rule{kind: provision.Unavailable}
	}
	return rule{kind: provision.Internal}
}

// translate makes the one error type of what a request returned. It is called once, in send.
func translate(what call, err error) *provision.Error {
	var link *url.Error // holds the whole URL, with names and numbers that no log should have
	if errors.As(err, &link) {
		err = link.Err
	}
	var f *failure
	var t *tokenError
	switch {
	case errors.As(err, &f):
		return refused(what, f)
	case errors.Is(err, errForeign):
		return &provision.Error{Op: what.op, Kind: provision.Internal, Err: err}
	case errors.As(err, &t):
		return tokenless(what, t)
	default: // connection, deadline, or an answer that is no JSON: what happened over there is not known
		return &provision.Error{Op: what.op, Kind: provision.Unavailable, Say: busy, Code: reason(err), Err: err}
	}
}

var busy = provision.Say("microsoft-busy")

// refused is an answer other than 2xx.
func refused(what call, f *failure) *provision.Error {
	r := classify(f)
	e := &provision.Error{Op: what.op, Kind: r.kind, Code: f.code, Err: f}
	switch {
	case r.grant && !(what.blockable && f.blocked()):
		e.Code = what.permission
		e.Say = provision.Say("graph-permission-missing", "permission", what.permission)
	case r.grant:
		e.Code = appBlocked
	case r.kind == provision.Throttled || r.kind == provision.Unavailable:
		e.Say, e.RetryAfter = busy, f.retryAfter
	}
	return e
}

// tokenless keeps what a credential says about itself; without it, the login service may just be out of reach.
func tokenless(what call, t *tokenError) *provision.Error {
	var known *provision.Error
	if errors.As(t, &known) {
		return &provision.Error{Op: what.op, Kind: known.Kind, Say: known.Say, Code: known.Code,
			RetryAfter: known.RetryAfter, Err: t}
	}
	return &provision.Error{Op: what.op, Kind: provision.Unavailable, Say: busy, Code: "token", Err: t}
}

// reason is a code for errors that have none of Microsoft's.
func reason(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline"
	}
	return "no-answer"
}

// maxRetryAfter bounds how long one answer can make us wait.
const maxRetryAfter = 24 * time.Hour

// retryAfter reads Retry-After, seconds or a date (RFC 9110, 10.2.3). A date is compared with the answer's own Date, so
// that clocks that differ do no harm.
func retryAfter(h http.Header) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseInt(v, 10, 32); err == nil {
		return clamp(time.Duration(n) * time.Second)
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return clamp(at.Sub(now))
}

func clamp(d time.Duration) time.Duration { return max(0, min(d, maxRetryAfter)) }
