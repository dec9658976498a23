//go:build !linux

package ownersocket

import "net"

// peerOf does not know: the standard library asks on Linux only, and elsewhere the socket's mode keeps others out.
func peerOf(net.Conn) (uid int, known bool) { return 0, false }
