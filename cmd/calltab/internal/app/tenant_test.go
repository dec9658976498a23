package app

import (
	"errors"
	"strings"
	"testing"
	"time"

	cloud "calltab/internal/sandbox"
)

// TestTenantOf: a domain leads to its tenant's id; one that is nobody's, and a way that is none, are told apart.
func TestTenantOf(t *testing.T) {
	t.Parallel()
	c, err := cloud.Start(cloud.Config{Dir: t.TempDir(), Wall: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	env := c.Env()
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	for _, domain := range []string{c.Org().Tenant.Domain, strings.ToUpper(c.Org().Tenant.Domain)} {
		if id, err := TenantOf(t.Context(), lookup, domain); err != nil || string(id) != c.Org().Tenant.ID {
			t.Errorf("%s: %s, %v", domain, id, err)
		}
	}
	if _, err := TenantOf(t.Context(), lookup, "nobody.example"); !errors.Is(err, ErrNoTenant) {
		t.Errorf("a domain of nobody: %v", err)
	}
	env["CALLTAB_LOGIN_AUTHORITY"] = "https://127.0.0.1:1/"
	if _, err := TenantOf(t.Context(), lookup, "nobody.example"); err == nil || errors.Is(err, ErrNoTenant) {
		t.Errorf("without a way: %v", err)
	}
	env["CALLTAB_CA_FILE"] = "/nonexistent"
	if _, err := TenantOf(t.Context(), lookup, "nobody.example"); err == nil || !strings.Contains(err.Error(), "CALLTAB_CA_FILE") {
		t.Errorf("without its certificates: %v", err)
	}
}
