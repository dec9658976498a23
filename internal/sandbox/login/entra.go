package login

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// serveInstance answers instance discovery, by which a client learns whether an authority
// host is known. Ours names itself; real clients ask login.microsoftonline.com about an
// unknown host unless that is switched off
// (https://learn.microsoft.com/entra/msal/dotnet/advanced/instance-discovery).
func (s *Server) serveInstance(w http.ResponseWriter, r *http.Request) {
	tenant := "common"
	asked, err := url.Parse(r.URL.Query().Get("authorization_endpoint"))
	if err == nil {
		tenant, _, _ = strings.Cut(strings.TrimPrefix(asked.Path, "/"), "/")
	}
	base := s.base()
	host := strings.TrimPrefix(base, "https://")
	write(w, http.StatusOK, map[string]any{
		"tenant_discovery_endpoint": base + "/" + tenant + "/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata": []any{map[string]any{
			"preferred_network": host, "preferred_cache": host, "aliases": []string{host},
		}},
	})
}

func (s *Server) base() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

// serveTenant describes a tenant's sign-in. Asked for by a domain, it is still described by the tenant's id
// (https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#find-your-apps-openid-configuration-document-uri).
func (s *Server) serveTenant(w http.ResponseWriter, r *http.Request) {
	tenant := r.PathValue("tenant")
	if id, ok := s.cfg.Domains[strings.ToLower(tenant)]; ok {
		tenant = id
	}
	if !slices.Contains(s.cfg.Tenants, tenant) {
		s.refuse(w, unknownTenant(tenant))
		return
	}
	base := s.base() + "/" + tenant
	write(w, http.StatusOK, map[string]any{
		"issuer":                                base + "/v2.0",
		"authorization_endpoint":                base + "/oauth2/v2.0/authorize",
		"token_endpoint":                        base + "/oauth2/v2.0/token",
		"jwks_uri":                              base + "/discovery/v2.0/keys",
		"response_types_supported":              []string{"code", "id_token"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt"},
	})
}

func (s *Server) serveTenantKeys(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, map[string]any{"keys": []publicKey{s.entra.public()}})
}

// serveToken is the client credentials grant
// (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		s.refuse(w, refusal{http.StatusBadRequest, "invalid_request", 900144, "The request body is not a form."})
		return
	}
	tenant := r.PathValue("tenant")
	if bad, refused := s.judge(tenant, r.PostForm); refused {
		s.refuse(w, bad)
		return
	}
	resource := strings.TrimSuffix(resourceScope(r.PostForm), "/.default")
	token, lifetime, err := s.accessToken(tenant, resource)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	seconds := int(lifetime / time.Second)
	write(w, http.StatusOK, map[string]any{
		"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token,
	})
}

// judge checks the request in the order in which Entra complains.
func (s *Server) judge(tenant string, form url.Values) (refusal, bool) {
	app := form.Get("client_id")
	switch {
	case !slices.Contains(s.cfg.Tenants, tenant):
		return unknownTenant(tenant), true
	case form.Get("grant_type") != "client_credentials":
		return refusal{http.StatusBadRequest, "unsupported_grant_type", 70003,
			fmt.Sprintf("The app requested an unsupported grant type '%s'.", form.Get("grant_type"))}, true
	case app != s.cfg.AppID || !slices.Contains(s.cfg.Consented, tenant):
		return unknownApp(app, tenant), true
	}
	if bad, refused := s.refused(app, tenant); refused {
		return bad, true
	}
	if bad, refused := s.credential(form); refused {
		return bad, true
	}
	scope := resourceScope(form)
	resource, isDefault := strings.CutSuffix(scope, "/.default")
	switch {
	case !isDefault:
		return refusal{http.StatusBadRequest, "invalid_scope", 1002012,
			fmt.Sprintf("The provided value for scope %s is not valid. Client credential flows must have a scope "+
				"value with /.default suffixed to the resource identifier (application ID URI).", scope)}, true
	case resource != GraphResource && resource != ConnectorResource:
		return refusal{http.StatusBadRequest, "invalid_resource", 500011,
			fmt.Sprintf("The resource principal named %s was not found in the tenant named %s.", resource,
				tenant)}, true
	}
	return refusal{}, false
}

// resourceScope returns the asked scope without the OpenID scopes that Microsoft's own
// client libraries add even where no person signs in.
func resourceScope(form url.Values) string {
	openID := []string{"openid", "offline_access", "profile"}
	asked := slices.DeleteFunc(strings.Fields(form.Get("scope")), func(s string) bool {
		return slices.Contains(openID, s)
	})
	return strings.Join(asked, " ")
}

func (s *Server) credential(form url.Values) (refusal, bool) {
	if assertion := form.Get("client_assertion"); assertion != "" {
		if err := s.checkAssertion(form.Get("client_assertion_type"), assertion); err != nil {
			return refusal{http.StatusUnauthorized, "invalid_client", 700027,
				"Client assertion failed: " + err.Error() + "."}, true
		}
		return refusal{}, false
	}
	secret := form.Get("client_secret")
	switch {
	case secret == "":
		return refusal{http.StatusUnauthorized, "invalid_client", 7000216,
			"'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' " +
				"grant type."}, true
	case subtle.ConstantTimeCompare([]byte(secret), []byte(s.cfg.Secret)) != 1:
		return badSecret(s.cfg.AppID), true
	}
	return refusal{}, false
}
