package main

import (
	"os"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/admin"
)

// TestApplyBesideServe: with the program running the commands go through its socket, which only its owner may open; a
// number that a person has is never taken out.
func TestApplyBesideServe(t *testing.T) {
	t.Parallel()
	s := newScript(t)
	s.must(t, "say alice 'add dana seattle unlimited +12065550160'", "click alice Save", "advance 15m", "order dana done",
		"say alice 'add gita boston metered +16175550106'")
	info, err := os.Stat(admin.SocketOf(s.Path("calltab.db")))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the socket is %v, %v", info, err)
	}
	o := &office{t, s.Path(""), environment(map[string]string{"CALLTAB_STORE": s.Path("calltab.db"), "CALLTAB_APP_TENANT": string(s.Tenant())})}
	before := o.run("", "export")
	if !strings.Contains(before, `"+12065550100-0199"`) {
		t.Fatalf("export: %s", before)
	}
	if got := o.run(before, "apply", "-f", "-"); got != noDifference {
		t.Errorf("apply of an export: %s", got)
	}
	got := o.run(siteSeattle+tariff, "apply", "-f", "-")
	for _, want := range []string{"refused  number +12065550160, seattle: assigned", "refused  number +16175550106, boston: held",
		"refused  location boston: in use by 1 number, 1 order", "refused  plan unlimited: in use by 1 person", "removed  location london",
		"What is refused stays", "\nDone.\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q: %s", want, got)
		}
	}
	s.must(t, "number +12065550160 assigned dana", "number +16175550106 held", "say alice 'status dana'", "card alice 'Became ready'")
	if got := o.run(before, "apply", "-f", "-", "--dry-run"); !strings.Contains(got, "added    location london") {
		t.Errorf("the way back: %s", got)
	}
	if got := o.run("locations: 1", "apply", "-f", "-"); !strings.HasPrefix(got, "error 2: the organisation file is not right") {
		t.Errorf("mistakes over the socket: %s", got)
	}
	other := &office{t, s.Path(""), environment(map[string]string{"CALLTAB_STORE": s.Path("calltab.db"), "CALLTAB_APP_TENANT": guidTenant})}
	if got := other.run("", "export"); !strings.HasPrefix(got, "error 2: the program that has the store open does not serve the tenant") {
		t.Errorf("another tenant: %s", got)
	}
	// Without an answer on the socket the lock of the store says why nothing is done.
	if err := os.Remove(admin.SocketOf(s.Path("calltab.db"))); err != nil {
		t.Fatal(err)
	}
	if got := o.run("", "export"); !strings.Contains(got, "error 1: store ") || !strings.Contains(got, "another calltab has it open and does not answer on "+s.Path("calltab.db.sock")) {
		t.Errorf("without its socket: %s", got)
	}
}
