package provision_test

import (
	"testing"
	"time"

	"calltab/internal/provision"
)

// TestRefusedMore: people whom the trail does not name are counted in it, as nobody's doing.
func TestRefusedMore(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.update(func(tx provision.Tx) error { return d.RefusedMore(tx, tenant, "another tenant", 9901) })
	all, err := d.Audit(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	e := all[len(all)-1]
	if e.Event != provision.AccessRefused || e.Actor != "" || e.Note != "another tenant (9901 more, of people not named here)" {
		t.Errorf("the link is %+v", e)
	}
	d.sound()
}

// TestFormsAfterTheClockWasSetBack: what a clock counted that was ahead keeps nobody from their forms.
func TestFormsAfterTheClockWasSetBack(t *testing.T) {
	t.Parallel()
	d := approvalDesk(t, provision.AccessPolicy{Limits: provision.Limits{Forms: 1}})
	d.advance(48 * time.Hour)
	wish := provision.Request{Tenant: tenant, Requester: provision.Actor{ID: erin}}
	if _, err := d.Begin(t.Context(), wish); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Begin(t.Context(), wish); provision.KindOf(err) != provision.Throttled {
		t.Fatalf("the second form of a day: %v", err)
	}
	d.advance(-48 * time.Hour)
	if _, err := d.Begin(t.Context(), wish); err != nil {
		t.Errorf("the clock was set back: %v", err)
	}
}
