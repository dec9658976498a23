package main

import (
	"slices"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/doctor"
)

// TestDoctorApp: what an admin has in Teams is held against the settings and this program's package.
func TestDoctorApp(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	alice, _ := w.cloud.Org().Person("alice")
	w.env["CALLTAB_ADMINS"] = alice.ID
	catalogue := w.env["CALLTAB_CATALOG_APP_ID"]
	for _, c := range []struct {
		name    string
		change  func(*ward) func()
		verdict doctor.Verdict
		says    string
	}{
		{"right", setting("LANG", "C"), doctor.Fine, "Alice Moreau has version"},
		{"no id set", setting("CALLTAB_CATALOG_APP_ID", ""), doctor.Warning, "Set CALLTAB_CATALOG_APP_ID=" + catalogue + "."},
		{"another id set", setting("CALLTAB_CATALOG_APP_ID", "00000000-0000-4000-8000-00000000beef"), doctor.Warning, "Set CALLTAB_CATALOG_APP_ID=" + catalogue + "."},
		{"older in the catalogue", published("0.0.1"), doctor.Warning, "has version 0.0.1"},
		{"of another bot", func(w *ward) func() {
			before := w.cloud.Graph().PublishFor("00000000-0000-4000-8000-0000000000b0")
			return func() { w.cloud.Graph().PublishFor(before) }
		}, doctor.Warning, "names has the id 00000000-0000-4000-8000-0000000000b0, and the bot has " + w.env["CALLTAB_APP_ID"]},
		{"not in Teams", adminIs("erin"), doctor.Unchecked, "Add it as Erin Walsh"},
		{"without the permission", func(w *ward) func() {
			w.cloud.Login().SetRoles("User.Read.All")
			return func() {}
		}, doctor.Unchecked, "Not looked at."},
	} {
		undo := c.change(w)
		_, _, _, all := w.examined()
		i := slices.IndexFunc(all, func(f doctor.Finding) bool { return f.Check == "app in Teams" })
		if i < 0 || all[i].Verdict != c.verdict || !strings.Contains(all[i].Found+all[i].Mend, c.says) {
			t.Errorf("%s: %+v, want %s with %q", c.name, all[max(i, 0)], c.verdict, c.says)
		}
		undo()
	}
}

// published has the catalogue show another version of the app.
func published(version string) func(*ward) func() {
	return func(w *ward) func() {
		before := w.cloud.Graph().Publish(version)
		return func() { w.cloud.Graph().Publish(before) }
	}
}

// adminIs has another person be the admin.
func adminIs(alias string) func(*ward) func() {
	return func(w *ward) func() {
		who, _ := w.cloud.Org().Person(alias)
		return setting("CALLTAB_ADMINS", who.ID)(w)
	}
}
