package graph

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"
)

// failure is an answer other than 2xx. Its text is for the log: whole numbers are masked and the service's words cut.
type failure struct {
	status     int
	code       string // the innermost code of an error that wraps another as JSON in its message
	inner      string // the code of the innermost innerError
	message    string
	request    string // Microsoft's id of the request, for its support
	retryAfter time.Duration
}

func (f *failure) Error() string {
	s := fmt.Sprintf("%d %s", f.status, f.code)
	if f.inner != "" {
		s += "/" + f.inner
	}
	if f.request != "" {
		s += " [request " + f.request + "]"
	}
	return s + " " + f.message
}

// appBlocked is the code for a tenant policy that keeps an app from a person. It comes as Forbidden with the inner
// error AccessDenied, where a missing permission has InsufficientPrivileges or none; seen when installing only
// (https://github.com/OfficeDev/microsoft-teams-apps-company-communicator/issues/1537).
const appBlocked = "AppBlockedByPolicy"

// blocked reports whether a policy refused the call, and not a missing permission.
func (f *failure) blocked() bool { return f.inner == "AccessDenied" }

// readFailure reads what can be read of an answer. A body in another form leaves code and message empty.
func readFailure(resp *http.Response) *failure {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxFailure)) // a part will do
	f := parseFailure(body)
	f.status = resp.StatusCode
	f.request = resp.Header.Get("request-id")
	f.retryAfter = retryAfter(resp.Header)
	return f
}

// odataError is the error object of Graph's answers; the telephone service spells innerError in both ways, which
// encoding/json reads alike.
type odataError struct {
	Code       string      `json:"code"`
	Message    string      `json:"message"`
	InnerError *odataError `json:"innerError"`
}

// parseFailure reads {"error": {…}} and the older shape of the telephone service, in which that error's message is
// itself JSON: {"error":{"code":"UnknownError","message":"{\"code\":\"Forbidden\", …}"}}.
func parseFailure(body []byte) *failure {
	var answer struct {
		Error odataError `json:"error"`
	}
	_ = json.Unmarshal(body, &answer) // reads what it can, and nothing of what is not JSON
	e := answer.Error
	var wrapped struct {
		odataError
		Error odataError `json:"error"`
	}
	_ = json.Unmarshal([]byte(e.Message), &wrapped)
	if wrapped.Code != "" {
		e = wrapped.odataError
	} else if wrapped.Error.Code != "" {
		e = wrapped.Error
	}
	f := &failure{code: e.Code, message: forLog(e.Message)}
	for in := e.InnerError; in != nil; in = in.InnerError {
		if in.Code != "" {
			f.inner = in.Code
		}
	}
	return f
}

var (
	longDigits = regexp.MustCompile(`\+?\b\d{5,}(\d\d)\b`) // whole words: GUIDs stay
	address    = regexp.MustCompile(`[^\s"'<>(),;:]+@[^\s"'<>(),;:]+`)
)

// forLog shortens the service's words and masks what may be a telephone number, a mail address or a user name.
func forLog(s string) string {
	const most = 120
	s = address.ReplaceAllString(s, "…@…")
	s = longDigits.ReplaceAllString(s, "…$1")
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return s
}
