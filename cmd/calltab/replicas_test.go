package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/stage"
	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision/pgstore/pgtest"
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

// plays has people do something, now that the trail is not whole in the store.
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
	b.says([]string{"forget", "Alice Moreau", "--yes"}, "Forgotten. PostgreSQL keeps deleted rows until it cleans up")
	b.says([]string{"audit", "archive", "--before", "2200-01-01", filepath.Join(b.dir, "archive.jsonl")}, "are in archive.jsonl now and no longer in the store")
	b.says([]string{"schema", "--serve", "postgres"}, "already.", "may read and write")

	b.says([]string{"restore"}, "only while no program has it: stop the one that has it, and each replica beside that: ", "another calltab has it open (process ")
	b.says([]string{"move", "--to", filepath.Join(b.dir, "calltab.db")}, "open: stop it first, and each replica beside it (")
	b.says([]string{"move", "--undo", "--to", filepath.Join(b.dir, "calltab.db")}, "error 1: ")
	b.says([]string{"backup", filepath.Join(b.dir, "backup")}, "is in PostgreSQL, and this command works on the file of a store: back it up with")
	b.plays("say alice locations\nsee alice Oslo\nsay alice 'history +12065550160'\nsee alice archive\n" +
		"say alice 'add gita boston metered +16175550106'\nclick alice Save\nadvance 15m\norder gita done\n")
	b.says([]string{"audit", "verify", filepath.Join(b.dir, "archive.jsonl")}, "The store's trail goes on where")
}

// TestFilesOfAnUpgrade: of the organisation files of two versions the newer one holds, also when a replica with the older
// one starts once more, until that is applied.
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
	starts(newer, "Seattle HQ")
	starts(string(older), "Seattle HQ")
	starts(newer, "Seattle HQ")
	if got := b.run(string(older), "apply", "-f", "-"); !strings.HasSuffix(got, "Done.\n") {
		t.Errorf("apply says %q", got)
	}
	starts(newer, "Seattle")
	starts(string(older), "Seattle")
}
