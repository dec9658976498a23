package main

import (
	"bufio"
	"crypto/x509"
	"debug/elf"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The program that runs sealed is the test binary itself.
const mortalProgramEnv = "CALLTAB_TEST_IS_CALLTAB"

func init() { mortals[mortalProgramEnv] = func(int) error { main(); return nil } }

// sealed is a program on a root file system that cannot be written, as an ordinary user without rights.
type sealed struct {
	*clinic
	mounts []string // of bubblewrap
	env    map[string]string
}

func newSealed(t *testing.T) *sealed {
	t.Helper()
	for _, tool := range []string{"bwrap", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("there is no %s here, which seals the program or makes its certificate", tool)
		}
	}
	s := &sealed{clinic: newClinic(t, "certificate", "")}
	s.sh(s.section("### Road B"))
	s.sh(s.section("## 2."))
	s.env = s.installed()
	s.env["CALLTAB_LISTEN"], s.env["CALLTAB_METRICS_LISTEN"] = "127.0.0.1:0", "127.0.0.1:0"
	s.cloud.Clock().Set(time.Now()) // the program goes by the machine's
	return s
}

// command is a command in the sealed file system. Where it runs stands as JSON in its fourth file.
func (s *sealed) command(args ...string) *exec.Cmd {
	bwrap := []string{"--unshare-user", "--uid", "65532", "--gid", "65532", "--cap-drop", "ALL", "--unshare-pid", "--as-pid-1",
		"--unshare-ipc", "--unshare-uts", "--die-with-parent", "--new-session", "--clearenv", "--setenv", mortalProgramEnv, "1"}
	for name, value := range s.env {
		bwrap = append(bwrap, "--setenv", name, value)
	}
	bwrap = append(bwrap, s.mounts...)
	return exec.CommandContext(s.t.Context(), "bwrap", append(append(bwrap, "--"), args...)...)
}

// does runs a command to its end, and returns what it says.
func (s *sealed) does(args ...string) (string, error) {
	out, err := s.command(args...).CombinedOutput()
	return string(out), err
}

// serve starts the program. What it returns ends it by SIGTERM, as systemd and Kubernetes do.
func (s *sealed) serve(args ...string) (end func()) {
	s.t.Helper()
	cmd := s.command(args...)
	info, told, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd.Args = append([]string{"bwrap", "--info-fd", "3"}, cmd.Args[1:]...)
	cmd.ExtraFiles = []*os.File{told}
	log, err := cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	told.Close()
	var program struct {
		PID int `json:"child-pid"`
	}
	if err := json.NewDecoder(info).Decode(&program); err != nil || program.PID <= 1 {
		s.t.Fatalf("%+v, %v", program, err)
	}
	lines := bufio.NewReader(log)
	var said strings.Builder
	at := ""
	for at == "" {
		line, err := lines.ReadBytes('\n')
		said.Write(line)
		if err != nil {
			s.t.Fatalf("the program ended: %v; it said %s", cmd.Wait(), &said)
		}
		var up struct{ Msg, Listen string }
		if json.Unmarshal(line, &up) == nil && up.Msg == "calltab is up" {
			at = up.Listen
		}
	}
	s.cloud.Chat().SetBot("http://" + at + "/api/messages")
	if strings.Contains(said.String(), `"level":"WARN"`) {
		s.t.Errorf("the start warns: %s", &said)
	}
	rest := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, lines)
		rest <- err
	}()
	return func() {
		s.t.Helper()
		if err := syscall.Kill(program.PID, syscall.SIGTERM); err != nil {
			s.t.Fatal(err)
		}
		<-rest
		if err := cmd.Wait(); err != nil {
			s.t.Errorf("it ended with %v", err)
		}
	}
}

// losesNothing starts the program, has an order saved and ends it at once; started again, it has the order, and its
// records are whole. Then it is ended while several people write. Nothing can be written but the store's folder.
func (s *sealed) losesNothing(program string, args ...string) {
	s.t.Helper()
	serve := append([]string{program}, args...)
	end := s.serve(serve...)
	s.hears("add dana reyes seattle unlimited", "Is everything right?")
	s.presses("Save", "Phone for Dana Reyes")
	end()
	s.serve(serve...)()
	for _, args := range [][]string{{"check"}, {"audit", "verify"}} {
		out, err := s.does(append([]string{program}, args...)...)
		if err != nil {
			s.t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
	end = s.serve(serve...)
	s.hears("status dana reyes", "Dana Reyes")
	crowd := s.crowd(end)
	end = s.serve(serve...)
	s.kept(crowd)
	end()
}

// crowd has people begin orders at once, and ends the program when the first has an answer. It reports who had one.
func (s *sealed) crowd(end func()) map[string]bool {
	s.t.Helper()
	people := []string{"erin", "gita", "mallory", "henry", "ruth", "theo", "jack", "max", "anna"}
	for _, who := range people {
		if _, err := s.cloud.Chat().Open(s.t.Context(), who); err != nil {
			s.t.Fatal(err)
		}
	}
	type answer struct {
		who string
		had bool
	}
	answers := make(chan answer, len(people))
	for _, who := range people {
		go func() { answers <- answer{who, s.begins(who) == nil} }()
	}
	had := map[string]bool{}
	for range people {
		a := <-answers
		had[a.who] = a.had
		if len(had) == 1 {
			end()
		}
	}
	return had
}

// begins has a person begin an order.
func (s *sealed) begins(who string) error {
	r, err := s.cloud.Chat().Say(s.t.Context(), who, "personal", "I need a phone in seattle unlimited")
	if err == nil && r.Status != http.StatusOK {
		err = fmt.Errorf("status %d", r.Status)
	}
	return err
}

// kept fails where an order is lost that was answered, or a line that was not cannot be repeated.
func (s *sealed) kept(crowd map[string]bool) {
	s.t.Helper()
	answered := 0
	for who, had := range crowd {
		if had {
			answered++
		} else if err := s.begins(who); err != nil {
			s.t.Errorf("%s cannot write again: %v", who, err)
		}
		r, err := s.cloud.Chat().Say(s.t.Context(), who, "personal", "status")
		m := s.cloud.Chat().Last(who)
		if said := fmt.Sprint(m.Card); err != nil || r.Status != http.StatusOK || !strings.Contains(said, "text:Phone for ") {
			s.t.Errorf("%s (answered: %v) has no order: %v, %s", who, had, err, said)
		}
	}
	if answered == 0 {
		s.t.Error("nobody was answered: it was no load")
	}
}

// standsAlone reports whether a program needs no loader and no library of the system.
func standsAlone(t *testing.T, program string) bool {
	t.Helper()
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, part := range f.Progs {
		if part.Type == elf.PT_INTERP {
			return false
		}
	}
	return true
}

// TestImage: the image's root file system is put together as for the image, and has the program and root certificates
// in it and nothing else. On it the program serves and loses nothing. It reaches Microsoft, whose place the sandbox
// takes, by a root of that file: one that is not in it is not trusted. Those of Microsoft's certificates are in it.
func TestImage(t *testing.T) {
	t.Parallel()
	if !standsAlone(t, os.Args[0]) {
		t.Skip("this program was built with cgo, as the race detector needs: the image has no C library to run it with")
	}
	s := newSealed(t)
	ca := readText(t, s.env["CALLTAB_CA_FILE"])
	delete(s.env, "CALLTAB_CA_FILE")
	const public = "/etc/ssl/certs/ca-certificates.crt"
	roots := s.file("roots.pem", readText(t, public)+ca)
	image := filepath.Join(s.dir, "image")
	s.sh(`ROOTS=` + roots + ` "` + abs(t, filepath.Join(deployed, "container", "rootfs")) + `" "` + os.Args[0] + `" "` + image + `"`)
	data := filepath.Join(s.dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	s.mounts = []string{"--bind", image, "/", "--proc", "/proc", "--dev", "/dev", "--bind", data, "/data",
		"--ro-bind", s.dir, "/etc/calltab", "--remount-ro", "/"}
	s.env["CALLTAB_STORE"] = "/data/calltab.db"
	s.env["CALLTAB_ORG"], s.env["CALLTAB_APP_CERTIFICATE"] = "/etc/calltab/org.yaml", "/etc/calltab/calltab.pem"
	s.trusts(filepath.Join(image, public))
	if out, err := s.does("/calltab", "doctor"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	s.losesNothing("/calltab", "serve")

	if out, err := s.does("/calltab", "backup", "--without-key", "/backup"); err == nil || !strings.Contains(out, "read-only file system") {
		t.Errorf("the root can be written: %v, %s", err, out)
	}
	if err := os.WriteFile(filepath.Join(image, public), []byte(readText(t, public)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := s.does("/calltab", "doctor"); err == nil || !strings.Contains(out, "is not trusted") {
		t.Errorf("a root is trusted that is not in the image: %v, %s", err, out)
	}
}

// trusts looks whether a file has the roots from which the certificates of Microsoft's services come
// (https://learn.microsoft.com/azure/security/fundamentals/azure-certificate-authority-details).
func (s *sealed) trusts(file string) {
	s.t.Helper()
	found := map[string]bool{}
	for rest := []byte(readText(s.t, file)); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		root, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			s.t.Fatal(err)
		}
		found[root.Subject.CommonName] = true
	}
	for _, name := range []string{"DigiCert Global Root G2", "Microsoft RSA Root Certificate Authority 2017", "Microsoft ECC Root Certificate Authority 2017"} {
		if !found[name] {
			s.t.Errorf("the image does not trust %s", name)
		}
	}
}

// TestUnitRuns: what the unit starts, on what init wrote and with what systemd gives it, serves and loses nothing.
func TestUnitRuns(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	state := filepath.Join(s.dir, "state")
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	s.env["STATE_DIRECTORY"], s.env["CREDENTIALS_DIRECTORY"] = state, s.dir
	s.mounts = []string{"--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", // tests may have their folder in there
		"--ro-bind", s.dir, s.dir, "--bind", state, state, "--chdir", state}
	start := os.Expand(unitFile(t, "calltab.service")["ExecStart"][0], func(name string) string { return s.env[name] })
	args := strings.Fields(start)
	args[0] = os.Args[0] // which is not installed here
	s.env["CALLTAB_STORE"] = filepath.Join(state, "calltab.db")
	s.losesNothing(args[0], args[1:]...)
}

func abs(t *testing.T, name string) string {
	t.Helper()
	whole, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}
