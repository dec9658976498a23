package main

import (
	"strings"
	"testing"

	"calltab/internal/provision"
)

// TestFileOfOneTenant: with several tenants allowed the organisation file is imported for the one that it names, and a
// start without a name is refused before anything is written.
func TestFileOfOneTenant(t *testing.T) {
	t.Parallel()
	s := newTestStage(t)
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
	cfg := s.app.cfg
	cfg.Tenants = []provision.TenantID{cfg.AppTenant, guidOther}
	cfg.Store = s.path("other.db")
	file := string(cfg.org)
	for _, row := range []struct {
		tenant  string
		refused string
	}{
		{"", "names the one that it belongs to"},
		{"tenant: " + guidApp + "\n", "belongs to " + guidApp},
		{"tenant: " + guidOther + "\n", ""},
	} {
		cfg.org = []byte(row.tenant + file)
		a, err := newApp(cfg, s.log, s.seams)
		if err != nil {
			t.Fatal(err)
		}
		err = a.importOrg(t.Context())
		if row.refused == "" && err != nil || row.refused != "" && (err == nil || !strings.Contains(err.Error(), row.refused) || exitCode(err) != exitUsage) {
			t.Errorf("%q: %v", row.tenant, err)
		}
		for _, tenant := range cfg.Tenants {
			places, err := a.service.Places(t.Context(), tenant)
			if want := row.refused == "" && tenant == guidOther; err != nil || len(places) > 0 != want {
				t.Errorf("%q: %d locations of %s, %v", row.tenant, len(places), tenant, err)
			}
		}
		a.close()
	}
	if err := s.boot(t.Context()); err != nil {
		t.Fatal(err)
	}
}
