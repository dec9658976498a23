// Package pgtest gives tests a PostgreSQL of their own: a cluster in a temporary folder that listens on a socket there,
// one for each test binary, begun by the first test that wants one, and a schema in it for each store.
//
// Where PostgreSQL is not installed such tests are skipped and say so, or fail where [Required] is set. It is Debian's
// package postgresql. The cluster ends with the test binary, however that ends.
package pgtest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Required names the variable with which a test fails where it would be skipped.
const Required = "CALLTAB_TEST_CLUSTER"

// cluster is one that runs.
type cluster struct {
	bin, dir string
	as       *syscall.SysProcAttr
	open     io.Closer // the cluster ends when it is closed, by the end of the process at the latest
}

var errMissing = errors.New("PostgreSQL is not installed: apt-get install postgresql")

var start = sync.OnceValues(begin)

// shelf has empty schemas: a program that makes one takes longer than the database.
type shelf struct {
	mu   sync.Mutex
	last int
	free []string
}

var schemas shelf

const shelfSize = 50

func (s *shelf) next(c *cluster) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.free) == 0 {
		var statements strings.Builder
		for range shelfSize {
			s.last++
			s.free = append(s.free, "s"+strconv.Itoa(s.last))
			fmt.Fprintf(&statements, "create schema s%d;\n", s.last)
		}
		if _, err := c.psql(statements.String()); err != nil {
			return "", err
		}
	}
	name := s.free[0]
	s.free = s.free[1:]
	return name, nil
}

// URL is the URL of an empty schema.
func URL(tb testing.TB) string {
	tb.Helper()
	c, err := start()
	need(tb, err)
	name, err := schemas.next(c)
	if err != nil {
		tb.Fatal(err)
	}
	return c.url("search_path", name)
}

// need skips a test for which PostgreSQL is missing, unless it is required.
func need(tb testing.TB, err error) {
	tb.Helper()
	if errors.Is(err, errMissing) && os.Getenv(Required) == "" {
		tb.Skip(err)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// Run has the superuser run statements, and returns what they print.
func Run(tb testing.TB, statements string) string {
	tb.Helper()
	c, err := start()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := c.psql(statements)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// Outlast waits until no transaction is open that began before: for such a one VACUUM FULL writes anew even rows that
// have been deleted, and tests that run beside each other share a database.
func Outlast(tb testing.TB) {
	tb.Helper()
	next := Run(tb, "select pg_snapshot_xmax(pg_current_snapshot())::xid")
	older := fmt.Sprintf("select count(*) from pg_stat_activity where datname = current_database() "+
		"and greatest(age(backend_xid), age(backend_xmin)) > age('%s'::xid)", next)
	for Run(tb, older) != "0" {
		if err := tb.Context().Err(); err != nil {
			tb.Fatal(err)
		}
	}
}

// Keep keeps what a URL's schema has now. back puts that in the place of what it has by then, as a restore of the
// database to this moment does.
func Keep(tb testing.TB, url string) (back func()) {
	tb.Helper()
	_, schema, _ := strings.Cut(url, "search_path=")
	tables := Run(tb, "select tablename from pg_tables where schemaname = '"+schema+"'")
	if tables == "" {
		tb.Fatalf("no tables in %s", url)
	}
	Run(tb, "create schema kept_"+schema)
	restore := "begin;\n"
	for table := range strings.FieldsSeq(tables) {
		is, was := schema+"."+table, "kept_"+schema+"."+table
		Run(tb, fmt.Sprintf("create table %s as table %s", was, is))
		restore += fmt.Sprintf("delete from %s; insert into %s table %s;\n", is, is, was)
	}
	return func() {
		tb.Helper()
		Run(tb, restore+"commit;")
		Run(tb, "drop schema kept_"+schema+" cascade")
	}
}

// Dump is what pg_dump writes of a URL's schema.
func Dump(tb testing.TB, url string) string {
	tb.Helper()
	c, err := start()
	if err != nil {
		tb.Fatal(err)
	}
	_, schema, _ := strings.Cut(url, "search_path=")
	out, err := c.command("pg_dump", "-n", schema, "-d", c.url()).Output()
	if err != nil {
		tb.Fatal(said(err))
	}
	return string(out)
}

func (c *cluster) psql(statements string) (string, error) {
	cmd := c.command("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", c.url(), "-f", "-")
	cmd.Stdin = strings.NewReader(statements)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %s", statements, said(err))
	}
	return strings.TrimSpace(string(out)), nil
}

// Durable has commits wait for the disk, as a cluster does that is not for tests. Measurements want that.
func Durable(tb testing.TB) {
	tb.Helper()
	Run(tb, "alter system set fsync = on")
	Run(tb, "select pg_reload_conf()")
}

func (c *cluster) url(pairs ...string) string {
	q := url.Values{"host": {c.dir}}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return "postgres://postgres@/postgres?" + q.Encode()
}

func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir, cmd.SysProcAttr = c.dir, c.as
	cmd.Env = []string{"PATH=" + c.bin + ":/usr/bin:/bin", "LC_ALL=C"}
	return cmd
}

// begin makes a cluster and starts it.
func begin() (*cluster, error) {
	c, err := place()
	if err != nil {
		return nil, err
	}
	if err := c.make(); err != nil {
		return nil, err
	}
	return c, c.run(c.data())
}

func (c *cluster) make(more ...string) error {
	args := []string{"-D", c.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"}
	made := c.command("initdb", append(args, more...)...)
	if out, err := made.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return c.set("listen_addresses = ''\nmax_connections = 300\nshared_buffers = 64MB\nmax_wal_size = 256MB\n" +
		"fsync = off\n" + // nothing of it outlives the test
		"unix_socket_directories = '" + c.dir + "'\n")
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

// set adds settings to those of a cluster that does not run.
func (c *cluster) set(lines string) error {
	file, err := os.OpenFile(filepath.Join(c.data(), "postgresql.auto.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteString(lines)
	return errors.Join(err, file.Close())
}

// place is the folder of a cluster that is to be made.
func place() (*cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("/tmp", "calltab-pg") // a socket's name is short
	if err != nil {
		return nil, err
	}
	c := &cluster{bin: bin, dir: dir}
	if err := c.ordinary(); err != nil {
		return nil, err
	}
	return c, nil
}

// ordinary has the cluster's programs run as another user where this one is root, whom they refuse.
func (c *cluster) ordinary() error {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return err
		}
		c.as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		return os.Chown(c.dir, int(uid), int(gid))
	}
	return errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

// script starts the cluster, and ends it when its standard input ends: this process has that open and never writes.
const script = `pg_ctl -D "$1" -w -l "$1/log" start >/dev/null || { cat "$1/log"; exit 1; }
echo up
cat >/dev/null
pg_ctl -D "$1" -m immediate stop >/dev/null
cd /
rm -rf "$2"/*
rmdir "$2"`

func (c *cluster) run(data string) error {
	cmd := c.command("pg_ctl")
	cmd.Path, cmd.Args = "/bin/sh", []string{"sh", "-c", script, "sh", data, c.dir}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	attr := *cmd.SysProcAttr
	attr.Setpgid = true // an interrupt at the terminal is for the tests
	cmd.SysProcAttr = &attr
	var err error
	if c.open, err = cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if line != "up\n" {
		return fmt.Errorf("start PostgreSQL: %s%w", line, errors.Join(err, cmd.Wait()))
	}
	return nil
}

// programs is the folder that has initdb: Debian's is on nobody's path.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		real, err := filepath.EvalSymlinks(path)
		return filepath.Dir(real), err
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.Join(errMissing, err)
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 sorts first
	return n
}

// said has what a program wrote about its failure.
func said(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return err.Error() + ": " + string(bytes.TrimSpace(exit.Stderr))
	}
	return err.Error()
}
