package setup

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"calltab/cmd/calltab/internal/app"
	"calltab/internal/provision"
)

// aName is a DNS name of two parts or more (https://www.rfc-editor.org/rfc/rfc1123#section-2.1). Its last part is no
// number, so that no address is one.
var aName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

func isName(text string) bool { return len(text) <= 253 && aName.MatchString(text) }

// isGUID says whether a text is a GUID that names something: forms hold the nil GUID before they are filled in.
func isGUID(text string) bool { return provision.IsGUID(text) && strings.Trim(text, "0-") != "" }

func (a *answers) takeTenant(ctx context.Context, at Place, text string) error {
	text = strings.ToLower(text)
	switch {
	case isGUID(text):
		a.tenant = provision.TenantID(text)
		return nil
	case !isName(text):
		return fmt.Errorf("“%s” is neither a domain, such as contoso.com, nor a tenant's id, such as "+
			"7e9a0000-1111-4222-8333-444455556666: the overview of the Entra admin center has both", text)
	}
	id, err := app.TenantOf(ctx, at.Env, text)
	switch {
	case errors.Is(err, app.ErrNoTenant):
		return fmt.Errorf("no tenant of Microsoft 365 has the domain %s: take another domain of it, or its id, which "+
			"stands on the overview of the Entra admin center", text)
	case err != nil:
		return fmt.Errorf("asking Microsoft for the tenant of %s did not work (%w): write the tenant's id, which "+
			"stands on the overview of the Entra admin center", text, err)
	}
	a.tenant = id
	return nil
}

func (a *answers) takeHost(text string) error {
	name := strings.ToLower(text)
	if u, err := url.Parse(name); err == nil && u.Hostname() != "" {
		name = u.Hostname()
	}
	name, _, _ = strings.Cut(name, "/")
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	ascii, err := idna.Lookup.ToASCII(name) // what DNS, certificates and Azure have in place of “ü”
	if err != nil {
		ascii = name
	}
	switch {
	case !isName(ascii):
		return fmt.Errorf("“%s” is no host name that Teams can reach: write one that the public DNS knows, such as "+
			"calltab.contoso.com", text)
	case name != strings.ToLower(text):
		return fmt.Errorf("“%s” has more than a host name in it: write %s", text, name)
	}
	a.host = ascii
	return nil
}

func (a *answers) takeAdmins(text string) error {
	var all []string
	for _, part := range parts(text) {
		id := strings.ToLower(part)
		if !isGUID(id) {
			return fmt.Errorf("“%s” is no object id: take the one on the page of the person or group in the Entra "+
				"admin center, which looks like a11ce000-0000-4000-8000-000000000001", part)
		}
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	if len(all) == 0 {
		return errors.New("nobody is named: write one object id at least")
	}
	a.admins = all
	return nil
}

func (a *answers) takeAuth(text string) error {
	way := app.Auth(strings.ToLower(text))
	if !slices.Contains([]app.Auth{app.AuthCertificate, app.AuthManagedIdentity, app.AuthWorkloadIdentity,
		app.AuthSecret}, way) {
		return fmt.Errorf("“%s” is no way to sign in: write certificate, managed-identity, workload-identity or secret",
			text)
	}
	a.auth = way
	return nil
}

// Who takes TLS off.
const (
	tlsProxyHere = "proxy-here" // a proxy on the same machine: Calltab listens on loopback
	tlsProxy     = "proxy"      // one elsewhere
	tlsOwn       = "calltab"
)

func (a *answers) takeTLS(text string) error {
	who := strings.ToLower(text)
	if !slices.Contains([]string{tlsProxyHere, tlsProxy, tlsOwn}, who) {
		return fmt.Errorf("“%s” takes no TLS off: write proxy-here, proxy or calltab", text)
	}
	a.tls = who
	return nil
}

// parts are what stands between commas, without what is empty.
func parts(text string) (all []string) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}
