package fulfil

import (
	"context"
	"strings"
	"sync"
	"time"

	"calltab/internal/provision"
)

// class is a kind of calls of which the fate of one says something of the others: those that one permission allows. The
// classes are persisted: never rename one.
type class string

const (
	readPeople     class = "people"
	readVoices     class = "voices"
	readNumbers    class = "numbers"
	changeNumbers  class = "change-numbers"
	findPolicies   class = "find-policies"
	changePolicies class = "change-policies"
	tellCarrier    class = provision.CarrierCalls
	signIn         class = provision.SignIn // of all calls to Microsoft, where Calltab gets no token
)

// met is the error of a call with what it was about.
type met struct {
	class   class
	account provision.UserID // whom the call was about
	err     error
}

func (m *met) Error() string { return m.err.Error() }
func (m *met) Unwrap() error { return m.err }

// contact is when a call about an account had some fate.
type contact struct {
	account provision.UserID
	at      time.Time
}

// fates are the last ones about two different accounts, so that there is one that is not about a given account.
type fates [2]contact

func (f *fates) add(account provision.UserID, at time.Time) {
	if f[0].account != account {
		f[1] = f[0]
	}
	f[0] = contact{account, at}
}

// other is another account that a call was about; empty: none is known.
func (f fates) other(account provision.UserID) provision.UserID {
	if f[0].account != account {
		return f[0].account
	}
	return f[1].account
}

// others is the last time about another account; zero: never. What a clock noted that was ahead of now says nothing.
func (f fates) others(account provision.UserID, now time.Time) time.Time {
	for _, c := range f {
		if c.account != account && !c.at.After(now) {
			return c.at
		}
	}
	return time.Time{}
}

// health remembers for each class of calls with whom they got on and with whom they failed. It is kept in memory: a
// program that has just begun knows nothing against anybody.
type health struct {
	now func() time.Time

	mu     sync.Mutex
	good   map[spot]fates
	failed map[spot]fates
}

type spot struct {
	tenant provision.TenantID
	class  class
}

func newHealth(now func() time.Time) *health {
	return &health{now: now, good: map[spot]fates{}, failed: map[spot]fates{}}
}

// heard notes how a call about an account ended, for everybody and for the try that made it, and marks its error. That
// an account or a thing is not there is an answer, too, where it was only read.
func (h *health) heard(ctx context.Context, tenant provision.TenantID, c class, account provision.UserID,
	err error) error {
	missing := err != nil && provision.KindOf(err) == provision.NotFound
	ok := err == nil || missing && (c == readPeople || c == readVoices || c == readNumbers)
	h.mu.Lock()
	at, book := spot{tenant, c}, h.failed
	if ok {
		book = h.good
	}
	f := book[at]
	f.add(account, h.now())
	book[at] = f
	h.mu.Unlock()
	if t := trialOf(ctx); t != nil {
		t.heard(c, ok, ok || c == tellCarrier && refused(err))
	}
	if err == nil {
		return nil
	}
	return &met{c, account, err}
}

// heardOf is heard of a call that names a number, an operation or a policy: it is about the subscriber of the step that
// makes it. One that no step makes passes unheard.
func (h *health) heardOf(ctx context.Context, tenant provision.TenantID, c class, err error) error {
	t := trialOf(ctx)
	if t == nil {
		return err
	}
	return h.heard(ctx, tenant, c, t.account, err)
}

// succeeded is when a call of a class last got on for another account.
func (h *health) succeeded(tenant provision.TenantID, m *met) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.good[spot{tenant, m.class}].others(m.account, h.now())
}

// peer is an account for which a call of a class once got on, other than a given one; empty: none is known.
func (h *health) peer(tenant provision.TenantID, c class, account provision.UserID) provision.UserID {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.good[spot{tenant, c}].other(account)
}

// failing is when one last failed for another account.
func (h *health) failing(tenant provision.TenantID, m *met) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.failed[spot{tenant, m.class}].others(m.account, h.now())
}

// trial is what one try of a step has heard. A step makes its calls one after another.
type trial struct {
	account provision.UserID // the order's subscriber
	good    map[class]bool   // got on or was answered, and did not fail afterwards
	failed  bool
}

type trialKey struct{}

// trialOf is the try that makes a call; nil where no step of an order makes it.
func trialOf(ctx context.Context) *trial {
	t, _ := ctx.Value(trialKey{}).(*trial)
	return t
}

// heard notes a call. What the carrier refuses has failed, and yet it answers.
func (t *trial) heard(c class, ok, answered bool) {
	if t.good == nil {
		t.good = map[class]bool{}
	}
	t.good[c] = answered
	t.failed = t.failed || !ok
}

// signedIn reports whether Microsoft was called, and each call got on. The carrier takes no token of Microsoft's.
func (t *trial) signedIn() bool {
	called := false
	for c := range t.good {
		called = called || c != tellCarrier
	}
	return called && !t.failed
}

// The ports, listened to.

type heardDirectory struct {
	provision.Directory
	*health
}

func (d heardDirectory) Person(ctx context.Context, tenant provision.TenantID, id string) (provision.Person, error) {
	p, err := d.Directory.Person(ctx, tenant, id)
	switch {
	case err == nil:
		return p, d.heard(ctx, tenant, readPeople, p.ID, nil)
	case strings.Contains(id, "@"): // a user name: nobody can say of which account
		return p, err
	}
	return p, d.heard(ctx, tenant, readPeople, provision.UserID(id), err)
}

type heardTelephony struct {
	provision.Telephony
	*health
}

func (t heardTelephony) Voice(ctx context.Context, tenant provision.TenantID,
	user provision.UserID) (provision.Voice, error) {
	v, err := t.Telephony.Voice(ctx, tenant, user)
	return v, t.heard(ctx, tenant, readVoices, user, err)
}

func (t heardTelephony) Assignment(ctx context.Context, tenant provision.TenantID,
	n provision.E164) (provision.Assignment, error) {
	a, err := t.Telephony.Assignment(ctx, tenant, n)
	return a, t.heardOf(ctx, tenant, readNumbers, err)
}

func (t heardTelephony) AssignNumber(ctx context.Context, tenant provision.TenantID, n provision.E164,
	user provision.UserID, emergency string) (provision.Operation, error) {
	op, err := t.Telephony.AssignNumber(ctx, tenant, n, user, emergency)
	return op, t.heard(ctx, tenant, changeNumbers, user, err)
}

func (t heardTelephony) UnassignNumber(ctx context.Context, tenant provision.TenantID,
	n provision.E164) (provision.Operation, error) {
	op, err := t.Telephony.UnassignNumber(ctx, tenant, n)
	return op, t.heardOf(ctx, tenant, changeNumbers, err)
}

func (t heardTelephony) Operation(ctx context.Context, tenant provision.TenantID,
	id string) (provision.Operation, error) {
	op, err := t.Telephony.Operation(ctx, tenant, id)
	return op, t.heardOf(ctx, tenant, readNumbers, err)
}

func (t heardTelephony) PolicyID(ctx context.Context, tenant provision.TenantID,
	policyType, name string) (string, error) {
	id, err := t.Telephony.PolicyID(ctx, tenant, policyType, name)
	return id, t.heardOf(ctx, tenant, findPolicies, err)
}

func (t heardTelephony) AssignPolicy(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	policyType, policyID string) error {
	err := t.Telephony.AssignPolicy(ctx, tenant, user, policyType, policyID)
	return t.heard(ctx, tenant, changePolicies, user, err)
}

func (t heardTelephony) UnassignPolicy(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	policyType string) error {
	err := t.Telephony.UnassignPolicy(ctx, tenant, user, policyType)
	return t.heard(ctx, tenant, changePolicies, user, err)
}

type heardCarrier struct {
	provision.Carrier
	*health
}

func (c heardCarrier) Tell(ctx context.Context, n provision.Notice) (provision.Receipt, error) {
	r, err := c.Carrier.Tell(ctx, n)
	return r, c.heard(ctx, n.Tenant, tellCarrier, n.User, err)
}
