package storefile

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestWritableStoreIsRefused: in one sentence, with the command that mends it; one that can be read is opened.
func TestWritableStoreIsRefused(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // it has no modes
	}
	for _, row := range []struct {
		store, key os.FileMode
		dir        os.FileMode
		refused    string // the file that is named
	}{
		{0o600, 0o600, 0o700, ""},
		{0o644, 0o600, 0o700, ""},
		{0o640, 0o640, 0o700, ""},
		{0o400, 0o400, 0o700, ""},
		{0o666, 0o600, 0o700, "calltab.db"},
		{0o602, 0o600, 0o700, "calltab.db"},
		{0o660, 0o600, 0o700, "calltab.db"},
		{0o600, 0o622, 0o700, "calltab.db.key"},
		{0o660, 0o660, 0o770 | os.ModeSetgid, ""}, // as Kubernetes leaves a volume
		{0o640, 0o640, 0o770 | os.ModeSetgid, ""},
		{0o664, 0o660, 0o770 | os.ModeSetgid, ""},
		{0o666, 0o660, 0o770 | os.ModeSetgid, "calltab.db"},
	} {
		dir := filepath.Join(t.TempDir(), "store")
		store := filepath.Join(dir, "calltab.db")
		for _, err := range []error{
			os.Mkdir(dir, 0o700), os.WriteFile(store, []byte("x"), 0o600), os.WriteFile(store+".key", []byte("x"), 0o600),
			os.Chmod(store, row.store), os.Chmod(store+".key", row.key), os.Chmod(dir, row.dir),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		err := refuseWritable("store", store)
		if err == nil {
			err = refuseWritable("audit key", store+".key")
		}
		if row.refused == "" && err != nil {
			t.Errorf("%v: %v", row, err)
		}
		if row.refused != "" && (err == nil || !strings.Contains(err.Error(), "chmod go-w "+filepath.Join(dir, row.refused)+",")) {
			t.Errorf("%v: %v", row, err)
		}
		if _, opened := OpenFile(store); row.refused != "" && (opened == nil || opened.Error() != err.Error()) {
			t.Errorf("%v: opening says %v", row, opened)
		}
		var log bytes.Buffer
		WarnReadable(slog.New(slog.NewTextHandler(&log, nil)), "store", store)
		others := os.FileMode(0o077) // of a pod's volume the group is the pod's own
		if row.dir&os.ModeSetgid != 0 {
			others = 0o007
		}
		if warned := log.Len() > 0; warned != (row.store&others != 0) {
			t.Errorf("%v: warned %v", row, warned)
		}
	}
}

// TestFilesAreWrittenBeside: for their owner only, whole or not at all, and through no link.
func TestFilesAreWrittenBeside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	victim, name := filepath.Join(dir, "victim"), filepath.Join(dir, "org.yaml")
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, link := range []string{name, filepath.Join(dir, ".org.yaml.part")} {
		if err := os.Symlink(victim, link); err != nil {
			t.Fatal(err)
		}
	}
	write := func(text string, fails error) error {
		return WriteBeside(name, func(out io.Writer) error {
			_, err := io.WriteString(out, text)
			if err != nil {
				return err
			}
			return fails
		})
	}
	if err := write("new", nil); err != nil {
		t.Fatal(err)
	}
	if err := write("half", io.ErrUnexpectedEOF); err != io.ErrUnexpectedEOF && !strings.Contains(fmt.Sprint(err), "unexpected EOF") {
		t.Errorf("half a file: %v", err)
	}
	if got := string(contentOfFile(t, name)); got != "new" {
		t.Errorf("the file holds %q", got)
	}
	if got := string(contentOfFile(t, victim)); got != "precious" {
		t.Errorf("the other file holds %q", got)
	}
	info, err := os.Lstat(name)
	if err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 3 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := WriteBeside(dir, func(io.Writer) error { return nil }); err == nil {
		t.Error("a directory was written over")
	}
}

func contentOfFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
