package storefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// WriteBeside writes a file whole or not at all, for its owner's eyes only. It is written beside its place under a name
// that nobody can foresee, and moved there: a link that stands in its place is replaced and not followed.
func WriteBeside(name string, write func(io.Writer) error) error {
	info, err := os.Lstat(name)
	special := err == nil && !info.Mode().IsRegular() && info.Mode().Type() != fs.ModeSymlink
	if special || isDevice(name) {
		return fmt.Errorf("%s is no ordinary file; name another", name)
	}
	part, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.part") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(part.Name()) // fails once it has been moved, as it should
	written := write(part)
	synced := part.Sync()
	closed := part.Close()
	if err := errors.Join(written, synced, closed); err != nil {
		return err
	}
	return os.Rename(part.Name(), name)
}

// isDevice reports a name in a folder of the system's own, such as /dev/stdout: a link there is everybody's, and root
// could replace it.
func isDevice(name string) bool {
	folder, err := filepath.EvalSymlinks(filepath.Dir(name))
	if err != nil {
		return false
	}
	folder, err = filepath.Abs(folder)
	return err == nil && (folder == "/dev" || strings.HasPrefix(folder, "/proc/"))
}

// refuseWritable refuses a store or a key that others can change: such a user could give themselves every right. One
// that is not there is fine.
func refuseWritable(what, path string) error {
	mode, ok := modeOf(path)
	if !ok || mode.Perm()&0o022 == 0 || sharedVolume(path, mode) {
		return nil
	}
	return fmt.Errorf("%s %s can be written by others (mode %04o): end that with chmod go-w %s, and see that nobody "+
		"has changed it",
		what, path, mode.Perm(), path)
}

// WarnReadable says that others can read a store or a key. On a shared volume the pod's own group can, after each mount
// again.
func WarnReadable(log *slog.Logger, what, path string) {
	mode, ok := modeOf(path)
	if !ok || mode.Perm()&0o077 == 0 || sharedVolume(path, mode) && mode.Perm()&0o007 == 0 {
		return
	}
	log.Warn("others can read the "+what+": chmod 600 ends that", "path", path,
		"mode", fmt.Sprintf("%04o", mode.Perm()))
}

// modeOf returns a file's mode where it means something: Windows has none.
func modeOf(path string) (mode fs.FileMode, ok bool) {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" {
		return 0, false
	}
	return info.Mode(), true
}

// sharedVolume reports whether only the group can write a file, in a directory that hands its group on. Kubernetes does
// both to volumes of a pod with an fsGroup, at every mount; the group is then the pod's own
// (https://kubernetes.io/docs/tasks/configure-pod-container/security-context).
func sharedVolume(path string, mode fs.FileMode) bool {
	dir, ok := modeOf(filepath.Dir(path))
	return ok && dir&fs.ModeSetgid != 0 && mode.Perm()&0o002 == 0
}
