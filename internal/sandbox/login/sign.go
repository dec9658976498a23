package login

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// SignOption makes Sign depart from a good token, for tests of the bot's token check.
type SignOption func(*signing) error

type signing struct {
	key       *key
	id        string
	algorithm jose.SignatureAlgorithm
	unsigned  bool
	publish   bool
}

// OtherKey signs with a key that nobody knows, under the known key id.
func OtherKey() SignOption {
	return func(s *signing) (err error) {
		s.key, err = newKey("msteams")
		return err
	}
}

// KeyID writes another key id into the header; "" leaves the key id out.
func KeyID(id string) SignOption {
	return func(s *signing) error { s.id = id; return nil }
}

// Algorithm signs with another algorithm: one of RSA, or HS256, which takes the
// public key's modulus as the secret, the classic confusion of the two kinds.
func Algorithm(name string) SignOption {
	return func(s *signing) error { s.algorithm = jose.SignatureAlgorithm(name); return nil }
}

// Unsigned makes a token with the algorithm "none" and no signature.
func Unsigned() SignOption {
	return func(s *signing) error { s.unsigned = true; return nil }
}

// Unendorsed signs with a key that is published without any endorsement of Teams, but
// with one of another channel. The key stays published until Rotate is called twice.
func Unendorsed() SignOption {
	return func(s *signing) (err error) {
		s.key, err = newKey("webchat")
		if err == nil {
			s.id, s.publish = s.key.id, true
		}
		return err
	}
}

// Sign returns a token of the Bot Framework with exactly these claims. See ChannelClaims
// for good ones.
func (s *Server) Sign(claims map[string]any, opts ...SignOption) (string, error) {
	s.mu.Lock()
	sg := signing{key: s.bot[0], id: s.bot[0].id, algorithm: algorithm}
	s.mu.Unlock()
	for _, o := range opts {
		if err := o(&sg); err != nil {
			return "", err
		}
	}
	if sg.publish {
		s.mu.Lock()
		s.bot = append(slices.Clone(s.bot), sg.key)
		s.mu.Unlock()
	}
	return sg.token(claims)
}

// ChannelClaims returns the claims of a good token for an activity that comes from
// serviceURL. It lives an hour of wall time and is valid from five minutes ago.
func (s *Server) ChannelClaims(serviceURL string) map[string]any {
	now := s.cfg.Wall()
	return map[string]any{
		"iss": Issuer, "aud": s.cfg.AppID, "serviceurl": serviceURL,
		"nbf": now.Add(-5 * time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(),
	}
}

// KeyID returns the id of the key with which Sign signs.
func (s *Server) KeyID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bot[0].id
}

func (sg signing) token(claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("encode claims: %w", err)
	}
	if sg.unsigned {
		header := `{"alg":"none","typ":"JWT"}`
		return encode([]byte(header)) + "." + encode(payload) + ".", nil
	}
	secret := any(sg.key.private)
	if strings.HasPrefix(string(sg.algorithm), "HS") {
		secret = []byte(sg.key.public().Modulus)
	}
	opts := (&jose.SignerOptions{}).WithType("JWT")
	if sg.id != "" {
		opts = opts.WithHeader("kid", sg.id)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: sg.algorithm, Key: secret}, opts)
	if err != nil {
		return "", fmt.Errorf("sign with %s: %w", sg.algorithm, err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign with %s: %w", sg.algorithm, err)
	}
	return signed.CompactSerialize()
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
