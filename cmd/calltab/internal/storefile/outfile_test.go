//go:build unix

package storefile

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// sure ends the test at an error of its own doing.
func sure(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// written writes a text.
func written(text string) func(io.Writer) error {
	return func(out io.Writer) error {
		_, err := io.WriteString(out, text)
		return err
	}
}

func half(out io.Writer) error {
	_, err := io.WriteString(out, "half")
	return errors.Join(err, io.ErrUnexpectedEOF)
}

// TestOutputsAreWhole: a file that an operator names has all of the output, in the place to which a link leads, with the
// mode and the owner that it had; or it is what it was, and nothing lies beside it.
func TestOutputsAreWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other, link := filepath.Join(dir, "org.yaml"), filepath.Join(dir, "link.yaml")
	sure(t, os.WriteFile(other, []byte("earlier"), 0o600), os.Chmod(other, 0o644), os.Symlink("org.yaml", link))
	if os.Geteuid() == 0 {
		sure(t, os.Chown(other, 4141, 4242))
	}
	for _, name := range []string{link, other} {
		if err := WriteOut(name, nil, half); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("half of %s: %v", name, err)
		}
	}
	if got := string(contentOfFile(t, other)); got != "earlier" {
		t.Errorf("after halves it holds %q", got)
	}
	sure(t, WriteOut(link, nil, written("by the link")))
	if got := string(contentOfFile(t, other)); got != "by the link" {
		t.Errorf("it holds %q", got)
	}
	sure(t, WriteOut(other, nil, written("by its name")))
	info, err := os.Lstat(other)
	sure(t, err)
	if info.Mode() != 0o644 {
		t.Errorf("it had mode 0644, and has %v", info.Mode())
	}
	if had := info.Sys().(*syscall.Stat_t); os.Geteuid() == 0 && (had.Uid != 4141 || had.Gid != 4242) {
		t.Errorf("it was of user 4141 and group 4242, and is of %d and %d", had.Uid, had.Gid)
	}
	if got := string(contentOfFile(t, link)); got != "by its name" {
		t.Errorf("the link leads to %q", got)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	fresh := filepath.Join(dir, "fresh")
	sure(t, WriteOut(fresh, nil, written("new")))
	if info, err := os.Lstat(fresh); err != nil || info.Mode() != 0o600 {
		t.Errorf("a new one: %v, %v", info, err)
	}
}

// TestOutputsWhereEverybodyWrites: where others may have made what stands there it is replaced, for its owner only.
func TestOutputsWhereEverybodyWrites(t *testing.T) {
	t.Parallel()
	dir, all := t.TempDir(), t.TempDir()
	victim := filepath.Join(dir, "victim")
	open, link, led := filepath.Join(all, "open"), filepath.Join(all, "link"), filepath.Join(dir, "led")
	sure(t, os.WriteFile(victim, []byte("precious"), 0o600), os.Symlink(victim, link), os.Symlink(open, led),
		os.WriteFile(open, nil, 0o600), os.Chmod(open, 0o666), os.Chmod(all, 0o777|os.ModeSticky))
	for _, name := range []string{link, led} {
		sure(t, WriteOut(name, nil, written("secret")))
	}
	for _, name := range []string{link, open} {
		if info, err := os.Lstat(name); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if got := string(contentOfFile(t, victim)); got != "precious" {
		t.Errorf("the other file holds %q", got)
	}
}

// TestOutputsThatFlow: a pipe gets what is written, also behind a link, and stays a pipe; standard output is this
// process's own under each of its names.
func TestOutputsThatFlow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "link")
	sure(t, syscall.Mkfifo(pipe, 0o600), os.Symlink(pipe, link))
	for _, name := range []string{pipe, link} {
		reader, err := os.OpenFile(pipe, os.O_RDWR, 0) // it waits for no writer
		sure(t, err, WriteOut(name, nil, written("through")))
		got := make([]byte, len("through"))
		_, err = io.ReadFull(reader, got)
		sure(t, err, reader.Close())
		if string(got) != "through" {
			t.Errorf("%s gave %q", name, got)
		}
		if info, err := os.Lstat(pipe); err != nil || info.Mode().Type() != os.ModeNamedPipe {
			t.Errorf("the pipe is %v, %v", info, err)
		}
	}
	if err := WriteOut(dir, nil, written("")); err == nil {
		t.Error("a folder was written over")
	}
	if !flows("/dev/fd/63", nil) || !flows("/proc/self/fd/63", nil) || !flows("/dev/stderr", nil) {
		t.Error("what a shell has opened is not written to")
	}
	for _, name := range []string{"", "/dev/stdout", "/dev//fd/1", "/proc/self/fd/1"} {
		var out bytes.Buffer
		if !IsStdout(name) {
			t.Fatalf("%q is not standard output", name) // where it would be replaced by a file
		}
		sure(t, WriteOut(name, &out, written("out")))
		if out.String() != "out" {
			t.Errorf("%q: %q", name, out.String())
		}
	}
}
