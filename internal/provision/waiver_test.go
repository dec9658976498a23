package provision_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"calltab/internal/provision"
)

// TestWaiver: a calling plan stands against a person until an operator allows both, with a reason that the trail proves
// and does not hold; nothing else is waived with it.
func TestWaiver(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p, st := fine.person()
	p.Plans = append(p.Plans, provision.ServicePlan{ID: "1346d5e6-15a6-4b88-9693-806ff7296a7a", Status: "Enabled"})
	p.Enabled = false
	recall := func() string {
		t.Helper()
		st := st
		if err := d.Store.View(t.Context(), func(tx provision.Tx) error { return d.Recall(tx, tenant, dana, &st) }); err != nil {
			t.Fatal(err)
		}
		return rules(provision.Eligible(p, st))
	}
	const both, one = "account-disabled calling-plan", "account-disabled"
	if got := recall(); got != both {
		t.Fatalf("against it stands %q", got)
	}
	for _, why := range []string{"", " \n", strings.Repeat("x", 1001)} {
		if err := d.Waive(t.Context(), tenant, alice, dana, why); provision.KindOf(err) != provision.Invalid {
			t.Errorf("%q: %v", why, err)
		}
	}
	const why = "Dana Reyes moves to us in spring."
	for range 2 { // pressed twice
		if err := d.Waive(t.Context(), tenant, alice, dana, why); err != nil {
			t.Fatal(err)
		}
	}
	if got := recall(); got != one {
		t.Errorf("against it stands %q", got)
	}
	for range 2 {
		if err := d.Unwaive(t.Context(), tenant, alice, dana); err != nil {
			t.Fatal(err)
		}
	}
	if got := recall(); got != both {
		t.Errorf("against it stands %q", got)
	}
	all, err := d.Audit(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256([]byte(why))
	want := []provision.AuditEvent{
		{Event: provision.RuleWaived, Actor: alice.ID, User: dana, Note: "calling-plan sha256:" + hex.EncodeToString(hash[:])},
		{Event: provision.RuleRestored, Actor: alice.ID, User: dana, Note: "calling-plan"},
	}
	last := all[len(all)-2:]
	for i, e := range last {
		if e.Event != want[i].Event || e.Actor != want[i].Actor || e.User != want[i].User || e.Note != want[i].Note {
			t.Errorf("the trail has %+v, want %+v", e, want[i])
		}
	}
}
