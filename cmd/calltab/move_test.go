package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision/move"
	"calltab/internal/provision/pgstore/pgtest"
)

// removal moves stores as their owner does.
type removal struct {
	*office
	settings map[string]string
}

func newRemoval(t *testing.T) *removal {
	settings := map[string]string{}
	return &removal{&office{t, t.TempDir(), environment(settings)}, settings}
}

// says runs a command and wants words in what it says, in their order.
func (r *removal) says(words []string, args ...string) string {
	r.t.Helper()
	said := r.run("", args...)
	rest := said
	for _, word := range words {
		_, after, found := strings.Cut(rest, word)
		if !found {
			r.t.Fatalf("%q does not say %q, or not there:\n%s", args, word, said)
		}
		rest = after
	}
	return said
}

// sums is what a store has, whatever is said of its use.
func (r *removal) sums(name string) (sums []move.Sum) {
	r.t.Helper()
	db, err := storefile.OpenMarked(r.t.Context(), name, false)
	if err != nil {
		r.t.Fatal(err)
	}
	defer db.Close()
	err = admin.AtOneMoment(r.t.Context(), db, func(snap admin.Snapshot) (err error) {
		sums, err = move.Sums(snap)
		return err
	})
	if err != nil || len(sums) < 20 {
		r.t.Fatalf("%d tables, %v", len(sums), err)
	}
	return sums
}

// opens reports whether a program starts on a store; want is in its error where it does not.
func (r *removal) opens(name, want string) {
	r.t.Helper()
	db, err := storefile.Open(r.t.Context(), name, storefile.Writing)
	if err == nil {
		err = db.Close()
	}
	if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
		r.t.Errorf("a start on %s: %v, want %q", name, err, want)
	}
}

// lived is a file with orders, numbers, people and a trail, that no program has.
func lived(t *testing.T) (path string, boot func() *script) {
	t.Helper()
	s := newScript(t)
	s.must(t, "say alice 'add dana seattle unlimited +12065550160'", "click alice Save", "advance 15m", "order dana done")
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	return s.Path("calltab.db"), func() *script {
		t.Helper()
		if err := s.Boot(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// TestMove: everything goes to a database and back to a file, and a program goes on there. What was left starts no
// more, and says where everything is.
func TestMoveOnPostgres(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	file, boot := lived(t)
	r := newRemoval(t)
	before := r.sums(file)
	key := mustRead(t, file+".key")
	if guide := mustRead(t, "../../README.md"); !bytes.Contains(guide, []byte("\ncalltab move --from calltab.db --to postgres://calltab@HOST/calltab\n")) {
		t.Error("the guide does not move a store as is done here, without a variable")
	}
	there := []string{"move", "--from", file, "--to", url}
	said := r.says([]string{"Copying " + file + " to postgres://postgres@/postgres.\n", "orders: ", "Compared: ", "are the same in both.\n",
		"is whole: ", "Moved. " + file + " is out of use", "CALLTAB_AUDIT_KEY_FILE=" + file + ".key"}, there...)
	if err := move.Same(before, r.sums(url)); err != nil {
		t.Error(err)
	}
	r.opens(file, "calltab move took everything to postgres://postgres@/postgres. Start Calltab on that one")
	r.opens(url, "")
	for _, args := range [][]string{{"check", "--store", file}, {"backup", "--without-key", "--store", file, filepath.Join(r.dir, "backup")}} {
		r.says([]string{"calltab move took everything to "}, args...)
	}
	r.says([]string{"error 1: ", "has been moved to postgres://postgres@/postgres already: start Calltab on that one"}, there...)

	r.settings["CALLTAB_AUDIT_KEY_FILE"] = file + ".key"
	r.says([]string{"The store is sound: "}, "check", "--store", url)
	second := filepath.Join(r.dir, "second.db")
	r.says([]string{"Moved. postgres://postgres@/postgres is out of use", second + ".key"}, "move", "--from", url, "--to", second)
	if err := move.Same(before, r.sums(second)); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(mustRead(t, second+".key"), key) {
		t.Error("it has another key")
	}
	r.opens(url, "calltab move took everything to "+second)
	r.says([]string{"calltab move took everything to " + second}, "check", "--store", url)
	if err := errors.Join(os.Rename(second, file), os.Rename(second+".key", file+".key")); err != nil {
		t.Fatal(err)
	}
	boot().must(t, "say alice 'add erin seattle unlimited'")
	if strings.Contains(said, "+1206") {
		t.Errorf("it shows numbers: %s", said)
	}
}

// TestMoveRefuses: what is in use, is not there, has records, or would have another key. Nothing is changed.
func TestMoveRefusesOnPostgres(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	file, boot := lived(t)
	r := newRemoval(t)
	other := filepath.Join(r.dir, "other.db")
	r.says([]string{"error 2: --to: where to?"}, "move", "--from", file)
	r.says([]string{"error 2: --from and --to are the same store"}, "move", "--from", file, "--to", file)
	r.says([]string{"error 2: --to has a password"}, "move", "--from", file, "--to", "postgres://a:hunter2@127.0.0.1/x")
	r.says([]string{"error 2: --force is for --undo"}, "move", "--from", file, "--to", other, "--force")
	r.says([]string{"error 1: there is no store " + other}, "move", "--from", other, "--to", url)
	r.says([]string{"error 1: ", "nothing of Calltab in it"}, "move", "--from", url, "--to", other)
	r.says([]string{"error 1: " + file + " is in use: there is no move to take back"}, "move", "--undo", "--from", file, "--to", url)
	if err := os.WriteFile(other+".key", []byte(strings.Repeat("k", 40)), 0o600); err != nil {
		t.Fatal(err)
	}
	r.says([]string{"error 1: there is another audit key already, " + other + ".key"}, "move", "--from", file, "--to", other)
	r.settings["CALLTAB_AUDIT_KEY"] = strings.Repeat("k", 40)
	r.says([]string{"error 2: CALLTAB_AUDIT_KEY is not the key of " + file}, "move", "--from", file, "--to", url)
	delete(r.settings, "CALLTAB_AUDIT_KEY")

	s := boot()
	r.says([]string{"error 1: a calltab has " + file + " open: stop it first"}, "move", "--from", file, "--to", url)
	s2 := newStageOn(t, url, 1)
	r.says([]string{"error 1: a calltab has postgres://postgres@/postgres open: stop it first"}, "move", "--from", url, "--to", filepath.Join(r.dir, "third.db"))
	if err := errors.Join(s.Halt(), s2.Halt()); err != nil {
		t.Fatal(err)
	}
	r.says([]string{"error 1: postgres://postgres@/postgres has records already"}, "move", "--from", file, "--to", url)
	r.opens(file, "")
	r.opens(url, "")
}

// TestMoveUndone: a move is taken back as long as nothing was recorded in the new place, and where that is lost the old
// store is compared with Microsoft first.
func TestMoveUndoneOnPostgres(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	file, boot := lived(t)
	r := newRemoval(t)
	r.settings["CALLTAB_AUDIT_KEY_FILE"] = file + ".key"
	forth := []string{"move", "--from", file, "--to", url}
	undo := []string{"move", "--undo", "--from", file, "--to", url}
	r.says([]string{"Moved. "}, forth...)
	r.says([]string{"error 2: " + file + " has been moved to postgres://postgres@/postgres: name that one"}, "move", "--undo", "--from", file, "--to", url+"x@elsewhere/x")
	r.says([]string{"The move is taken back. postgres://postgres@/postgres is out of use; start Calltab on " + file}, undo...)
	r.opens(url, "calltab move took everything to "+file)
	r.opens(file, "")
	r.says([]string{"error 1: ", "calltab move took everything to " + file}, forth...)

	third := filepath.Join(r.dir, "third.db")
	forth[4], undo[5] = third, third
	r.says([]string{"Moved. "}, forth...)
	db, err := storefile.Open(t.Context(), third, storefile.Writing)
	if err != nil {
		t.Fatal(err)
	}
	_, err = admin.MarkRestored(t.Context(), db, time.Now())
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	r.says([]string{"error 1: " + third + " was used since", "move --from " + third + " --to STORE", "table restored has no records"}, undo...)
	if err := os.Remove(third); err != nil {
		t.Fatal(err)
	}
	r.says([]string{"error 1: whether anything was recorded in " + third, "move --undo --force"}, undo...)
	r.says([]string{"The move is taken back without a look at " + third, "compares all numbers"}, "move", "--undo", "--force", "--from", file)
	s := boot()
	if comparing, err := s.App().Service.Comparing(t.Context(), s.Tenant()); err != nil || !comparing {
		t.Errorf("it compares nothing: %v", err)
	}
}

// TestMoveUndoneBesideOnPostgres: no move is taken back beside programs that have the new place, by no flag. Where they
// are stopped, --force puts a database out of use that can still be reached.
func TestMoveUndoneBesideOnPostgres(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	file, _ := lived(t)
	r := newRemoval(t)
	undo := []string{"move", "--undo", "--from", file, "--to", url}
	forced := append([]string{"--force"}, undo[1:]...)
	forced = append(undo[:1:1], forced...)
	r.says([]string{"Moved. "}, "move", "--from", file, "--to", url)
	replica, err := storefile.Open(t.Context(), url, storefile.Sharing)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{undo, forced} {
		said := r.says([]string{"error 1: a calltab has postgres://postgres@/postgres open: stop it first, and each replica beside it"}, args...)
		if strings.Contains(said, "force") || strings.Contains(said, "compares") {
			t.Errorf("%q says more than to stop it: %s", args, said)
		}
	}
	r.says([]string{"error 2: " + file + " has been moved to postgres://postgres@/postgres: name that one with --to"}, forced[:len(forced)-2]...)
	r.opens(file, "calltab move took everything to ")
	_, err = admin.MarkRestored(t.Context(), replica, time.Now())
	if err := errors.Join(err, replica.Close()); err != nil {
		t.Fatal(err)
	}
	_, schema, _ := strings.Cut(url, "search_path=")
	pgtest.Run(t, "update "+schema+".calltab_lease set until = '-infinity'")
	r.says([]string{"error 1: postgres://postgres@/postgres was used since"}, undo...)
	bare, _, _ := strings.Cut(url, "&search_path=")
	for _, args := range [][]string{undo, forced} {
		elsewhere := append(args[:len(args)-1:len(args)-1], bare)
		r.says([]string{"error 1: ", "the database has nothing of Calltab in it"}, elsewhere...)
	}
	r.opens(file, "calltab move took everything to ")
	r.says([]string{"The move is taken back without a look at "}, forced...)
	r.opens(file, "")
	r.opens(url, "calltab move took everything to "+file)
}

// The move that is killed is the test binary itself.
const (
	mortalMoveEnv = "CALLTAB_TEST_MOVE_ENDS" // after so many lines
	mortalMoveTo  = "CALLTAB_TEST_MOVE_TO"
)

func init() { mortals[mortalMoveEnv] = mortalMove }

func mortalMove(lines int) error {
	return run(context.Background(), []string{"move", "--to", os.Getenv(mortalMoveTo)}, os.LookupEnv, nil, &endless{lines}, os.Stderr)
}

// endless takes some lines, says so, and takes no more.
type endless struct{ left int }

func (e *endless) Write(p []byte) (int, error) {
	if e.left--; e.left <= 0 {
		fmt.Println("far enough")
		select {}
	}
	return len(p), nil
}

// TestMoveKilled: a move that is killed at any moment leaves at most one store on which a program starts, and run again
// it ends as if nothing had happened; also where the old store was used in between.
func TestMoveKilledOnPostgres(t *testing.T) {
	t.Parallel()
	for _, back := range []bool{false, true} {
		t.Run(fmt.Sprint("back: ", back), func(t *testing.T) {
			t.Parallel()
			url := pgtest.URL(t)
			from, to := "", url
			file, boot := lived(t)
			from = file
			r := newRemoval(t)
			r.settings["CALLTAB_AUDIT_KEY_FILE"] = file + ".key"
			if back {
				r.says([]string{"Moved. "}, "move", "--from", file, "--to", url)
				from, to = url, filepath.Join(r.dir, "back.db")
			}
			free := func() { // a program that was killed has the database until its lease ends
				_, schema, _ := strings.Cut(url, "search_path=")
				pgtest.Run(t, "update "+schema+".calltab_lease set until = '-infinity'")
			}
			for _, lines := range []int{1, 9, 30} {
				r.killed(from, to, lines)
				free()
				r.opens(from, "")
				r.opens(to, "it has only a part of what is in ")
			}
			if !back {
				s := boot() // the old store is used, and something in it changes
				s.must(t, "say alice 'add erin seattle unlimited'")
				if err := s.Halt(); err != nil {
					t.Fatal(err)
				}
			}
			before := r.sums(from)
			// Killed between the two marks of the end: no program starts on either.
			full, err := storefile.FullName(to)
			if err != nil {
				t.Fatal(err)
			}
			r.mark(from, move.Mark{MovedTo: full, At: time.Now()})
			r.opens(from, "calltab move took everything to ")
			r.opens(to, "it has only a part of what is in ")
			r.says([]string{"was begun on ", "goes on.", "Moved. "}, "move", "--from", from, "--to", to)
			if err := move.Same(before, r.sums(to)); err != nil {
				t.Error(err)
			}
			r.opens(from, "calltab move took everything to ")
			r.opens(to, "")
		})
	}
}

// killed moves in a process of its own, which is killed when it has said so many lines.
func (r *removal) killed(from, to string, lines int) {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), os.Args[0])
	cmd.Env = []string{"CALLTAB_STORE=" + from, mortalMoveTo + "=" + to, fmt.Sprint(mortalMoveEnv, "=", lines),
		"CALLTAB_AUDIT_KEY_FILE=" + r.settings["CALLTAB_AUDIT_KEY_FILE"]}
	var wrong bytes.Buffer
	cmd.Stderr = &wrong
	out, err := cmd.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	said, err := bufio.NewReader(out).ReadString('\n')
	if err := errors.Join(err, cmd.Process.Kill()); err != nil || said != "far enough\n" {
		r.t.Fatalf("after %d lines: %q, %v, %s", lines, said, err, wrong.String())
	}
	if cmd.Wait() == nil {
		r.t.Errorf("after %d lines: it has ended by itself", lines)
	}
}

func (r *removal) mark(name string, m move.Mark) {
	r.t.Helper()
	db, err := storefile.OpenMarked(r.t.Context(), name, false)
	if err != nil {
		r.t.Fatal(err)
	}
	set := storefile.SetMark(r.t.Context(), db, m)
	if err := errors.Join(set, db.Close()); err != nil {
		r.t.Fatal(err)
	}
}
