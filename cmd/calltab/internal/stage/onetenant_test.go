package stage

import (
	"context"
	"os"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/app"
)

const guidSecond = "0a1b2c3d-0000-4000-8000-00000000bbbb"

// TestFileOfOneTenant: with several tenants allowed the organisation file is imported for the one that it names, and a
// start without a name is refused before anything is written.
func TestFileOfOneTenant(t *testing.T) {
	t.Parallel()
	s := newTestStage(t)
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	file := string(readFile(t, s.Path("org.yaml")))
	settings := s.Settings()
	settings["CALLTAB_STORE"] = s.Path("other.db")
	settings["CALLTAB_TENANTS"] = string(s.Tenant()) + "," + guidSecond
	env := func(name string) (string, bool) { v, ok := settings[name]; return v, ok }
	for _, row := range []struct {
		tenant  string
		refused string
	}{
		{"", "names the one that it belongs to"},
		{"tenant: " + "5e0f3f0c-1b7a-4a53-9c53-0b1c2d3e4f50" + "\n", "belongs to " + "5e0f3f0c-1b7a-4a53-9c53-0b1c2d3e4f50"},
		{"tenant: " + guidSecond + "\n", ""},
	} {
		cfg, err := app.Load(nil, env, func(path string) ([]byte, error) {
			if path == settings["CALLTAB_ORG"] {
				return []byte(row.tenant + file), nil
			}
			return os.ReadFile(path)
		})
		if err != nil {
			t.Fatal(err)
		}
		a, err := app.New(cfg, s.log, s.seams)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		err = a.Run(ctx, cancel) // until it is up, or refused
		cancel()
		if row.refused == "" && err != nil || row.refused != "" && (err == nil || !strings.Contains(err.Error(), row.refused) || !admin.IsMistake(err)) {
			t.Errorf("%q: %v", row.tenant, err)
		}
		for _, tenant := range cfg.Tenants {
			places, err := a.Service.Places(t.Context(), tenant)
			if want := row.refused == "" && tenant == guidSecond; err != nil || len(places) > 0 != want {
				t.Errorf("%q: %d locations of %s, %v", row.tenant, len(places), tenant, err)
			}
		}
		a.Close()
	}
	if err := s.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
}
