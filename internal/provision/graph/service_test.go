package graph

import (
	"context"
	"errors"
	"testing"
	"time"

	"calltab/internal/provision"
)

// remembered keeps pauses that do not end.
type remembered struct{ asked map[string]time.Duration }

func (r *remembered) Left(_ context.Context, tenant provision.TenantID, service string) time.Duration {
	return r.asked[string(tenant)+" "+service]
}

func (r *remembered) Ask(_ context.Context, tenant provision.TenantID, service string, d time.Duration) error {
	if d > 0 {
		r.asked[string(tenant)+" "+service] = d
	}
	return nil
}

// TestPauseHoldsTheOthers: one refusal with Retry-After holds back what others would ask of the same service for the
// tenant, and nothing else. One without it holds nobody.
func TestPauseHoldsTheOthers(t *testing.T) {
	t.Parallel()
	later := map[string]string{"Retry-After": "30"}
	s := newServer(t, answer{status: 429}, answer{status: 429, header: later}, answer{body: bobJSON}, answer{status: 429, header: later})
	pauses := &remembered{map[string]time.Duration{}}
	c := newClient(t, Config{URL: s.URL + prefix, Client: s.Client(), Pauses: pauses})
	change := func(tenant provision.TenantID) *provision.Error {
		_, err := c.UnassignNumber(t.Context(), tenant, number)
		var e *provision.Error
		if !errors.As(err, &e) || e.Kind != provision.Throttled || e.Say.ID != busy.ID {
			t.Fatalf("of %s: %v", tenant, err)
		}
		return e
	}
	if e := change(tenant); e.RetryAfter != 0 {
		t.Errorf("without a time it asks for %v", e.RetryAfter)
	}
	if e := change(tenant); e.RetryAfter != 30*time.Second || e.Code == resultHeld {
		t.Errorf("refused: %v, %v", e, e.RetryAfter)
	}
	if e := change(tenant); e.RetryAfter != 30*time.Second || e.Code != resultHeld {
		t.Errorf("held: %v, %v", e, e.RetryAfter)
	}
	if err := c.UnassignPolicy(t.Context(), tenant, bob, "TeamsCallingPolicy"); provision.KindOf(err) != provision.Throttled {
		t.Errorf("another change: %v", err)
	}
	if _, err := c.Person(t.Context(), tenant, string(bob)); err != nil {
		t.Errorf("a person: %v", err)
	}
	if e := change("22222222-2222-2222-2222-222222222222"); e.Code == resultHeld {
		t.Error("another tenant is held")
	}
	s.seen(4)
}

// TestPauseIsShared: others wait for minutes, however long the one who was refused is to wait, and not for a mailbox.
func TestPauseIsShared(t *testing.T) {
	t.Parallel()
	day := map[string]string{"Retry-After": "86400"}
	s := newServer(t, answer{status: 429, header: day}, answer{status: 429, header: day})
	pauses := &remembered{map[string]time.Duration{}}
	c := newClient(t, Config{URL: s.URL + prefix, Client: s.Client(), Pauses: pauses})
	_, err := c.UnassignNumber(t.Context(), tenant, number)
	var e *provision.Error
	if !errors.As(err, &e) || e.RetryAfter != 24*time.Hour {
		t.Errorf("who was refused: %v", err)
	}
	if _, err := c.Away(t.Context(), tenant, bob, time.Now()); provision.KindOf(err) != provision.Throttled {
		t.Errorf("a mailbox: %v", err)
	}
	if len(pauses.asked) != 1 || pauses.asked[string(tenant)+" "+string(ofPhoneChanges)] != mostShared {
		t.Errorf("shared are %v", pauses.asked)
	}
	s.seen(2)
}
