package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
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

// run is the program's output, or its error.
func (o *office) run(stdin string, args ...string) string {
	o.t.Helper()
	var out bytes.Buffer
	if err := run(o.t.Context(), args, o.env, strings.NewReader(stdin), &out, &out); err != nil {
		return out.String() + "error: " + err.Error()
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
    numbers: ["+12065550100-0149", "+12065550300"]
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
)

func TestApplyAndExport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	both := siteSeattle + strings.TrimPrefix(london, "\n") + tariff
	want := `added    location seattle
added    location london
added    plan metered
added    numbers +12065550100 to +12065550149 (50), seattle
added    number +12065550300, seattle
added    number +44207946000, london
added    numbers +442079460000 to +442079460009 (10), london
changed  number +12065550111, seattle: blocked
65 added, 1 changed, 0 removed, 0 refused.
`
	if got := o.run(both, "apply", "-f", "-", "--dry-run"); got != want+"Nothing was written: this was a dry run.\n" {
		t.Errorf("dry run: %s", got)
	}
	if got := o.run("", "export"); got != "locations:\nplans:\n" {
		t.Errorf("after a dry run there is: %s", got)
	}
	if got := o.run(both, "apply", "-f", "-"); got != want {
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
	if got := o.run("", "apply", "-f", file); got != "No difference.\n" {
		t.Errorf("apply of an export: %s\n%s", got, text)
	}
	if again := o.run("", "export"); again != string(text) {
		t.Errorf("export differs:\n%s\n%s", text, again)
	}
	// What the file does not name goes, where nobody uses it.
	want = `added    number +12065550400, seattle
removed  number +12065550300, seattle
removed  number +44207946000, london
removed  numbers +442079460000 to +442079460009 (10), london
removed  location london
1 added, 0 changed, 13 removed, 0 refused.
`
	less := strings.Replace(siteSeattle, "+12065550300", "+12065550400", 1) + tariff
	if got := o.run(less, "apply", "-f", "-"); !sameLines(got, want) {
		t.Errorf("apply of less: %s", got)
	}
	if got := o.run(less, "apply", "-f", "-"); got != "No difference.\n" {
		t.Errorf("once more: %s", got)
	}
}

// sameLines compares without the order: numbers of several lengths mix in the store.
func sameLines(a, b string) bool {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	count := map[string]int{}
	for _, l := range x {
		count[l]++
	}
	for _, l := range y {
		count[l]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func TestApplyMistakes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for args, want := range map[string]string{
		"apply":                     "expected --file FILE",
		"apply -f /no/such/file":    "no such file",
		"apply -f - --tenant alder": `--tenant (CALLTAB_APP_TENANT) is "alder"; expected the GUID of the tenant`,
		"apply -f -":                "line 1: the file is empty",
		"export --tenant x":         "expected the GUID",
		"export /no/such/dir/file":  "no such file",
	} {
		if got := o.run("", strings.Fields(args)...); !strings.Contains(got, want) || !strings.Contains(got, "error: ") {
			t.Errorf("%s: %s", args, got)
		}
	}
}

// TestApplyBesideServe: with the program running the commands go through its socket, which only its owner may open; a number
// that somebody has is never taken out.
func TestApplyBesideServe(t *testing.T) {
	t.Parallel()
	s := &script{stage: newTestStage(t), out: testLog{t}}
	s.must(t, "say alice 'add dana seattle unlimited +12065550160'", "click alice Save", "advance 15m", "order dana done",
		"say alice 'add gita boston metered +16175550106'")
	info, err := os.Stat(socketOf(s.path("calltab.db")))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the socket is %v, %v", info, err)
	}
	o := &office{t, s.dir, environment(map[string]string{"CALLTAB_STORE": s.path("calltab.db"), "CALLTAB_APP_TENANT": string(s.tenant())})}
	before := o.run("", "export")
	if !strings.Contains(before, `"+12065550100-0199"`) {
		t.Fatalf("export: %s", before)
	}
	got := o.run(siteSeattle+tariff, "apply", "-f", "-")
	for _, want := range []string{"refused  number +12065550160, seattle: assigned", "refused  number +16175550106, boston: held",
		"refused  location boston: in use", "refused  plan unlimited: in use", "removed  location london", "What is refused stays"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q: %s", want, got)
		}
	}
	s.must(t, "number +12065550160 assigned dana", "number +16175550106 held", "say alice 'status dana'", "card alice 'Ready since'")
	if got := o.run(before, "apply", "-f", "-", "--dry-run"); !strings.Contains(got, "added    location london") {
		t.Errorf("the way back: %s", got)
	}
	if got := o.run("locations: 1", "apply", "-f", "-"); !strings.Contains(got, "error: the organisation file is not right") {
		t.Errorf("mistakes over the socket: %s", got)
	}
	other := &office{t, s.dir, environment(map[string]string{"CALLTAB_STORE": s.path("calltab.db"), "CALLTAB_APP_TENANT": guidTenant})}
	if got := other.run("", "export"); !strings.Contains(got, "does not serve the tenant") {
		t.Errorf("another tenant: %s", got)
	}
	// Without an answer on the socket the lock of the store says why nothing is done.
	if err := os.Remove(socketOf(s.path("calltab.db"))); err != nil {
		t.Fatal(err)
	}
	if got := o.run("", "export"); !strings.Contains(got, "error: ") || !strings.Contains(got, "no program answers on") {
		t.Errorf("without its socket: %s", got)
	}
}

// TestStaleSocket: what a killed program left behind is in nobody's way, and no other file is removed for it.
func TestStaleSocket(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s")
	for range 2 {
		l, err := listenAdmin(path)
		if err != nil {
			t.Fatal(err)
		}
		l.(interface{ SetUnlinkOnClose(bool) }).SetUnlinkOnClose(false)
		l.Close()
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := listenAdmin(path); err == nil {
		t.Error("it took another file for a socket")
	}
	if text, _ := os.ReadFile(path); string(text) != "mine" {
		t.Errorf("the file says %q", text)
	}
}
