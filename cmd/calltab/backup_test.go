package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/sealedkey"
	"calltab/internal/provision/boltstore"
)

func init() { sealedkey.Work = 10 } // tests need no protection against guessing

// keeper runs the commands of backups on a store.
type keeper struct {
	t      *testing.T
	store  string
	phrase string
}

func (k keeper) run(args ...string) (string, error) {
	k.t.Helper()
	var out bytes.Buffer
	env := environment(map[string]string{"CALLTAB_STORE": k.store, "CALLTAB_BACKUP_PASSPHRASE": k.phrase})
	err := run(k.t.Context(), args, env, nil, &out, &out)
	return out.String(), err
}

func (k keeper) must(args ...string) string {
	k.t.Helper()
	out, err := k.run(args...)
	if err != nil {
		k.t.Fatalf("%q: %v", args, err)
	}
	return out
}

func (k keeper) refused(want string, args ...string) {
	k.t.Helper()
	_, err := k.run(args...)
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		k.t.Errorf("%q: %v; want one sentence with %q", args, err, want)
	}
}

// A number that was given after the backup is never offered by what is restored: not while it compares, and
// not after that. One that a form of the backup holds does not become free with the form. Who has a number
// by now is looked after.
func TestRestoredStoreGivesNoNumberTwice(t *testing.T) {
	t.Parallel()
	s := newScript(t)
	k := keeper{t, s.Path("calltab.db"), "correct horse"}
	file := s.Path("backup")
	s.must(t, "say alice 'add dana seattle unlimited +12065550101'")
	if out := k.must("backup", file); !strings.Contains(out, "encrypted with the passphrase") {
		t.Errorf("it says %q", out)
	}
	s.must(t, "click alice Save", "advance 15m", "number +12065550101 assigned dana",
		"say alice 'add gita seattle unlimited +12065550102'", "click alice Save", "advance 15m", "number +12065550102 assigned gita")
	k.refused("stop it first", "restore", file, "--force")
	s.must(t, "fault graph GET numberAssignments times=-1 status=503")
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	k.refused("already", "restore", file)
	k.must("restore", file, "--force")
	o := &office{t, s.Path(""), environment(map[string]string{"CALLTAB_STORE": k.store, "CALLTAB_APP_TENANT": string(s.Tenant())})}
	before := o.run("", "export")
	if got := o.run(siteSeattle+tariff, "apply", "-f", "-"); !strings.Contains(got, "error 1: ") || !strings.Contains(got, "start calltab, which compares") {
		t.Errorf("apply before the first start: %s", got)
	}
	if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	s.must(t, "number +12065550101 held", "number +12065550102 free", "advance 20m", "number +12065550101 held")
	if got := o.run(siteSeattle+tariff, "apply", "-f", "-"); !strings.Contains(got, "start calltab, which compares") {
		t.Errorf("apply while the numbers are compared: %s", got)
	}
	if got := o.run(siteSeattle+tariff, "apply", "-f", "-", "--dry-run"); !strings.Contains(got, "removed  location london") {
		t.Errorf("only asked what it would do: %s", got)
	}
	if got := o.run("", "export"); got != before {
		t.Errorf("what was refused has changed something: %s", got)
	}
	s.must(t, "say alice 'add erin seattle unlimited +12065550102'", "see alice 'comparing its numbers with Microsoft'",
		"number +12065550102 free")
	s.must(t, "heal", "advance 2h", "number +12065550101 assigned dana", "number +12065550102 assigned gita")
	if got := o.run(before, "apply", "-f", "-"); !strings.HasSuffix(got, "Done.\n") {
		t.Errorf("apply once the numbers are compared: %s", got)
	}
	s.must(t, "say alice 'add erin seattle unlimited'", "card alice 'Erin'")
	soundStore(t, s.Stage)
}

// What does not fit is refused in one sentence, and nothing is changed.
func TestRefusedBackups(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	playTour(t, s)
	k := keeper{t, s.Path("calltab.db"), "correct horse"}
	dir := t.TempDir()
	file, bare := filepath.Join(dir, "backup"), filepath.Join(dir, "bare")
	k.must("backup", file)
	k.must("backup", bare, "--without-key")
	k.refused("already", "backup", file)
	k.must("backup", file, "--force")
	k.refused("is the store itself", "backup", k.store, "--force")
	keeper{t, k.store, ""}.refused("set CALLTAB_BACKUP_PASSPHRASE", "backup", filepath.Join(dir, "none"))
	if _, err := boltstore.Open(file, boltstore.Options{}); err == nil || !strings.Contains(err.Error(), "put it back with calltab restore") {
		t.Errorf("a backup opens as a store: %v", err)
	}
	other := keeper{t, filepath.Join(dir, "other.db"), "correct horse"}
	other.refused("it has no audit key in it", "restore", bare)
	keeper{t, other.store, ""}.refused("set CALLTAB_BACKUP_PASSPHRASE", "restore", file)
	keeper{t, other.store, "wrong"}.refused("the passphrase is not the one", "restore", file)
	newer := filepath.Join(dir, "newer")
	copyStore(t, s, newer)
	if err := boltstore.Seal(newer, map[string][]byte{"manifest": []byte(`{"schema":1000}`)}); err != nil {
		t.Fatal(err)
	}
	other.refused("a newer calltab wrote it (schema version 1000", "restore", newer)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(dir, "bad")
	for at := 0; at < len(good); at += len(good) / 16 {
		cut := good[:at]
		if err := os.WriteFile(bad, cut, 0o600); err != nil {
			t.Fatal(err)
		}
		other.refused("backup "+bad, "restore", bad)
	}
	flipped := bytes.ReplaceAll(good, []byte("Dana Reyes"), []byte("Mana Reyes")) // pages that are not used any more have her too
	if err := os.WriteFile(bad, flipped, 0o600); err != nil {
		t.Fatal(err)
	}
	other.refused("backup "+bad, "restore", bad)
	names, err := filepath.Glob(filepath.Join(dir, "other*"))
	if err != nil || len(names) > 0 {
		t.Errorf("refused, it leaves %q, %v", names, err)
	}
	other.must("restore", file)
	if out := other.must("check"); !strings.HasPrefix(out, "The store is sound: ") {
		t.Errorf("restored: %s", out)
	}
}
