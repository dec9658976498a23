package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/admin"
	"calltab/internal/provision"
	"calltab/internal/provision/audit"
)

// archiver is an office beside a stage, with what it takes to look at archives.
type archiver struct {
	*office
	s *script
}

func newArchiver(t *testing.T) *archiver {
	s := newScript(t)
	s.must(t, "say alice 'add dana seattle unlimited +12065550160'", "click alice Save", "advance 15m", "order dana done", "say alice 'block +12065550161'")
	env := environment(map[string]string{"CALLTAB_STORE": s.Path("calltab.db"), "CALLTAB_APP_TENANT": string(s.Tenant()), "CALLTAB_BACKUP_PASSPHRASE": "a long passphrase"})
	return &archiver{&office{t, s.Path(""), env}, s}
}

func (a *archiver) file(name string) string { return filepath.Join(a.dir, name) }

// says runs a command, of whose output the parts must be.
func (a *archiver) says(args []string, parts ...string) string {
	a.t.Helper()
	got := a.run("", args...)
	for _, part := range parts {
		if !strings.Contains(got, part) {
			a.t.Errorf("%q says\n%s\nand not %q", args, got, part)
		}
	}
	return got
}

// audit runs a command of calltab audit.
func (a *archiver) audit(line string, parts ...string) string {
	a.t.Helper()
	return a.says(append([]string{"audit"}, strings.Fields(line)...), parts...)
}

// tomorrow is behind everything that has happened.
func (a *archiver) tomorrow() string {
	return a.s.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
}

// TestAuditArchive: beside the running program and without it, the beginning of the trail moves into files that join
// one another and the store, and everything that reads the trail or the store goes on.
func TestAuditArchive(t *testing.T) {
	t.Parallel()
	a := newArchiver(t)
	one, two, three := a.file("one.jsonl"), a.file("two.jsonl"), a.file("three.jsonl")
	whole := a.audit("export")
	a.audit("archive --before "+a.tomorrow()+" "+one, "Links 1 to ", "are in one.jsonl now and no longer in the store (sha256 ", "Keep the file")
	if info, err := os.Stat(one); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	a.audit("verify", "Links 1 to ", "are in the archive one.jsonl (sha256 ", "The audit trail is whole: links ", " are in the store, head ")
	a.audit("verify "+one, "The file is what was written: tenant ", "The store's trail goes on where "+one+" ends")
	if _, links, _ := strings.Cut(a.audit("export "+one), "\n"); !strings.Contains(whole, links) {
		t.Error("the archive is not what was exported before")
	}
	a.says([]string{"check"}, "The store is sound: ", " behind ", " in archives.")
	a.s.must(t, "say alice 'history dana'", "card alice 'is in an archive, which this does not show'", "say alice 'who had +12065550160'", "card alice 'Dana Reyes had it'",
		"say alice 'who had +12065550160 on 1 March'", "card alice 'Who had it then is in an archive'")

	a.s.must(t, "say alice 'unblock +12065550161'", "say alice 'block +12065550162'")
	if err := a.s.Halt(); err != nil {
		t.Fatal(err)
	}
	a.audit("archive --before "+a.tomorrow()+" "+two, "are in two.jsonl now")
	a.audit("verify", "one.jsonl (sha256", "two.jsonl (sha256", "The audit trail is whole: links ")
	a.audit("verify "+two+" "+one, one+" is what was written", two+" is what was written", "Each file goes on where the one before it ends.", "The store's trail goes on where "+two)
	a.audit("verify "+one, "The store's trail goes on where "+one) // the store knows where that ends
	a.says([]string{"check"}, "The store is sound: ")

	// An earlier head is found where its link is by now.
	head := "5:" + strings.Repeat("0", 64)
	a.audit("verify --head "+head, "error 2: link 5 is in the archive one.jsonl")
	a.audit("verify --head "+head+" "+two, "error 1: the files begin at link ")
	a.audit("verify --head "+head+" "+one, "error 1: "+one+": link 5 is not the one that the head of 5 named")

	// A backup has what the store has, and is put back with it.
	a.says([]string{"backup", a.file("backup")}, "links of the audit trail")
	a.says([]string{"restore", "--force", a.file("backup")}, "Restored ")
	if err := a.s.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.audit("verify "+two, "The store's trail goes on where "+two)
	a.audit("archive --before 2999-01-01 "+three, "are in three.jsonl now")
	a.audit("verify "+one+" "+two+" "+three, "The store's trail goes on where "+three)
	a.audit("verify "+one+" "+three, "error 1: links ", " are missing between "+one+" and "+three)

	// A spreadsheet and a part are made of an archive as of the store.
	if csv := a.audit("export --format csv " + one); !strings.HasPrefix(csv, "seq,at,event") || strings.Count(csv, "\n") < 13 {
		t.Error(csv)
	}
	part := a.file("part.jsonl")
	a.audit("export --since 2026-03-02T15:05:00Z -o " + part + " " + one)
	a.audit("verify "+part, "The file is what was written")
	a.says([]string{"check"}, "The store is sound: ")
}

// TestAuditArchiveRefused: what is no archive of the trail takes nothing from the store, and is left as it is.
func TestAuditArchiveRefused(t *testing.T) {
	t.Parallel()
	a := newArchiver(t)
	file := func(name, text string) string {
		writeFile(t, a.file(name), []byte(text))
		return a.file(name)
	}
	before := a.audit("verify")
	other := file("other.jsonl", "{}\n")
	later := " --before " + a.tomorrow() + " "
	a.audit("archive "+later+other, "error 1: there is a file "+other+" already that is no archive of this trail")
	link := a.file("link.jsonl")
	if err := os.Symlink(other, link); err != nil {
		t.Fatal(err)
	}
	a.audit("archive "+later+link, "error 1: "+link+" is no ordinary file; name another")
	a.audit("archive "+later+a.dir, "is no ordinary file; name another")
	a.audit("archive "+later+a.s.Path("calltab.db.key"), "already that is no archive of this trail")
	a.audit("archive --before 2020-01-01 "+a.file("new.jsonl"), "error 2: nothing was archived: there is nothing to archive: the store has no link of the audit trail from before 2020-01-01")
	a.audit("archive --before soon "+a.file("new.jsonl"), `error 2: --before is "soon"`)
	a.audit("archive --tenant 7e000000-0000-4000-8000-00000000000f "+later+a.file("new.jsonl"), "error 2: ", "does not serve the tenant")

	// A file that has links which are not to be moved yet is another one.
	export := a.file("export.jsonl")
	a.audit("export -o " + export)
	a.audit("archive --before 2026-03-02T15:00:30Z "+export, "error 2: there is a file "+export+" already, which ends at ")
	for _, name := range []string{other, export} {
		if text := readFile(t, name); bytes.Contains(text, []byte("archive")) {
			t.Errorf("%s was written", name)
		}
	}
	if _, err := os.Lstat(a.file("new.jsonl")); err == nil {
		t.Error("a file was written for nothing")
	}
	if got := a.audit("verify"); got != before {
		t.Errorf("it was\n%s\nand is\n%s", before, got)
	}
	a.damaged(later)
}

// damaged is what is said of a trail that does not verify, beside the program and without it.
func (a *archiver) damaged(later string) {
	a.t.Helper()
	err := a.s.App().Store.Update(a.t.Context(), func(tx provision.Tx) error {
		at := string(a.s.Tenant()) + "/0000000000000001"
		raw, _ := tx.Get("audit", at)
		tx.Put("audit", at, bytes.Replace(raw, []byte("added"), []byte("addea"), 1))
		return nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
	a.audit("archive "+later+a.file("new.jsonl"), "error 1: nothing was archived: check audit trail: internal: link 1 does not fit")
	if err := a.s.Halt(); err != nil {
		a.t.Fatal(err)
	}
	a.audit("archive "+later+a.file("new.jsonl"), "error 1: nothing was archived: check audit trail: internal: link 1 does not fit")
	if err := a.s.Boot(a.t.Context()); err != nil {
		a.t.Fatal(err)
	}
}

// TestAuditArchiveGoesOn: where the program or the command dies between file and store, the same
// command ends what was begun.
func TestAuditArchiveGoesOn(t *testing.T) {
	t.Parallel()
	a := newArchiver(t)
	file := a.file("trail.jsonl")
	before := a.tomorrow()
	at, err := time.Parse(time.RFC3339, before)
	if err != nil {
		t.Fatal(err)
	}
	a.writeArchive(at, file) // and there it dies
	text := readFile(t, file)
	a.s.must(t, "say alice 'block +12065550163'")
	a.audit("archive --before "+before+" "+file, "Links 1 to ", "are in trail.jsonl now")
	if !bytes.Equal(text, readFile(t, file)) {
		t.Error("the file was written again")
	}
	a.audit("verify "+file, "The store's trail goes on where "+file)
	a.audit("archive --before "+before+" "+file, "error 2: trail.jsonl is the archive of links 1 to ", " already, and the store has them no more: name another file for later ones")
	a.audit("export -o " + a.file("later.jsonl"))
	if err := os.Rename(a.file("later.jsonl"), file); err != nil {
		t.Fatal(err)
	}
	a.audit("verify "+file, "The store's trail goes on where "+file)
}

// writeArchive writes the file of an archive as the command does, and leaves the store as it was.
func (a *archiver) writeArchive(before time.Time, file string) {
	a.t.Helper()
	d := admin.Ops{Service: a.s.App().Service}
	var text, links bytes.Buffer
	if err := d.Archivable(a.t.Context(), a.s.Tenant(), before, &text); err != nil {
		a.t.Fatal(err)
	}
	var seal audit.Seal
	if err := json.Unmarshal(text.Bytes(), &seal); err != nil {
		a.t.Fatal(err)
	}
	if err := d.Trail(a.t.Context(), a.s.Tenant(), time.Time{}, seal.Head.Count, &links); err != nil {
		a.t.Fatal(err)
	}
	writeFile(a.t, file, links.Bytes())
}
