package setup

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/internal/provision"
)

const (
	tenant = "7e9a0000-1111-4222-8333-444455556666"
	admin  = "a11ce000-0000-4000-8000-000000000001"
)

func nothingSet(string) (string, bool) { return "", false }

// whole are the flags that leave nothing to ask.
func whole(dir string) Flags {
	return Flags{Tenant: tenant, Host: "calltab.contoso.com", Admins: admin, Dir: dir,
		Site: []string{"Seattle,US,America/Los_Angeles,+12065550100-0199, +12065550300;ext=1100-1102", "Zürich West,ch,Europe/Zurich"},
		Plan: []string{"Unlimited,Unlimited Calls,$17 a month, calls in the country included", "Metered,,by the minute"}}
}

// same are their answers in a terminal.
var same = []string{tenant, "calltab.contoso.com", admin, "", "", "Seattle", "US", "America/Los_Angeles", "+12065550100-0199, +12065550300;ext=1100-1102",
	"Zürich West", "ch", "Europe/Zurich", "", "", "Unlimited", "Unlimited Calls", "$17 a month, calls in the country included",
	"Metered", "", "by the minute", "", ""}

// unread is an input that nobody may read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("it asks although it was told everything")
	return 0, io.EOF
}

func prepared(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		info, err := e.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", e.Name(), info.Mode(), err)
		}
		all[e.Name()] = strings.ReplaceAll(string(text), dir, "DIR")
	}
	return all
}

// TestFlagsAndAnswers: what is told by flags and what is answered in a terminal make the same files, and nothing is
// asked that was told.
func TestFlagsAndAnswers(t *testing.T) {
	t.Parallel()
	byFlags, byAnswers := t.TempDir(), t.TempDir()
	var out strings.Builder
	if err := Run(t.Context(), whole(byFlags), Place{In: unread{t}, Out: &out, Env: nothingSet}); err != nil {
		t.Fatal(err)
	}
	var asked strings.Builder
	answers := strings.NewReader(strings.Join(same, "\n") + "\n")
	if err := Run(t.Context(), Flags{Dir: byAnswers}, Place{In: answers, Out: &asked, Env: nothingSet, Terminal: true}); err != nil {
		t.Fatal(err)
	}
	a, b := prepared(t, byFlags), prepared(t, byAnswers)
	if len(a) != len(names) {
		t.Errorf("there are %d files", len(a))
	}
	for _, name := range names {
		if a[name] != b[name] {
			t.Errorf("%s: by flags\n%s\nby answers\n%s", name, a[name], b[name])
		}
		if !strings.Contains(out.String(), filepath.Join(byFlags, name)) {
			t.Errorf("it does not say that it wrote %s", name)
		}
	}
	if !strings.Contains(a[guide], "az ad sp create") || !strings.Contains(out.String(), "Next: open "+filepath.Join(byFlags, guide)) {
		t.Errorf("it does not lead to the commands:\n%s", &out)
	}
	if got := strings.Count(asked.String(), "\n> "); got != len(same) {
		t.Errorf("%d questions for %d answers:\n%s", got, len(same), &asked)
	}
	file, err := orgyaml.Read([]byte(a[organisation]))
	if err != nil || file.Tenant != tenant {
		t.Fatalf("%v\n%s", err, a[organisation])
	}
	org := file.OrgFile(nil)
	if len(org.Locations) != 2 || org.Locations[1].Name != "Zürich West" || org.Locations[1].ID != "zurich-west" || org.Locations[1].Country != "CH" {
		t.Errorf("locations: %+v", org.Locations)
	}
	if len(org.Plans) != 2 || org.Plans[0].VoiceRoutingPolicy != "Unlimited Calls" || org.Plans[0].Price != "$17 a month, calls in the country included" {
		t.Errorf("plans: %+v", org.Plans)
	}
	count := 0
	for range org.Numbers {
		count++
	}
	if count != 103 {
		t.Errorf("%d numbers, want 103", count)
	}
}

// TestAskedAgain: each bad answer gets a sentence that says what to write, and the question comes again.
func TestAskedAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at   int // the answer before which it is given
		bad  string
		says string
	}{
		{0, "", "That was empty"},
		{0, "contoso", "neither a domain, such as contoso.com, nor a tenant's id"},
		{0, "https://contoso.com", "neither a domain"},
		{0, "00000000-0000-0000-0000-000000000000", "neither a domain"},
		{0, "nobody.example", "asking Microsoft for the tenant of nobody.example did not work"},
		{1, "https://calltab.contoso.com", "more than a host name in it: write calltab.contoso.com"},
		{1, "calltab.contoso.com:443", "write calltab.contoso.com"},
		{1, "calltab.contoso.com/api/messages", "write calltab.contoso.com"},
		{1, "localhost", "no host name that Teams can reach"},
		{1, "10.0.0.1", "no host name that Teams can reach"},
		{1, "call tab.contoso.com", "no host name that Teams can reach"},
		{2, "alice@contoso.com", "“alice@contoso.com” is no object id"},
		{2, ",", "nobody is named"},
		{3, "password", "certificate, managed-identity, workload-identity or secret"},
		{4, "nginx", "write proxy-here, proxy or calltab"},
		{5, "\x1b[D", "keys in it that are no letters"},
		{6, "", "That was empty"},
		{6, "Washington", "“Washington” is no country: write its two letters"},
		{6, "UK", "is no country"},
		{7, "Seattle", "no time zone: write its IANA name"},
		{7, "Local", "no time zone"},
		{8, "+12065550199-0100", "goes backwards: write the lower number first, as in +12065550100-0199"},
		{8, "+1206555", "does not read as phone numbers"},
		{8, "+12065550100-0199, +12065550150", "+12065550150 is there twice, the other time in Seattle"},
		{9, "seattle", "there is a site Seattle already"},
		{17, "UNLIMITED", "there is a plan Unlimited already"},
		{12, "+12065550190-0210", "+12065550190 is there twice, the other time in Seattle"},
		{14, "", "That was empty"},
		{16, "", "That was empty"},
		{21, "9", "“9” is none of them: write a number from 1 to 7"},
	} {
		dir := t.TempDir()
		answers := strings.Join(slices.Insert(slices.Clone(same), c.at, c.bad), "\n") + "\n"
		var out strings.Builder
		at := Place{In: strings.NewReader(answers), Out: &out, Terminal: true, Env: func(name string) (string, bool) {
			return "https://127.0.0.1:1/", name == "CALLTAB_LOGIN_AUTHORITY"
		}}
		if err := Run(t.Context(), Flags{Dir: dir}, at); err != nil {
			t.Errorf("%q: %v", c.bad, err)
		}
		if !strings.Contains(strings.ToLower(out.String()), strings.ToLower(c.says)) {
			t.Errorf("%q before answer %d: it does not say %q:\n%s", c.bad, c.at, c.says, &out)
		}
		if all := prepared(t, dir); len(all) != len(names) || !strings.Contains(all[organisation], `"+12065550100-0199"`) {
			t.Errorf("%q: %d files\n%s", c.bad, len(all), all[organisation])
		}
	}
}

// TestReview: a person sees what they have answered before it is written, and gives any part of it once more.
func TestReview(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		again []string
		file  string
		has   string
	}{
		{[]string{"1", "7e9a0000-1111-4222-8333-44445555aaaa"}, settings, "7e9a0000-1111-4222-8333-44445555aaaa"},
		{[]string{"2", "telefon.müller.de"}, guide, "https://telefon.xn--mller-kva.de/api/messages"},
		{[]string{"3", "a11ce000-0000-4000-8000-00000000000a"}, settings, "a11ce000-0000-4000-8000-00000000000a"},
		{[]string{"4", "secret"}, settings, "CALLTAB_APP_AUTH=secret"},
		{[]string{"5", "proxy"}, settings, "CALLTAB_BEHIND_PROXY=1"},
		{[]string{"6", "東京", "JP", "Asia/Tokyo", "+12065550100-0199", "大阪", "JP", "Asia/Tokyo", "", ""}, organisation, "id: jp-2"},
		{[]string{"7", "Basic", "", "free", ""}, organisation, "id: basic"},
	} {
		dir := t.TempDir()
		var out strings.Builder
		answers := slices.Concat(same[:len(same)-1], c.again, []string{""})
		at := Place{In: strings.NewReader(strings.Join(answers, "\n") + "\n"), Out: &out, Env: nothingSet, Terminal: true}
		if err := Run(t.Context(), Flags{Dir: dir}, at); err != nil {
			t.Fatalf("%q: %v\n%s", c.again, err, &out)
		}
		if text := prepared(t, dir)[c.file]; !strings.Contains(text, c.has) {
			t.Errorf("%q: %s has no %s:\n%s", c.again, c.file, c.has, text)
		}
		if !strings.Contains(out.String(), "2  host name       calltab.contoso.com") || strings.Count(out.String(), "These are your answers") != 2 {
			t.Errorf("%q:\n%s", c.again, &out)
		}
	}
}

// TestFlagMistakes: without a terminal everything that is wrong or missing is said at once, and nothing is written.
func TestFlagMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change func(*Flags)
		says   []string
	}{
		{func(f *Flags) { *f = Flags{Dir: f.Dir} }, []string{"missing: --tenant, --host, --admins, --site, --plan."}},
		{func(f *Flags) { f.Tenant, f.Plan = "contoso", nil }, []string{"--tenant: “contoso” is neither", "missing: --plan."}},
		{func(f *Flags) { f.Host = "https://x.contoso.com/api" }, []string{"--host: ", "write x.contoso.com"}},
		{func(f *Flags) { f.Auth = "token" }, []string{"--auth: “token”"}},
		{func(f *Flags) { f.Site[0] = "Seattle,America/Los_Angeles,+12065550100-0199" },
			[]string{"“America/Los_Angeles” is no country", "such as Seattle,US,America/Los_Angeles"}},
		{func(f *Flags) { f.Site[0] = "Seattle" }, []string{"“Seattle” is not all of a site", "its country as two letters"}},
		{func(f *Flags) { f.Site[1] = "Boston,US,America/New_York,+12065550199" }, []string{"+12065550199 is there twice, the other time in Seattle"}},
		{func(f *Flags) { f.Plan = append(f.Plan, "metered,,free") }, []string{"there is a plan Metered already"}},
		{func(f *Flags) { f.Site = append(f.Site, "seattle,US,America/Los_Angeles") }, []string{"there is a site Seattle already"}},
		{func(f *Flags) { f.Plan[0] = "Unlimited" }, []string{"“Unlimited” is not all of a plan"}},
		{func(f *Flags) { f.Dir += "/nowhere" }, []string{"--dir: there is no folder"}},
	} {
		f := whole(t.TempDir())
		dir := f.Dir
		c.change(&f)
		err := Run(t.Context(), f, Place{In: strings.NewReader("answers\n"), Out: io.Discard, Env: nothingSet})
		var mistake *MistakeError
		if !errors.As(err, &mistake) {
			t.Errorf("%v: %v", c.says, err)
			continue
		}
		for _, want := range c.says {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("it does not say %q: %v", want, err)
			}
		}
		if all := prepared(t, dir); len(all) > 0 {
			t.Errorf("%v: it wrote %d files", c.says, len(all))
		}
	}
}

// TestFlagAskedAgain: in a terminal a flag that cannot be used is a question, and the other flags are answers.
func TestFlagAskedAgain(t *testing.T) {
	t.Parallel()
	f := whole(t.TempDir())
	f.Host, f.Site[0] = "https://calltab.contoso.com", "Seattle"
	var out strings.Builder
	answers := strings.NewReader("calltab.contoso.com\n\n\n" + strings.Join(same[5:9], "\n") + "\n\n")
	if err := Run(t.Context(), f, Place{In: answers, Out: &out, Env: nothingSet, Terminal: true}); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	if got := strings.Count(out.String(), "\n> "); got != 8 || !strings.Contains(out.String(), "--host https://calltab.contoso.com: “https") {
		t.Errorf("%d answers:\n%s", got, &out)
	}
}

// TestStopped: wherever the answers end, nothing is written; nor after an interrupt.
func TestStopped(t *testing.T) {
	t.Parallel()
	for n := range same {
		dir := t.TempDir()
		answers := strings.NewReader(strings.Join(same[:n], "\n") + "\n")
		if n == 0 {
			answers = strings.NewReader("")
		}
		err := Run(t.Context(), Flags{Dir: dir}, Place{In: answers, Out: io.Discard, Env: nothingSet, Terminal: true})
		if !errors.Is(err, errStopped) || len(prepared(t, dir)) > 0 {
			t.Errorf("after %d answers: %v, %d files", n, err, len(prepared(t, dir)))
		}
	}
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	in, typing := io.Pipe()
	defer typing.Close()
	done := make(chan error)
	go func() {
		done <- Run(ctx, Flags{Dir: dir}, Place{In: in, Out: io.Discard, Env: nothingSet, Terminal: true})
	}()
	if _, err := io.WriteString(typing, tenant+"\n"); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, errStopped) || len(prepared(t, dir)) > 0 {
		t.Errorf("after an interrupt: %v, %d files", err, len(prepared(t, dir)))
	}
}

// TestNothingIsWrittenOver: a file that is there is named before the first question, and stays as it is; --force writes
// over it.
func TestNothingIsWrittenOver(t *testing.T) {
	t.Parallel()
	for _, name := range names {
		f := whole(t.TempDir())
		path := filepath.Join(f.Dir, name)
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		err := Run(t.Context(), Flags{Dir: f.Dir}, Place{In: unread{t}, Out: io.Discard, Env: nothingSet, Terminal: true})
		var mistake *MistakeError
		if all := prepared(t, f.Dir); !errors.As(err, &mistake) || len(all) != 1 || all[name] != "mine" {
			t.Errorf("%s: %v, %v", name, err, all)
		}
		if err != nil && (!strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "--force")) {
			t.Errorf("%s: %v", name, err)
		}
		f.Force = true
		if err := Run(t.Context(), f, Place{In: unread{t}, Out: io.Discard, Env: nothingSet}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if all := prepared(t, f.Dir); len(all) != len(names) || all[name] == "mine" {
			t.Errorf("%s: it was not written over", name)
		}
	}
}

// TestFolders: the settings name the files in any folder, as a shell reads them.
func TestFolders(t *testing.T) {
	t.Parallel()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	for _, name := range []string{"plain", "with space", "it's", "$HOME", "a#b", `"quoted"`, `back\slash`} {
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := Run(t.Context(), whole(dir), Place{In: unread{t}, Out: io.Discard, Env: nothingSet}); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), sh, "-c", `. ./calltab.env; printf %s "$CALLTAB_ORG"`)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil || string(out) != filepath.Join(dir, organisation) {
			t.Errorf("%q: a shell reads %q, %v", name, out, err)
		}
	}
}

// TestAnyNames: sites and plans of any name make an organisation file that reads as them.
func TestAnyNames(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var a answers
		var sites, plans []string
		name := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"Seattle", "seattle", "Seattle 2", "東京", "ß", "a-", `"x"`, "yes", "~", "- a", "{a: b}", "# c"}))
		for range rapid.IntRange(1, 6).Draw(rt, "sites") {
			n := strings.ReplaceAll(name.Draw(rt, "site"), ",", "")
			err := a.takeSite(n + ",US,America/New_York")
			if err == nil {
				sites = append(sites, strings.TrimSpace(provision.Visible(n)))
			}
			if p := name.Draw(rt, "plan"); a.takePlan(strings.ReplaceAll(p, ",", "")+",,"+p) == nil {
				plans = append(plans, strings.TrimSpace(provision.Visible(strings.ReplaceAll(p, ",", ""))))
			}
		}
		text, err := orgText(&a.org)
		if err != nil {
			rt.Fatalf("%q, %q: %v", sites, plans, err)
		}
		file, err := orgyaml.Read(text)
		if err != nil {
			rt.Fatal(err)
		}
		org := file.OrgFile(nil)
		var gotSites, gotPlans []string
		for _, l := range org.Locations {
			gotSites = append(gotSites, l.Name)
		}
		for _, p := range org.Plans {
			gotPlans = append(gotPlans, p.Name)
		}
		slices.Sort(sites) // the file has them by their ids
		slices.Sort(gotSites)
		if !slices.Equal(gotSites, sites) || !slices.Equal(gotPlans, plans) {
			rt.Fatalf("%q, %q read as %q, %q:\n%s", sites, plans, gotSites, gotPlans, text)
		}
	})
}

// FuzzSite: whatever stands behind --site is refused with a sentence, or makes a file that can be read.
func FuzzSite(f *testing.F) {
	for _, seed := range append(whole("").Site, "Seattle", "a,US,UTC,+12065550100;ext=1-9", "x,DE,Europe/Berlin,030 23125 100-199", ",,,", "a,US,America/New_York,\x00") {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var a answers
		if err := a.takeSite(text); err != nil {
			if len(a.org.Locations) > 0 || len(err.Error()) < 20 {
				t.Errorf("%q: %v, %+v", text, err, a.org.Locations)
			}
			return
		}
		if _, err := orgText(&a.org); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// TestBotName: an Azure Bot takes the name that its host gives.
func TestBotName(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"calltab.contoso.com": "calltab-contoso-com", "phones.contoso.com": "calltab-phones-contoso-com",
		"a-very-long-name-of-a-host.emea.contoso.com": "calltab-a-very-long-name-of-a-host-emea-co",
	} {
		if got := botName(host); got != want || len(got) > longestBot {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
	}
}
