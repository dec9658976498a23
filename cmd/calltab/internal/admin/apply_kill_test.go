package admin

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/storetest"
)

// The program of this file is the test binary itself, run again.
const mortalApplyEnv = "CALLTAB_TEST_APPLY_DIES_AFTER" // commits, applying a file

func TestMain(m *testing.M) {
	if n, err := strconv.Atoi(os.Getenv(mortalApplyEnv)); err == nil {
		fmt.Fprintln(os.Stderr, mortalApply(n))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// mortalApply applies its standard input to a store until it dies after n commits; it returns if it gets to the end.
func mortalApply(n int) error {
	path := os.Getenv("CALLTAB_STORE")
	db, err := boltstore.Open(path, boltstore.Options{})
	if err != nil {
		return err
	}
	store := storetest.CrashAfter(db, n, func() { syscall.Kill(os.Getpid(), syscall.SIGKILL) })
	service, err := inventoryOf(store, path)
	if err != nil {
		return err
	}
	text, err := readInput("-", os.Stdin)
	if err != nil {
		return err
	}
	return applyTo(context.Background(), Ops{Service: service}, guidTenant, text, false, os.Stdout)
}

// TestApplyKilledAfterEveryCommit kills a real process, by signal, after each commit of an application in
// turn, and applies the file again: the inventory ends as if nothing had happened, and its trail is whole and
// names every change once.
func TestApplyKilledAfterEveryCommit(t *testing.T) {
	t.Parallel()
	both, less := siteSeattle+strings.TrimPrefix(london, "\n")+tariff, strings.Replace(siteSeattle, `"+12065550100-0149"`, `"+12065550110-0249", "+12065551000-9249"`, 1)+tariff
	trail := func(o *office) (all []string) {
		path := filepath.Join(o.dir, "c.db")
		db, err := boltstore.Open(path, boltstore.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		s, err := inventoryOf(db, path)
		if err != nil {
			t.Fatal(err)
		}
		links, err := s.Audit(t.Context(), guidTenant)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range links {
			if e.Event == provision.InventoryChanged {
				all = append(all, e.Note)
			}
		}
		return all
	}
	begin := func() *office {
		o := newOffice(t)
		if got := o.run(both, "apply", "-f", "-"); !strings.HasSuffix(got, "Done.\n") {
			t.Fatalf("apply: %s", got)
		}
		return o
	}
	whole := begin()
	if got := whole.run(less, "apply", "-f", "-"); !strings.HasSuffix(got, "\nDone.\n") {
		t.Fatalf("apply of less: %s", got)
	}
	wantOrg, wantTrail := whole.run("", "export"), trail(whole)
	n := 1
	for died := true; died; n += killStride {
		o := begin()
		cmd := exec.Command(os.Args[0])
		cmd.Env = []string{"CALLTAB_STORE=" + filepath.Join(o.dir, "c.db"), fmt.Sprint(mortalApplyEnv, "=", n)}
		cmd.Stdin = strings.NewReader(less)
		_ = cmd.Run() // it exits with 1, or by its signal
		status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
		died = ok && status.Signaled() && status.Signal() == syscall.SIGKILL
		if got := o.run(less, "apply", "-f", "-"); !strings.HasSuffix(got, "Done.\n") && got != noDifference {
			t.Errorf("%d, again: %s", n, got)
		}
		if got := o.run("", "export"); got != wantOrg {
			t.Errorf("%d: it ends as\n%s\nwant\n%s", n, got, wantOrg)
		}
		if got := trail(o); strings.Join(got, "\n") != strings.Join(wantTrail, "\n") {
			t.Errorf("%d: its trail is\n%s\nwant\n%s", n, strings.Join(got, "\n"), strings.Join(wantTrail, "\n"))
		}
	}
	if n < 10 {
		t.Errorf("an application has only %d commits", n)
	}
}
