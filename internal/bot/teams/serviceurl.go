package teams

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// allowList is where our bearer token may go. A service URL comes from an activity or from the store; one that leads
// elsewhere would hand our token to a stranger, so it is taken apart and compared, never matched as text.
type allowList struct {
	prefixes []*url.URL
	loopback bool // development mode: loopback only, and any of it when there are no prefixes
}

var errServiceURL = errors.New("service URL is not allowed")

func newAllowList(prefixes []string, loopback bool) (allowList, error) {
	a := allowList{loopback: loopback}
	var all []error
	for _, p := range prefixes {
		u, err := splitServiceURL(p)
		switch {
		case err != nil:
			all = append(all, fmt.Errorf("service URL %q: %w", p, err))
		case loopback && !isLoopback(u.Hostname()):
			all = append(all, fmt.Errorf("service URL %q: expected a loopback address in development mode", p))
		default:
			a.prefixes = append(a.prefixes, u)
		}
	}
	return a, errors.Join(all...)
}

// check returns the service URL in its plain form, without a slash at its end, where it is allowed.
func (a allowList) check(raw string) (*url.URL, error) {
	u, err := splitServiceURL(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errServiceURL, err)
	}
	if a.loopback && !isLoopback(u.Hostname()) {
		return nil, errServiceURL
	}
	if a.loopback && len(a.prefixes) == 0 {
		return u, nil
	}
	for _, p := range a.prefixes {
		if u.Scheme == p.Scheme && u.Host == p.Host && within(u.Path, p.Path) {
			return u, nil
		}
	}
	return nil, errServiceURL
}

// within compares whole segments: /teams holds /teams and /teams/x, not /teamsx.
func within(path, prefix string) bool {
	rest, ok := strings.CutPrefix(path, prefix)
	return ok && (rest == "" || rest[0] == '/')
}

// splitServiceURL takes only what a service URL needs and refuses every way of writing one that two readers could read
// differently: user names, escapes, dots, queries, backslashes, blanks. Its result has scheme, host and path only; the
// host in lower case, without the scheme's own port.
func splitServiceURL(raw string) (*url.URL, error) {
	if len(raw) > 1024 {
		return nil, errors.New("too long")
	}
	for i := range len(raw) {
		if c := raw[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`\%@?#"<>^{|}`+"`", c) >= 0 {
			return nil, errors.New("a character that does not belong there")
		}
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, errors.New("not an address")
	case u.Host == "" || u.Opaque != "" || u.User != nil:
		return nil, errors.New("expected scheme, host and path")
	case u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())):
		return nil, errors.New("expected https")
	}
	path := strings.TrimSuffix(u.Path, "/")
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if segment == "." || segment == ".." || segment == "" && path != "" {
			return nil, errors.New("dots or empty parts in its path")
		}
	}
	host := strings.ToLower(u.Host)
	if port := u.Port(); port == "" || u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return &url.URL{Scheme: u.Scheme, Host: host, Path: path}, nil
}

// sameServiceURL compares a token's service URL with the activity's: the connector is not exact about the slash at the
// end, and a host has no case. All else must be the same.
func sameServiceURL(a, b string) bool {
	if a == b {
		return a != ""
	}
	ua, errA := url.Parse(a)
	ub, errB := url.Parse(b)
	return errA == nil && errB == nil && ua.Host != "" &&
		strings.EqualFold(ua.Scheme, ub.Scheme) && strings.EqualFold(ua.Host, ub.Host) &&
		ua.User.String() == ub.User.String() && ua.RawQuery == ub.RawQuery && ua.Fragment == ub.Fragment &&
		strings.TrimSuffix(ua.EscapedPath(), "/") == strings.TrimSuffix(ub.EscapedPath(), "/")
}

// secureURL reports whether what comes from there can be trusted on its way: https, or http on loopback.
func secureURL(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()))
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
