// Package ownersocket opens the Unix socket by which the owner of a store reaches the program that has it open, and the way
// to it. Nobody but the owner and root gets a connection, whatever became of the socket's mode. What is said on it is
// package admin's business.
//
// On Linux its path may be as long as any: the name of a socket may have 107 bytes (unix(7)), and so a longer one is
// opened through its folder.
package ownersocket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"syscall"
	"time"
)

// longest is the longest name of a Unix socket that every system allows, in bytes: 103 on macOS, 107 on Linux (sys/un.h).
const longest = 103

// answerTime is how long what listens on a socket may take to answer.
const answerTime = 2 * time.Second

// Dial opens a connection to what listens at a path.
func Dial(ctx context.Context, path string) (net.Conn, error) {
	name, done, err := shortened(path)
	if err != nil {
		return nil, err
	}
	defer done()
	return (&net.Dialer{}).DialContext(ctx, "unix", name)
}

// answers reports whether something listens at a path.
func answers(path string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), answerTime)
	defer cancel()
	c, err := Dial(ctx, path)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// Listen opens the socket. The store is locked by now, so a socket that is there was left behind by a program that
// died, unless something answers on it.
func Listen(path string, log *slog.Logger) (net.Listener, error) {
	if info, err := os.Lstat(path); err == nil {
		if info.Mode().Type() != fs.ModeSocket {
			return nil, fmt.Errorf("admin socket %s: there is another file of that name", path)
		}
		if answers(path) {
			return nil, fmt.Errorf("admin socket %s: another program answers on it", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("admin socket: %w", err)
		}
	}
	name, done, err := shortened(path)
	if err != nil {
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	l, err := listenOwned(name)
	if err == nil {
		return guarded{l, done, os.Getuid(), peerOf, log}, nil
	}
	done()
	if errors.Is(err, syscall.EINVAL) && len(name) > longest {
		return nil, fmt.Errorf("admin socket %s: that name is too long for a socket here: give the store a shorter name, or "+
			"move the store to a folder with a shorter path", path)
	}
	return nil, fmt.Errorf("admin socket: %w", err)
}

// guarded accepts connections of the owner only, whatever became of the socket's mode, and of root, who can read the
// store anyway.
type guarded struct {
	net.Listener
	done  func() // with its name
	owner int
	peer  func(net.Conn) (uid int, known bool)
	log   *slog.Logger
}

// Accept waits for the next connection of the owner.
func (g guarded) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		uid, known := g.peer(c)
		if !known || uid == g.owner || uid == 0 {
			return c, nil
		}
		g.log.Warn("somebody else knocked on the admin socket", "uid", uid)
		c.Close()
	}
}

// Close takes the socket away.
func (g guarded) Close() error {
	defer g.done()
	return g.Listener.Close()
}
