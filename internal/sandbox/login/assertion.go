package login

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/go-jose/go-jose/v4"
)

// exchange is the audience of an assertion by federation (managed identity or workload identity), which another issuer
// made, with a subject of its own.
const exchange = "api://AzureADTokenExchange"

// checkAssertion checks a client assertion (RFC 7523). One by federation is not checked for its signature, as the keys
// of its issuer are not known here.
func (s *Server) checkAssertion(kind, assertion string) error {
	if kind != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
		return fmt.Errorf("the type %q is not known", kind)
	}
	parsed, err := jose.ParseSignedCompact(assertion, []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256})
	if err != nil {
		return errors.New("it is not a signed token")
	}
	var claims struct {
		Issuer   string   `json:"iss"`
		Subject  string   `json:"sub"`
		Audience audience `json:"aud"`
		Expires  int64    `json:"exp"`
	}
	if err := json.Unmarshal(parsed.UnsafePayloadWithoutVerification(), &claims); err != nil {
		return errors.New("its claims cannot be read")
	}
	switch {
	case claims.Expires <= s.cfg.Wall().Unix():
		return errors.New("it has expired")
	case claims.Audience.has(exchange):
		return nil
	case claims.Issuer != s.cfg.AppID || claims.Subject != s.cfg.AppID:
		return errors.New("its issuer and subject must be the application")
	case !claims.Audience.hasPrefix(s.base() + "/"):
		return errors.New("its audience is not this endpoint")
	}
	return s.checkSigner(parsed)
}

// checkSigner looks whether an assertion was signed with a certificate that was uploaded to the app and has not ended
// (https://learn.microsoft.com/entra/identity-platform/reference-error-codes, AADSTS700027).
func (s *Server) checkSigner(assertion *jose.JSONWebSignature) error {
	uploaded, err := s.uploaded()
	if err != nil {
		return err
	}
	expired := false
	for _, c := range uploaded {
		if _, err := assertion.Verify(c.PublicKey); err != nil {
			continue
		}
		if !s.cfg.Wall().After(c.NotAfter) {
			return nil
		}
		expired = true // one that was renewed with the same key may stand beside it
	}
	if expired {
		return refused{"The key used is expired"}
	}
	return refused{"The key was not found"}
}

// refused is a refusal in Entra's own words.
type refused struct{ words string }

func (r refused) Error() string { return r.words }

// uploaded are the app's certificates.
func (s *Server) uploaded() (all []*x509.Certificate, err error) {
	if s.cfg.Certificates == "" {
		return nil, nil
	}
	names, err := filepath.Glob(filepath.Join(s.cfg.Certificates, "*.pem"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		block, _ := pem.Decode(text)
		if block == nil {
			continue // Entra takes no such file
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			continue
		}
		all = append(all, c)
	}
	return all, nil
}
