package provision_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/integrity"
	"calltab/internal/provision/storetest"
)

const digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// archiveFile is the file of what a tenant's trail has from before a time, verified, and its seal.
func (d *desk) archiveFile(before time.Time) ([]byte, audit.Seal) {
	d.t.Helper()
	seal, err := d.Archivable(d.t.Context(), tenant, before)
	if err != nil {
		d.fails("archivable", err)
	}
	var file []byte
	for line, err := range d.Export(d.t.Context(), tenant, time.Time{}, seal.Head.Count) {
		if err != nil {
			d.fails("export", err)
		}
		file = append(file, line...)
	}
	read, err := audit.VerifyExport(auditKey, linesOf(file), nil)
	if err != nil || !bytes.Equal(read.MAC, seal.MAC) {
		d.t.Fatalf("the file has %+v, not %+v: %v", read, seal, err)
	}
	return file, seal
}

// archived takes what is from before a time from the store.
func (d *desk) archived(before time.Time, name string) audit.Archived {
	d.t.Helper()
	_, seal := d.archiveFile(before)
	a, err := d.Archive(d.t.Context(), tenant, seal, name, digest+name)
	if err != nil {
		d.fails("archive", err)
	}
	return a
}

// newestAt is when the newest event of the trail happened.
func (d *desk) newestAt() (at time.Time) {
	d.t.Helper()
	err := d.store.View(d.t.Context(), func(tx provision.Tx) (err error) {
		at, err = audit.NewestAt(tx)
		return err
	})
	if err != nil {
		d.fails("look for the newest event", err)
	}
	return at
}

// sound checks all that is stored, that the trail is whole, and that it leads to the inventory as it is.
func (d *desk) sound() integrity.Checked {
	d.t.Helper()
	if _, err := d.Verify(d.t.Context(), tenant, provision.Head{}); err != nil {
		d.t.Error(err)
	}
	var read integrity.Checked
	err := d.store.View(d.t.Context(), func(tx provision.Tx) (err error) {
		read, err = d.Check(tx, everyJob, func(table, key, what string) {
			if table != "orders" && table != "subscribers" { // which a life of the numbers alone leaves behind
				d.t.Errorf("%s %s: %s", table, key, what)
			}
		})
		return err
	})
	if err != nil {
		d.t.Error(err)
	}
	if err := audit.CheckAuditKey(d.t.Context(), d.store, auditKey); err != nil {
		d.t.Error(err)
	}
	if err := audit.CheckAuditKey(d.t.Context(), d.store, []byte("another key")); err == nil {
		d.t.Error("another key fits")
	}
	return read
}

// stored counts the records of a table.
func (d *desk) stored(table string) (n int) {
	d.t.Helper()
	d.update(func(tx provision.Tx) error {
		n = 0
		for range tx.Scan(table, "", "") {
			n++
		}
		return nil
	})
	return n
}

// TestArchive: what was archived joins the next archive and the store, whose trail goes on; nothing in the store points at it.
func TestArchive(t *testing.T) {
	t.Parallel()
	d := withTrail(t)
	whole := d.exported(time.Time{})
	first, seal := d.archiveFile(start.Add(20 * time.Hour))
	a, err := d.Archive(t.Context(), tenant, seal, "one", digest)
	if err != nil || a.From != 1 || a.Last != a.Head.Count || a.Until.After(start.Add(20*time.Hour)) {
		t.Fatalf("%+v, %v", a, err)
	}
	if !bytes.HasPrefix(whole[bytes.IndexByte(whole, '\n'):], first[bytes.IndexByte(first, '\n'):]) {
		t.Error("the file is not the beginning of the trail")
	}
	if read := d.sound(); read.Archived != a.Head.Count {
		t.Errorf("%d links are said to be in archives, not %d", read.Archived, a.Head.Count)
	}
	rest := d.exported(time.Time{})
	left, err := audit.VerifyExport(auditKey, linesOf(rest), nil)
	if err != nil || left.From != seal.Head.Count+1 || !bytes.Equal(left.Before, seal.Head.MAC) {
		t.Errorf("the store's begins at %d behind %x, %v", left.From, left.Before, err)
	}

	// The next one goes on where it ends, and what is done later joins.
	d.update(func(tx provision.Tx) error { return d.Refused(tx, tenant, erin, "look") })
	b := d.archived(start.Add(50*time.Hour), "two")
	if b.From != a.Head.Count+1 || !bytes.Equal(b.Before, a.Head.MAC) {
		t.Errorf("%+v does not go on behind %+v", b, a)
	}
	d.update(func(tx provision.Tx) error { return d.Refused(tx, tenant, erin, "operate") })
	d.sound()
	for _, h := range []provision.Head{a.Head, b.Head, left.Head} {
		if _, err := d.Verify(t.Context(), tenant, h); err != nil {
			t.Error(err)
		}
	}
	if _, err := d.Verify(t.Context(), tenant, provision.Head{Count: 3, MAC: a.Head.MAC}); err == nil || !strings.Contains(err.Error(), "is in the archive one") {
		t.Errorf("a head within the archive: %v", err)
	}
	if _, err := d.Verify(t.Context(), tenant, provision.Head{Count: a.Head.Count, MAC: b.Head.MAC}); err == nil || !strings.Contains(err.Error(), "is not the one") {
		t.Errorf("a wrong head: %v", err)
	}
}

// TestWhoHadBehindAnArchive: what is in an archive is said to be there, and what has not changed since is known.
func TestWhoHadBehindAnArchive(t *testing.T) {
	t.Parallel()
	d := withTrail(t)
	d.advance(24 * time.Hour)
	a := d.archived(d.now().Add(-time.Hour), "one")
	d.advance(24 * time.Hour)
	h, err := d.WhoHad(t.Context(), tenant, alice, "+12065550110", start, d.now())
	if err != nil || len(h.All) != 2 || !h.All[0].Unknown || !h.All[0].Until.Equal(a.Until) || h.All[1].State != provision.Held || !h.Archived.Equal(a.Until) {
		t.Errorf("%+v, %v", h, err)
	}
	if err := d.Block(t.Context(), tenant, alice, "+12065550129"); err != nil {
		t.Fatal(err)
	}
	now, err := d.WhoHad(t.Context(), tenant, alice, "+12065550129", d.now(), d.now())
	if err != nil || len(now.All) != 1 || now.All[0].State != provision.Blocked || now.All[0].Unknown {
		t.Errorf("%+v, %v", now, err)
	}
	_, err = d.WhoHad(t.Context(), tenant, alice, "+12065550999", start, d.now())
	if m, _ := provision.SayOf(err); m.ID != "number-archived" {
		t.Errorf("a number that is in no link: %v", err)
	}
	past, err := d.History(t.Context(), tenant, alice, provision.Subject{User: dana}, 0, 10)
	if err != nil || len(past.Lines) != 0 || !past.Archived.Equal(a.Until) {
		t.Errorf("%+v, %v", past, err)
	}
}

// TestArchiveOfAll: nothing of the trail is left in the store but where it ends.
func TestArchiveOfAll(t *testing.T) {
	t.Parallel()
	d := quickDesk(t) // without a number, so that no stock is taken
	for i := range 1203 {
		d.update(func(tx provision.Tx) error { return d.Refused(tx, tenant, user(i), "look") })
	}
	newest := d.newestAt()
	a := d.archived(d.now().Add(time.Hour), "all")
	if got := d.newestAt(); got.IsZero() || !got.Equal(newest) {
		t.Errorf("the newest event was at %v before it was archived, and is at %v", newest, got)
	}
	if n := d.stored("audit") + d.stored("audit-by"); n != 1 || a.Head.Count != 1203 { // the mark that stock was taken
		t.Errorf("%d records are left of %d links", n, a.Head.Count)
	}
	d.sound()
	if seal, err := audit.VerifyExport(auditKey, linesOf(d.exported(time.Time{})), nil); err != nil || seal.From != 1204 {
		t.Errorf("%+v, %v", seal, err)
	}
	if _, err := d.Archivable(t.Context(), tenant, d.now().Add(time.Hour)); err == nil || !strings.Contains(err.Error(), "there is nothing to archive") {
		t.Error(err)
	}
	d.update(func(tx provision.Tx) error { return d.Refused(tx, tenant, user(9), "operate") })
	d.sound()
	b := d.archived(d.now().Add(time.Hour), "more")
	if b.From != 1204 || b.Head.Count != 1204 {
		t.Errorf("%+v", b)
	}
	d.sound()
}

// TestArchiveCutOff: wherever the process dies, every link is in the store or in the file, the trail is whole, and the same file goes on.
func TestArchiveCutOff(t *testing.T) {
	t.Parallel()
	whole := false
	for n := 0; !whole; n++ {
		d := quickDesk(t)
		d.load("seattle", "+12065550100", 30)
		for i := range 1500 {
			d.update(func(tx provision.Tx) error { return d.Refused(tx, tenant, user(i), "look") })
		}
		d.advance(time.Hour)
		_, seal := d.archiveFile(d.now())
		dying := d.open(storetest.CrashAfter(d.store, n, func() {}))
		_, err := dying.Archive(t.Context(), tenant, seal, "cut off", digest)
		if whole = err == nil; !whole && !errors.Is(err, storetest.ErrCrashed) {
			t.Fatalf("%d commits: %v", n, err)
		}
		d.sound()
		all, err := d.Archives(t.Context(), tenant)
		if err != nil {
			t.Fatal(err)
		}
		gone := uint64(0) // what Verify does not find in the store, the file has
		for _, a := range all {
			gone = a.Head.Count
		}
		if gone > seal.Head.Count || n < 5 && gone == seal.Head.Count {
			t.Errorf("after %d commits %d links of %d are taken", n, gone, seal.Head.Count)
		}
		if gone == seal.Head.Count {
			continue
		}
		d.advance(time.Hour)
		a, err := d.Archive(t.Context(), tenant, seal, "cut off", digest)
		if err != nil || a.Head.Count != seal.Head.Count {
			t.Fatalf("again after %d commits: %+v, %v", n, a, err)
		}
		d.sound()
	}
}

// TestArchiveBesideOthers: while links are taken, others verify the trail and change numbers, and nobody is told of a link that is missing.
func TestArchiveBesideOthers(t *testing.T) {
	t.Parallel()
	d := quickDesk(t)
	d.load("seattle", "+12065550100", 30)
	for i := range 3000 {
		d.update(func(tx provision.Tx) error { return d.Refused(tx, tenant, user(i), "look") })
	}
	d.advance(time.Hour)
	_, seal := d.archiveFile(d.now())
	over := make(chan error, 1)
	go func() {
		_, err := d.Archive(t.Context(), tenant, seal, "beside others", digest)
		over <- err
	}()
	for i := 0; ; i++ {
		if err := d.Block(t.Context(), tenant, alice, number("+12065550100", i%30)); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Verify(t.Context(), tenant, provision.Head{}); err != nil {
			t.Fatal(err)
		}
		if err := d.Unblock(t.Context(), tenant, alice, number("+12065550100", i%30)); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-over:
			if err != nil {
				t.Fatal(err)
			}
			d.sound()
			return
		default:
		}
	}
}

// TestNotArchived: a file that is not the beginning of the store's trail takes nothing from it.
func TestNotArchived(t *testing.T) {
	t.Parallel()
	d := withTrail(t)
	later := start.Add(1000 * time.Hour)
	_, seal := d.archiveFile(start.Add(20 * time.Hour))
	other := withTrail(t)
	other.update(func(tx provision.Tx) error { return other.Refused(tx, tenant, alice.ID, "look") })
	_, foreign := other.archiveFile(later)
	forged := seal
	forged.Head.Count--
	before := d.exported(time.Time{})
	refused := func(what string, seal audit.Seal, want string) {
		t.Helper()
		_, err := d.Archive(t.Context(), tenant, seal, "file", digest)
		var not *audit.NotArchived
		if !errors.As(err, &not) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("forged", forged, "is not of the trail of tenant")
	refused("of another store", foreign, "is not the beginning of this store's trail")
	refused("later links only", seal.Since(auditKey, 3, seal.Before), "begins at link 3, and the store at link 1")
	refused("nothing", seal.Since(auditKey, seal.Head.Count+1, nil), "begins at link")
	if !bytes.Equal(before, d.exported(time.Time{})) {
		t.Error("something was taken")
	}
	if _, err := d.Archivable(t.Context(), tenant, start.Add(-time.Hour)); err == nil || !strings.Contains(err.Error(), "there is nothing to archive") {
		t.Error(err)
	}
	if _, err := d.Archive(t.Context(), tenant, seal, "file", digest); err != nil {
		t.Fatal(err)
	}
	refused("archived already", seal, "is the archive of links 1 to")
	_, err := d.Archive(t.Context(), tenant, seal, "file", "another digest")
	if err == nil || !strings.Contains(err.Error(), "begins at link 1, and the store at link") {
		t.Errorf("a copy that differs: %v", err)
	}
}

// TestReplayBehindAnArchive: whatever was archived when, the inventory can be worked out from what is left, also where numbers change
// meanwhile.
func TestReplayBehindAnArchive(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		d := quickDesk(t)
		d.load("seattle", "+12065550100", 12)
		d.load("london", "+442079460000", 6)
		l := &life{desk: d, dice: rand.New(rand.NewPCG(seed, 11))}
		for i := range 4 {
			for range 15 {
				l.step()
				d.advance(time.Minute)
			}
			d.archived(d.now().Add(-time.Duration(l.dice.IntN(10))*time.Minute), fmt.Sprint(i))
			d.sound()
			got, err := audit.Replay(d.Trail(t.Context(), tenant, 1), d.now())
			if err != nil || len(got) != len(d.inventory()) {
				t.Errorf("seed %d: %d numbers by the trail, and there are %d, %v", seed, len(got), len(d.inventory()), err)
			}
		}
	}
}

// everyJob says of each job that it is there: here no jobs are kept.
func everyJob(provision.Tx, string, string) bool { return true }
