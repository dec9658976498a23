package pgtest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Cost is what the cluster has used up since it was started.
type Cost struct {
	Processor time.Duration
	Log       int64 // bytes of its write-ahead log
	Syncs     int64 // of that log
}

// Spent reads what the cluster has used up so far. It needs Linux.
func Spent(tb testing.TB) (c Cost) {
	tb.Helper()
	at, err := start()
	if err != nil {
		tb.Fatal(err)
	}
	said := strings.Split(Run(tb, "select wal_bytes, wal_sync from pg_stat_wal"), "|")
	c.Log, _ = strconv.ParseInt(said[0], 10, 64)
	c.Syncs, _ = strconv.ParseInt(said[len(said)-1], 10, 64)
	pid, err := os.ReadFile(filepath.Join(at.dir, "data", "postmaster.pid"))
	if err != nil {
		tb.Fatal(err)
	}
	first, _, _ := strings.Cut(string(pid), "\n")
	c.Processor = spent(tb, first)
	return c
}

// Less is what was used up since another reading.
func (c Cost) Less(before Cost) Cost {
	return Cost{c.Processor - before.Processor, c.Log - before.Log, c.Syncs - before.Syncs}
}

// spent is the processor time of a process, of its children that have ended and of those that live, from proc(5):
// fields 14 to 17, in hundredths of a second.
func spent(tb testing.TB, parent string) (sum time.Duration) {
	tb.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(all) == 0 {
		tb.Skip("needs Linux: there is no /proc")
	}
	for _, path := range all {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has just ended
		}
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		own := filepath.Base(filepath.Dir(path)) == parent
		if !own && fields[1] != parent {
			continue
		}
		counted := fields[11:13]
		if own {
			counted = fields[11:15]
		}
		for _, field := range counted {
			n, _ := strconv.Atoi(field)
			sum += time.Duration(n) * 10 * time.Millisecond
		}
	}
	return sum
}
