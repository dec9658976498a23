package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calltab/internal/provision"
)

// TestApplyBesideServe: with the program running the commands go through its socket, which only its owner may open; a
// number that a person has is never taken out.
func TestApplyBesideServe(t *testing.T) {
	t.Parallel()
	s := &script{stage: newTestStage(t), out: testLog{t}}
	s.must(t, "say alice 'add dana seattle unlimited +12065550160'", "click alice Save", "advance 15m", "order dana done",
		"say alice 'add gita boston metered +16175550106'")
	info, err := os.Stat(socketOf(s.path("calltab.db")))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the socket is %v, %v", info, err)
	}
	o := &office{t, s.dir, environment(map[string]string{"CALLTAB_STORE": s.path("calltab.db"), "CALLTAB_APP_TENANT": string(s.tenant())})}
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
	s.must(t, "number +12065550160 assigned dana", "number +16175550106 held", "say alice 'status dana'", "card alice 'Ready since'")
	if got := o.run(before, "apply", "-f", "-", "--dry-run"); !strings.Contains(got, "added    location london") {
		t.Errorf("the way back: %s", got)
	}
	if got := o.run("locations: 1", "apply", "-f", "-"); !strings.HasPrefix(got, "error 2: the organisation file is not right") {
		t.Errorf("mistakes over the socket: %s", got)
	}
	other := &office{t, s.dir, environment(map[string]string{"CALLTAB_STORE": s.path("calltab.db"), "CALLTAB_APP_TENANT": guidTenant})}
	if got := other.run("", "export"); !strings.HasPrefix(got, "error 2: the program that has the store open does not serve the tenant") {
		t.Errorf("another tenant: %s", got)
	}
	// Without an answer on the socket the lock of the store says why nothing is done.
	if err := os.Remove(socketOf(s.path("calltab.db"))); err != nil {
		t.Fatal(err)
	}
	if got := o.run("", "export"); !strings.Contains(got, "error 1: store ") || !strings.Contains(got, "another calltab has it open and does not answer on "+s.path("calltab.db.sock")) {
		t.Errorf("without its socket: %s", got)
	}
}

// TestReadersBesideApply: while a file is applied the trail is verified, the store checked and backed up. At most a few
// reads run at once; one more waits, and is let go when it is given up.
func TestReadersBesideApply(t *testing.T) {
	t.Parallel()
	s := newTestStage(t)
	path := s.path("calltab.db")
	db, tenants := s.app.db, []provision.TenantID{s.tenant()}
	socket := filepath.Join(t.TempDir(), "s")
	l, err := listenAdmin(socket, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	p := newPorter(s.app.service, db, tenants, slog.New(slog.DiscardHandler))
	server := p.server(t.Context())
	go server.Serve(l)
	defer server.Close()
	m, ok := reach(socket)
	if !ok {
		t.Fatalf("nobody answers on %s beside %s", socket, path)
	}
	p.turn <- struct{}{} // a file is being applied
	var said bytes.Buffer
	reads := map[string]func(context.Context) error{
		"verify": func(ctx context.Context) error { return m.verify(ctx, s.tenant(), provision.Head{}, &said) },
		"check":  func(ctx context.Context) error { return m.check(ctx, &said) },
		"backup": func(ctx context.Context) error { return m.backup(ctx, io.Discard) },
		"export": func(ctx context.Context) error { return m.export(ctx, s.tenant(), &said) },
	}
	for name, read := range reads {
		if err := read(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range mostReaders {
		p.readers <- struct{}{}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := among(gone, p.readers, func() error { t.Error("too many at once"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("one more: %v", err)
	}
	<-p.readers
	for name, read := range reads {
		if err := read(t.Context()); err != nil {
			t.Errorf("%s in the last place: %v", name, err)
		}
	}
	if got := said.String(); strings.Count(got, "The store is sound: ") != 2 {
		t.Errorf("they say %s", got)
	}
}
