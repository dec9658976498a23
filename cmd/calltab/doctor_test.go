package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/doctor"
	"calltab/cmd/calltab/internal/storefile"
	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/fault"
	"calltab/internal/sandbox/graph"
	"calltab/manifest"
)

// ward is a tenant at Microsoft, and the settings of an installation that are right until a switch is thrown.
type ward struct {
	t     *testing.T
	dir   string
	cloud *cloud.Cloud
	env   map[string]string
	skew  time.Duration // of the machine's clock
}

func newWard(t *testing.T) *ward {
	t.Helper()
	w := &ward{t: t, dir: t.TempDir()}
	c, err := cloud.Start(cloud.Config{Dir: w.dir, Wall: time.Now, Unlimited: true, AppVersion: manifest.Version})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	w.cloud, w.env = c, c.Env()
	w.env["CALLTAB_ORG"] = w.file("org.yaml", string(c.OrgYAML()))
	w.env["CALLTAB_STORE"] = filepath.Join(w.dir, "calltab.db")
	return w
}

func (w *ward) file(name, text string) string {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

func (w *ward) lookup(name string) (string, bool) {
	v, ok := w.env[name]
	return v, ok
}

// examined are the checks by their verdicts.
func (w *ward) examined() (wrong, warned, unchecked []string, all []doctor.Finding) {
	machine := doctor.Machine{Env: w.lookup, Now: func() time.Time { return time.Now().Add(w.skew) }}
	all = slices.Collect(doctor.Examine(w.t.Context(), machine))
	for _, f := range all {
		switch f.Verdict {
		case doctor.Wrong:
			wrong = append(wrong, f.Check)
		case doctor.Warning:
			warned = append(warned, f.Check)
		case doctor.Unchecked:
			unchecked = append(unchecked, f.Check)
		case doctor.Fine:
		}
	}
	return wrong, warned, unchecked, all
}

// ailment is something that is wrong with an installation or at Microsoft, what the doctor has to say of it, and what it
// hides: that is the oracle, written down before.
type ailment struct {
	name    string
	touches string // words: two faults of the same thing do not go together
	set     func(w *ward) (undo func())
	wrong   []string // the checks that are wrong
	warns   bool     // they are warnings
	says    string   // in what is found, or in what mends it
	hides   []string // the checks that cannot be made
}

// The checks that need others.
var (
	afterStore   = []string{"calltab serve"}
	afterReads   = []string{"people", "admins", "groups", "managers", "telephone service", "numbers", "policies of plans", "approvers", "app in Teams"}
	afterGraph   = slices.Concat([]string{"permission User.Read.All", "permission GroupMember.Read.All", "permission TeamsTelephoneNumber.ReadWrite.All", "permission TeamsUserConfiguration.Read.All", "permission TeamsPolicyUserAssign.ReadWrite.All", "permission TeamsAppInstallation.ReadWriteSelfForUser.All", "permission MailboxSettings.Read", "permission ConfigurationMonitoring.ReadWrite.All"}, afterReads)
	afterSignIn  = slices.Concat([]string{"sign-in for Teams", "sign-in for Graph"}, afterGraph)
	afterPeople  = []string{"admins", "groups", "managers", "telephone service", "approvers", "app in Teams"}
	withPeople   = slices.Concat([]string{"people"}, afterPeople)
	bothSignIns  = []string{"sign-in for Teams", "sign-in for Graph"}
	mayLack      = []string{"TeamsAppInstallation.ReadWriteSelfForUser.All", "MailboxSettings.Read", "ConfigurationMonitoring.ReadWrite.All"}
	nobodysPort  = "https://127.0.0.1:1"
	readByPermit = map[string][]string{
		"User.Read.All": withPeople, "GroupMember.Read.All": {"groups"}, "TeamsTelephoneNumber.ReadWrite.All": {"numbers"},
		"TeamsUserConfiguration.Read.All": {"telephone service"}, "TeamsPolicyUserAssign.ReadWrite.All": {"policies of plans"},
	}
)

// setting changes one setting.
func setting(name, value string) func(*ward) func() {
	return func(w *ward) func() {
		before, was := w.env[name]
		w.env[name] = value
		return func() {
			delete(w.env, name)
			if was {
				w.env[name] = before
			}
		}
	}
}

// certified has the bot show a certificate of its own.
func certified(name string, days int) func(*ward) func() {
	return func(w *ward) func() {
		before := maps.Clone(w.env)
		w.certify(name, days)
		w.env["CALLTAB_HOST"] = "calltab.alderfinch.example"
		w.env["CALLTAB_TLS_CERTIFICATE"], w.env["CALLTAB_TLS_KEY"] = filepath.Join(w.dir, "tls.crt"), filepath.Join(w.dir, "tls.key")
		return func() {
			for _, name := range []string{"CALLTAB_HOST", "CALLTAB_TLS_CERTIFICATE", "CALLTAB_TLS_KEY", "CALLTAB_CA_FILE"} {
				delete(w.env, name)
				if v, ok := before[name]; ok {
					w.env[name] = v
				}
			}
		}
	}
}

// organisation changes the organisation file.
func organisation(old, text string) func(*ward) func() {
	return func(w *ward) func() {
		right := string(w.cloud.OrgYAML())
		if !strings.Contains(right, old) {
			w.t.Fatalf("the organisation file has no %q", old)
		}
		w.file("org.yaml", strings.Replace(right, old, text, 1))
		return func() { w.file("org.yaml", right) }
	}
}

// Of an app that Entra does not know, it does not look at the secret: these two go by one name.
func ailments() []ailment {
	all := []ailment{
		{name: "secret's id in its place", touches: "sign-in", set: setting("CALLTAB_APP_SECRET", "8d1f5a52-4f6e-4d0e-9d59-0a8f6f3ce111"),
			wrong: bothSignIns, says: "form of a secret's id", hides: afterGraph},
		{name: "app unknown", touches: "sign-in", set: setting("CALLTAB_APP_ID", "00000000-0000-4000-8000-00000000dead"),
			wrong: bothSignIns, says: "Compare CALLTAB_APP_ID with", hides: afterGraph},
		{name: "tenant unknown", touches: "tenant", set: setting("CALLTAB_APP_TENANT", "00000000-0000-4000-8000-00000000beef"),
			wrong: []string{"tenant"}, says: "00000000-0000-4000-8000-00000000beef", hides: []string{"sign-in for Teams"}},
		{name: "sign-in out of reach", touches: "login", set: setting("CALLTAB_LOGIN_AUTHORITY", nobodysPort+"/"),
			wrong: []string{"way to sign-in"}, says: "does not answer", hides: slices.Concat([]string{"clock", "tenant"}, afterSignIn)},
		{name: "Graph out of reach", touches: "graph", set: setting("CALLTAB_GRAPH_URL", nobodysPort+"/v1.0"),
			wrong: []string{"way to Graph"}, says: "does not answer", hides: afterReads},
		{name: "Teams out of reach", touches: "teams", set: setting("CALLTAB_SERVICE_URLS", nobodysPort+"/"),
			wrong: []string{"way to Teams"}, says: "does not answer"},
		{name: "keys out of reach", touches: "keys", set: setting("CALLTAB_OPENID_METADATA_URL", nobodysPort+"/keys"),
			wrong: []string{"Microsoft's keys"}, says: "does not answer"},
		{name: "clock behind", touches: "clock", set: func(w *ward) func() {
			w.skew = -20 * time.Minute
			return func() { w.skew = 0 }
		}, wrong: []string{"clock"}, says: "20 minutes", hides: afterSignIn},
		{name: "key without store", touches: "store", set: func(w *ward) func() {
			path := w.file("calltab.db.key", strings.Repeat("k", 52))
			return func() { _ = os.Remove(path) }
		}, wrong: []string{"store"}, says: "calltab restore", hides: afterStore},
		{name: "key of another store", touches: "store", set: func(w *ward) func() {
			db, err := storefile.OpenFile(filepath.Join(w.dir, "played.db"))
			if err != nil {
				w.t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				w.t.Fatal(err)
			}
			w.file("played.db.key", "short")
			return setting("CALLTAB_STORE", filepath.Join(w.dir, "played.db"))(w)
		}, wrong: []string{"store"}, says: "shorter than 32 bytes", hides: afterStore},
		{name: "store without its pages", touches: "store", set: func(w *ward) func() {
			_ = os.Remove(filepath.Join(w.dir, "cut.db")) // of the pair before
			db, err := storefile.OpenFile(filepath.Join(w.dir, "cut.db"))
			if err != nil {
				w.t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				w.t.Fatal(err)
			}
			if err := os.Truncate(filepath.Join(w.dir, "cut.db"), 8192); err != nil {
				w.t.Fatal(err)
			}
			return setting("CALLTAB_STORE", filepath.Join(w.dir, "cut.db"))(w)
		}, wrong: []string{"store"}, says: "is damaged", hides: afterStore},
		{name: "people throttled", touches: "people", set: func(w *ward) func() {
			w.cloud.Faults().Add(fault.Rule{Service: fault.Graph, Method: "GET", Path: "/users/delta*", Times: -1, Status: 429})
			return w.cloud.Faults().Clear
		}, wrong: []string{"people"}, warns: true, says: "asks to wait", hides: afterPeople},
		{name: "TLS certificate ended", touches: "tls", set: certified("calltab.alderfinch.example", -1), wrong: []string{"way in"}, says: "ended on"},
		{name: "TLS certificate not renewed", touches: "tls", set: certified("calltab.alderfinch.example", 8), wrong: []string{"way in"}, warns: true,
			says: "ends in 8 days"},
		{name: "TLS certificate of another name", touches: "tls", set: certified("www.alderfinch.example", 60), wrong: []string{"way in"},
			says: "for www.alderfinch.example and not for calltab.alderfinch.example"},
		{name: "no folder for the store", touches: "store", set: setting("CALLTAB_STORE", "/nonexistent/calltab.db"), wrong: []string{"store"}, says: "install -d", hides: afterStore},
		{name: "organisation file not right", touches: "organisation", set: organisation("locations:", "sites:"),
			wrong: []string{"organisation file"}, says: "line", hides: []string{"policies of plans", "approvers"}},
		{name: "policy that Teams does not have", touches: "organisation", set: organisation("voice_routing_policy: Metered", "voice_routing_policy: Elsewhere"),
			wrong: []string{"policies of plans"}, says: "Elsewhere"},
		{name: "managers are not for apps", touches: "people", set: func(w *ward) func() {
			w.cloud.Faults().Add(fault.Rule{Service: fault.Graph, Method: "GET", Path: "/manager", Times: -1, Status: 403, Code: "Authorization_RequestDenied"})
			return w.cloud.Faults().Clear
		}, wrong: []string{"managers"}, warns: true, says: "approvers of locations"},
		{name: "consent withdrawn, token older", touches: "numbers", set: func(w *ward) func() {
			if err := w.cloud.Graph().Revoke("TeamsTelephoneNumber.ReadWrite.All"); err != nil {
				w.t.Fatal(err)
			}
			return func() { w.cloud.Graph().Grant("TeamsTelephoneNumber.ReadWrite.All") }
		}, wrong: []string{"numbers"}, says: "although the token carries"},
	}
	for _, p := range graph.Permissions() {
		all = append(all, ailment{name: "without " + p, touches: "permission", set: func(w *ward) func() {
			w.cloud.Login().SetRoles(slices.DeleteFunc(slices.Clone(graph.Permissions()), func(r string) bool { return r == p })...)
			return func() { w.cloud.Login().SetRoles(graph.Permissions()...) }
		}, wrong: []string{"permission " + p}, warns: slices.Contains(mayLack, p),
			says: "add the application permission " + p, hides: readByPermit[p]})
	}
	return all
}

// TestDoctor: each fault alone, and every two together. What one does not hide of the other is named, with what mends
// it; what is hidden says because of what; nothing else is wrong.
func TestDoctor(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	none := ailment{name: "nothing"}
	all := slices.Concat([]ailment{none}, ailments(), signInAilments())
	pairs := 0
	for i, a := range all {
		for _, b := range all[i:] {
			if a.excludes(b) {
				continue
			}
			if pairs%faultStride == 0 {
				w.judge(a, b)
			}
			pairs++
		}
	}
}

// excludes reports whether two faults are of the same thing.
func (a ailment) excludes(b ailment) bool {
	for _, thing := range strings.Fields(a.touches) {
		if slices.Contains(strings.Fields(b.touches), thing) {
			return true
		}
	}
	return false
}

func (w *ward) judge(a, b ailment) {
	w.t.Helper()
	name := a.name + " and " + b.name
	for _, f := range []ailment{a, b} {
		if f.set != nil {
			defer f.set(w)()
		}
	}
	wrong, warned, unchecked, found := w.examined()
	var wantWrong, wantWarned []string
	hidden := slices.Concat(a.hides, b.hides)
	if !slices.Contains(hidden, "calltab serve") {
		wantWarned = append(wantWarned, "calltab serve") // none runs
	}
	for _, f := range []ailment{a, b} {
		seen := slices.DeleteFunc(slices.Clone(f.wrong), func(c string) bool { return slices.Contains(hidden, c) })
		if f.warns {
			wantWarned = append(wantWarned, seen...)
		} else {
			wantWrong = append(wantWrong, seen...)
		}
		if len(seen) > 0 {
			w.says(name, f, found)
		}
	}
	w.same(name, "wrong", wrong, wantWrong)
	w.same(name, "warned of", warned, wantWarned)
	// nothing has run yet that could have read the routes
	w.same(name, "unchecked", unchecked, append(slices.Clone(hidden), "from Teams", "first phone", "admins", "app in Teams", "routes of plans"))
	for _, f := range found {
		if slices.Contains(f.Because, "organisation file") && f.Found != "Not looked at." {
			w.t.Errorf("%s: %s says of a file that was not read: %s", name, f.Check, f.Found)
		}
		if f.Verdict == doctor.Unchecked && f.Mend == "" && len(f.Because) == 0 {
			w.t.Errorf("%s: %s is not looked at, and nobody knows why", name, f.Check)
		}
	}
}

// TestDoctorAdmins: one who exists is enough to begin with.
func TestDoctorAdmins(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	alice, _ := w.cloud.Org().Person("alice")
	defer setting("CALLTAB_ADMINS", "00000000-0000-4000-8000-00000000face,"+alice.ID)(w)()
	wrong, warned, unchecked, _ := w.examined()
	w.same("a person among the admins", "wrong", slices.Concat(wrong, warned), []string{"calltab serve"})
	w.same("a person among the admins", "unchecked", unchecked, []string{"from Teams", "first phone", "routes of plans"})
}

// says wants the words of a fault in a finding about it.
func (w *ward) says(name string, f ailment, found []doctor.Finding) {
	w.t.Helper()
	for _, one := range found {
		if slices.Contains(f.wrong, one.Check) && strings.Contains(one.Found+one.Matters+one.Mend, f.says) {
			return
		}
	}
	w.t.Errorf("%s: nothing says %q of %s: %+v", name, f.says, f.name, found)
}

func (w *ward) same(name, what string, got, want []string) {
	w.t.Helper()
	set := func(all []string) []string {
		m := map[string]bool{}
		for _, s := range all {
			m[s] = true
		}
		return slices.Sorted(maps.Keys(m))
	}
	if g, e := set(got), set(want); !slices.Equal(g, e) {
		w.t.Errorf("%s: %s\n  got  %q\n  want %q", name, what, g, e)
	}
}

// TestDoctorReports: people read sentences and programs JSON, and the exit code tells whether something is wrong.
func TestDoctorReports(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	for _, c := range []struct {
		change func(*ward) func()
		code   int
		says   string
	}{
		{change: setting("LANG", "C"), code: 0, says: "ok         people: They can be read."},
		{change: setting("LANG", "C"), code: 0, says: "\nNothing is wrong. Worth a look: calltab serve. Not checked: admins, app in Teams, routes of plans, from Teams, first phone.\n"},
		{change: setting("CALLTAB_APP_SECRET", "wrong"), code: exitFailure, says: "because of: sign-in for Graph"},
		{change: setting("CALLTAB_CARRIER_URL", "ftp://user:geheim@carrier.example/hook?token=geheim"), code: exitFailure, says: "ftp://…@carrier.example/hook"},
		{change: certified("calltab.alderfinch.example", 60), code: 0, says: "ok         way in: The TLS certificate is for calltab.alderfinch.example and good for 60 days."},
		{change: setting("CALLTAB_BEHIND_PROXY", "1"), code: 0, says: "ok         way in: Calltab is set to listen on :3978 without TLS, which a proxy takes off"},
		{change: setting("CALLTAB_LISTEN", ":3978"), code: exitFailure, says: "WRONG      settings: CALLTAB_LISTEN"},
		{change: setting("CALLTAB_ADMINS", ""), code: exitFailure, says: "WRONG      settings: CALLTAB_ADMINS"},
	} {
		undo := c.change(w)
		var text, list bytes.Buffer
		err := run(t.Context(), []string{"doctor"}, w.lookup, nil, &text, io.Discard)
		if exitCode(err) != c.code || !strings.Contains(text.String(), c.says) {
			t.Errorf("exit code %d, expected %d with %q: %s", exitCode(err), c.code, c.says, text.String())
		}
		if strings.Contains(text.String(), "geheim") {
			t.Errorf("it shows a password: %s", text.String())
		}
		if err := run(context.Background(), []string{"doctor", "--json"}, w.lookup, nil, &list, io.Discard); exitCode(err) != c.code {
			t.Errorf("with JSON: %v", err)
		}
		var all []doctor.Finding
		if err := json.Unmarshal(list.Bytes(), &all); err != nil || len(all) < 2 {
			t.Errorf("%v: %s", err, list.Bytes())
		}
		undo()
	}
}

// TestDoctorChecklist: what only a person can do is ticked by the checks, named with what mends it where it is open, and
// never ticked where nobody looked.
func TestDoctorChecklist(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	alice, _ := w.cloud.Org().Person("alice")
	for _, c := range []struct {
		change func(*ward) func()
		code   int
		says   []string
		not    []string
	}{
		{change: setting("CALLTAB_ADMINS", alice.ID), says: []string{"[x] 1. Let this machine", "[x] 3. Give the bot",
			"[x] 4. Have a Privileged", "[x] 5. Name", "[?] 6. Make", "[?] 8. Point", "[?] 11. Put"}, not: []string{"[ ] 1"}},
		{change: setting("CALLTAB_APP_SECRET", "wrong"), code: exitFailure, says: []string{"[ ] 3. Give the bot",
			"AADSTS7000215", "[?] 4. Have", "Because of: sign-in for Graph."}, not: []string{"[x] 4", "[x] 5", "[x] 6"}},
		{change: setting("CALLTAB_APP_ID", ""), code: exitFailure, says: []string{"[ ] 2. Register", "settings: CALLTAB_APP_ID: missing",
			"[?] 1. Let", "Not looked at. Because of: settings."}, not: []string{"[x] 1", "[x] 3"}},
	} {
		undo := c.change(w)
		var text bytes.Buffer
		err := run(t.Context(), []string{"doctor", "--checklist"}, w.lookup, nil, &text, io.Discard)
		if exitCode(err) != c.code {
			t.Errorf("exit code %d, want %d", exitCode(err), c.code)
		}
		for _, want := range c.says {
			if !strings.Contains(text.String(), want) {
				t.Errorf("it does not say %q:\n%s", want, &text)
			}
		}
		for _, bad := range c.not {
			if strings.Contains(text.String(), bad) {
				t.Errorf("it says %q:\n%s", bad, &text)
			}
		}
		undo()
	}
}

// TestDoctorSteps: each check that a step names is one that the doctor makes, and README's permissions are the doctor's.
func TestDoctorSteps(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	_, _, _, all := w.examined()
	for _, s := range doctor.Steps() {
		for _, name := range s.Checks {
			if !slices.ContainsFunc(all, func(f doctor.Finding) bool { return f.Check == name }) {
				t.Errorf("%q waits for %q, which the doctor does not look at", s.Do, name)
			}
		}
		if len(s.Checks) == 0 && s.Unseen == "" {
			t.Errorf("%q: nobody can tell whether it is done", s.Do)
		}
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range doctor.Permissions() {
		optional := ""
		if p.Optional {
			optional = "optional: "
		}
		if row := "| `" + p.Name + "` | " + optional + p.For + " |"; !strings.Contains(string(readme), row) {
			t.Errorf("README does not have %s", row)
		}
	}
}
