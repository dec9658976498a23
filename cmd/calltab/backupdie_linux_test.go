package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/ownersocket"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/core"
)

// The backup's process is the test binary itself, as in kill_test.go of the stage.
const (
	mortalBackupEnv = "CALLTAB_TEST_BACKUP_HAS_ROOM" // bytes that a file may have
	backupFileEnv   = "CALLTAB_TEST_BACKUP_FILE"
)

func init() { mortals[mortalBackupEnv] = mortalBackup }

func mortalBackup(room int) error {
	if err := limitOwnFiles(uint64(room)); err != nil {
		return err
	}
	return run(context.Background(), []string{"backup", os.Getenv(backupFileEnv), "--force"}, os.LookupEnv, nil, os.Stdout, os.Stderr)
}

// limitOwnFiles sets how large this process's files may be; writes beyond that fail, as on a file system without room.
func limitOwnFiles(size uint64) error {
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: ^uint64(0)})
}

// backupProcess is a backup of a store in a process of its own, whose files may have so many bytes.
func (k keeper) backupProcess(file string, room int) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{
		"CALLTAB_STORE=" + k.store, "CALLTAB_BACKUP_PASSPHRASE=" + k.phrase, backupFileEnv + "=" + file, fmt.Sprint(mortalBackupEnv, "=", room),
	}
	return cmd
}

// A backup for which there is no room says so in one sentence and leaves the earlier one as it was, and nothing beside
// it, at whatever byte the room ends.
func TestBackupWithoutRoom(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	playTour(t, s)
	k := keeper{t, s.Path("calltab.db"), "correct horse"}
	dir := t.TempDir()
	file := filepath.Join(dir, "backup")
	k.must("backup", file)
	earlier := readFile(t, file)
	for part := range 8 {
		cmd := k.backupProcess(file, len(earlier)*part/8)
		said, err := cmd.CombinedOutput()
		text := strings.TrimSpace(string(said))
		if err == nil || !strings.HasPrefix(text, "no backup was written: ") || strings.Contains(text, "\n") {
			t.Errorf("room for %d of 8 parts: %v, it says %q", part, err, text)
		}
		if !bytes.Equal(readFile(t, file), earlier) {
			t.Errorf("room for %d of 8 parts: the earlier backup is not as it was", part)
		}
		names, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(names) != 1 {
			t.Errorf("room for %d of 8 parts: there are %q, %v", part, names, err)
		}
	}
}

// A backup that is killed in the middle leaves the earlier one as it was. What it has written is nothing that restore
// takes, and is in nobody's way.
func TestBackupKilled(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	playTour(t, s)
	k := keeper{t, s.Path("calltab.db"), "correct horse"}
	dir := t.TempDir()
	file, copied := filepath.Join(dir, "backup"), filepath.Join(dir, "copied.db")
	k.must("backup", file)
	earlier := readFile(t, file)
	copyStore(t, s, copied)
	whole := readFile(t, copied)
	slow := keeper{t, filepath.Join(dir, "slow.db"), k.phrase} // its program sends a part, and then the backup is killed
	writeFile(t, slow.store+".key", readFile(t, k.store+".key"))
	l, err := ownersocket.Listen(admin.SocketOf(slow.store), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	type victim struct {
		process *os.Process
		room    int // how much of the store it is sent, in bytes
	}
	victims := make(chan victim, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		v := <-victims
		w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
		_, _ = w.Write(whole[:v.room])
		_ = http.NewResponseController(w).Flush()
		for size := int64(-1); size < int64(v.room); {
			if info, err := os.Stat(file + ".new"); err == nil {
				size = info.Size()
			}
		}
		_ = v.process.Kill()
	})}
	go server.Serve(l)
	defer server.Close()
	restored := keeper{t, filepath.Join(dir, "restored.db"), k.phrase}
	for part := range 8 {
		cmd := slow.backupProcess(file, len(whole)*2)
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		victims <- victim{cmd.Process, len(whole) * part / 8}
		if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
			t.Fatalf("killed after %d of 8 parts: %v, it says %s", part, err, said.String())
		}
		if !bytes.Equal(readFile(t, file), earlier) {
			t.Errorf("killed after %d of 8 parts: the earlier backup is not as it was", part)
		}
		restored.refused("backup "+file+".new", "restore", file+".new")
	}
	k.must("backup", file, "--force")
	restored.must("restore", file)
	if _, err := os.Stat(file + ".new"); err == nil {
		t.Error("what the killed one wrote is still there")
	}
}

// The sealed backup of a program at work, restored, is the state at one moment within the backup: its trail is
// the beginning of the program's trail, its records are what that trail tells, and nothing of it is older or
// newer than the backup.
func TestSealedBackupUnderLoad(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	playTour(t, s)
	k := keeper{t, s.Path("calltab.db"), "correct horse"}
	o := &office{t, s.Path(""), environment(map[string]string{"CALLTAB_STORE": k.store, "CALLTAB_APP_TENANT": string(s.Tenant())})}
	before := o.run("", "export")
	other := strings.ReplaceAll(before, `"+12065550100-0199"`, `"+12065550100-0189"`)
	if other == before {
		t.Fatalf("the load changes nothing: %s", before)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	over := make(chan int, 1)
	go func() {
		applied := 0
		for ; ctx.Err() == nil; applied++ {
			o.run(other, "apply", "-f", "-")
			o.run(before, "apply", "-f", "-")
		}
		over <- applied
	}()
	head := func() provision.Head {
		h, err := s.App().Service.Verify(t.Context(), s.Tenant(), provision.Head{})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	first := head()
	for i := range 4 {
		dir := t.TempDir()
		file, to := filepath.Join(dir, "backup"), keeper{t, filepath.Join(dir, "restored.db"), k.phrase}
		from := head()
		k.must("backup", file)
		till := head()
		to.must("restore", file)
		if out := to.must("check"); !strings.HasPrefix(out, "The store is sound: ") {
			t.Errorf("backup %d: %s", i, out)
		}
		got, err := to.verify(s.Tenant())
		if err != nil || got.Count < from.Count || got.Count > till.Count {
			t.Errorf("backup %d: it has %d links, and the backup ran from %d to %d; %v", i, got.Count, from.Count, till.Count, err)
		}
		if _, err := s.App().Service.Verify(t.Context(), s.Tenant(), got); err != nil {
			t.Errorf("backup %d: its trail is not the beginning of the program's: %v", i, err)
		}
	}
	stop()
	applied := <-over
	if last := head(); last.Count < first.Count+4 {
		t.Errorf("%d times applied, the trail has grown from %d to %d links only", applied, first.Count, last.Count)
	}
}

// verify verifies the audit trail of the keeper's store.
func (k keeper) verify(tenant provision.TenantID) (provision.Head, error) {
	db, err := storefile.OpenFile(k.store)
	if err != nil {
		return provision.Head{}, err
	}
	defer db.Close()
	key, err := storefile.FileKey(k.t.Context(), db, k.store)
	if err != nil {
		return provision.Head{}, err
	}
	return core.New(provision.Config{Store: db, AuditKey: key}).Verify(k.t.Context(), tenant, provision.Head{})
}
