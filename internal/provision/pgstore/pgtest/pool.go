package pgtest

import (
	"bufio"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// poolScript starts a pooler, and ends it when its standard input ends, as script does with the cluster.
const poolScript = `"$1" "$2" &
cat >/dev/null
kill $!
wait`

// Pooled is the URL of the same schema behind PgBouncer in transaction mode, where each transaction may have another
// connection. The test is skipped where PgBouncer is not installed: it is Debian's package pgbouncer.
func Pooled(tb testing.TB, direct string) string {
	tb.Helper()
	return PooledIn(tb, direct, "transaction")
}

// PooledIn is Pooled in another mode.
func PooledIn(tb testing.TB, direct, mode string) string {
	tb.Helper()
	c, err := start()
	need(tb, err)
	_, schema, _ := strings.Cut(direct, "search_path=")
	return c.pooled(tb, c.dir, schema, mode)
}

// Pooled is the URL of a pooler before the pair, which makes its connections to the server that is the primary then. It
// keeps them over a promotion; turn has new ones lead to the promoted server, as a name or an address does that moves.
func (p *Pair) Pooled(tb testing.TB) (url string, turn func()) {
	tb.Helper()
	c := p.servers[p.Primary]
	place, err := os.MkdirTemp(c.dir, "name")
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.Chmod(place, 0o755); err != nil {
		tb.Fatal(err)
	}
	socket := filepath.Join(place, ".s.PGSQL.5432")
	turn = func() {
		tb.Helper()
		if err := os.RemoveAll(socket); err != nil {
			tb.Fatal(err)
		}
		if err := os.Symlink(p.Socket(p.Primary), socket); err != nil {
			tb.Fatal(err)
		}
	}
	turn()
	return c.pooled(tb, place, "paired", "transaction"), turn
}

// pooled is the URL of a pooler before the server whose socket is in a folder.
func (c *cluster) pooled(tb testing.TB, host, schema, mode string) string {
	tb.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer"
	}
	if _, err := os.Stat(program); err != nil && os.Getenv(Required) == "" {
		tb.Skip("PgBouncer is not installed: apt-get install pgbouncer")
	}
	dir, err := os.MkdirTemp(c.dir, "pool")
	if err != nil {
		tb.Fatal(err)
	}
	settings := map[string]string{"users.txt": "\"postgres\" \"\"\n", "pool.ini": fmt.Sprintf(`[databases]
postgres = host=%s connect_query='set search_path = %s'
[pgbouncer]
pool_mode = %s
default_pool_size = 3
listen_addr =
listen_port = 6432
unix_socket_dir = %s
auth_type = trust
auth_file = %s/users.txt
`, host, schema, mode, dir, dir)}
	for name, text := range settings {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	if c.as != nil {
		if err := os.Chown(dir, int(c.as.Credential.Uid), int(c.as.Credential.Gid)); err != nil {
			tb.Fatal(err)
		}
	}
	c.pool(tb, program, filepath.Join(dir, "pool.ini"))
	q := url.Values{"host": {dir}, "port": {"6432"}}
	return "postgres://postgres@/postgres?" + q.Encode()
}

// pool runs a pooler until the test has ended.
func (c *cluster) pool(tb testing.TB, program, settings string) {
	tb.Helper()
	cmd := c.command("pgbouncer")
	cmd.Path, cmd.Args = "/bin/sh", []string{"sh", "-c", poolScript, "sh", program, settings}
	end, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	said, err := cmd.StderrPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = end.Close() // it ends by that
		_ = cmd.Wait()  // the signal that ended it
	})
	var all strings.Builder
	for lines := bufio.NewScanner(said); lines.Scan(); {
		all.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "process up") {
			go func() { // it must not wait for its reader
				for lines.Scan() {
				}
			}()
			return
		}
	}
	tb.Fatalf("PgBouncer has ended: %s", all.String())
}
