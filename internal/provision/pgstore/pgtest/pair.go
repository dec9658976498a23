package pgtest

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Pair is two servers, each a cluster of its own, of which one is the primary and the other follows it: for faults that
// would harm the tests beside them.
type Pair struct {
	servers [2]*cluster
	Primary int // which of them takes writes
}

// standby is the name by which a server follows the other.
func standby(i int) string { return "standby" + strconv.Itoa(i) }

// NewPair starts two servers, the second of which follows the first synchronously: a commit is answered once both have
// it. Durable ones wait for the disk.
func NewPair(tb testing.TB, durable bool) *Pair {
	tb.Helper()
	p := &Pair{}
	for i := range p.servers {
		c, err := place()
		need(tb, err)
		p.servers[i] = c
	}
	first := p.servers[0]
	settings := "cluster_name = '" + standby(0) + "'\nwal_keep_size = 1GB\nmin_wal_size = 32MB\n"
	if durable {
		settings += "fsync = on\n"
	}
	// Files of the log are small, so that a limit for those of tables can be one for all files (Fill).
	err := errors.Join(first.make("--wal-segsize=1"), first.set(settings))
	if err == nil {
		err = first.run(first.data())
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(p.end)
	p.Run(tb, 0, "create schema paired")
	p.Follow(tb, 1)
	return p
}

func (p *Pair) end() {
	for _, c := range p.servers {
		if c.open != nil {
			_ = c.open.Close() // the server ends by that
		}
	}
}

// URL names both servers, and wants the one that takes writes.
func (p *Pair) URL() string {
	return p.At(url.Values{"host": {p.servers[0].dir + "," + p.servers[1].dir}})
}

// At is URL with other places of the servers.
func (p *Pair) At(where url.Values) string {
	where.Set("target_session_attrs", "read-write")
	return "postgres://postgres@/postgres?" + where.Encode() + "&search_path=paired"
}

// Socket is where a server is reached.
func (p *Pair) Socket(i int) string { return filepath.Join(p.servers[i].dir, ".s.PGSQL.5432") }

// control stops, starts or promotes a server.
func (c *cluster) control(tb testing.TB, args ...string) {
	tb.Helper()
	args = append([]string{"-D", c.data(), "-l", filepath.Join(c.data(), "log")}, args...)
	if out, err := c.command("pg_ctl", args...).CombinedOutput(); err != nil {
		tb.Fatalf("pg_ctl %v: %v: %s", args, err, out)
	}
}

// Run has the superuser of a server run statements, and returns what they print.
func (p *Pair) Run(tb testing.TB, i int, statements string) string {
	tb.Helper()
	out, err := p.servers[i].psql(statements)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// Stop ends a server at once.
func (p *Pair) Stop(tb testing.TB, i int) {
	tb.Helper()
	p.servers[i].control(tb, "-m", "immediate", "stop")
}

// Start starts a server again, as what it was.
func (p *Pair) Start(tb testing.TB, i int) {
	tb.Helper()
	p.servers[i].control(tb, "-w", "start")
}

// Promote makes the standby the primary, and returns once it takes writes. It waits for no other standby.
func (p *Pair) Promote(tb testing.TB) {
	tb.Helper()
	p.Primary = 1 - p.Primary
	p.servers[p.Primary].control(tb, "-w", "promote")
}

// Rival starts an old primary again and promotes it on its own: it takes writes on the same timeline as the one that
// was promoted in its place, and waits for nobody.
func (p *Pair) Rival(tb testing.TB, i int) {
	tb.Helper()
	c := p.servers[i]
	err := errors.Join(c.set("primary_conninfo = ''\nsynchronous_standby_names = ''\n"),
		os.WriteFile(filepath.Join(c.data(), "standby.signal"), nil, 0o644))
	if err != nil {
		tb.Fatal(err)
	}
	p.Start(tb, i)
	c.control(tb, "-w", "promote")
}

// Follow makes a server that is not the primary its standby, from nothing, and has the primary's commits wait for it.
func (p *Pair) Follow(tb testing.TB, i int) {
	tb.Helper()
	c := p.servers[i]
	if err := os.RemoveAll(c.data()); err != nil {
		tb.Fatal(err)
	}
	from := p.servers[p.Primary].url()
	copied := c.command("pg_basebackup", "-d", from, "-D", c.data(), "-R", "-c", "fast", "--no-sync")
	if out, err := copied.CombinedOutput(); err != nil {
		tb.Fatalf("pg_basebackup: %v: %s", err, out)
	}
	err := c.set("unix_socket_directories = '" + c.dir + "'\ncluster_name = '" + standby(i) +
		"'\nsynchronous_standby_names = ''\n")
	if err != nil {
		tb.Fatal(err)
	}
	if c.open == nil {
		err = c.run(c.data())
	} else {
		p.Start(tb, i)
	}
	if err != nil {
		tb.Fatal(err)
	}
	p.Rejoin(tb)
}

// Synced waits until the standby has all that the primary has.
func (p *Pair) Synced(tb testing.TB) {
	tb.Helper()
	for p.Run(tb, p.Primary, "select count(*) from pg_stat_replication where sync_state = 'sync'") != "1" {
		if err := tb.Context().Err(); err != nil {
			tb.Fatal(err)
		}
	}
}

// WaitFor has the primary's commits wait for a standby of a name; an empty one is none.
func (p *Pair) WaitFor(tb testing.TB, name string) {
	tb.Helper()
	p.SetWait(tb, p.Primary, name)
}

// Rejoin has the primary's commits wait for its standby again.
func (p *Pair) Rejoin(tb testing.TB) {
	tb.Helper()
	p.WaitFor(tb, standby(1-p.Primary))
	p.Synced(tb)
}

// SetWait is WaitFor for either server.
func (p *Pair) SetWait(tb testing.TB, i int, name string) {
	tb.Helper()
	p.Run(tb, i, "alter system set synchronous_standby_names = '"+name+"'")
	p.Run(tb, i, "select pg_reload_conf()")
}

// Fill has no file of the primary grow much beyond what the largest table of the records is now, by a limit on its
// processes: the server then refuses what needs more room as on a full disk, with the same error. free takes the limit
// away. It needs Linux, and its program prlimit.
func (p *Pair) Fill(tb testing.TB) (free func()) {
	tb.Helper()
	// The table becomes larger than a file of the log. No table of records has such a name.
	size, err := strconv.Atoi(p.Run(tb, p.Primary, "insert into paired.kv select '_filler', "+
		"int4send(i), decode(repeat(md5(i::text), 90), 'hex') from generate_series(1, 2000) i on conflict do nothing; "+
		"select pg_relation_size('paired.kv')"))
	if err != nil {
		tb.Fatal(err)
	}
	// A few pages beyond what it has by now, and in the middle of one: a page that is written in part is what the
	// server takes for a full disk.
	p.limit(tb, strconv.Itoa(size+4*8192+4096))
	return func() {
		tb.Helper()
		p.limit(tb, "unlimited")
	}
}

// limit limits the size of files for all processes of the primary, and those that they start.
func (p *Pair) limit(tb testing.TB, size string) {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(p.servers[p.Primary].data(), "postmaster.pid"))
	if err != nil {
		tb.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	for _, pid := range append([]string{first}, children(tb, first)...) {
		cmd := exec.Command("prlimit", "--pid", pid, "--fsize="+size+":")
		cmd.SysProcAttr = p.servers[p.Primary].as // its user may lower what the user's own processes may
		out, err := cmd.CombinedOutput()
		if err != nil && (pid == first || exists(pid)) {
			tb.Fatalf("prlimit: %v: %s", err, out)
		}
	}
}

func exists(pid string) bool {
	_, err := os.Stat("/proc/" + pid)
	return !errors.Is(err, fs.ErrNotExist)
}

// children are the processes that another one has started.
func children(tb testing.TB, parent string) (all []string) {
	tb.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		tb.Fatal(err)
	}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		var state, of string
		rest := string(text[strings.LastIndexByte(string(text), ')')+1:])
		if _, err := fmt.Sscan(rest, &state, &of); err == nil && of == parent {
			all = append(all, filepath.Base(filepath.Dir(path)))
		}
	}
	return all
}
