package teams

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	// older keys are refreshed in the background, as botbuilder-js does (openIdMetadata.ts)
	keyAge = 24 * time.Hour
	// older ones are not used: Microsoft's own libraries kept keys no longer (Config's link)
	mostKeyAge = 5 * 24 * time.Hour
	tendTime   = time.Hour        // between looks at their age while nobody asks
	keyPause   = 5 * time.Second  // between a good fetch and the next one, whatever asks for it
	firstPause = time.Second      // after a failed fetch; it doubles with each that follows
	mostPause  = time.Minute      // after many failed fetches
	fetchLimit = 3 * time.Second  // for one fetch, metadata and keys, while turns may wait for it
	slowLimit  = 10 * time.Second // for one that follows a failed one
	documents  = 1 << 20          // bytes of either document
	minKeyBits = 2048
)

var errUnknownKey = badToken{"unknown-key", "signed with a key that is not known"}

// signingKey is a key of the Bot Connector and the channels for which it may sign.
type signingKey struct {
	public       *rsa.PublicKey
	algorithm    string // "": any
	endorsements []string
}

// keySet keeps the connector's keys. It asks for them at the start, when a token names a key that it does not know, and
// in the background, with no turn waiting, when they are old. A pause follows each fetch, so that nobody can use us to
// flood the key server: five seconds after a good one, so that a new key is known soon even while tokens name keys that
// do not exist, and one second after a failed one, twice as long after each that follows, a minute at most. Old keys
// are used for five days when no newer ones can be had.
type keySet struct {
	url  string
	http *http.Client
	now  func() time.Time
	log  *slog.Logger

	limit time.Duration // for one fetch

	life context.Context // ends with close
	end  context.CancelFunc

	mu         sync.Mutex
	keys       map[string]*signingKey
	algorithms []string
	next       time.Time     // before it nothing is fetched
	failures   int           // fetches that failed since the last good one
	fetched    time.Time     // when keys came
	flight     chan struct{} // closed when the fetch under way ends; nil: none is
}

func newKeySet(c Config) *keySet {
	k := &keySet{url: c.OpenIDMetadataURL, http: c.HTTP, now: c.Now, log: c.Log, limit: fetchLimit}
	k.life, k.end = context.WithCancel(context.Background())
	return k
}

// find returns the key of that id if it may be used with that algorithm. It may fetch, and waits for that.
func (k *keySet) find(ctx context.Context, id, algorithm string) (*signingKey, error) {
	key, flight := k.look(id)
	if flight != nil && key == nil {
		select {
		case <-flight:
			key, _ = k.look(id)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if key == nil {
		return nil, errUnknownKey
	}
	if !k.allows(algorithm) || key.algorithm != "" && key.algorithm != algorithm {
		return nil, badToken{"algorithm", "signed with " + algorithm}
	}
	return key, nil
}

// look returns the key, if it is known, and the fetch to wait for, if one is under way or worth while.
func (k *keySet) look(id string) (*signingKey, chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	var key *signingKey
	if k.usable(now) {
		key = k.keys[id]
	}
	if key == nil || now.Sub(k.fetched) >= keyAge {
		k.begin(now)
	}
	return key, k.flight
}

// ready reports whether there are keys that can be used, and has them fetched where there are none: without turns
// nothing else would ask for them.
func (k *keySet) ready() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if k.usable(now) {
		return true
	}
	k.begin(now)
	return false
}

// usable is called with the lock held.
func (k *keySet) usable(now time.Time) bool {
	return len(k.keys) > 0 && now.Sub(k.fetched) < mostKeyAge
}

// begin starts a fetch unless one is under way or was a moment ago. It is called with the lock held.
func (k *keySet) begin(now time.Time) {
	pause := k.next.Sub(now) <= mostPause // else the clock was ahead when it was set
	if k.flight != nil || pause && now.Before(k.next) || k.life.Err() != nil {
		return
	}
	k.flight = make(chan struct{})
	go k.refresh(k.flight)
}

// since is when the keys came; zero: they have not.
func (k *keySet) since() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.fetched
}

// tend has old keys fetched anew until ctx ends, also while no turn comes that would ask for it: the first one after a
// quiet week does not wait for them then.
func (k *keySet) tend(ctx context.Context) error {
	look := time.NewTicker(tendTime)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			k.renew()
		case <-k.life.Done():
			return k.life.Err()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// renew begins a fetch where the keys are old.
func (k *keySet) renew() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := k.now(); now.Sub(k.fetched) >= keyAge {
		k.begin(now)
	}
}

// load fetches the keys until they are there, or ctx ends.
func (k *keySet) load(ctx context.Context) error {
	look := time.NewTicker(firstPause / 2)
	defer look.Stop()
	for !k.ready() {
		select {
		case <-look.C:
		case <-k.life.Done():
			return k.life.Err()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (k *keySet) allows(algorithm string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Contains(k.algorithms, algorithm)
}

func (k *keySet) refresh(flight chan struct{}) {
	k.mu.Lock()
	limit := k.limit
	if k.failures > 0 {
		limit = max(limit, slowLimit)
	}
	k.mu.Unlock()
	ctx, cancel := context.WithTimeout(k.life, limit)
	defer cancel()
	keys, algorithms, err := k.fetch(ctx)
	if err != nil {
		k.log.Warn("refresh of the connector's keys", logError, err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if err == nil {
		k.keys = keys
		k.algorithms = algorithms
		k.fetched = now
		k.failures = 0
		k.next = now.Add(keyPause)
	} else {
		k.failures++
		k.next = now.Add(pauseAfter(k.failures))
	}
	k.flight = nil
	close(flight)
}

// pauseAfter is how long nothing is fetched after so many failures in a row.
func pauseAfter(failures int) time.Duration {
	if failures > 6 {
		return mostPause
	}
	return min(firstPause<<(failures-1), mostPause)
}

// fetch reads metadata and keys. The issuer in the metadata is not compared: Microsoft's rules ask for the issuer of
// the token, a fixed value, and take only jwks_uri and the algorithms from the document (Config's link, steps 2 to 4).
func (k *keySet) fetch(ctx context.Context) (map[string]*signingKey, []string, error) {
	var metadata struct {
		KeysURL    string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := k.read(ctx, k.url, &metadata); err != nil {
		return nil, nil, fmt.Errorf("OpenID metadata: %w", err)
	}
	if !secureURL(metadata.KeysURL) {
		return nil, nil, fmt.Errorf("OpenID metadata: keys at %q: expected https", metadata.KeysURL)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := k.read(ctx, metadata.KeysURL, &set); err != nil {
		return nil, nil, fmt.Errorf("keys: %w", err)
	}
	keys := make(map[string]*signingKey, len(set.Keys))
	for _, raw := range set.Keys {
		if id, key := parseKey(raw); key != nil {
			keys[id] = key
		}
	}
	if len(keys) == 0 {
		return nil, nil, errors.New("keys: none that can be used")
	}
	algorithms := []string{string(jose.RS256)}
	for _, a := range metadata.Algorithms {
		if a == string(jose.RS384) || a == string(jose.RS512) {
			algorithms = append(algorithms, a)
		}
	}
	return keys, algorithms, nil
}

// parseKey returns nil for what is not an RSA key for signatures: a set may hold others beside ours.
func parseKey(raw json.RawMessage) (string, *signingKey) {
	var jwk jose.JSONWebKey
	var more struct {
		Endorsements []string `json:"endorsements"`
	}
	if json.Unmarshal(raw, &jwk) != nil || json.Unmarshal(raw, &more) != nil {
		return "", nil
	}
	public, ok := jwk.Key.(*rsa.PublicKey)
	if !ok || public.N.BitLen() < minKeyBits || jwk.KeyID == "" || jwk.Use != "" && jwk.Use != "sig" {
		return "", nil
	}
	return jwk.KeyID, &signingKey{public: public, algorithm: jwk.Algorithm, endorsements: more.Endorsements}
}

func (k *keySet) read(ctx context.Context, url string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := k.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("answer %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, documents))
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

func (k *keySet) close(ctx context.Context) error {
	k.end()
	k.mu.Lock()
	flight := k.flight
	k.mu.Unlock()
	if flight == nil {
		return nil
	}
	select {
	case <-flight:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
