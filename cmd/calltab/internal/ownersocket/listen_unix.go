//go:build unix

package ownersocket

import (
	"net"
	"os"
	"sync"
	"syscall"
)

// masks keeps two openings of sockets in one process, as in tests, from undoing each other's mask.
var masks sync.Mutex

// listenOwned opens a Unix socket that nobody but its owner may open, from the moment it exists: the mode of a socket
// is what the process's mask leaves.
func listenOwned(path string) (net.Listener, error) {
	masks.Lock()
	defer masks.Unlock()
	defer syscall.Umask(syscall.Umask(0o177))
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	return l, os.Chmod(path, 0o600)
}
