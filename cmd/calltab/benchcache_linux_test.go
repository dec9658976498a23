package main

import (
	"os"
	"syscall"
	"testing"
)

// uncache has the kernel read the program anew. What a linker has just written lies in the file cache in pieces of up
// to 2 MiB, as chance has it, and where a process touches one byte of a piece, a kernel such as Linux 6.18 maps all of
// it: one build has 8 MiB more resident than another of the same source. Read from a disk, as where the program is
// installed, the pieces are small.
func uncache(b *testing.B, path string) {
	b.Helper()
	program, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer program.Close()
	if err := program.Sync(); err != nil { // only what is on the disk can be dropped
		b.Fatal(err)
	}
	const dontNeed = 4 // POSIX_FADV_DONTNEED; an offset and a length of 0 are the whole file
	if _, _, errno := syscall.Syscall6(syscall.SYS_FADVISE64, program.Fd(), 0, 0, dontNeed, 0, 0); errno != 0 {
		b.Logf("the program stays in the file cache as it is: %v", errno)
	}
}
