package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/doctor"
	"calltab/cmd/calltab/internal/stage"
)

// clinic is a folder in which calltab init has worked, for a tenant of the sandbox.
type clinic struct {
	*ward
	env   []string
	calls [][]string // of the stand-ins, as they came
}

func newClinic(t *testing.T, auth, tls string) *clinic {
	t.Helper()
	w := &clinic{ward: newWard(t)}
	alice, _ := w.cloud.Org().Person("alice")
	policy := w.cloud.Org().Plans[0].VoiceRoutingPolicy
	args := []string{"init", "--dir", w.dir, "--force", "--tenant", w.cloud.Org().Tenant.Domain, "--host", "calltab.alderfinch.example", "--admins", alice.ID,
		"--auth", auth, "--tls", tls, "--site", "Seattle,US,America/Los_Angeles,+12065550100-0199", "--plan", "Unlimited," + policy + ",$17 a month"}
	if err := run(t.Context(), args, w.lookup, strings.NewReader(""), io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(w.dir, "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	w.logs(bin, "calltab", "exit 0")
	sandbox := filepath.Join(w.dir, "sandbox")
	if err := os.Mkdir(sandbox, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, s := range stage.StandIns() {
		if err := s.Write(sandbox); err != nil {
			t.Fatal(err)
		}
		w.logs(bin, s.Name, "exec "+filepath.Join(sandbox, s.Name)+` "$@"`)
	}
	w.env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + w.dir, "CALLS=" + filepath.Join(w.dir, "calls"),
		"SANDBOX_APP=" + w.ward.env["CALLTAB_APP_ID"], "SANDBOX_SECRET=" + w.ward.env["CALLTAB_APP_SECRET"], "SANDBOX_TENANT=" + w.cloud.Org().Tenant.ID,
		"SANDBOX_CERTIFICATES=" + w.cloud.Certificates()}
	return w
}

// logs puts a command into a folder that writes down how it was called, a call a line and its words apart by the unit
// separator, and goes on as a script says.
func (w *clinic) logs(bin, name, script string) {
	w.t.Helper()
	script = "#!/bin/sh\n{ printf '" + name + "'; printf '\\037%s' \"$@\"; echo; } >> \"$CALLS\"\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o700); err != nil {
		w.t.Fatal(err)
	}
}

// sh runs a script of the guide as a person would, and takes what the stand-ins wrote down.
func (w *clinic) sh(script string) string {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), "sh", "-eu", "-c", script)
	cmd.Dir, cmd.Env = w.dir, w.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("%v: %s\n%s", err, out, script)
	}
	log, _ := os.ReadFile(filepath.Join(w.dir, "calls"))
	w.calls = nil
	for line := range strings.Lines(string(log)) {
		w.calls = append(w.calls, strings.Split(strings.TrimSuffix(line, "\n"), "\x1f"))
	}
	return string(out)
}

// section is all commands of a section of the guide, by how its heading begins.
func (w *clinic) section(heading string) string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, "setup.md"))
	if err != nil {
		w.t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n"+heading)
	rest, _, _ = strings.Cut(rest, "\n##")
	script := ""
	for {
		_, block, opened := strings.Cut(rest, "```sh\n")
		if !opened {
			break
		}
		block, rest, _ = strings.Cut(block, "```")
		script += block
	}
	if !found || script == "" {
		w.t.Fatalf("the guide has no commands under %q:\n%s", heading, text)
	}
	return script
}

// settings are the variables that calltab.env sets.
func (w *clinic) settings() map[string]string {
	w.t.Helper()
	all := map[string]string{}
	for line := range strings.Lines(w.sh("set -a; . ./calltab.env; set +a; env")) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && strings.HasPrefix(name, "CALLTAB_") {
			all[name] = value
		}
	}
	return all
}

// installed are those settings with the sandbox in Microsoft's place.
func (w *clinic) installed() map[string]string {
	env := w.settings()
	for _, name := range []string{"CALLTAB_OPENID_METADATA_URL", "CALLTAB_TOKEN_ISSUER", "CALLTAB_LOGIN_AUTHORITY", "CALLTAB_CONNECTOR_SCOPE",
		"CALLTAB_GRAPH_URL", "CALLTAB_GRAPH_SCOPE", "CALLTAB_SERVICE_URLS", "CALLTAB_FILE_HOSTS", "CALLTAB_CA_FILE"} {
		if v := w.ward.env[name]; v != "" {
			env[name] = v
		}
	}
	return env
}

// What no road may leave out: without a service principal the bot cannot answer, and without the channel Teams does not
// know it (SidU/openclaw-teams-setup issue 2, MicrosoftDocs/msteams-docs issue 14257).
var (
	roadA = []string{"npm install --global @microsoft/teams.cli@3", "teams app create", "az ad sp show"}
	roadB = []string{"az ad app create", "az ad sp create", "az bot create", "az bot msteams create"}
	msi   = []string{"az identity create", "az bot create", "az bot msteams create", "az vm identity assign"}
)

// ways are all roads by which the guide leads, by how the bot signs in.
var ways = []struct {
	auth, road, tls string
	calls           []string
}{
	{"certificate", "### Road A", "calltab", roadA}, {"certificate", "### Road B", "proxy-here", roadB}, {"workload-identity", "### Road A", "proxy", roadA},
	{"workload-identity", "### Road B", "proxy", roadB}, {"secret", "### Road A", "", roadA}, {"secret", "### Road B", "proxy", roadB},
	{"managed-identity", "## 1.", "proxy", msi},
}

// TestInit: init, the commands that it prints, and then the doctor: by every road an installation comes of it that the
// doctor finds nothing wrong with. A shell runs the commands, with stand-ins for what reaches Microsoft and the real
// openssl; each call of the stand-ins is one that the Azure CLI takes. A managed identity is given by a machine of
// Azure's, so that there the doctor's sign-in is left out.
func TestInit(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"sh", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("there is no %s here, which the commands need", tool)
		}
	}
	for _, way := range ways {
		t.Run(way.auth+strings.TrimPrefix(way.road, "###"), func(t *testing.T) {
			t.Parallel()
			w := newClinic(t, way.auth, way.tls)
			w.certify("calltab.alderfinch.example", 90)
			before := doctorSays(w, w.installed())
			if !strings.Contains(before, "CALLTAB_APP_ID: missing") {
				t.Errorf("before the commands: %s", before)
			}
			for _, heading := range []string{way.road, "## 2.", "## 3.", "## 4.", "## 5.", "## 6."} {
				w.sh(w.section(heading))
			}
			w.wantCalls(way.calls)
			env := w.installed()
			if env["CALLTAB_APP_ID"] != w.ward.env["CALLTAB_APP_ID"] {
				t.Errorf("the settings are %v", env)
			}
			w.ownCommands(env)
			switch way.auth {
			case "managed-identity":
				return
			case "workload-identity":
				env["AZURE_FEDERATED_TOKEN_FILE"] = w.file("token", serviceAccount())
			}
			env["CALLTAB_CATALOG_APP_ID"] = w.ward.env["CALLTAB_CATALOG_APP_ID"] // as a person writes it there in step 4
			if says := doctorSays(w, env); says != "" {
				t.Errorf("the doctor names %s", says)
			}
			w.starts(env)
		})
	}
}

// serviceAccount is a token as Kubernetes gives it to a pod. The sandbox does not look at its signature.
func serviceAccount() string {
	claims := fmt.Sprintf(`{"iss":"https://issuer.example/calltab","sub":"system:serviceaccount:calltab:calltab","aud":["api://AzureADTokenExchange"],"exp":%d}`,
		time.Now().Add(time.Hour).Unix())
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"RS256"}`)) + "." + part([]byte(claims)) + "." + part([]byte("signed"))
}

// doctorSays is what the doctor finds wrong or warns of, but for that the bot is not started yet.
func doctorSays(w *clinic, env map[string]string) string {
	var b strings.Builder
	for f := range doctor.Examine(w.t.Context(), doctor.Machine{Env: environment(env), Now: time.Now}) {
		if f.Check == "calltab serve" {
			continue
		}
		if f.Verdict == doctor.Wrong || f.Verdict == doctor.Warning {
			fmt.Fprintf(&b, "%s: %s\n", f.Check, f.Found)
		}
	}
	return b.String()
}

// wantCalls wants some calls made, every call of az to be one that it takes, and each permission asked for.
func (w *clinic) wantCalls(some []string) {
	w.t.Helper()
	for _, want := range some {
		if !slices.ContainsFunc(w.calls, func(call []string) bool { return strings.HasPrefix(strings.Join(call, " ")+" ", want+" ") }) {
			w.t.Errorf("it does not call %q: %q", want, w.calls)
		}
	}
	roles := map[string]bool{}
	for _, call := range w.calls {
		if call[0] != "az" {
			continue
		}
		if err := azTakes(call[1:]); err != nil {
			w.t.Errorf("%q: %v", call, err)
		}
		for _, p := range doctor.Permissions() {
			if slices.ContainsFunc(call, func(s string) bool { return strings.Contains(s, "value=='"+p.Name+"'") }) {
				roles[p.Name] = true
			}
		}
	}
	if len(roles) != len(doctor.Permissions()) {
		w.t.Errorf("it grants %v", roles)
	}
}

// ownCommands runs what the guide had the stand-in of calltab do: the package, the dry run and the doctor.
func (w *clinic) ownCommands(env map[string]string) {
	w.t.Helper()
	var seen []string
	for _, call := range w.calls {
		if call[0] != "calltab" {
			continue
		}
		args := slices.Clone(call[1:])
		seen = append(seen, args[0])
		if args[0] == "doctor" { // it has its own test here
			continue
		}
		for i, arg := range args { // the shell was in the folder
			if arg == "calltab.zip" || arg == "org.yaml" {
				args[i] = filepath.Join(w.dir, arg)
			}
		}
		var out bytes.Buffer
		if err := run(w.t.Context(), args, environment(env), strings.NewReader(""), &out, io.Discard); err != nil {
			w.t.Errorf("calltab %q: %v", args, err)
		}
		if args[0] == "apply" && !strings.Contains(out.String(), "added    location seattle") {
			w.t.Errorf("apply says %s", &out)
		}
	}
	if want := []string{"package", "apply", "doctor", "doctor"}; !slices.Equal(seen, want) {
		w.t.Errorf("the guide runs calltab %q, want %q", seen, want)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "calltab.zip")); err != nil {
		w.t.Error(err)
	}
}

// listening is a log that tells at which address the bot listens.
type listening struct{ at chan string }

func (l listening) Write(p []byte) (int, error) {
	var line struct{ Msg, Listen string }
	if json.Unmarshal(p, &line) == nil && line.Msg == "calltab is up" {
		l.at <- line.Listen
	}
	return len(p), nil
}

// starts runs the bot on what init wrote, and uses it as its first admin would: the round is proven with a greeting, and
// the first order is filled in and saved.
func (w *clinic) starts(env map[string]string) {
	w.t.Helper()
	env["CALLTAB_LISTEN"], env["CALLTAB_METRICS_LISTEN"] = "127.0.0.1:0", "127.0.0.1:0"
	ctx, stop := context.WithCancel(w.t.Context())
	defer stop()
	log, ended := listening{make(chan string, 1)}, make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve"}, environment(env), strings.NewReader(""), io.Discard, log)
	}()
	select {
	case at := <-log.at:
		w.cloud.Clock().Set(time.Now()) // the bot goes by the machine's
		if env["CALLTAB_TLS_CERTIFICATE"] != "" {
			at = w.throughTLS(at)
		}
		w.cloud.Chat().SetBot("http://" + at + "/api/messages")
	case err := <-ended:
		w.t.Fatal(err)
	}
	w.hears("help", "What Calltab can do")
	waits := told{make(chan string, 1)}
	var out bytes.Buffer
	greeted := make(chan error, 1)
	go func() {
		greeted <- run(ctx, []string{"doctor", "--greet", "alice.moreau@alderfinch.example"}, environment(env), nil, &out, waits)
	}()
	select {
	case <-waits.lines:
		w.presses("It has arrived", "Your press has arrived")
		if err := <-greeted; err != nil {
			w.t.Errorf("%v: %s", err, &out)
		}
	case err := <-greeted:
		w.t.Errorf("nobody was greeted: %v: %s", err, &out)
	}
	w.hears("add dana reyes seattle unlimited", "Is everything right?")
	w.presses("Save", "Phone for Dana Reyes")
	if said := w.shown(); strings.Contains(said, "Is everything right?") { // the work may have begun by now
		w.t.Errorf("nothing was saved: %s", said)
	}
	stop()
	if err := <-ended; err != nil {
		w.t.Error(err)
	}
}

// hears has Alice write a line, and wants some words in the answer.
func (w *clinic) hears(line, words string) {
	w.t.Helper()
	r, err := w.cloud.Chat().Say(w.t.Context(), "alice", "personal", line)
	if said := w.shown(); err != nil || r.Status != http.StatusOK || !strings.Contains(said, words) {
		w.t.Fatalf("%q: %v, status %d: %s", line, err, r.Status, said)
	}
}

// presses has Alice press a button of the newest card, and wants some words on it then.
func (w *clinic) presses(button, words string) {
	w.t.Helper()
	r, err := w.cloud.Chat().Press(w.t.Context(), "alice", "", button, nil)
	if said := w.shown(); err != nil || r.Status != http.StatusOK || !strings.Contains(said, words) {
		w.t.Fatalf("[%s]: %v, status %d: %s", button, err, r.Status, said)
	}
}

// shown is what Alice's newest message shows.
func (w *clinic) shown() string {
	m := w.cloud.Chat().Last("alice")
	return fmt.Sprint(m.Text, m.Card)
}

// TestInitKeepsSecrets: what the commands make that nobody else may read is only its owner's, and the settings hold no
// secret.
func TestInitKeepsSecrets(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("there is no openssl here, which the commands need")
	}
	for auth, kept := range map[string]string{"certificate": "calltab.pem", "secret": "calltab.secret"} {
		w := newClinic(t, auth, "")
		w.sh(w.section("### Road B"))
		w.sh(w.section("## 2."))
		for _, name := range []string{kept, "calltab.env"} {
			info, err := os.Stat(filepath.Join(w.dir, name))
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", name, info.Mode(), err)
			}
		}
		if _, err := os.Stat(filepath.Join(w.dir, "calltab.key.pem")); err == nil {
			t.Error("the key lies about a second time")
		}
		text, err := os.ReadFile(filepath.Join(w.dir, "calltab.env"))
		if err != nil || strings.Contains(string(text), w.ward.env["CALLTAB_APP_SECRET"]) {
			t.Errorf("%v: the settings have the secret", err)
		}
	}
}

// TestInitAsks: without a terminal it says what is missing, with exit code 2, and writes nothing.
func TestInitAsks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out, err := play(t.Context(), nil, "init", "--dir", dir, "--host", "calltab.contoso.com")
	if exitCode(err) != exitUsage || !strings.Contains(fmt.Sprint(err), "--tenant, --admins, --site, --plan") {
		t.Errorf("%v: %s", err, out)
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) > 0 {
		t.Errorf("%v, %v", all, err)
	}
}
