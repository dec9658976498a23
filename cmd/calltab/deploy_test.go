package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"

	"calltab/cmd/calltab/internal/app"
)

const deployed = "../../deploy"

// unitFile is what a unit of systemd says, by the names of its settings. A setting without a value takes back what it had.
func unitFile(t *testing.T, name string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for line := range strings.Lines(readText(t, filepath.Join(deployed, "systemd", name))) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		switch {
		case !ok || strings.HasPrefix(key, "#"):
		case value == "":
			all[key] = nil
		default:
			all[key] = append(all[key], value)
		}
	}
	return all
}

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDeployedSettings: each setting that a file of deploy names is one of the program's.
func TestDeployedSettings(t *testing.T) {
	t.Parallel()
	known := asked(t)
	for name := range mapOf(known) {
		known = append(known, name+"_FILE")
	}
	seen := 0
	err := filepath.WalkDir(deployed, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for _, name := range regexp.MustCompile(`CALLTAB_[A-Z_]+`).FindAllString(readText(t, file), -1) {
			seen++
			if !slices.Contains(known, name) && name != "CALLTAB_BACKUP_PASSPHRASE" {
				t.Errorf("%s names %s, which is no setting", file, name)
			}
		}
		return nil
	})
	if err != nil || seen < 10 {
		t.Errorf("%v, %d seen", err, seen)
	}
}

func mapOf(all []string) map[string]bool {
	m := map[string]bool{}
	for _, s := range all {
		m[s] = true
	}
	return m
}

// TestUnitCommands: the command line takes what the unit and what stands beside it call, and each file that they give
// to the program is one that systemd hands over.
func TestUnitCommands(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"calltab.service", "secret.conf", "identity.conf"} {
		unit := unitFile(t, name)
		if len(unit["ExecStart"]) != 1 {
			t.Fatalf("%s starts %q", name, unit["ExecStart"])
		}
		args := strings.Fields(unit["ExecStart"][0])
		var c commands
		parser, err := kong.New(&c)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.Parse(args[1:])
		if err != nil || parsed.Command() != "serve" {
			t.Errorf("%s: %q: %v", name, args, err)
		}
		for _, arg := range args {
			_, file, ok := strings.Cut(arg, "${CREDENTIALS_DIRECTORY}/")
			if ok && !slices.ContainsFunc(unit["LoadCredential"], func(c string) bool { return strings.HasPrefix(c, file+":") }) {
				t.Errorf("%s: nothing hands %s over", name, file)
			}
		}
	}
}

// TestUnitHolds: systemd finds no mistake in the unit, alone and with what may stand beside it, and little that it
// leaves open.
func TestUnitHolds(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("there is no systemd-analyze here, which reads units")
	}
	for _, beside := range []string{"", "secret.conf", "identity.conf"} {
		dir := t.TempDir()
		put := func(from, to string) {
			text := strings.ReplaceAll(readText(t, filepath.Join(deployed, "systemd", from)), "/usr/local/bin/calltab", os.Args[0])
			err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, []byte(text), 0o600))
			if err != nil {
				t.Fatal(err)
			}
		}
		unit := filepath.Join(dir, "calltab.service")
		put("calltab.service", unit)
		if beside != "" {
			put(beside, filepath.Join(dir, "calltab.service.d", beside))
		}
		for _, args := range [][]string{{"verify", "--man=no", unit}, {"security", "--offline=true", "--threshold=15", unit}} {
			cmd := exec.CommandContext(t.Context(), "systemd-analyze", args...)
			cmd.Env = append(os.Environ(), "SYSTEMD_UNIT_PATH="+dir+":")
			out, err := cmd.CombinedOutput()
			if err != nil || args[0] == "verify" && strings.Contains(string(out), "calltab") {
				t.Errorf("%s %s: %v\n%s", beside, args[0], err, out)
			}
		}
	}
}

// pod is what of a Deployment the tests look at.
type pod struct {
	Kind string
	Data map[string]string
	Spec struct {
		Replicas int
		Strategy struct{ Type string }
		Ports    []struct {
			Port       int
			TargetPort string `yaml:"targetPort"`
		}
		AccessModes []string `yaml:"accessModes"`
		Template    struct {
			Spec struct {
				SecurityContext struct {
					FSGroup      int  `yaml:"fsGroup"`
					RunAsNonRoot bool `yaml:"runAsNonRoot"`
				} `yaml:"securityContext"`
				Containers []struct {
					Args  []string
					Env   []struct{ Name, Value string }
					Ports []struct {
						Name          string
						ContainerPort string `yaml:"containerPort"`
					}
					StartupProbe    probe `yaml:"startupProbe"`
					ReadinessProbe  probe `yaml:"readinessProbe"`
					LivenessProbe   probe `yaml:"livenessProbe"`
					SecurityContext struct {
						ReadOnly bool `yaml:"readOnlyRootFilesystem"`
					} `yaml:"securityContext"`
					VolumeMounts []struct {
						MountPath string `yaml:"mountPath"`
						ReadOnly  bool   `yaml:"readOnly"`
					} `yaml:"volumeMounts"`
				}
			}
		}
	}
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
}

func manifests(t *testing.T) map[string]pod {
	t.Helper()
	all := map[string]pod{}
	d := yaml.NewDecoder(strings.NewReader(readText(t, filepath.Join(deployed, "kubernetes", "calltab.yaml"))))
	for {
		var p pod
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all[p.Kind] = p
	}
}

// TestKubernetes: what the example says is what the program does. Its settings can be used, every file that they name
// lies in a volume, the store's in one that can be written, the ports are those on which the program listens, and each
// probe asks for a page that it has.
func TestKubernetes(t *testing.T) {
	t.Parallel()
	all := manifests(t)
	d, claim := all["Deployment"].Spec, all["PersistentVolumeClaim"].Spec
	if d.Replicas != 1 || d.Strategy.Type != "Recreate" || !slices.Equal(claim.AccessModes, []string{"ReadWriteOncePod"}) {
		t.Errorf("more than one could open the store: %d, %s, %q", d.Replicas, d.Strategy.Type, claim.AccessModes)
	}
	spec := d.Template.Spec
	c := spec.Containers[0]
	if !spec.SecurityContext.RunAsNonRoot || spec.SecurityContext.FSGroup == 0 || !c.SecurityContext.ReadOnly || !slices.Equal(c.Args, []string{"serve"}) {
		t.Errorf("it runs as %+v, %+v, %q", spec.SecurityContext, c.SecurityContext, c.Args)
	}
	w := newClinic(t, "certificate", "proxy")
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("there is no openssl here, which makes the certificate")
	}
	w.sh(w.section("### Road B"))
	w.sh(w.section("## 2."))
	env := w.settings()
	for name := range all["ConfigMap"].Data {
		if _, ok := env[name]; !ok && name != "CALLTAB_CATALOG_APP_ID" {
			t.Errorf("init does not write %s", name)
		}
	}
	for _, v := range c.Env {
		env[v.Name] = v.Value
	}
	mounted := func(file string, written bool) bool {
		for _, m := range c.VolumeMounts {
			if m.MountPath == path.Dir(file) {
				return m.ReadOnly != written
			}
		}
		return false
	}
	read := func(name string) ([]byte, error) {
		if !mounted(name, false) {
			return nil, fs.ErrNotExist
		}
		return os.ReadFile(filepath.Join(w.dir, path.Base(name)))
	}
	cfg, err := app.Load(nil, environment(env), read)
	if err != nil || !mounted(cfg.Store, true) {
		t.Fatalf("%v; the store %s", err, cfg.Store)
	}
	port := map[string]string{}
	for _, p := range c.Ports {
		port[p.Name] = ":" + p.ContainerPort
	}
	if port["turns"] != cfg.Listen || port["metrics"] != cfg.MetricsListen || all["Service"].Spec.Ports[0].TargetPort != "turns" {
		t.Errorf("%v, and it listens at %s and %s", port, cfg.Listen, cfg.MetricsListen)
	}
	s := newStage(t)
	turns, _ := s.App().Addresses()
	for _, p := range []probe{c.StartupProbe, c.ReadinessProbe, c.LivenessProbe} {
		resp, err := http.Get("http://" + turns.String() + p.HTTPGet.Path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if p.HTTPGet.Port != "turns" || resp.StatusCode == http.StatusNotFound {
			t.Errorf("%+v: status %d", p, resp.StatusCode)
		}
	}
}

// TestContainerfile: the image runs as a user who is not root, with its store in the volume.
func TestContainerfile(t *testing.T) {
	t.Parallel()
	text := []byte(readText(t, filepath.Join(deployed, "container", "Containerfile")))
	for _, line := range []string{"FROM scratch", "USER 65532:65532", "ENV CALLTAB_STORE=/data/calltab.db", "VOLUME /data", "EXPOSE 3978", `CMD ["serve"]`} {
		if !bytes.Contains(text, []byte("\n"+line+"\n")) {
			t.Errorf("it has no line %q", line)
		}
	}
}
