package provision_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/reconcile"
)

// compare plays a round to its end, as the job does; each page is done twice, as after a crash.
func (d *desk) compare() provision.NumberReport {
	d.t.Helper()
	if _, err := d.SyncNumbers(d.t.Context(), tenant, alice); err != nil {
		d.fails("sync numbers", err)
	}
	for _, step := range reconcile.NumberSteps() {
		for from, more := "", true; more; more = from != "" {
			if _, err := d.Read(d.t.Context(), tenant, step, from); err != nil {
				d.fails("read", err)
			}
			page, err := d.Read(d.t.Context(), tenant, step, from)
			if err != nil {
				d.fails("read again", err)
			}
			d.update(func(tx provision.Tx) error { return d.Note(tx, tenant, page) })
			from = page.Next
		}
	}
	d.update(func(tx provision.Tx) error { return d.NumbersEnded(tx, tenant) })
	report, err := d.SyncNumbers(d.t.Context(), tenant, alice) // begins the next round, and tells of the last one
	if err != nil {
		d.fails("sync numbers", err)
	}
	return report
}

func findings(r provision.NumberReport) string {
	var all []string
	for _, f := range r.Samples {
		all = append(all, fmt.Sprintf("%s %s", f.Class, f.Number[len(f.Number)-4:]))
	}
	return strings.Join(all, ", ")
}

// TestMatching: what each number comes to, and that a second round finds the same.
func TestMatching(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	has := func(id provision.UserID, kind string, numbers ...provision.E164) {
		d.ms.voices[id] = provision.Voice{Found: true, AccountType: kind, Numbers: numbers,
			Policies: map[string]provision.Policy{provision.VoiceRoutingPolicy: {Name: "unlimited calls"}}}
	}
	gone := provision.UserID("ffffffff-0000-4000-8000-000000000009")
	guest := provision.UserID("0e000000-0000-4000-8000-000000000008")
	bound := d.done(d.save(d.full(dana, "+12065550101"))) // as it should be
	d.ms.change(func(m *microsoft) {
		has(dana, "user", "+12065550101")
		has(erin, "user", "+12065550102", "+12065559999") // of the stock, and not of the stock
		has(gone, "user", "+12065550103")
		m.people = append(m.people, provision.Person{ID: guest, UPN: "guest@example.com", Guest: true})
		has(guest, "user", "+12065550104")
		m.onPrem["+12065550105"] = true
		has(hugo, "user", "+12065550105")
	})
	d.record("+12065550104")
	first := d.compare()
	const want = "adopted 0102, elsewhere 0103, elsewhere 0104, elsewhere 0105, unknown 9999"
	if got := findings(first); got != want || first.Count[provision.NumberMatched] != 1 {
		t.Errorf("got %s; %d matched\nwant %s", got, first.Count[provision.NumberMatched], want)
	}
	if v := d.record("+12065550102"); v.State != provision.Assigned || v.User != erin {
		t.Errorf("the adopted number is %+v", v)
	}
	f, err := d.Find(t.Context(), tenant, alice, provision.Query{User: erin}, 1)
	if err != nil || f[0].Subscriber.Plan != "unlimited" || f[0].Subscriber.Location != "seattle" || f[0].Subscriber.Number != "+12065550102" {
		t.Errorf("%+v, %v", f, err)
	}
	for _, n := range []provision.E164{"+12065550103", "+12065550104", "+12065550105"} {
		if v := d.record(n); v.State != provision.Blocked || !v.Taken {
			t.Errorf("%s is %+v", n, v)
		}
	}

	// A second round: what was adopted is in order, Dana's number has gone, and Erin's extra one was taken away.
	d.advance(time.Hour)
	d.ms.change(func(m *microsoft) { has(dana, "user"); has(erin, "user", "+12065550102") })
	second := d.compare()
	const then = "missing 0101, elsewhere 0103, elsewhere 0104, elsewhere 0105"
	if got := findings(second); got != then || second.Count[provision.NumberMatched] != 1 || second.Count[provision.NumberUnknown] != 0 {
		t.Errorf("got %s; %v\nwant %s", got, second.Count, then)
	}
	if v := d.record("+12065550101"); v.State != provision.Assigned || v.Order != bound.ID {
		t.Errorf("what is only missing was changed: %+v", v)
	}
	if _, err := d.Audit(t.Context(), tenant); err != nil {
		t.Error(err)
	}
}
