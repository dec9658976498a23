package app

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"software.sslmate.com/src/go-pkcs12"
)

// RealCredentials names the credential settings that env holds, by their variables.
func RealCredentials(env func(string) (string, bool)) []string {
	var set []string
	for _, name := range []string{"CALLTAB_APP_SECRET", "CALLTAB_APP_SECRET_FILE", "CALLTAB_APP_CERTIFICATE",
		"CALLTAB_APP_CERTIFICATE_PASSWORD", "CALLTAB_APP_CERTIFICATE_PASSWORD_FILE"} {
		if v, _ := env(name); strings.TrimSpace(v) != "" {
			set = append(set, name)
		}
	}
	switch v, _ := env("CALLTAB_APP_AUTH"); Auth(strings.TrimSpace(v)) {
	case AuthManagedIdentity, AuthWorkloadIdentity:
		set = append(set, "CALLTAB_APP_AUTH")
	}
	return set
}

// given is what the settings say, wherever they say it; it suits RealCredentials.
func (s *settings) given(name string) (string, bool) {
	v := s.text(name, "")
	return v, v != ""
}

// yes reads a switch that is off unless it is set.
func (s *settings) yes(name string) bool {
	switch v := s.text(name, ""); v {
	case "":
		return false
	case "1", "true":
		return true
	default:
		s.wrong(name, v, "1 or true, or nothing")
		return false
	}
}

// development checks the mode in which tokens are neither checked nor sent. Anybody who reaches such a bot is an admin,
// so it listens on loopback only, sends to loopback only, and never has credentials to lose.
func (s *settings) development(c *Config) {
	const name = "CALLTAB_INSECURE_NO_AUTH"
	if c.InsecureNoAuth = s.yes(name); !c.InsecureNoAuth {
		return
	}
	if set := RealCredentials(s.given); len(set) > 0 {
		s.add(name, "refused beside real credentials: unset it, or unset %s", strings.Join(set, ", "))
	}
	if host, _, err := net.SplitHostPort(c.Listen); err == nil && !isLoopback(host) {
		s.add(listenSetting, "is %q; with %s expected a loopback address, such as %s", c.Listen, name, listenHere)
	}
	if s.text("CALLTAB_SERVICE_URLS", "") == "" {
		s.missing("CALLTAB_SERVICE_URLS", "with "+name+" loopback URLs, such as http://127.0.0.1:56150/")
		return
	}
	for _, v := range c.ServiceURLs {
		if u, err := url.Parse(v); err != nil || !isLoopback(u.Hostname()) {
			s.wrong("CALLTAB_SERVICE_URLS", v, "with "+name+" loopback URLs only")
		}
	}
}

// credentials reads what the chosen way to authenticate needs, and refuses what belongs to another: a secret that was
// left behind by a change to certificates should be revoked, not carried along.
func (s *settings) credentials(c *Config) {
	auth := s.text("CALLTAB_APP_AUTH", string(AuthSecret))
	c.Auth = Auth(auth)
	if !slices.Contains([]Auth{AuthSecret, AuthCertificate, AuthManagedIdentity, AuthWorkloadIdentity}, c.Auth) {
		s.wrong("CALLTAB_APP_AUTH", auth, "secret, certificate, managed-identity or workload-identity")
		return
	}
	if c.InsecureNoAuth {
		return
	}
	const certificate = "the path of a PEM or PFX file with the certificate and its private key"
	for _, name := range RealCredentials(s.given) {
		if owner := authOf(name); owner != "" && owner != c.Auth {
			s.add(name, "set, but CALLTAB_APP_AUTH is %s; unset one of them", c.Auth)
		}
	}
	switch c.Auth {
	case AuthSecret:
		c.appSecret = s.secret("CALLTAB_APP_SECRET")
		if c.appSecret.reveal() == "" && !s.named("CALLTAB_APP_SECRET", "CALLTAB_APP_SECRET_FILE") {
			s.missing("CALLTAB_APP_SECRET",
				"the app registration's client secret, here or in the file that CALLTAB_APP_SECRET_FILE names")
		}
	case AuthCertificate:
		password := s.secret("CALLTAB_APP_CERTIFICATE_PASSWORD")
		path := s.text("CALLTAB_APP_CERTIFICATE", "")
		if path == "" {
			s.missing("CALLTAB_APP_CERTIFICATE", certificate)
			return
		}
		data := s.file("CALLTAB_APP_CERTIFICATE", path, certificate)
		if len(data) == 0 {
			return
		}
		var err error
		if c.certificate, c.key, err = parseCertificate(data, password); err != nil {
			s.add("CALLTAB_APP_CERTIFICATE", "%q: %v; expected %s", path, err, certificate)
		}
	case AuthManagedIdentity:
		for _, t := range c.Tenants {
			if c.AppTenant != "" && t != c.AppTenant {
				s.wrong("CALLTAB_TENANTS", string(t), "with CALLTAB_APP_AUTH managed-identity the home tenant only: "+
					"a managed identity exists in no other")
			}
		}
	case AuthWorkloadIdentity:
		if c.tokenFile = s.text("AZURE_FEDERATED_TOKEN_FILE", ""); c.tokenFile == "" {
			s.missing("AZURE_FEDERATED_TOKEN_FILE",
				"the service account's token file, which the workload identity webhook sets for pods that it knows")
		}
	}
}

func authOf(name string) Auth {
	switch {
	case strings.HasPrefix(name, "CALLTAB_APP_SECRET"):
		return AuthSecret
	case strings.HasPrefix(name, "CALLTAB_APP_CERTIFICATE"):
		return AuthCertificate
	}
	return ""
}

// named says whether a mistake of one of these settings is already noted.
func (s *settings) named(names ...string) bool {
	return slices.ContainsFunc(s.mistakes, func(m mistake) bool { return slices.Contains(names, m.Name) })
}

// secret is the value of name, or the content of the file that name_FILE holds, without its last line break.
func (s *settings) secret(name string) secret {
	value, _ := s.env(name)
	path, _ := s.env(name + "_FILE")
	switch {
	case value != "" && path != "":
		s.add(name, "set, and %s_FILE too; unset one of them", name)
	case path != "":
		data := s.file(name+"_FILE", path, "the path of a file that holds the value and nothing else")
		text := strings.TrimRight(string(data), "\r\n")
		if len(data) > 0 && text == "" {
			s.add(name+"_FILE", "%q holds no value", path)
		}
		return newSecret(text)
	}
	return newSecret(value)
}

// parseCertificate reads a certificate and its private key from PEM or PFX. PFX goes through a reader of
// its own, because the SDK's cannot open files that are authenticated with SHA-256, which is what OpenSSL 3
// and Windows now write.
func parseCertificate(data []byte, password secret) ([]*x509.Certificate, crypto.PrivateKey, error) {
	if block, _ := pem.Decode(bytes.TrimSpace(data)); block != nil {
		if password.reveal() != "" {
			return nil, nil,
				errors.New("a PEM file takes no password: use PFX for a protected key, and unset " +
					"CALLTAB_APP_CERTIFICATE_PASSWORD here")
		}
		certs, key, err := azidentity.ParseCertificates(data, nil)
		if err != nil {
			return nil, nil, fmt.Errorf("cannot use this PEM file: %w", err)
		}
		return certs, key, matching(certs, key)
	}
	key, cert, chain, err := pkcs12.DecodeChain(data, password.reveal())
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return nil, nil, errors.New("CALLTAB_APP_CERTIFICATE_PASSWORD does not open it")
	case err != nil:
		return nil, nil, errors.New("neither PEM nor PFX that can be read")
	}
	certs := append([]*x509.Certificate{cert}, chain...)
	return certs, key, matching(certs, key)
}

// matching checks that one of the certificates belongs to the key: Entra's refusal would say only that the assertion is
// invalid.
func matching(certs []*x509.Certificate, key crypto.PrivateKey) error {
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return errors.New("its private key is not an RSA key, and Entra takes no other")
	}
	if !slices.ContainsFunc(certs, func(c *x509.Certificate) bool { return private.PublicKey.Equal(c.PublicKey) }) {
		return errors.New("none of its certificates belongs to its private key")
	}
	return nil
}
