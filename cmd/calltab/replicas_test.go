package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/app"
	"calltab/cmd/calltab/internal/doctor"
	"calltab/cmd/calltab/internal/stage"
	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/lease"
	"calltab/internal/provision/pgstore"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/programs"
	"calltab/internal/provision/record"
	cloud "calltab/internal/sandbox"
)

// besideReplicas are the commands of an owner beside two replicas.
type besideReplicas struct {
	*office
	s *stage.Stage
}

func newBesideReplicas(t *testing.T) *besideReplicas {
	t.Helper()
	url := pgtest.URL(t)
	s := newStageOn(t, url, 2)
	env := environment(map[string]string{"CALLTAB_STORE": url, "CALLTAB_APP_TENANT": string(s.Tenant()),
		"CALLTAB_AUDIT_KEY": "the key of the audit trail of an invented organisation"})
	return &besideReplicas{&office{t, t.TempDir(), env}, s}
}

// says runs a command, of whose output the parts must be.
func (b *besideReplicas) says(args []string, parts ...string) {
	b.t.Helper()
	got := b.run("", args...)
	for _, part := range parts {
		if !strings.Contains(got, part) {
			b.t.Errorf("%q says\n%s\nand not %q", args, got, part)
		}
	}
}

// plays has people do something. The trail need not be whole in the store.
func (b *besideReplicas) plays(lines string) {
	b.t.Helper()
	if err := b.s.Script(testlog.Writer{T: b.t}).Play(b.t.Context(), "after", []byte(lines)); err != nil {
		b.t.Fatal(err)
	}
	soundStore(b.t, b.s)
}

// TestCommandsBesideReplicas: each command does its work beside two replicas, or says what has to be stopped first. What
// it has changed the replicas know, and they go on.
func TestCommandsBesideReplicas(t *testing.T) {
	t.Parallel()
	b := newBesideReplicas(t)
	playOn(t, b.s, "before", []byte("say alice 'add dana seattle unlimited +12065550160'\nclick alice Save\nadvance 15m\norder dana done\n"))
	file := filepath.Join(b.dir, "org.yaml")
	b.says([]string{"check"}, "The store is sound: ")
	b.says([]string{"audit", "verify"}, "The audit trail is whole: ")
	b.says([]string{"audit", "export", "-o", filepath.Join(b.dir, "trail.jsonl")})
	b.says([]string{"audit", "verify", filepath.Join(b.dir, "trail.jsonl")}, "The store's trail goes on where")
	org := b.run("", "export")
	if err := os.WriteFile(file, []byte(org), 0o600); err != nil {
		t.Fatal(err)
	}
	b.says([]string{"apply", "-f", file}, noDifference)
	more := strings.Replace(org, "locations:", "locations:\n  - {id: oslo, name: Oslo, country: NO, time_zone: Europe/Oslo, low_stock: 3}", 1)
	if got := b.run(more, "apply", "-f", "-"); !strings.Contains(got, "added    location oslo") || !strings.HasSuffix(got, "Done.\n") {
		t.Errorf("apply says %q", got)
	}
	b.plays("say alice 'block +12065550161'")
	if got := b.run(more, "apply", "-f", "-"); !strings.Contains(got, "+12065550161, seattle: whether it is in use is not asked from here: write “unblock”") {
		t.Errorf("apply of a file that unblocks says %q", got)
	}
	b.plays("number +12065550161 blocked")
	b.says([]string{"forget", "Alice Moreau", "--yes"}, "Forgotten. PostgreSQL keeps deleted rows until it cleans up")
	b.says([]string{"audit", "archive", "--before", "2200-01-01", filepath.Join(b.dir, "archive.jsonl")}, "are in archive.jsonl now and no longer in the store")
	b.says([]string{"schema", "--serve", "postgres"}, "already.", "may read and write")

	b.says([]string{"restore"}, "only while no program has it: stop the one that has it, and each replica beside that: ", "another calltab has it open (process ")
	b.says([]string{"move", "--to", filepath.Join(b.dir, "calltab.db")}, "open: stop it first, and each replica beside it (")
	b.says([]string{"move", "--undo", "--to", filepath.Join(b.dir, "calltab.db")}, "error 1: ")
	b.says([]string{"backup", filepath.Join(b.dir, "backup")}, "is in PostgreSQL, and this command works on the file of a store: back it up with")
	b.plays("say alice locations\nsee alice Oslo\nsay alice 'history +12065550160'\nsee alice archive\nsay alice 'block +12065550162'\n" +
		"number +12065550162 blocked")
	b.says([]string{"audit", "verify", filepath.Join(b.dir, "archive.jsonl")}, "The store's trail goes on where")
}

// TestFilesOfAnUpgrade: of the organisation files of two versions the newer one holds, also when a replica with the older
// one starts once more, until that is applied. The program before the upgrade knew the last file alone.
func TestFilesOfAnUpgrade(t *testing.T) {
	t.Parallel()
	b := newBesideReplicas(t)
	older, err := os.ReadFile(b.s.Path("org.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.Replace(string(older), "name: Seattle", "name: Seattle HQ", 1)
	starts := func(file, holds string) {
		t.Helper()
		if err := os.WriteFile(b.s.Path("org.yaml"), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := b.s.Halt(); err != nil {
			t.Fatal(err)
		}
		if err := b.s.Boot(t.Context()); err != nil {
			t.Fatal(err)
		}
		if is := b.run("", "export"); !strings.Contains(is, "name: \""+holds+"\"\n") {
			t.Errorf("it does not have %s: %s", holds, is)
		}
	}
	forgetTurns(t, b.s)
	starts(newer, "Seattle HQ")
	starts(string(older), "Seattle HQ")
	starts(newer, "Seattle HQ")
	if got := b.run(string(older), "apply", "-f", "-"); !strings.HasSuffix(got, "Done.\n") {
		t.Errorf("apply says %q", got)
	}
	starts(newer, "Seattle")
	starts(string(older), "Seattle")
}

// forgetTurns leaves of the organisation files what an earlier program kept: which one was the last.
func forgetTurns(t *testing.T, s *stage.Stage) {
	t.Helper()
	db, err := pgstore.Open(t.Context(), s.Settings()["CALLTAB_STORE"], pgstore.Options{Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	gone := 0
	err = db.Update(t.Context(), func(tx provision.Tx) error {
		var all []string
		for key := range tx.Scan(record.TableImported, record.Key(s.Tenant(), ""), "") {
			all = append(all, key)
		}
		for _, key := range all {
			tx.Delete(record.TableImported, key)
		}
		gone = len(all)
		return nil
	})
	if err != nil || gone != 1 {
		t.Fatalf("%d files were remembered: %v", gone, err)
	}
}

// TestDoctorOfReplicas: the doctor names those that run, and says in what they are not the same, or not as the settings
// that it has. One that has ended is not among them.
func TestDoctorOfReplicas(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := newStageOn(t, url, 2)
	settings := s.Settings()
	says := func(verdict doctor.Verdict, words ...string) {
		t.Helper()
		m := doctor.Machine{Env: environment(settings), Now: time.Now}
		for f := range doctor.Examine(t.Context(), m) {
			if f.Check != "replicas" {
				continue
			}
			text := f.Found + " " + f.Matters + " " + f.Mend
			if f.Verdict != verdict {
				t.Errorf("want %s: %+v", verdict, f)
			}
			for _, word := range words {
				if !strings.Contains(text, word) {
					t.Errorf("it does not say %q: %s", word, text)
				}
			}
			return
		}
		t.Error("it does not look at the replicas")
	}
	says(doctor.Fine, "2 run: process ")
	greets := doctor.Machine{Env: environment(settings), Now: time.Now, Greet: "alice", Tell: func(text string) { t.Error(text) }}
	for f := range doctor.Examine(t.Context(), greets) {
		if f.Check == "from Teams" && (f.Verdict != doctor.Wrong || !strings.Contains(f.Mend, "Write “help” to Calltab in Teams")) {
			t.Errorf("--greet: %+v", f)
		}
	}
	settings["CALLTAB_FORGET_AFTER"] = "400"
	says(doctor.Warning, "The settings here differ from theirs in CALLTAB_FORGET_AFTER.")
	delete(settings, "CALLTAB_FORGET_AFTER")
	other := `{"owner":"other","ends":"2200-01-01T00:00:00Z","began":"2026-01-01T00:00:00Z","where":"process 7 on attic",` +
		`"version":"calltab v0","work":"0","settings":{"CALLTAB_ADMINS":"0"}}`
	beside, err := pgstore.Open(t.Context(), url, pgstore.Options{Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	notes := func(f func(tx provision.Tx)) {
		t.Helper()
		if err := beside.Update(t.Context(), func(tx provision.Tx) error { f(tx); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	notes(func(tx provision.Tx) { tx.Put(lease.Table, "program/other", []byte(other)) })
	says(doctor.Wrong, "3 run: process 7 on attic, process ", "They are of different versions: ", "calltab v0 (1)", "They differ in CALLTAB_ADMINS.")
	notes(func(tx provision.Tx) { tx.Delete(lease.Table, "program/other") })
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	says(doctor.Warning, "None runs.")
	if err := s.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestSharedStore: beside replicas one that does not expect them does not start, and the other way round; with a file the
// setting is refused.
func TestSharedStore(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := newStageOn(t, url, 2)
	starts := func(change func(map[string]string), want string) {
		t.Helper()
		settings := s.Settings()
		change(settings)
		cfg, err := app.Load(nil, environment(settings), nil)
		if err == nil {
			err = app.Serve(t.Context(), cfg, io.Discard)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it says %v, want %q", err, want)
		}
	}
	alone := func(settings map[string]string) { delete(settings, "CALLTAB_SHARED_STORE") }
	starts(alone, "another calltab has it open (process ")
	starts(alone, ": a database serves one program, unless each has CALLTAB_SHARED_STORE: set it for all of them")
	starts(func(settings map[string]string) {
		settings["CALLTAB_STORE"] = "calltab.db"
		delete(settings, "CALLTAB_AUDIT_KEY")
	}, "CALLTAB_SHARED_STORE: set, but CALLTAB_STORE is a file, which one program has for itself")
}

// fates is a log that tells what becomes of jobs which a program does not know: true where one is left to another
// program, false where one is parked.
type fates chan bool

func (l fates) Write(p []byte) (int, error) {
	switch {
	case bytes.Contains(p, []byte("a job is left to a program of another version")):
		l <- true
	case bytes.Contains(p, []byte("result=parked")):
		l <- false
	}
	return len(p), nil
}

// TestJobOfANewerReplica: during an upgrade replicas leave a job that they do not know to the one of the newer version,
// also before they have said again that they live, and only then learn of it.
func TestJobOfANewerReplica(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	log := make(fates, 100)
	s, err := stage.StartReplicas(context.WithoutCancel(t.Context()), url, 2, cloud.Config{}, t.TempDir(), slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	newer, err := pgstore.Open(t.Context(), url, pgstore.Options{Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { newer.Close() })
	self := &programs.Keeper{Store: newer, Wall: newer.Clock, Self: programs.Program{Owner: "newer", Work: "more"}}
	if err := self.Say(t.Context()); err != nil {
		t.Fatal(err)
	}
	runner := job.New(newer, job.Options{Now: s.Now, Rand: func() float64 { return 0 }})
	runner.Register(job.Kind{Name: "of-tomorrow", Steps: []job.Step{{Name: "do", Do: func(context.Context, *job.Run) error { return nil }}}})
	if err := newer.Update(t.Context(), func(tx provision.Tx) error { return runner.Add(tx, "of-tomorrow", "a", nil, s.Now()) }); err != nil {
		t.Fatal(err)
	}
	for range 2 { // each of them says it once
		if left := <-log; !left {
			t.Fatal("the job is parked")
		}
	}
}
