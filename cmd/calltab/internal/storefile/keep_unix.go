//go:build unix

package storefile

import (
	"io/fs"
	"os"
	"syscall"
)

// keep gives a file the owner and the mode that another one has. Where this user may not give it that owner it stays as
// it is: its mode would let others read it.
func keep(file *os.File, was fs.FileInfo) error {
	had, known := was.Sys().(*syscall.Stat_t)
	if !known {
		return nil
	}
	if err := file.Chown(int(had.Uid), int(had.Gid)); err != nil {
		return nil
	}
	return file.Chmod(was.Mode().Perm())
}
