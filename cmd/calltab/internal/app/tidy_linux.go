package app

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// releaseProgram gives back the pages of the program's own file. The initialisers of the libraries run through half of
// its code and tables, once, and the kernel maps sixteen pages for each one touched; what the work needs comes back
// from the file cache. Measured at rest: 37 MiB resident without tidy, 35 with the heap's part alone, 13 with both.
func releaseProgram() {
	self, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return
	}
	for line := range strings.Lines(string(maps)) {
		// Address range, rights, offset, device, inode, path: proc_pid_maps(5). What may be
		// written holds data and stays.
		fields := strings.Fields(line)
		if len(fields) != 6 || fields[5] != self || strings.Contains(fields[1], "w") {
			continue
		}
		first, last, _ := strings.Cut(fields[0], "-")
		from, err := strconv.ParseUint(first, 16, 64)
		to, err2 := strconv.ParseUint(last, 16, 64)
		if err == nil && err2 == nil {
			// Refused where pages are locked in memory, which an operator has wished then.
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, uintptr(from), uintptr(to-from), syscall.MADV_DONTNEED)
		}
	}
}
