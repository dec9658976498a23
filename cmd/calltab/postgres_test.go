package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calltab/internal/provision/pgstore/pgtest"
)

// TestCommandsOnPostgres: those that read work beside the program that has the store, those that write once it has been
// stopped, and those that work on a file say what to do instead. The program finds everything again after a restart.
func TestCommandsOnPostgres(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := newStageOn(t, url)
	playOn(t, s, "postgres", []byte("say alice 'add dana seattle unlimited +12065550160'\nclick alice Save\nadvance 15m\norder dana done\n"))
	const key = "the key of the audit trail of an invented organisation"
	settings := map[string]string{"CALLTAB_STORE": url, "CALLTAB_APP_TENANT": string(s.Tenant()), "CALLTAB_AUDIT_KEY": key}
	o := &office{t, t.TempDir(), environment(settings)}
	begins := func(want string, args ...string) {
		t.Helper()
		if got := o.run("", args...); !strings.HasPrefix(got, want) || want == "" && strings.Contains(got, "error ") {
			t.Errorf("%q says %q, want %q", args, got, want)
		}
	}
	file := filepath.Join(o.dir, "org.yaml")
	begins("The store is sound: ", "check")
	begins("The audit trail is whole: ", "audit", "verify")
	begins("", "audit", "export", "-o", filepath.Join(o.dir, "trail.jsonl"))
	begins("The file is what was written: ", "audit", "verify", filepath.Join(o.dir, "trail.jsonl"))
	if err := os.WriteFile(file, []byte(o.run("", "export")), 0o600); err != nil {
		t.Fatal(err)
	}
	begins("error 2: the store "+strings.Split(url, "?")[0]+" is in PostgreSQL, and this command works on the file of a store: back it up with",
		"backup", filepath.Join(o.dir, "backup"))
	begins("error 2: the store ", "restore", filepath.Join(o.dir, "backup"))
	if got := o.run("", "apply", "-f", file); !strings.Contains(got, "another calltab has it open") || !strings.Contains(got, "only while no program has it") {
		t.Errorf("apply beside the program says %q", got)
	}
	begins("error 2: --store has a password", "check", "--store", "postgres://calltab:hunter2@127.0.0.1/calltab")

	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	begins("", "apply", "-f", file, "--dry-run")
	settings["CALLTAB_AUDIT_KEY"] = strings.Repeat("another key ", 4)
	begins("error 1: CALLTAB_AUDIT_KEY: ", "audit", "verify")
	delete(settings, "CALLTAB_AUDIT_KEY")
	begins("error 2: CALLTAB_AUDIT_KEY: missing", "check")
	if err := s.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	playOn(t, s, "postgres, again", []byte("order dana done\n"))
}
