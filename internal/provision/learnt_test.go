package provision_test

import (
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/orgfile"
)

// TestLearnLicencesOfTwoTenants: what a tenant's file says of a product holds for the people of that tenant, for a service that started
// before the file was applied and for one that starts after it, and for nobody any more when the file says it no more.
func TestLearnLicencesOfTwoTenants(t *testing.T) {
	t.Parallel()
	const other, tomorrow = provision.TenantID("7e000000-0000-4000-8000-000000000002"), "f0000000-0000-4000-8000-00000000000b"
	d := newDesk(t)
	licensed := func(s *core.Core, of provision.TenantID) bool {
		return s.PhoneLicensed(of, provision.Person{SKUs: []string{tomorrow}})
	}
	holds := func(when string, here, there bool) {
		t.Helper()
		again := d.open(d.store)
		if err := again.LearnLicences(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, s := range map[string]*core.Core{"running": d.Core, "started again": again} {
			if licensed(s, tenant) != here || licensed(s, other) != there {
				t.Errorf("%s, %s: a phone licence is %t here and %t there", when, name, licensed(s, tenant), licensed(s, other))
			}
		}
	}
	apply := func(to provision.TenantID, all ...provision.Licence) {
		t.Helper()
		inv := block("seattle", "+12065550100", 1)
		inv.AccessPolicy.Licences = all
		inv.Has = func(provision.E164) (provision.LocationID, bool) { return "seattle", true }
		if err := files(d.Core).Apply(t.Context(), to, alice.ID, inv, false, func(orgfile.Diff) {}); err != nil {
			t.Fatal(err)
		}
	}
	holds("before", false, false)
	apply(other, provision.Licence{ID: tomorrow, Means: provision.MeansPhone})
	holds("applied there", false, true)
	apply(tenant, provision.Licence{ID: tomorrow, Means: provision.MeansDevice})
	holds("a device here", false, true)
	apply(tenant, provision.Licence{ID: tomorrow, Means: provision.MeansPhone})
	holds("both", true, true)
	apply(other)
	holds("taken back there", true, false)
}
