package fulfil_test

import (
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// TestLookup: a job finds the person whom Graph did not show in time, or asks again in the end; the draft expires in its
// time either way, and no job is left behind.
func TestLookup(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fates  []fate
		form   provision.Form
		notice string
	}{
		"slow":       {times(3, fate{err: lost}), provision.FormReview, ""},
		"slower":     {times(11, fate{err: throttled}), provision.FormReview, ""},
		"never":      {always(lost), provision.FormPerson, "microsoft-busy"},
		"never more": {append(times(2, fate{err: lost}), always(unknown)...), provision.FormPerson, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.ms.change(func(m *microsoft) { m.gone = true }) // the saved order is none of this test's business
				w.live(w.store)
				synctest.Wait()
				w.ms.change(func(m *microsoft) { m.gone = false; m.fates["person"] = c.fates })
				sheet, err := w.svc.Begin(w.t.Context(), provision.Request{
					Tenant: tenant, Requester: alice, Query: "dana@example.com", Plan: "metered", Number: "+12065550102",
				})
				if err != nil || sheet.Order.Form != provision.FormLookup {
					t.Fatalf("at %s, %v", sheet.Order.Form, err)
				}
				w.id = sheet.Order.ID
				form := provision.FormLookup
				for range 24 * 60 {
					time.Sleep(time.Minute)
					synctest.Wait()
					if o := w.read(); o.State == provision.Draft && o.Form != provision.FormLookup {
						if form = o.Form; o.Notice.ID != c.notice {
							t.Errorf("it says %q, want %q", o.Notice.ID, c.notice)
						}
						break
					}
				}
				if form != c.form {
					t.Errorf("at %s, want %s", form, c.form)
				}
				time.Sleep(25 * time.Hour)
				synctest.Wait()
				if o := w.read(); o.State != provision.Expired || o.Number != "" {
					t.Errorf("%s with %s", o.State, o.Number)
				}
				time.Sleep(31 * 24 * time.Hour) // then it is forgotten
				synctest.Wait()
				err = w.store.View(w.t.Context(), func(tx job.Tx) error {
					for k := range tx.Scan("jobs", "", "") {
						t.Errorf("left behind: %s", k)
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		})
	}
}
