package graph_test

import (
	"strings"
	"testing"

	"calltab/internal/sandbox/graph"
)

// TestLies: each lie is said as it was reported, at once or as a failed operation, and changes nothing.
func TestLies(t *testing.T) {
	t.Parallel()
	const free = "+12065550101"
	w := start(t)
	for name, want := range map[string]string{
		"user-not-found": "NotFound User '", "unlicensed": "BadRequest User '", "on-premises": "on-premises Active Directory",
		"taken": "already been assigned to another user", "not-in-tenant": "is not found from tenant", "unavailable": "Please try again",
		"update-failed": "Update failed for user", "pending": "activation state is pending", "opaque": "BadRequest BadRequest",
	} {
		if err := w.Lie("dana", name, false); err != nil {
			t.Fatal(err)
		}
		a := w.assign("dana", free)
		if got := a.code() + " " + a.message(); a.status < 400 || !strings.Contains(got, want) {
			t.Errorf("%s: %d %s, want %q", name, a.status, got, want)
		}
		if err := w.Lie("dana", name, true); err != nil {
			t.Fatal(err)
		}
		if status, detail := w.settle(w.assign("dana", free)); status != "failed" || !strings.Contains(a.message(), detail) {
			t.Errorf("%s, late: %s %s", name, status, detail)
		}
	}
	if err := w.Ignore("dana"); err != nil {
		t.Fatal(err)
	}
	if status, _ := w.settle(w.assign("dana", free)); status != "succeeded" {
		t.Errorf("ignored, and %s", status)
	}
	if got := w.Changes(); len(got) != 0 {
		t.Errorf("a lie changed %v", got)
	}
	if w.Lie("dana", "moon", false) == nil || w.Lie("nobody", "taken", false) == nil {
		t.Error("it takes anything for a lie")
	}
}

// TestCorrupt: one record breaks the page that it is on, and no other; a filter that leaves it out reads around it.
func TestCorrupt(t *testing.T) {
	t.Parallel()
	w := start(t)
	if err := w.Know("+12065550190", "callingPlan"); err != nil {
		t.Fatal(err)
	}
	w.Corrupt()
	for path, status := range map[string]int{
		"": 400, "?$top=2": 200, "?$filter=telephoneNumber eq '%2B12065550190'": 200, "?$skip=3": 400,
	} {
		a := w.get("/admin/teams/telephoneNumberManagement/numberAssignments" + strings.ReplaceAll(path, " ", "%20"))
		if a.status != status || status == 400 && !strings.Contains(a.message(), "Invalid DirectRoutingTelephoneNumber '1'") {
			t.Errorf("%s: %d %s", path, a.status, a.message())
		}
	}
	if w.Know("+12065550191", "moon") == nil {
		t.Error("it knows any type")
	}
}

// TestRevoked: a permission that was withdrawn is missed at the next call, in the words of the service that misses it.
func TestRevoked(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, p := range graph.Permissions() {
		if err := w.Revoke(p); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		"/users": "Authorization_RequestDenied",
		"/admin/teams/telephoneNumberManagement/numberAssignments": "forbidden",
		"/admin/teams/userConfigurations":                          "UnknownError",
	} {
		if a := w.get(path); a.status != 403 || a.code() != want {
			t.Errorf("%s: %d %s, want %s", path, a.status, a.code(), want)
		}
	}
	w.Grant("User.Read.All")
	if a := w.get("/users"); a.status != 200 {
		t.Errorf("granted again: %d", a.status)
	}
	if w.Revoke("Sun.Shine.All") == nil {
		t.Error("it revokes anything")
	}
}
