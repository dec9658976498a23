package admin

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/storetest"
)

// office runs apply and export on one store, as an operator would.
type office struct {
	t   *testing.T
	dir string
	env func(string) (string, bool)
}

func newOffice(t *testing.T) *office {
	dir := t.TempDir()
	return &office{t, dir, environment(map[string]string{"CALLTAB_STORE": filepath.Join(dir, "c.db"), "CALLTAB_APP_TENANT": guidTenant})}
}

// run is the program's output, and its error with the exit code.
func (o *office) run(stdin string, args ...string) string {
	o.t.Helper()
	var out bytes.Buffer
	if err := run(o.t.Context(), args, o.env, strings.NewReader(stdin), &out, &out); err != nil {
		return fmt.Sprintf("%serror %d: %v", out.String(), exitCode(err), err)
	}
	return out.String()
}

const (
	siteSeattle = `
locations:
  - id: seattle
    name: Seattle
    country: US
    time_zone: America/Los_Angeles
    low_stock: 3
    numbers: ["+12065550100-0149", "+12065550300", "+12065550100;ext=7"]
    blocked: ["+12065550111"]
`
	tariff = `
plans:
  - {id: metered, name: Metered, price: "$8: each", voice_routing_policy: Metered Calls}
`
	london = `
  - id: london
    name: "London: City"
    country: GB
    time_zone: Europe/London
    cooling_days: 0
    admins: [a11ce000-0000-4000-8000-000000000001]
    numbers: [+442079460000-0009, +44207946000]
`
	exported = `locations:
  - id: london
    name: "London: City"
    country: "GB"
    time_zone: "Europe/London"
    cooling_days: 0
    admins:
      - "a11ce000-0000-4000-8000-000000000001"
    numbers:
      - "+44207946000"
      - "+442079460000-0009"
  - id: seattle
    name: "Seattle"
    country: "US"
    time_zone: "America/Los_Angeles"
    low_stock: 3
    numbers:
      - "+12065550100-0149"
      - "+12065550300"
      - "+12065550100;ext=7"
    blocked:
      - "+12065550111"
plans:
  - id: metered
    name: "Metered"
    price: "$8: each"
    voice_routing_policy: "Metered Calls"
`
)

func TestApplyAndExport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	both := siteSeattle + strings.TrimPrefix(london, "\n") + tariff
	want := `added    location seattle
added    location london
added    plan metered
added    numbers +12065550100 to +12065550110 (11), seattle
added    number +12065550111, seattle: blocked
added    numbers +12065550112 to +12065550149 (38), seattle
added    number +12065550300, seattle
added    number +44207946000, london
added    numbers +442079460000 to +442079460009 (10), london
added    number +12065550100;ext=7, seattle
66 added, 0 changed, 0 removed, 0 refused.
`
	if got := o.run(both, "apply", "-f", "-", "--dry-run"); got != want+"Nothing was written: this was a dry run.\n" {
		t.Errorf("dry run: %s", got)
	}
	if left, err := os.ReadDir(o.dir); err != nil || len(left) > 0 {
		t.Errorf("a dry run left %v, %v", left, err)
	}
	if got := o.run(both, "apply", "-f", "-"); got != want+"Done.\n" {
		t.Errorf("apply: %s", got)
	}
	file := filepath.Join(o.dir, "org.yaml")
	if got := o.run("", "export", file); got != "" {
		t.Errorf("export: %s", got)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != exported {
		t.Errorf("exported:\n%s\nwant\n%s", text, exported)
	}
	if got := o.run("", "apply", "-f", file); got != noDifference {
		t.Errorf("apply of an export: %s\n%s", got, text)
	}
	if again := o.run("", "export"); again != string(text) {
		t.Errorf("export differs:\n%s\n%s", text, again)
	}
	// What the file does not name goes, where nobody uses it.
	want = `changed  location seattle: low_stock 3 -> 0
added    number +12065550400, seattle
removed  number +12065550100;ext=7, seattle
removed  number +12065550300, seattle
removed  number +44207946000, london
removed  numbers +442079460000 to +442079460009 (10), london
removed  location london
1 added, 1 changed, 14 removed, 0 refused.
`
	less := strings.NewReplacer(`"+12065550300"`, `"+12065550400"`, "    low_stock: 3\n", "", `, "+12065550100;ext=7"`, "").Replace(siteSeattle) + tariff
	if got := o.run(less, "apply", "-f", "-", "--dry-run"); got != want+"Nothing was written: this was a dry run.\n" {
		t.Errorf("dry run of less: %s", got)
	}
	if got := o.run(less, "apply", "-f", "-"); got != want+"Done.\n" {
		t.Errorf("apply of less: %s", got)
	}
	if got := o.run(less, "apply", "-f", "-"); got != noDifference {
		t.Errorf("once more: %s", got)
	}
	if got := o.run("locations: []\nplans: []\n", "apply", "-f", "-"); !strings.HasSuffix(got, "0 added, 0 changed, 53 removed, 0 refused.\nDone.\n") {
		t.Errorf("apply of nothing: %s", got)
	}
	if got := o.run("", "export"); got != "locations: []\nplans: []\n" {
		t.Errorf("there is still: %s", got)
	}
}

func TestApplyMistakes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for args, want := range map[string]string{
		"apply":                       "error 2: expected --file FILE",
		"apply -f /no/such/file":      "error 2: --file: open /no/such/file: no such file",
		"apply -f - --tenant alder":   `error 2: --tenant (CALLTAB_APP_TENANT) is "alder"; expected the GUID of the tenant`,
		"apply -f - --store " + o.dir: "error 1: open store",
		"export --tenant x":           "error 2: --tenant",
		"export":                      "error 2: --store (CALLTAB_STORE): there is no store " + o.dir,
	} {
		if got := o.run("locations: []\nplans: []\n", strings.Fields(args)...); !strings.Contains(got, want) {
			t.Errorf("%s: %s", args, got)
		}
	}
	if got := o.run("", "apply", "-f", "-"); got != "error 2: the organisation file is not right:\n  line 1: the file is empty; expected locations and plans" {
		t.Errorf("an empty file: %s", got)
	}
	if left, err := os.ReadDir(o.dir); err != nil || len(left) > 0 {
		t.Errorf("mistakes left %v, %v", left, err)
	}
	if got := o.run(strings.Repeat("#", mostOrg+1), "apply", "-f", "-"); !strings.Contains(got, "error 2: --file: - is larger than 32 MiB") {
		t.Errorf("too large: %.200s", got)
	}
	if got := o.run("locations: []\nplans: []\n", "apply", "-f", "-"); got != noDifference {
		t.Errorf("nothing: %s", got)
	}
	nowhere := filepath.Join(o.dir, "no", "file")
	if got := o.run("", "export", nowhere); !strings.Contains(got, "error 1: open ") {
		t.Errorf("export to a folder that is not there: %s", got)
	}
}

// changeable is where an inventory is kept, beside which another operator makes a change between the dry run and the work.
type changeable struct {
	admin
	between func()
}

func (c changeable) Apply(ctx context.Context, tenant provision.TenantID, text []byte, dry bool, out io.Writer) error {
	if !dry {
		c.between()
	}
	return c.admin.Apply(ctx, tenant, text, dry, out)
}

// TestApplySaysWhatItDid: where the inventory changes between the difference that is printed and the work,
// what was done is said.
func TestApplySaysWhatItDid(t *testing.T) {
	t.Parallel()
	c := Ops{Service: core.New(provision.Config{Store: storetest.Memory(), AuditKey: make([]byte, 32), Now: time.Now})}
	d := changeable{c, func() {
		half := strings.Replace(siteSeattle, "0100-0149", "0100-0139", 1) + tariff
		if err := c.Apply(t.Context(), guidTenant, []byte(half), false, io.Discard); err != nil {
			t.Error(err)
		}
	}}
	var out bytes.Buffer
	if err := applyTo(t.Context(), d, guidTenant, []byte(siteSeattle+tariff), false, &out); err != nil {
		t.Fatal(err)
	}
	want := `54 added, 0 changed, 0 removed, 0 refused.
Done, but the inventory changed meanwhile. What was done is:
added    numbers +12065550140 to +12065550149 (10), seattle
10 added, 0 changed, 0 removed, 0 refused.
`
	if got := out.String(); !strings.HasSuffix(got, want) {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
}

// TestFileNamesItsTenant: a file that belongs to one tenant is not applied to another; with several tenants allowed it
// has to say to which it belongs, and an export does.
func TestFileNamesItsTenant(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	file := siteSeattle + tariff
	if got := o.run("tenant: "+guidOther+file, "apply", "-f", "-"); !strings.Contains(got, "error 2") || !strings.Contains(got, "belongs to "+guidOther) {
		t.Errorf("another tenant's file: %s", got)
	}
	if got := o.run("tenant: us"+file, "apply", "-f", "-"); !strings.Contains(got, "error 2") || !strings.Contains(got, "the GUID of the tenant") {
		t.Errorf("a tenant that is none: %s", got)
	}
	if got := o.run("tenant: "+strings.ToUpper(guidTenant)+file, "apply", "-f", "-"); !strings.Contains(got, "Done.") {
		t.Errorf("its own tenant's file: %s", got)
	}
	if got := o.run(file, "apply", "-f", "-"); got != noDifference {
		t.Errorf("a file without a tenant, where one is allowed: %s", got)
	}
	if got := o.run("", "export"); strings.Contains(got, "tenant:") {
		t.Errorf("exported: %s", got)
	}

	store, _ := o.env("CALLTAB_STORE")
	o.env = environment(map[string]string{"CALLTAB_STORE": store, "CALLTAB_APP_TENANT": guidTenant, "CALLTAB_TENANTS": guidTenant + ", " + guidOther})
	if got := o.run(file, "apply", "-f", "-"); !strings.Contains(got, "error 2") || !strings.Contains(got, "such as tenant: "+guidTenant) {
		t.Errorf("a file without a tenant, where two are allowed: %s", got)
	}
	exported := o.run("", "export")
	if !strings.HasPrefix(exported, "tenant: "+guidTenant+"\n") {
		t.Errorf("exported: %s", exported)
	}
	if got := o.run(exported, "apply", "-f", "-"); got != noDifference {
		t.Errorf("what was exported: %s", got)
	}
	if got := o.run(exported, "apply", "-f", "-", "--tenant", guidOther); !strings.Contains(got, "belongs to "+guidTenant) {
		t.Errorf("what was exported, for the other: %s", got)
	}
}

// TestFileNamesItsTenantInAStoreOfTwo: where the store has another tenant, a file names the one that it belongs to,
// whatever the shell says that is allowed.
func TestFileNamesItsTenantInAStoreOfTwo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	file := siteSeattle + tariff
	if got := o.run(file, "apply", "-f", "-"); !strings.Contains(got, "Done.") {
		t.Fatalf("the first tenant: %s", got)
	}
	if got := o.run(file, "apply", "-f", "-", "--tenant", guidOther); !strings.Contains(got, "error 2") || !strings.Contains(got, "such as tenant: "+guidOther) {
		t.Errorf("a second tenant, unnamed: %s", got)
	}
	if got := o.run("", "export"); strings.Contains(got, "tenant:") {
		t.Errorf("exported where there is one: %s", got)
	}
	if got := o.run("tenant: "+guidOther+file, "apply", "-f", "-", "--tenant", guidOther); !strings.Contains(got, "Done.") {
		t.Fatalf("the second tenant: %s", got)
	}
	exported := o.run("", "export", "--tenant", guidOther)
	if !strings.HasPrefix(exported, "tenant: "+guidOther+"\n") {
		t.Errorf("exported where there are two: %s", exported)
	}
	if got := o.run(exported, "apply", "-f", "-"); !strings.Contains(got, "error 2") || !strings.Contains(got, "belongs to "+guidOther) {
		t.Errorf("the second's export, for the first: %s", got)
	}
	if got := o.run(file, "apply", "-f", "-"); !strings.Contains(got, "error 2") || !strings.Contains(got, "such as tenant: "+guidTenant) {
		t.Errorf("the first, unnamed: %s", got)
	}
	if got := o.run(exported, "apply", "-f", "-", "--tenant", guidOther); got != noDifference {
		t.Errorf("what was exported, for the second: %s", got)
	}
}
