//go:build !unix

package ownersocket

import (
	"errors"
	"net"
)

// listenOwned refuses: a socket that others may open would let them change the inventory.
func listenOwned(string) (net.Listener, error) {
	return nil, errors.New("there are no sockets with an owner on this system")
}
