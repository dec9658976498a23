package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/doctor"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision/pgstore/pgtest"
)

// TestCommandsOnPostgres: those that read work beside the program that has the store, those that write once it has been
// stopped, and those that work on a file say what to do instead. The program finds everything again after a restart.
func TestCommandsOnPostgres(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := newStageOn(t, url, 1)
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
	got := o.run("", "forget", "Alice Moreau", "--yes")
	if !strings.Contains(got, "Forgotten. PostgreSQL keeps deleted rows until it cleans up") {
		t.Errorf("forget says %q", got)
	}
	begins("The store is sound: ", "check")
	settings["CALLTAB_AUDIT_KEY"] = strings.Repeat("another key ", 4)
	begins("error 1: CALLTAB_AUDIT_KEY: ", "audit", "verify")
	if _, err := storefile.InspectDatabase(t.Context(), url, []byte(settings["CALLTAB_AUDIT_KEY"])); err == nil || !strings.HasPrefix(err.Error(), "CALLTAB_AUDIT_KEY: ") {
		t.Errorf("a look with another key: %v", err)
	}
	delete(settings, "CALLTAB_AUDIT_KEY")
	begins("error 2: CALLTAB_AUDIT_KEY: missing", "check")
	if err := s.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	playOn(t, s, "postgres, again", []byte("order dana done\n"))
}

// TestDoctorOnPostgres: what the doctor says of a database, from the one that is not there to the one that a program
// has. It shows no password.
func TestDoctorOnPostgres(t *testing.T) {
	t.Parallel()
	url := strings.Replace(pgtest.URL(t), "postgres@", "postgres:geheim@", 1)
	_, schema, _ := strings.Cut(url, "search_path=")
	w := newWard(t)
	w.env["CALLTAB_STORE"] = url
	w.env["CALLTAB_AUDIT_KEY"] = strings.Repeat("k", 32)
	finds := func(check string, verdict doctor.Verdict, words ...string) {
		t.Helper()
		_, _, _, found := w.examined()
		at := slices.IndexFunc(found, func(f doctor.Finding) bool { return f.Check == check })
		if at < 0 || found[at].Verdict != verdict {
			t.Fatalf("want %s: %+v", verdict, found)
		}
		text := found[at].Found + " " + found[at].Matters + " " + found[at].Mend
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("it does not say %q: %s", word, text)
			}
		}
		if strings.Contains(text, "geheim") {
			t.Errorf("it shows a password: %s", text)
		}
	}
	says := func(verdict doctor.Verdict, words ...string) { t.Helper(); finds("store", verdict, words...) }
	serves := func(verdict doctor.Verdict, words ...string) { t.Helper(); finds("calltab serve", verdict, words...) }
	says(doctor.Fine, "postgres://postgres:xxxxx@/postgres has no tables of Calltab yet")
	db, err := storefile.Open(t.Context(), url, storefile.Writing)
	if err != nil {
		t.Fatal(err)
	}
	says(doctor.Fine, "A program has it: process ")
	serves(doctor.Fine, "It runs")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db, err = storefile.Open(t.Context(), url, storefile.Joining)
	if err != nil {
		t.Fatal(err)
	}
	says(doctor.Fine, "A program has it: a command, process ")
	serves(doctor.Warning, "None runs")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	says(doctor.Fine, "No program has it.")
	pgtest.Run(t, "update "+schema+".calltab_state set schema = 9")
	says(doctor.Fine, "schema version 9. The next start raises it to 10.")
	pgtest.Run(t, "update "+schema+".calltab_state set schema = 1000")
	says(doctor.Wrong, "newer calltab", "Calltab does not start.")
	pgtest.Run(t, "update "+schema+".calltab_state set schema = 10; create role reader_"+schema+" login; grant usage on schema "+schema+" to reader_"+schema)
	w.env["CALLTAB_STORE"] = strings.Replace(url, "postgres:geheim@", "reader_"+schema+":geheim@", 1)
	pgtest.Run(t, "grant select on all tables in schema "+schema+" to reader_"+schema)
	says(doctor.Wrong, "The user reader_"+schema+" may not read and write all tables", "calltab schema --serve reader_")
	pgtest.Run(t, "create function "+schema+".clock_timestamp() returns timestamptz language sql as "+
		"$$ select pg_catalog.clock_timestamp() - interval '2 hours' $$")
	w.env["CALLTAB_STORE"] = url + ",pg_catalog"
	finds("clock", doctor.Warning, "The database's clock is 2 hours behind this machine's.", "set by the network")
	w.env["CALLTAB_STORE"] = pgtest.PooledIn(t, url, "statement")
	says(doctor.Wrong, "the pooler before the database is in statement mode", "Set pool_mode = transaction")
	w.env["CALLTAB_STORE"] = "postgres://calltab:geheim@127.0.0.1:1/calltab"
	says(doctor.Wrong, "postgres://calltab:xxxxx@127.0.0.1:1/calltab", "psql \"$CALLTAB_STORE\"")
}

// TestDoctorOldPrimaryOnPostgres: the doctor names an old primary that takes writes beside the promoted server, and says
// what to do with it.
func TestDoctorOldPrimaryOnPostgres(t *testing.T) {
	t.Parallel()
	p := pgtest.NewPair(t, false)
	w := newWard(t)
	w.env["CALLTAB_STORE"] = p.URL()
	w.env["CALLTAB_AUDIT_KEY"] = strings.Repeat("k", 32)
	db, err := storefile.Open(t.Context(), p.URL(), storefile.Writing)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	store := func() doctor.Finding {
		t.Helper()
		_, _, _, found := w.examined()
		at := slices.IndexFunc(found, func(f doctor.Finding) bool { return f.Check == "store" })
		if at < 0 {
			t.Fatalf("no finding of the store: %+v", found)
		}
		return found[at]
	}
	if f := store(); f.Verdict != doctor.Fine {
		t.Errorf("before the promotion: %+v", f)
	}
	old := p.Primary
	p.Promote(t)
	f := store()
	if f.Verdict != doctor.Wrong || !strings.HasPrefix(f.Found, p.Socket(old)+" takes writes: it is an old primary") ||
		strings.Contains(f.Found, p.Socket(p.Primary)) || !strings.Contains(f.Mend, "Stop the old one") {
		t.Errorf("beside the old primary: %+v", f)
	}
	p.Stop(t, old)
	if f := store(); f.Verdict != doctor.Fine {
		t.Errorf("once the old primary is stopped: %+v", f)
	}
}

// TestClockOfPostgres: the metrics say how far the database's clock is from this machine's, and that a file has none.
func TestClockOfPostgres(t *testing.T) {
	t.Parallel()
	url, set := pgtest.Skewed(t)
	set(-10 * time.Minute)
	for _, row := range []struct {
		url   string
		ahead float64
	}{{url, -600}, {"", 0}} {
		s := newStageOn(t, row.url, 1)
		_, scrapes := s.App().Addresses()
		resp, err := http.Get("http://" + scrapes.String() + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		said := regexp.MustCompile(`\ncalltab_store_clock_ahead_seconds (\S+)\n`).FindStringSubmatch(string(page))
		if said == nil {
			t.Fatal("the metrics do not have it")
		}
		// an answer takes a while, for which it seems to be behind
		if ahead, err := strconv.ParseFloat(said[1], 64); err != nil || ahead > row.ahead || ahead < row.ahead-60 {
			t.Errorf("it is ahead by %s seconds, want %v", said[1], row.ahead)
		}
	}
}
