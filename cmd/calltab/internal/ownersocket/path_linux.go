package ownersocket

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// shortened is a name for the socket at a path that the system takes, however long the path of its folder is: through
// the open folder, as Linux shows it (proc(5), /proc/pid/fd). It holds until done is called.
func shortened(path string) (name string, done func(), err error) {
	if len(path) < len(syscall.RawSockaddrUnix{}.Path) {
		return path, func() {}, nil
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, err
	}
	name = fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), filepath.Base(path))
	return name, func() { folder.Close() }, nil
}
