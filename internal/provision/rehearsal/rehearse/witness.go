package rehearse

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal"
)

// The names of the calls. Those about policies end in the policy's type.
const (
	CallAssign         = "assign-number"
	CallUnassign       = "unassign-number"
	CallOperation      = "operation"
	CallPolicyID       = "policy-id "
	CallAssignPolicy   = "assign-policy "
	CallUnassignPolicy = "unassign-policy "
)

// witness counts, while rehearsals are at work, how Microsoft answers. A look-up of a policy or of an operation names
// no person, and counts for every rehearsal of its tenant: what Microsoft takes from one order it takes from all. It is
// kept in memory, and handed to the job with each look.
type witness struct {
	mu   sync.Mutex
	open map[subject]*heardCalls
}

type subject struct {
	tenant provision.TenantID
	user   provision.UserID
}

type heardCalls struct {
	calls rehearsal.Calls
	shape string
}

// watch begins to count for a person.
func (w *witness) watch(tenant provision.TenantID, user provision.UserID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open == nil {
		w.open = map[subject]*heardCalls{}
	}
	if w.open[subject{tenant, user}] == nil {
		w.open[subject{tenant, user}] = &heardCalls{}
	}
}

func (w *witness) forget(tenant provision.TenantID, user provision.UserID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.open, subject{tenant, user})
}

// told hands over what was counted for a person since the last time.
func (w *witness) told(tenant provision.TenantID, user provision.UserID) (rehearsal.Calls, string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := w.open[subject{tenant, user}]
	if h == nil {
		return nil, ""
	}
	calls, shape := h.calls, h.shape
	*h = heardCalls{}
	return calls, shape
}

// hear counts a call; an empty user: it names nobody.
func (w *witness) hear(tenant provision.TenantID, user provision.UserID, name, shape string, err error) {
	call := rehearsal.Call{Fine: 1}
	if err != nil {
		kind := provision.KindOf(err)
		call = rehearsal.Call{Refused: 1, Why: fmt.Sprint(kind)}
		var e *provision.Error
		if errors.As(err, &e) && e.Code != "" {
			call.Why += " (" + e.Code + ")"
		}
		if kind == provision.Throttled {
			call.Asked = 1
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for who, h := range w.open {
		if who.tenant != tenant || user != "" && who.user != user {
			continue
		}
		h.calls = h.calls.Add(rehearsal.Calls{name: call})
		if shape != "" {
			h.shape = shape
		}
	}
}

// heard is a telephone service whose answers a witness hears.
type heard struct {
	provision.Telephony
	by *witness
}

func (t heard) AssignNumber(ctx context.Context, tenant provision.TenantID, n provision.E164, user provision.UserID,
	emergencyLocation string) (provision.Operation, error) {
	op, err := t.Telephony.AssignNumber(ctx, tenant, n, user, emergencyLocation)
	t.by.hear(tenant, user, CallAssign, "", err)
	return op, err
}

func (t heard) UnassignNumber(ctx context.Context, tenant provision.TenantID,
	n provision.E164) (provision.Operation, error) {
	op, err := t.Telephony.UnassignNumber(ctx, tenant, n)
	t.by.hear(tenant, "", CallUnassign, "", err)
	return op, err
}

func (t heard) Operation(ctx context.Context, tenant provision.TenantID, id string) (provision.Operation, error) {
	op, err := t.Telephony.Operation(ctx, tenant, id)
	t.by.hear(tenant, "", CallOperation, op.Shape, err)
	return op, err
}

func (t heard) PolicyID(ctx context.Context, tenant provision.TenantID, policyType, name string) (string, error) {
	id, err := t.Telephony.PolicyID(ctx, tenant, policyType, name)
	t.by.hear(tenant, "", CallPolicyID+policyType, "", err)
	return id, err
}

func (t heard) AssignPolicy(ctx context.Context, tenant provision.TenantID, user provision.UserID, policyType,
	policyID string) error {
	err := t.Telephony.AssignPolicy(ctx, tenant, user, policyType, policyID)
	t.by.hear(tenant, user, CallAssignPolicy+policyType, "", err)
	return err
}

func (t heard) UnassignPolicy(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	policyType string) error {
	err := t.Telephony.UnassignPolicy(ctx, tenant, user, policyType)
	t.by.hear(tenant, user, CallUnassignPolicy+policyType, "", err)
	return err
}
