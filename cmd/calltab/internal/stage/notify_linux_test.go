package stage

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// The configuration of Alertmanager that people begin with.
const notifyFile = "../../../../deploy/alertmanager/alertmanager.yml"

// onDuty is whom a real Alertmanager tells of alerts: a paging service and a mail server, which are the test's own.
type onDuty struct {
	at string // of Alertmanager

	mu    sync.Mutex
	pages []page
	mails []string // their subjects
}

// page is an alert as the paging service gets it.
type page struct {
	Status              string
	Labels, Annotations map[string]string
}

// newOnDuty starts Alertmanager with the example of deploy, whose waits are a second and whose addresses are the test's;
// nil where there is none.
func newOnDuty(t *testing.T) *onDuty {
	t.Helper()
	program, err := exec.LookPath("prometheus-alertmanager")
	if err != nil {
		t.Log("there is no Alertmanager here, and nobody is told of alerts: apt-get install prometheus-alertmanager")
		return nil
	}
	d := &onDuty{at: free(t)}
	paging := httptest.NewServer(http.HandlerFunc(d.paged))
	t.Cleanup(paging.Close)
	text, err := os.ReadFile(notifyFile)
	if err != nil {
		t.Fatal(err)
	}
	config := regexp.MustCompile(`(group_wait|group_interval): \d+[sm]`).ReplaceAllString(string(text), "$1: 1s")
	for of, to := range map[string]string{"https://on-duty.example.com": paging.URL, "mail.example.com:587": d.post(t) + "\n  smtp_require_tls: false"} {
		if strings.Count(config, of) != 1 {
			t.Fatalf("%s has not one %s", notifyFile, of)
		}
		config = strings.Replace(config, of, to, 1)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "alertmanager.yml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	runBeside(t, program, "--config.file="+filepath.Join(dir, "alertmanager.yml"), "--storage.path="+dir, "--web.listen-address="+d.at,
		"--cluster.listen-address=", "--log.level=warn")
	return d
}

// runBeside runs a program until the test's end.
func runBeside(t *testing.T, program string, args ...string) {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // it was told to end
		if t.Failed() {
			t.Logf("%s: %s", filepath.Base(program), log.String())
		}
	})
}

// free is an address of this machine that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// alerting is what Prometheus is told of Alertmanager.
func (d *onDuty) alerting() string {
	if d == nil {
		return ""
	}
	return fmt.Sprintf("alerting: {alertmanagers: [{static_configs: [{targets: ['%s']}]}]}\n", d.at)
}

func (d *onDuty) paged(_ http.ResponseWriter, r *http.Request) {
	var all struct{ Alerts []page }
	if r.URL.Path != "/calltab" || json.NewDecoder(r.Body).Decode(&all) != nil {
		return // and nobody is told
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pages = append(d.pages, all.Alerts...)
}

// post is a mail server, and its address.
func (d *onDuty) post(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go d.take(c)
		}
	}()
	return l.Addr().String()
}

// take speaks as much of SMTP as one message needs.
func (d *onDuty) take(c net.Conn) {
	defer c.Close()
	fmt.Fprint(c, "220 mail.example.com\r\n")
	lines, inside := bufio.NewScanner(c), false
	for lines.Scan() {
		line := lines.Text()
		subject, is := strings.CutPrefix(line, "Subject: ")
		switch {
		case inside && line == ".":
			inside = false
			fmt.Fprint(c, "250 taken\r\n")
		case inside && is:
			d.mu.Lock()
			d.mails = append(d.mails, subject)
			d.mu.Unlock()
		case inside:
		case line == "DATA":
			inside = true
			fmt.Fprint(c, "354 go on\r\n")
		default:
			fmt.Fprint(c, "250 mail.example.com\r\n")
		}
	}
}

// isPaged waits until the person on duty is told that an alert is firing, or resolved. What they read leads to a chapter of
// the runbook.
func (w *watcher) isPaged(status, alert string) {
	w.t.Helper()
	if w.duty == nil {
		return
	}
	var got page
	w.until(alert+" is paged as "+status, nil, func() bool {
		w.duty.mu.Lock()
		defer w.duty.mu.Unlock()
		at := slices.IndexFunc(w.duty.pages, func(p page) bool { return p.Labels["alertname"] == alert && p.Status == status })
		if at >= 0 {
			got = w.duty.pages[at]
		}
		return at >= 0
	})
	file, chapter, _ := strings.Cut(got.Annotations["runbook"], "#")
	text, err := os.ReadFile("../../../../" + file)
	if err != nil || chapter != strings.ToLower(alert) || !strings.Contains(string(text), "\n### "+alert+"\n") {
		w.t.Errorf("%s leads to %q: %v", alert, got.Annotations["runbook"], err)
	}
	if got.Labels["severity"] != "critical" || got.Labels["instance"] == "" || got.Annotations["summary"] == "" {
		w.t.Errorf("the page about %s is %+v", alert, got)
	}
}

// isMailed waits for a mail whose subject begins so, and goes on with the alert.
func (w *watcher) isMailed(begins, alert string) {
	w.t.Helper()
	if w.duty == nil {
		return
	}
	w.until("a mail says "+begins+alert, nil, func() bool {
		w.duty.mu.Lock()
		defer w.duty.mu.Unlock()
		return slices.ContainsFunc(w.duty.mails, func(m string) bool { return strings.HasPrefix(m, begins+alert+" ") })
	})
}
