package app

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/shared"
	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/storetest"
)

// TestImportIsTold: a start logs how much of an organisation file has taken effect, with a warning where something was
// refused, and nothing of one that it knows.
func TestImportIsTold(t *testing.T) {
	t.Parallel()
	const tenant = "11111111-1111-4111-8111-111111111111"
	const org = `locations:
  - {id: seattle, name: Seattle, country: US, time_zone: America/Los_Angeles, numbers: ["+12065550100", "+12065550101"]}
  - {id: tacoma, name: Tacoma, country: US, time_zone: America/Los_Angeles}
plans:
  - {id: metered, name: Metered, price: 1.00, voice_routing_policy: Metered Calls}
`
	var log strings.Builder
	store := storetest.Memory()
	a := &App{Service: shared.Inventory(store, []byte(strings.Repeat("k", 32)), time.Now),
		log: slog.New(slog.NewTextHandler(&log, nil)), cfg: Config{Tenants: []provision.TenantID{tenant}, OrgFile: "org.yaml"}}
	imports := func(text, want string) {
		t.Helper()
		log.Reset()
		a.cfg.org = []byte(text)
		if err := a.importOrg(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := log.String(); want == "" && got != "" || !strings.Contains(got, want) || strings.Contains(got, "5550") {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	imports(org, `level=INFO msg="the organisation file was imported" file=org.yaml added=5 changed=0 refused=0`)
	imports(org, "")
	imports(org+"# a word\n", "")
	err := store.Update(t.Context(), func(tx provision.Tx) error {
		key := record.Key(provision.TenantID(tenant), "+12065550100")
		n, _, err := record.Load[provision.Number](tx, record.TableNumbers, key)
		n.State = provision.Assigned
		record.Save(tx, record.TableNumbers, key, n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	moved := strings.Replace(org, `, numbers: ["+12065550100", "+12065550101"]`, "", 1)
	moved = strings.Replace(moved, "name: Tacoma,", `name: Tacoma City, numbers: ["+12065550100", "+12065550101"],`, 1)
	imports(moved, "level=WARN msg=\"the organisation file was imported in part: ")
	if got := log.String(); !strings.Contains(got, "added=0 changed=2 refused=1") {
		t.Errorf("told %q", got)
	}
}
