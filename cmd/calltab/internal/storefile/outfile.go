package storefile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// WriteOut writes the file that an operator names, or standard output where there is no name. A file is written whole
// or not at all, as WriteBeside does, through the links that lead to it, and keeps the mode and the owner that it had. A
// pipe or a terminal is written to as it is.
//
// In a folder in which everybody may make files, such as /tmp, what stands there under the name may be another user's:
// there it is replaced, by a file for its owner's eyes only.
func WriteOut(name string, stdout io.Writer, write func(io.Writer) error) error {
	if IsStdout(name) {
		return write(stdout)
	}
	if !everybodys(filepath.Dir(name)) {
		there, err := os.Stat(name)
		if err == nil && flows(name, there) {
			return writeInto(name, write)
		}
		if led, err := filepath.EvalSymlinks(name); err == nil { // else it is not there yet
			name = led
		}
	}
	there, err := os.Lstat(name)
	if err != nil || everybodys(filepath.Dir(name)) {
		there = nil
	}
	return writeBeside(name, there, write)
}

// IsStdout reports whether a name for an output means standard output.
func IsStdout(name string) bool {
	return name == "" || slices.Contains([]string{"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}, filepath.Clean(name))
}

// everybodys reports whether every user of the machine may make files in a folder.
func everybodys(dir string) bool {
	mode, ok := modeOf(dir)
	return ok && mode.Perm()&0o002 != 0
}

// flows reports whether what is written to a name goes on to a reader, or to where this process's own output goes.
func flows(name string, there fs.FileInfo) bool {
	if slices.Contains([]string{"/dev/fd", "/proc/self/fd"}, filepath.Dir(filepath.Clean(name))) ||
		filepath.Clean(name) == "/dev/stderr" {
		return true
	}
	return there.Mode()&(fs.ModeNamedPipe|fs.ModeCharDevice) != 0
}

func writeInto(name string, write func(io.Writer) error) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	written := write(file)
	closed := file.Close()
	return errors.Join(written, closed)
}
