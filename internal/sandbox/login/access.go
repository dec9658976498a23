package login

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Claims are what the services look at in an access token.
type Claims struct {
	Audience string   `json:"aud"`
	Issuer   string   `json:"iss"`
	AppID    string   `json:"appid"`
	TenantID string   `json:"tid"`
	Roles    []string `json:"roles"`
	Expires  int64    `json:"exp"`
}

// accessToken returns a signed app-only token in Entra's version 1 shape, the one that
// Graph and the connector take.
func (s *Server) accessToken(tenant, resource string) (string, time.Duration, error) {
	now := s.cfg.Wall()
	s.mu.Lock()
	roles, lifetime := slices.Clone(s.roles), s.lifetime
	s.ids++
	id := s.ids
	s.mu.Unlock()
	if resource != GraphResource {
		roles = nil
	}
	claims := map[string]any{
		"aud": resource, "iss": "https://sts.windows.net/" + tenant + "/", "idtyp": "app", "ver": "1.0",
		"appid": s.cfg.AppID, "appidacr": "1", "tid": tenant, "uti": fmt.Sprintf("token-%d", id),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(lifetime).Unix(),
	}
	if len(roles) > 0 {
		claims["roles"] = roles
	}
	token, err := signing{key: s.entra, id: s.entra.id, algorithm: algorithm}.token(claims)
	return token, lifetime, err
}

// Check returns the claims of the request's bearer token, or an error that says what is
// wrong with it: missing, not ours, altered, expired, or for another audience.
func (s *Server) Check(r *http.Request, audience string) (Claims, error) {
	kind, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(kind, "Bearer") || token == "" {
		return Claims{}, errors.New("access token is empty")
	}
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{algorithm})
	if err != nil {
		return Claims{}, errors.New("access token is not well formed")
	}
	payload, err := parsed.Verify(s.entra.private.Public())
	if err != nil {
		return Claims{}, errors.New("access token has a wrong signature")
	}
	var c Claims
	if err := json.Unmarshal(payload, &c); err != nil {
		return Claims{}, errors.New("access token has claims that cannot be read")
	}
	switch {
	case c.Expires <= s.cfg.Wall().Unix():
		return Claims{}, errors.New("lifetime validation failed, the token is expired")
	case c.Audience != audience:
		return Claims{}, fmt.Errorf("invalid audience %s", c.Audience)
	}
	return c, nil
}

// audience is a claim that is a string or a list of strings.
type audience []string

func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

func (a audience) has(s string) bool { return slices.Contains(a, s) }

func (a audience) hasPrefix(prefix string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return strings.HasPrefix(s, prefix) })
}
