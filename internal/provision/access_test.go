package provision_test

import (
	"errors"
	"testing"
	"time"

	"calltab/internal/provision"
)

func TestAccess(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const say = "not-allowed"
	allowed := func(u provision.UserID, want string) {
		t.Helper()
		err := d.Admit(t.Context(), tenant, provision.Actor{ID: u}, provision.Look)
		got, _ := provision.SayOf(err)
		if got.ID != want || (err == nil) != (want == "") || err != nil && provision.KindOf(err) != provision.Denied {
			t.Errorf("%s: %v, want %q", u, err, want)
		}
	}
	asked := func(want int) {
		t.Helper()
		if d.ms.asked != want {
			t.Errorf("Graph was asked %d times, want %d", d.ms.asked, want)
		}
	}
	allowed("", "no-account")
	allowed(alice.ID, "")
	asked(0) // neither needs Graph

	d.ms.groups[erin] = []string{"group"}
	allowed(erin, "")
	allowed(dana, say)
	asked(2)
	delete(d.ms.groups, erin)
	d.ms.groups[dana] = []string{"group"}
	d.advance(5*time.Minute - time.Second)
	allowed(erin, "")
	allowed(dana, say)
	asked(2) // believed for five minutes
	d.advance(time.Second)
	allowed(erin, say)
	allowed(dana, "")
	asked(4)

	// Another tenant's person of the same id is another person.
	if err := d.Admit(t.Context(), "another tenant", provision.Actor{ID: dana}, provision.Look); err != nil || d.ms.asked != 5 {
		t.Errorf("%v after %d", err, d.ms.asked)
	}

	// Where Graph cannot tell, nobody gets in, and that is not remembered.
	d.advance(6 * time.Minute)
	d.ms.err = errors.New("down")
	allowed(dana, "cannot-check-you")
	allowed(alice.ID, "")
	d.ms.err = nil
	allowed(dana, "")
}

func TestRoles(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const group = "9a000000-0000-4000-8000-00000000000a"
	inv := block("seattle", "+12065550100", 1)
	inv.AccessPolicy.Grants = []provision.Grant{
		{Role: provision.RoleOperator, Who: []string{string(dana)}, Sites: []provision.LocationID{"seattle"}},
		{Role: provision.RoleAuditor, Who: []string{group}},
	}
	if err := files(d.Core).Import(t.Context(), tenant, inv); err != nil {
		t.Fatal(err)
	}
	d.ms.groups[dana], d.ms.groups[erin] = []string{group}, []string{group}
	access := func(u provision.UserID) provision.Access {
		t.Helper()
		a, err := d.Access(t.Context(), tenant, u)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for _, row := range []struct {
		who   provision.UserID
		right provision.Right
		at    provision.LocationID
		may   bool
	}{
		{alice.ID, provision.Manage, "", true},
		{alice.ID, provision.Manage, "london", true},
		{dana, provision.Operate, "seattle", true},
		{dana, provision.Operate, "london", false},
		{dana, provision.Look, "london", true}, // as an auditor
		{dana, provision.Manage, "seattle", false},
		{erin, provision.Look, "seattle", true},
		{erin, provision.Operate, "", false},
		{user(5), provision.Look, "", false},
		{"", provision.Look, "", false},
	} {
		if got := access(row.who).May(row.right, row.at); got != row.may {
			t.Errorf("%s may %s at %q: %v", row.who, row.right, row.at, got)
		}
	}
	for at, want := range map[provision.LocationID]provision.Role{"": provision.RoleOperator, "seattle": provision.RoleOperator, "london": provision.RoleAuditor} {
		if got := access(dana).Role(at); got != want {
			t.Errorf("dana is %s at %q, want %s", got, at, want)
		}
	}

	// What a person has by name holds while the groups cannot be read; what may come from a group does not.
	d.ms.err = errors.New("down")
	d.advance(6 * time.Minute)
	if a := access(dana); !a.May(provision.Operate, "seattle") || a.May(provision.Look, "london") {
		t.Error("without groups, by name only")
	}
	if _, err := d.Stock(t.Context(), tenant, provision.Actor{ID: erin}); provision.KindOf(err) != provision.Denied {
		t.Errorf("a group that cannot be read let somebody in: %v", err)
	} else if m, _ := provision.SayOf(err); m.ID != "cannot-check-you" {
		t.Errorf("said %q", m.ID)
	}

	// A new access policy takes the old one's place at once, and an import without one leaves it.
	d.ms.err = nil
	inv.AccessPolicy.Grants = inv.AccessPolicy.Grants[1:]
	for _, c := range []provision.AccessPolicy{inv.AccessPolicy, {}} {
		inv.AccessPolicy = c
		if err := files(d.Core).Import(t.Context(), tenant, inv); err != nil {
			t.Fatal(err)
		}
		if a := access(dana); a.May(provision.Operate, "") || !a.May(provision.Look, "seattle") {
			t.Error("the access policy is not what was imported")
		}
	}
}
