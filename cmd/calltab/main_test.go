package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/app"
	"calltab/manifest"
)

// play runs the program without a terminal.
func play(ctx context.Context, env map[string]string, args ...string) (stdout string, err error) {
	var out, errs bytes.Buffer
	err = run(ctx, args, environment(env), strings.NewReader(""), &out, &errs)
	return out.String() + errs.String(), err
}

func TestHelpAndVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args string
		want []string
	}{
		{"--help", []string{"serve", "sandbox", "package", "--version"}},
		{"serve --help", []string{"--app-id=GUID", "--openid-metadata-url=URL", "--ca-file=FILE", "CALLTAB_APP_SECRET_FILE"}},
		{"sandbox --help", []string{"--script=FILE", "--playground"}},
		{"package --help", []string{"-o, --output=FILE", "--developer-name=NAME"}},
		{"--version", []string{"calltab ", "go1."}},
	} {
		out, err := play(t.Context(), nil, strings.Fields(c.args)...)
		if err != nil {
			t.Errorf("calltab %s: %v", c.args, err)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("calltab %s does not say %q:\n%s", c.args, want, out)
			}
		}
	}
}

func TestUsageMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args string
		env  map[string]string
		want string
	}{
		{"", nil, "expected one of"},
		{"dance", nil, "unexpected argument dance"},
		{"serve --app-secret=x", nil, "unknown flag --app-secret"},
		{"serve extra", nil, "unexpected argument extra"},
		{"sandbox --script=a --playground", nil, "can't be used together"},
		{"sandbox", map[string]string{"CALLTAB_APP_SECRET": "x", "CALLTAB_APP_AUTH": "managed-identity"}, "unset CALLTAB_APP_SECRET, CALLTAB_APP_AUTH"},
		{"sandbox", map[string]string{"CALLTAB_APP_CERTIFICATE": "x"}, "unset CALLTAB_APP_CERTIFICATE"},
		{"package", nil, "set CALLTAB_APP_ID or --app-id"},
	} {
		out, err := play(t.Context(), c.env, strings.Fields(c.args)...)
		if err == nil || !strings.Contains(err.Error(), c.want) || exitCode(err) != exitUsage {
			t.Errorf("calltab %s: got %v (exit %d), want %q and exit %d", c.args, err, exitCode(err), c.want, exitUsage)
		}
		if strings.Contains(out, "Usage:") {
			t.Errorf("calltab %s: the mistake drowns in help:\n%s", c.args, out)
		}
	}
}

func TestServeNamesMistakes(t *testing.T) {
	t.Parallel()
	_, err := play(t.Context(), map[string]string{"CALLTAB_LISTEN": "nowhere"}, "serve", "--log-level=loud", "--app-id=calltab")
	for _, want := range []string{`CALLTAB_APP_ID: is "calltab"`, "CALLTAB_APP_TENANT: missing", "CALLTAB_ADMINS: missing", "CALLTAB_APP_SECRET: missing",
		`CALLTAB_LISTEN: is "nowhere"`, `CALLTAB_LOG_LEVEL: is "loud"`, "6 settings"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if exitCode(err) != exitUsage {
		t.Errorf("exit code %d, want %d", exitCode(err), exitUsage)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want int
	}{{nil, 0}, {errors.New("x"), exitFailure}, {fmt.Errorf("x: %w", &app.SettingsError{}), exitUsage}, {&admin.UsageError{Err: errors.New("x")}, exitUsage}} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: got %d, want %d", c.err, got, c.want)
		}
	}
}

func TestPackage(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.zip")
	out, err := play(t.Context(), map[string]string{"CALLTAB_APP_ID": guidApp}, "package", "-o", path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, path) || !strings.Contains(out, "--developer-website") {
		t.Errorf("said %q", out)
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if len(z.File) != 3 {
		t.Errorf("%d files", len(z.File))
	}
	out, err = play(t.Context(), nil, "package", "--output="+path, "--app-id="+guidOther, "--developer-name=Contoso", "--developer-website=https://contoso.example/")
	if err != nil || strings.Contains(out, "trial") {
		t.Errorf("said %q, %v", out, err)
	}
	if _, err := play(t.Context(), nil, "package", "--output="+path, "--app-id="+guidOther, "--manifest-version=1.25"); err != nil {
		t.Errorf("the older manifest: %v", err)
	}
	if _, err := play(t.Context(), nil, "package", "--output="+path, "--app-id="+guidOther, "--manifest-version=1.2"); err == nil || !strings.Contains(err.Error(), "1.25") {
		t.Errorf("a manifest version that there is not: %v", err)
	}
}

func TestPackageLeavesNothingHalf(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "app.zip")
	if _, err := play(t.Context(), nil, "package", "-o", path, "--app-id=calltab"); err == nil || !strings.Contains(err.Error(), "not a GUID") {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if _, err := play(t.Context(), nil, "package", "-o", filepath.Join(dir, "no", "app.zip"), "--app-id="+guidApp); err == nil {
		t.Error("written into a folder that is not there")
	}
}

func TestPackageFlags(t *testing.T) {
	t.Parallel()
	env := environment(map[string]string{"CALLTAB_APP_ID": guidApp})
	app, example := packageFlags{}.app(env, nil, nil)
	want := manifest.Developer{Name: "Calltab", WebsiteURL: exampleSite, PrivacyURL: exampleSite + "/privacy", TermsURL: exampleSite + "/terms"}
	if app.ID != guidApp || app.Developer != want || !example {
		t.Errorf("got %+v, %v", app, example)
	}
	app, example = packageFlags{AppID: guidOther, DeveloperName: "Contoso", DeveloperWebsite: "https://contoso.example/", DeveloperTerms: "https://t.example"}.app(env, nil, nil)
	want = manifest.Developer{Name: "Contoso", WebsiteURL: "https://contoso.example", PrivacyURL: "https://contoso.example/privacy", TermsURL: "https://t.example"}
	if app.ID != guidOther || app.Developer != want || example {
		t.Errorf("got %+v, %v", app, example)
	}
}
