package provision_test

import (
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
)

// reserved is a desk on which a number of Seattle is kept for Erin, out of the cooling period after Dana where rests
// says so.
func reserved(t *testing.T, rests bool) (*desk, provision.Order) {
	t.Helper()
	d, end := bareDesk(t)
	t.Cleanup(end)
	if told, err := d.apply(d.Core, office(), false); err != nil {
		t.Fatalf("%q, %v", told, err)
	}
	var o provision.Order
	if rests {
		d.given()
		o = d.carry(d.order(provision.Release, "", ""))
	}
	who := provision.Person{ID: erin, DisplayName: "Erin"}
	if _, err := d.Reserve(t.Context(), tenant, alice, who, first, d.now().AddDate(0, 0, 60)); err != nil {
		t.Fatal(err)
	}
	return d, o
}

// kept holds that the number is kept for Erin, and that the check of the store and the replay of the trail agree.
func (d *desk) kept() {
	d.t.Helper()
	if v := d.record(first); !v.ReservedFor(erin) || v.Kept.User != erin {
		d.t.Errorf("the number is %+v", v)
	}
	d.sound()
}

// TestReservedOrganisation: an organisation file neither loses nor gives out a number that is kept for a person.
func TestReservedOrganisation(t *testing.T) {
	t.Parallel()
	d, _ := reserved(t, false)
	if told, err := d.apply(d.Core, office(), false); err != nil || len(told) > 0 {
		t.Errorf("applied again: %q, %v", told, err)
	}
	for name, c := range map[string]struct {
		file planned
		want string
	}{
		"it is blocked":       {planned{sites: office().sites, plans: tariffs, blocked: []provision.E164{first}, where: office().where}, "refused number +12065550100, seattle: reserved"},
		"it is elsewhere":     {office().numbers("boston", first, 1), "refused number +12065550100, seattle: reserved"},
		"it is not there":     {planned{sites: office().sites, plans: tariffs}.numbers("seattle", "+12065550101", 3).numbers("boston", eastern, 2), "refused number +12065550100, seattle: reserved"},
		"its location is not": {planned{sites: office().sites[:1], plans: tariffs}, "refused location seattle: in use by 1 number"},
	} {
		told, err := d.apply(d.Core, c.file, false)
		if err != nil || !strings.Contains(strings.Join(told, "\n"), c.want) {
			t.Errorf("%s: %q, %v", name, told, err)
		}
		d.kept()
	}
}

// TestReservedMicrosoft: what Microsoft shows of a number counts more than that it is kept: it becomes its owner's, or
// is set aside. Where Microsoft has it on nobody it stays kept.
func TestReservedMicrosoft(t *testing.T) {
	t.Parallel()
	has := func(d *desk, id provision.UserID, numbers ...provision.E164) {
		d.ms.change(func(m *microsoft) {
			m.voices[id] = provision.Voice{Found: true, AccountType: "user", Numbers: numbers,
				Policies: map[string]provision.Policy{provision.VoiceRoutingPolicy: {Name: "unlimited calls"}}}
		})
	}
	d, _ := reserved(t, true)
	has(d, erin)
	has(d, dana)
	d.compare()
	d.kept()

	has(d, dana, first) // another person than it is kept for
	d.advance(time.Hour)
	d.compare()
	if v := d.record(first); v.State != provision.Assigned || v.User != dana {
		t.Errorf("adopted it is %+v", v)
	}
	d.sound()

	d, _ = reserved(t, false)
	has(d, "ffffffff-0000-4000-8000-000000000009", first)
	d.compare()
	if v := d.record(first); v.State != provision.Blocked || !v.Taken || v.Kept.User != "" {
		t.Errorf("on an account that is gone it is %+v", v)
	}
	d.sound()
}

// TestReservedUndo: to take a release back whose number is kept for another person is refused with that reason; for
// whom it is kept it is given back.
func TestReservedUndo(t *testing.T) {
	t.Parallel()
	d, o := reserved(t, true)
	s, err := d.Undo(t.Context(), tenant, alice, o.ID)
	if err != nil || s.Order.Form != provision.FormRefused || s.Order.Reasons[0].Rule != "undo-number-kept" {
		t.Errorf("stands at %s: %v, %v", s.Order.Form, s.Order.Reasons, err)
	}
	d.kept()
	if _, err := d.Cancel(t.Context(), tenant, alice, s.Order.ID); err != nil {
		t.Error(err)
	}
	if err := d.Unreserve(t.Context(), tenant, alice, first); err != nil {
		t.Error(err)
	}
	if v := d.record(first); v.State != provision.Cooling || v.User != dana {
		t.Errorf("released it is %+v", v)
	}
	if _, err := d.Reserve(t.Context(), tenant, alice, provision.Person{ID: dana}, first, time.Time{}); err != nil {
		t.Error(err)
	}
	d.undone(o)
	if v := d.record(first); v.State != provision.Assigned || v.User != dana {
		t.Errorf("given back it is %+v", v)
	}
	d.sound()
}

// TestReservedEnds: a reservation ends by itself; the cooling period that it interrupted goes on to its own end.
func TestReservedEnds(t *testing.T) {
	t.Parallel()
	d, _ := reserved(t, true)
	end := func() (over bool) {
		d.update(func(tx provision.Tx) (err error) {
			_, over, err = d.EndReservation(tx, tenant, first)
			return err
		})
		return over
	}
	if d.advance(59 * 24 * time.Hour); end() {
		t.Error("it ended early")
	}
	d.kept()
	d.advance(2 * 24 * time.Hour)
	if !end() || d.record(first).State != provision.Cooling {
		t.Errorf("at its end it is %+v", d.record(first))
	}
	d.update(func(tx provision.Tx) error {
		_, _, err := d.EndCooling(tx, tenant, first)
		return err
	})
	if v := d.record(first); v.State != provision.Free || v.Rested.IsZero() {
		t.Errorf("after its rest it is %+v", v)
	}
	if !d.queue.hasNumber(provision.JobReserve, first) {
		t.Error("no job ends it")
	}
	d.sound()
}

// TestReserveDays: without a day a reservation lasts as long as the location says.
func TestReserveDays(t *testing.T) {
	t.Parallel()
	for days, want := range map[int]int{0: provision.DefaultReserve, 14: 14} {
		d, end := bareDesk(t)
		p := office()
		for i := range p.sites {
			p.sites[i].ReserveDays = days
		}
		if _, err := d.apply(d.Core, p, false); err != nil {
			t.Fatal(err)
		}
		v, err := d.Reserve(t.Context(), tenant, alice, provision.Person{ID: erin}, first, time.Time{})
		if got := v.Until.Sub(d.now()); err != nil || got != time.Duration(want)*24*time.Hour {
			t.Errorf("with %d days it lasts %v, %v", days, got, err)
		}
		end()
	}
}

func (q *queue) hasNumber(kind string, n provision.E164) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	_, ok := q.due[kind+"/"+string(tenant)+"/"+string(n)]
	return ok
}
