package main

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"calltab/cmd/calltab/internal/app"
)

// asked lists the variables that Load asks for, whatever the way to authenticate.
func asked(t *testing.T) []string {
	t.Helper()
	names := map[string]bool{}
	for _, auth := range []app.Auth{app.AuthSecret, app.AuthCertificate, app.AuthManagedIdentity, app.AuthWorkloadIdentity} {
		_, _ = app.Load(nil, func(name string) (string, bool) {
			names[name] = true
			return string(auth), name == "CALLTAB_APP_AUTH"
		}, func(string) ([]byte, error) { return nil, fs.ErrNotExist })
	}
	return slices.Sorted(maps.Keys(names))
}

// Every setting but the secrets is a flag, and every flag is a setting.
func TestFlagsAreTheSettings(t *testing.T) {
	t.Parallel()
	want := slices.DeleteFunc(asked(t), func(name string) bool {
		return strings.HasPrefix(name, "CALLTAB_APP_SECRET") || strings.HasPrefix(name, "CALLTAB_APP_CERTIFICATE_PASSWORD") || strings.HasPrefix(name, "CALLTAB_CARRIER_SECRET") || strings.HasPrefix(name, "CALLTAB_TRACES_HEADERS") || strings.HasPrefix(name, "CALLTAB_AUDIT_KEY") || !strings.HasPrefix(name, "CALLTAB_")
	})
	parser, err := kong.New(&serveFlags{}, kong.NoDefaultHelp())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range parser.Model.Flags {
		got = append(got, variable(f.Name))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("flags    %q\nsettings %q", got, want)
	}
}
