package graph

import (
	"context"
	"time"

	"calltab/internal/provision"
)

// service is what Graph throttles for itself: a pause that it asks for is kept by all calls to the same one
// (https://learn.microsoft.com/graph/throttling-limits). Lists of everybody stand apart from calls about one person:
// they take up all that they may have, and a turn would wait for them.
type service string

// The services. They are persisted: never rename one.
const (
	ofPeople       service = "people"
	ofPeopleLists  service = "people-lists"
	ofPhones       service = "phones"
	ofPhoneLists   service = "phone-lists"
	ofPhoneChanges service = "phone-changes"
	ofApps         service = "apps"
	ofSnapshots    service = "snapshots"
)

// Pauses knows for how long no call of a tenant may be made to a service, as one of them was told to wait. Both may be
// called concurrently. The error of Ask is that not every program was told.
type Pauses interface {
	Left(ctx context.Context, tenant provision.TenantID, service string) time.Duration
	Ask(ctx context.Context, tenant provision.TenantID, service string, d time.Duration) error
}

// ofNobodyElse is of calls whose throttling says nothing of others: of each mailbox for itself.
const ofNobodyElse service = ""

// mostShared is how long others wait at most because one was asked to. Who was asked waits for all of it; and one call
// in that time is enough to learn that it goes on.
const mostShared = 5 * time.Minute

// resultHeld is how a call is counted that was not made, as the service had asked for a pause.
const resultHeld = "held"

// held is the error of a call that is not made, as another one was told to wait; nil where it may be.
func (c *Client) held(ctx context.Context, tenant provision.TenantID, what call) *provision.Error {
	if what.service == ofNobodyElse {
		return nil
	}
	left := c.config.Pauses.Left(ctx, tenant, string(what.service))
	if left <= 0 {
		return nil
	}
	return &provision.Error{Op: what.op, Kind: provision.Throttled, Say: busy, Code: resultHeld, RetryAfter: left}
}

// forgetful is the Pauses of a client that has none.
type forgetful struct{}

func (forgetful) Left(context.Context, provision.TenantID, string) time.Duration       { return 0 }
func (forgetful) Ask(context.Context, provision.TenantID, string, time.Duration) error { return nil }
