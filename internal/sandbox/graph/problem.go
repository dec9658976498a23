package graph

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// problem is an error answer in the shape of
// https://learn.microsoft.com/graph/errors#error-resource-type.
type problem struct {
	status  int
	code    string
	message string
	retry   time.Duration // Retry-After, when not 0
}

func (p *problem) Error() string { return p.code + ": " + p.message }

func badRequest(format string, args ...any) *problem {
	return &problem{status: http.StatusBadRequest, code: "BadRequest", message: fmt.Sprintf(format, args...)}
}

// directoryMissing is the directory's answer for an unknown object.
func directoryMissing(id string) *problem {
	return &problem{status: http.StatusNotFound, code: "Request_ResourceNotFound", message: fmt.Sprintf(
		"Resource '%s' does not exist or one of its queried reference-property objects are not present.", id)}
}

func notFound(format string, args ...any) *problem {
	return &problem{status: http.StatusNotFound, code: "NotFound", message: fmt.Sprintf(format, args...)}
}

func unsupportedQuery(format string, args ...any) *problem {
	return &problem{status: http.StatusBadRequest,
		code: "Request_UnsupportedQuery", message: fmt.Sprintf(format, args...)}
}

func noProperty(name, kind string) *problem {
	return badRequest("Could not find a property named '%s' on type '%s'.", name, kind)
}

// The services behind Graph refuse a missing permission each in its own words. The two
// shapes of Teams administration, the second one with JSON inside a string, were both
// recorded in public test logs in summer 2026.
type family int

const (
	directory family = iota
	teamwork
	telephony
	administration
	everybody // Teams administration's list of all people
)

func (f family) forbidden(needs, has []string) *problem {
	p := &problem{status: http.StatusForbidden}
	list := strings.Join(needs, ",")
	switch f {
	case directory:
		p.code, p.message = "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
	case teamwork:
		p.code, p.message = "Forbidden", fmt.Sprintf("Missing role permissions on the request. API requires one of "+
			"'%s'. Roles on the request '%s'.",
			strings.Join(needs, ", "), strings.Join(has, ", "))
	case telephony:
		p.code, p.message = "forbidden", "Insufficient permission(s). This request requires any of the following "+
			"permissions: "+list
	default:
		p.code = "UnknownError"
		p.message = `{"code":"Forbidden","message":"Access Denied.","action":"Required permissions: ` + list + `"}`
	}
	return p
}
