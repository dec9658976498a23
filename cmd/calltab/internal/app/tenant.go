package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"calltab/internal/provision"
)

// ErrNoTenant is the error of TenantOf about a domain that is no tenant's.
var ErrNoTenant = errors.New("no tenant has this domain")

// TenantOf asks Entra for the tenant of a domain, without signing in. Of the settings in env it takes where Entra is,
// and which certificates are trusted. Its error is ErrNoTenant, that of the settings, or says that Entra did not
// answer.
//
// The description of a tenant's sign-in is found by a domain, and its issuer names the tenant's id
// (https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#find-your-apps-openid-configuration-document-uri).
func TenantOf(ctx context.Context, env func(string) (string, bool), domain string) (provision.TenantID, error) {
	s := &settings{env: env, readFile: os.ReadFile}
	authority := withSlash(s.url("CALLTAB_LOGIN_AUTHORITY", publicAuthority))
	var c Config
	if c.caFile = s.text("CALLTAB_CA_FILE", ""); c.caFile != "" {
		c.ca = s.certificates("CALLTAB_CA_FILE", c.caFile)
	}
	if len(s.mistakes) > 0 {
		return "", &SettingsError{s.mistakes}
	}
	address := authority + url.PathEscape(domain) + "/v2.0/.well-known/openid-configuration"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	resp, err := httpClient(c).Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusBadRequest || resp.StatusCode == http.StatusNotFound {
		return "", ErrNoTenant
	}
	var described struct {
		Issuer string `json:"issuer"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&described); err != nil {
		return "", fmt.Errorf("%s answered with status %d and no description", authority, resp.StatusCode)
	}
	for part := range strings.SplitSeq(described.Issuer, "/") {
		if isGUID(part) {
			return provision.TenantID(strings.ToLower(part)), nil
		}
	}
	return "", fmt.Errorf("%s describes the sign-in of %s without a tenant's id", authority, domain)
}
