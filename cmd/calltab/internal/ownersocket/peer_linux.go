package ownersocket

import (
	"net"
	"syscall"
)

// peerOf is the user who opened the other end of a Unix socket, as the kernel knows it; -1, who is nobody,
// where it does not say.
func peerOf(c net.Conn) (uid int, known bool) {
	s, ok := c.(syscall.Conn)
	if !ok {
		return -1, true
	}
	uid = -1
	raw, err := s.SyscallConn()
	if err != nil {
		return -1, true
	}
	err = raw.Control(func(fd uintptr) {
		if cred, err := syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED); err == nil {
			uid = int(cred.Uid)
		}
	})
	if err != nil {
		return -1, true
	}
	return uid, true
}
