package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/doctor"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/routes"
)

// TestDoctorRoutes: what the last night has brought is told for each plan, and why one has brought nothing. It is never
// wrong: the main job works without.
func TestDoctorRoutes(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	tenant := provision.TenantID(w.cloud.Org().Tenant.ID)
	night := time.Date(2026, 3, 3, 3, 12, 0, 0, time.UTC)
	leads := routes.Snapshot{At: night, Dial: []string{"Global"}, Calling: []routes.Calling{{Name: "Global"}},
		Voice: []routes.Voice{{Name: "Metered Calls", Usages: []string{"Out"}, Routes: 1, Gateways: []string{"sbc1.alderfinch.example"}},
			{Name: "Unlimited Calls", Usages: []string{"Out"}, Routes: 1, Gateways: []string{"sbc1.alderfinch.example"}}}}
	half := leads
	half.Voice = leads.Voice[:1]
	bare := leads
	bare.Dial, bare.Calling = nil, nil
	keep := func(s routes.Snapshot) func(provision.Tx) error {
		return func(tx provision.Tx) error {
			_, err := routes.Keep(tx, tenant, s, nil)
			return err
		}
	}
	miss := func(kind routes.FailureKind) func(provision.Tx) error {
		return func(tx provision.Tx) error {
			return routes.Miss(tx, tenant, night.AddDate(0, 0, 1), routes.Failure{Kind: kind, Detail: "as it was said"})
		}
	}
	for i, c := range []struct {
		write []func(provision.Tx) error
		want  doctor.Verdict
		says  []string
	}{
		{[]func(provision.Tx) error{keep(leads)}, doctor.Fine, []string{"at 03:12 UTC on 3 March 2026", "(2 of 2 plans name a voice routing policy)"}},
		{[]func(provision.Tx) error{keep(half)}, doctor.Warning,
			[]string{"Unlimited: Teams does not have the voice routing policy “Unlimited Calls”", "other plans (1), nothing is wrong"}},
		{[]func(provision.Tx) error{keep(bare)}, doctor.Unchecked, []string{"as far as it was sent, what plans name is there", "Dial plans were not in what Microsoft sent.",
			"Calling policies were not in what Microsoft sent.", "reads them again at night"}},
		{[]func(provision.Tx) error{keep(leads), miss(routes.FailedAnswer)}, doctor.Warning,
			[]string{"(2 of 2 plans name a voice routing policy)", "at 03:12 UTC on 4 March 2026, brought nothing: Microsoft did not answer", "(as it was said)"}},
		{[]func(provision.Tx) error{miss(routes.FailedPermission)}, doctor.Unchecked, []string{"does not let Calltab", "Grant ConfigurationMonitoring.ReadWrite.All"}},
		{[]func(provision.Tx) error{miss(routes.FailedFull)}, doctor.Unchecked, []string{"12 snapshot jobs", "Delete jobs of other tools"}},
		{[]func(provision.Tx) error{miss(routes.FailedRefused)}, doctor.Unchecked, []string{"refused it (as it was said)", "20,000 resources"}},
		{[]func(provision.Tx) error{miss(routes.FailedJob)}, doctor.Unchecked, []string{"could not read the configuration (as", "Global Reader"}},
		{[]func(provision.Tx) error{miss(routes.FailedPartial)}, doctor.Unchecked, []string{"only some of", "Global Reader"}},
		{[]func(provision.Tx) error{miss(routes.FailedEndless)}, doctor.Unchecked, []string{"two hours", "tried again the next night"}},
		{[]func(provision.Tx) error{miss(routes.FailedUnreadable)}, doctor.Unchecked, []string{"no snapshot that this version can read"}},
		{[]func(provision.Tx) error{miss("of a later version")}, doctor.Unchecked, []string{"does not know"}},
	} {
		w.env["CALLTAB_STORE"] = filepath.Join(w.dir, "night"+string(rune('a'+i))+".db")
		db, err := storefile.OpenFile(w.env["CALLTAB_STORE"])
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range c.write {
			if err := db.Update(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		_, _, _, all := w.examined()
		for _, f := range all {
			if f.Check != "routes of plans" {
				continue
			}
			said := f.Found + "\n" + f.Mend
			for _, want := range c.says {
				if !strings.Contains(said, want) {
					t.Errorf("%d: nothing says %q: %s", i, want, said)
				}
			}
			if f.Verdict != c.want || f.Verdict != doctor.Fine && f.Mend == "" {
				t.Errorf("%d: it is %s: %+v", i, f.Verdict, f)
			}
		}
	}
}
