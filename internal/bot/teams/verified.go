package teams

import (
	"crypto/sha256"
	"sync"
)

// mostVerified is how many tokens are remembered. The connector needs a handful; each is about 300 bytes.
const mostVerified = 1000

// verifiedToken is what a token said when its signature was found good, and the key that made it.
type verifiedToken struct {
	claims    claims
	keyID     string
	algorithm string
	key       *signingKey
}

// verifiedTokens remembers the tokens whose signature was found good: the connector sends one token with many
// activities, and the check is a tenth of what a turn costs. It keeps their digests, not the tokens. Only good ones are
// kept, so a stranger cannot fill it; when it is full it begins anew. The zero value is ready for use.
//
// What may change is asked again at each turn: the times, and whether the key may still be used. Keys that were fetched
// anew are other keys here, so each token is checked again after that.
type verifiedTokens struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]verifiedToken
}

// recall returns what is known of an Authorization header.
func (v *verifiedTokens) recall(header string) (verifiedToken, bool) {
	digest := sha256.Sum256([]byte(header))
	v.mu.Lock()
	defer v.mu.Unlock()
	t, ok := v.known[digest]
	return t, ok
}

// remember keeps a token that was found good.
func (v *verifiedTokens) remember(header string, t verifiedToken) {
	digest := sha256.Sum256([]byte(header))
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.known == nil || len(v.known) >= mostVerified {
		v.known = map[[sha256.Size]byte]verifiedToken{}
	}
	v.known[digest] = t
}
