package app

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
)

// settings reads single settings and collects what is wrong with them. Its readers return the zero value, or as much as
// was right, beside a mistake.
type settings struct {
	flags    map[string]string
	env      func(string) (string, bool)
	readFile func(string) ([]byte, error)
	mistakes []mistake
}

// mistake is one wrong or missing setting. Its text never quotes a secret.
type mistake struct{ Name, Text string }

// SettingsError is every wrong or missing setting at once.
type SettingsError struct{ mistakes []mistake }

// Error is a line for each mistake, beginning with the setting's name.
func (e *SettingsError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d settings are wrong or missing:", len(e.mistakes))
	if len(e.mistakes) == 1 {
		b.Reset()
		b.WriteString("one setting is wrong or missing:")
	}
	for _, m := range e.mistakes {
		fmt.Fprintf(&b, "\n  %s: %s", m.Name, m.Text)
	}
	return b.String()
}

func (s *settings) add(name, format string, args ...any) {
	s.mistakes = append(s.mistakes, mistake{name, fmt.Sprintf(format, args...)})
}

func (s *settings) missing(name, expected string) { s.add(name, "missing; expected %s", expected) }

func (s *settings) wrong(name, value, expected string) {
	s.add(name, "is %q; expected %s", value, expected)
}

// text is the setting without surrounding space, or def where it is not set or empty.
func (s *settings) text(name, def string) string {
	if v := strings.TrimSpace(s.flags[name]); v != "" {
		return v
	}
	if v, _ := s.env(name); strings.TrimSpace(v) != "" {
		return strings.TrimSpace(v)
	}
	return def
}

// list is a comma-separated setting without its empty parts.
func (s *settings) list(name, def string) []string {
	var all []string
	for part := range strings.SplitSeq(s.text(name, def), ",") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// guid is a required GUID, in lower case.
func (s *settings) guid(name, what string) string {
	v := s.text(name, "")
	switch {
	case v == "":
		s.missing(name, "a GUID, "+what)
	case !isGUID(v):
		s.wrong(name, v, "a GUID, "+what)
	default:
		return strings.ToLower(v)
	}
	return ""
}

// guids is a list of GUIDs in lower case, each once.
func (s *settings) guids(name, def string) []string {
	parts := s.list(name, def)
	if len(parts) == 0 && s.text(name, "") != "" {
		s.wrong(name, s.text(name, ""), "GUIDs, comma-separated")
	}
	var all []string
	for _, v := range parts {
		switch g := strings.ToLower(v); {
		case !isGUID(v):
			s.wrong(name, v, "GUIDs, comma-separated")
		case !slices.Contains(all, g):
			all = append(all, g)
		}
	}
	return all
}

// isGUID says whether v has the form 8-4-4-4-12 and names something: the nil GUID is what forms hold before they are
// filled in.
func isGUID(v string) bool {
	return provision.IsGUID(v) && strings.Trim(v, "0-") != ""
}

// days is a number of days; 0 where it is not set.
func (s *settings) days(name string, least, most int) time.Duration {
	v := s.text(name, "")
	if v == "" {
		return 0
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > most {
		s.wrong(name, v, fmt.Sprintf("a number of days, %d to %d", least, most))
		return 0
	}
	return time.Duration(n) * day
}

// address is a host and port to listen on; the host may be left out.
func (s *settings) address(name, def string) string {
	v := s.text(name, def)
	_, port, err := net.SplitHostPort(v)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n > 65535 {
		s.wrong(name, v, "host:port, such as "+def)
	}
	return v
}

const expectURL = "an https:// URL without user, query or fragment (http:// for loopback hosts only)"

func (s *settings) url(name, def string) string {
	v := s.text(name, def)
	if !isURL(v) {
		s.wrong(name, withoutSecrets(v), expectURL)
		return ""
	}
	return v
}

// urls is a list of URLs that each end in a slash, so that a prefix cannot end inside a path segment.
func (s *settings) urls(name, def string) []string {
	var all []string
	parts := s.list(name, def)
	if len(parts) == 0 {
		s.wrong(name, withoutSecrets(s.text(name, def)), expectURL+", comma-separated")
	}
	for _, v := range parts {
		if !isURL(v) {
			s.wrong(name, withoutSecrets(v), expectURL+", comma-separated")
			continue
		}
		all = append(all, withSlash(v))
	}
	return all
}

// hosts is a list of host names in lower case; one that begins with a point means every host below.
func (s *settings) hosts(name, def string) []string {
	var all []string
	for _, v := range s.list(name, def) {
		u, err := url.Parse("https://" + strings.TrimPrefix(v, "."))
		if err != nil || u.Hostname() == "" || u.Host != strings.TrimPrefix(v, ".") ||
			u.Path+u.RawQuery+u.Fragment != "" || strings.ContainsAny(v, " @") {
			s.wrong(name, v, "host names, comma-separated, such as .sharepoint.com for every host below")
			continue
		}
		all = append(all, strings.ToLower(v))
	}
	return all
}

// withoutSecrets is a setting that should be a URL without what may be a password in it: what stands before an @, and
// what comes behind a question mark.
func withoutSecrets(v string) string {
	v, _, _ = strings.Cut(v, "?")
	scheme, rest, ok := strings.Cut(v, "://")
	if !ok {
		scheme, rest = "", v
	}
	if i := strings.LastIndex(rest, "@"); i >= 0 {
		rest = "…" + rest[i:]
	}
	if !ok {
		return rest
	}
	return scheme + "://" + rest
}

func isURL(v string) bool {
	u, err := url.Parse(v)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

// isLoopback says whether host can only be this machine. Names other than localhost are never looked up: an answer
// from a name server is no promise.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func withSlash(v string) string {
	if v == "" || strings.HasSuffix(v, "/") {
		return v
	}
	return v + "/"
}

// scope is an OAuth 2.0 scope of the client credentials grant, which has no other form than a resource and /.default
// (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
func (s *settings) scope(name, def string) string {
	v := s.text(name, def)
	if resource, ok := strings.CutSuffix(v, "/.default"); !ok || resource == "" || strings.ContainsAny(v, " ,") {
		s.wrong(name, v, "one scope that ends in /.default, such as "+def)
	}
	return v
}

// file reads the file at path, which the setting name holds.
func (s *settings) file(name, path, expected string) []byte {
	data, err := s.readFile(path)
	if err != nil {
		s.add(name, "cannot read %q: %v; expected %s", path, reason(err), expected)
		return nil
	}
	if len(data) == 0 {
		s.add(name, "%q is empty; expected %s", path, expected)
	}
	return data
}

// reason is err without the path, which the sentence around it already names.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// certificates is what the PEM file at path holds.
func (s *settings) certificates(name, path string) []byte {
	const expected = "a file of PEM certificates"
	data := s.file(name, path, expected)
	if len(data) > 0 && !x509.NewCertPool().AppendCertsFromPEM(data) {
		s.add(name, "%q holds no certificate; expected %s", path, expected)
	}
	return data
}
