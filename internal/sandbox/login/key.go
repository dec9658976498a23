package login

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math/big"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// key is a signing key with its key id and, for the Bot Framework, the channel that may
// use it.
type key struct {
	private     *rsa.PrivateKey
	id          string
	endorsement string // "" for Entra's keys, which carry none
}

// first are the keys with which every server of this process begins. A key costs a tenth of
// a second and a test run starts hundreds of servers; nothing here needs them to differ.
var first = struct{ bot, entra func() (*key, error) }{
	bot:   sync.OnceValues(func() (*key, error) { return newKey("msteams") }),
	entra: sync.OnceValues(func() (*key, error) { return newKey("") }),
}

func newKey(endorsement string) (*key, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make a signing key: %w", err)
	}
	print, err := (&jose.JSONWebKey{Key: private.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("name a signing key: %w", err)
	}
	return &key{private: private, id: base64.RawURLEncoding.EncodeToString(print[:20]), endorsement: endorsement}, nil
}

// publicKey is a key as the Bot Framework publishes it: a JSON Web Key (RFC 7517) with
// the channels that may use it.
type publicKey struct {
	Type         string   `json:"kty"`
	Use          string   `json:"use"`
	ID           string   `json:"kid"`
	Thumbprint   string   `json:"x5t"`
	Modulus      string   `json:"n"`
	Exponent     string   `json:"e"`
	Endorsements []string `json:"endorsements,omitempty"`
}

func (k *key) public() publicKey {
	p := publicKey{
		Type: "RSA", Use: "sig", ID: k.id, Thumbprint: k.id,
		Modulus:  base64.RawURLEncoding.EncodeToString(k.private.N.Bytes()),
		Exponent: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.private.E)).Bytes()),
	}
	if k.endorsement != "" {
		p.Endorsements = []string{k.endorsement}
	}
	return p
}
