package teams

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/infracloudio/msbotbuilder-go/connector/auth"
	"github.com/infracloudio/msbotbuilder-go/schema"
)

const (
	clockSkew = 5 * time.Minute // "industry-standard clock-skew is 5 minutes" (Config's link, step 4)
	maxToken  = 16 << 10        // bytes of an Authorization header; the connector's are about 1 KiB
)

// algorithms is what is ever accepted, as botbuilder-js does (jwtTokenExtractor.ts); the metadata may allow less.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512}

// tokens checks the bearer token of an activity. It is the library's TokenValidator.
type tokens struct {
	appID    string
	issuer   string
	now      func() time.Time
	insecure bool
	keys     *keySet
	verified verifiedTokens
}

var _ auth.TokenValidator = (*tokens)(nil)

// passport is a verified token: who holds it may speak for that service URL, on the channels that its key endorses.
// It lives as long as its request.
type passport struct {
	header     string
	serviceURL string
	key        *signingKey
}

type passportKey struct{}

// claims are those that are checked. "iat" is not among them: Microsoft asks nothing of it, and clocks differ.
type claims struct {
	Issuer     string           `json:"iss"`
	Audience   jwt.Audience     `json:"aud"` // a string or a list of them
	Expiry     *jwt.NumericDate `json:"exp"`
	NotBefore  *jwt.NumericDate `json:"nbf"`
	ServiceURL string           `json:"serviceurl"`
}

// verify checks all of the token that does not depend on the body, so that it can be done before the body is read.
func (t *tokens) verify(ctx context.Context, header string) (*passport, error) {
	if v, ok := t.verified.recall(header); ok {
		if err := t.check(v.claims); err != nil {
			return nil, err
		}
		key, err := t.keys.find(ctx, v.keyID, v.algorithm)
		if err != nil {
			return nil, err
		}
		if key == v.key {
			return &passport{header: header, serviceURL: v.claims.ServiceURL, key: key}, nil
		}
	}
	v, err := t.verifyAnew(ctx, header)
	if err != nil {
		return nil, err
	}
	t.verified.remember(header, v)
	return &passport{header: header, serviceURL: v.claims.ServiceURL, key: v.key}, nil
}

// verifyAnew is verify for a token that is not remembered.
func (t *tokens) verifyAnew(ctx context.Context, header string) (verifiedToken, error) {
	var v verifiedToken
	raw, err := bearerToken(header)
	if err != nil {
		return v, err
	}
	token, err := jwt.ParseSigned(raw, algorithms)
	if err != nil {
		return v, err
	}
	if len(token.Headers) != 1 || token.Headers[0].KeyID == "" {
		return v, badToken{"malformed", "names no key"}
	}
	v.keyID, v.algorithm = token.Headers[0].KeyID, token.Headers[0].Algorithm
	// What it says of itself is compared first: a token that is not even meant for us fetches no keys.
	if err := token.UnsafeClaimsWithoutVerification(&v.claims); err != nil {
		return v, err
	}
	if err := t.check(v.claims); err != nil {
		return v, err
	}
	v.key, err = t.keys.find(ctx, v.keyID, v.algorithm)
	if err != nil {
		return v, err
	}
	return v, token.Claims(v.key.public)
}

func (t *tokens) check(c claims) error {
	now := t.now()
	switch {
	case c.Issuer != t.issuer:
		return badToken{"issuer", "issued by somebody else"}
	case !slices.ContainsFunc(c.Audience, func(a string) bool { return strings.EqualFold(a, t.appID) }):
		return badToken{"audience", "meant for somebody else"}
	case c.Expiry == nil || c.NotBefore == nil:
		return badToken{"malformed", "without times"}
	case !now.Before(c.Expiry.Time().Add(clockSkew)):
		return badToken{"expired", "expired"}
	case now.Before(c.NotBefore.Time().Add(-clockSkew)):
		return badToken{"not-yet-valid", "not yet valid"}
	case c.ServiceURL == "":
		return badToken{"malformed", "without a service URL"}
	}
	return nil
}

// AuthenticateRequest is called by the library with what it read of the body: the token must be for this service URL
// and its key for this channel. A token that was verified before the body was read is not verified again.
//
// A key without endorsements endorses nothing: the documentation gives every key of the connector at least one, and
// asks to refuse an activity whose channel is not among them (Config's link, step 3).
func (t *tokens) AuthenticateRequest(ctx context.Context, a schema.Activity, header string,
	_ auth.CredentialProvider, _ string) (auth.ClaimsIdentity, error) {
	if t.insecure {
		return auth.NewClaimIdentity(map[string]any{}, true), nil
	}
	p, ok := ctx.Value(passportKey{}).(*passport)
	if !ok || p.header != header {
		var err error
		if p, err = t.verify(ctx, header); err != nil {
			return nil, refused(http.StatusUnauthorized, err)
		}
	}
	if !sameServiceURL(p.serviceURL, a.ServiceURL) {
		return nil, refused(http.StatusUnauthorized, badToken{"service-url", "token is for another service URL"})
	}
	if !slices.Contains(p.key.endorsements, a.ChannelID) {
		other := badToken{"channel", fmt.Sprintf("key does not endorse channel %.32q", a.ChannelID)}
		return nil, refused(http.StatusUnauthorized, other)
	}
	return auth.NewClaimIdentity(map[string]any{"iss": t.issuer, "aud": t.appID, "serviceurl": p.serviceURL}, true), nil
}

// badToken is why a token is refused: one of [Refusals], and a text for the log.
type badToken struct{ why, text string }

func (b badToken) Error() string { return b.text }

// Refusals are why tokens are refused, as metrics name it: the token is missing, is none, was issued by or meant for
// another one, is too old or from the future, is for another address or channel than it was sent for, or is signed with
// a key or in a way that Microsoft does not name, or not by that key.
func Refusals() []string {
	return []string{"missing", "malformed", "issuer", "audience", "expired", "not-yet-valid", "service-url", "channel",
		"unknown-key", "algorithm", "signature"}
}

// refusalOf is why a token was refused with that error.
func refusalOf(err error) string {
	var bad badToken
	switch {
	case errors.As(err, &bad):
		return bad.why
	case errors.Is(err, jose.ErrCryptoFailure):
		return "signature"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded): // while keys were fetched
		return "unknown-key"
	}
	return "malformed"
}

// bearerToken takes the token out of the header. The scheme is required; it has no case (RFC 9110, 11.1).
func bearerToken(header string) (string, error) {
	scheme, token, ok := strings.Cut(header, " ")
	switch {
	case header == "":
		return "", badToken{"missing", "no token"}
	case len(header) > maxToken:
		return "", badToken{"malformed", "token too long"}
	case !ok || !strings.EqualFold(scheme, "Bearer") || token == "":
		return "", badToken{"malformed", "expected a bearer token"}
	}
	return token, nil
}
