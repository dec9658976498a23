package fault

import (
	"net/url"
	"regexp"
	"strings"
)

// An id in a path: a GUID, anything in quotes, a user name, a Teams conversation id, or a long token such as
// a base64 operation id. Property and action names are shorter, or hold a dot.
var id = regexp.MustCompile(`^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|'[^']*'|[^/]*@[^/]*|\d{1,2}:.+|[a-z]:.+|[A-Za-z0-9_=-]{28,}|\d+)$`)

var quoted = regexp.MustCompile(`'[^']*'`)

// Shape returns a path with its ids replaced by {id}, so that calls on different people
// and operations count together: "/v1.0/users/{id}/manager".
func Shape(escapedPath string) string {
	parts := strings.Split(escapedPath, "/")
	for i, p := range parts {
		plain, err := url.PathUnescape(p)
		if err != nil {
			plain = p
		}
		if id.MatchString(plain) {
			parts[i] = "{id}"
			continue
		}
		parts[i] = quoted.ReplaceAllString(plain, "{id}")
	}
	return strings.Join(parts, "/")
}

// matchPath reports whether pattern occurs in path; * in it stands for any text.
func matchPath(pattern, path string) bool {
	for piece := range strings.SplitSeq(pattern, "*") {
		i := strings.Index(path, piece)
		if i < 0 {
			return false
		}
		path = path[i+len(piece):]
	}
	return true
}
