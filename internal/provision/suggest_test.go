package provision_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"calltab/internal/provision"
)

// offered is what the number form of a draft for a person offers.
func (d *desk) offered(p provision.Person, loc provision.LocationID) []string {
	d.t.Helper()
	i := slices.IndexFunc(d.ms.people, func(q provision.Person) bool { return q.ID == dana })
	d.ms.people[i].Mobile, d.ms.people[i].Phones = p.Mobile, p.Phones
	s := d.begin(provision.Request{User: dana, Location: loc, Plan: "metered"})
	s = d.answer(s, another(formNumber))
	if s.Order.Form != provision.FormNumber {
		d.t.Fatalf("it stands at %s: %v", s.Order.Form, s.Order.Reasons)
	}
	last := len(s.Best) - 1
	if s.Best[last].E164 != s.Order.Proposed.Number { // the one that suits best was proposed, and comes last
		d.t.Fatalf("%s was proposed, and the form has %v", s.Order.Proposed.Number, s.Best)
	}
	var got []string
	for _, n := range append([]provision.Suggestion{s.Best[last]}, s.Best[:last]...) {
		got = append(got, strings.TrimSpace(fmt.Sprint(n.E164[len(n.E164)-4:], " ", n.Merit, " ", n.Digits)))
	}
	return got
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	d, end := bareDesk(t)
	defer end()
	d.load("seattle", "+12065550100", 100)
	d.load("seattle", "+14255550110", 5)
	for _, c := range []struct {
		name   string
		person provision.Person
		want   string
	}{
		{"nothing known", provision.Person{}, "0101 unused, 0102 unused, 0103 unused, 0104 unused, 0105 unused"},
		{"desk extension", provision.Person{Phones: []string{"+1 617 555 0100 ext. 12"}}, "0112 extension 12, 0112 extension 12, 0101 unused, 0102 unused, 0103 unused"},
		{"extension as x", provision.Person{Phones: []string{"555 0100 x137"}}, "0137 extension 137, 0101 unused, 0102 unused, 0103 unused, 0104 unused"},
		{"no extension", provision.Person{Phones: []string{"front desk", "12"}}, "0101 unused, 0102 unused, 0103 unused, 0104 unused, 0105 unused"},
		{"mobile", provision.Person{Mobile: "(206) 555 0142"}, "0142 mobile 0142, 0101 unused, 0102 unused, 0103 unused, 0104 unused"},
		{"mobile by three", provision.Person{Mobile: "07700 909 142"}, "0142 mobile 142, 0101 unused, 0102 unused, 0103 unused, 0104 unused"},
		{"same area", provision.Person{Mobile: "+1 425 555 7777"}, "0110 area 425, 0111 area 425, 0101 unused, 0102 unused, 0103 unused"},
		{"both", provision.Person{Mobile: "+1 425 555 0142", Phones: []string{"x55"}}, "0155 extension 55, 0142 mobile 0142, 0110 area 425, 0111 area 425, 0101 unused"},
		{"memorable is kept back", provision.Person{Phones: []string{"x100"}, Mobile: "+1 206 555 0100"}, "0101 area 206, 0102 area 206, 0103 unused, 0104 unused, 0105 unused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(d.offered(c.person, "seattle"), ", ")
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if again := strings.Join(d.offered(c.person, "seattle"), ", "); again != got {
				t.Errorf("the next one is offered %s", again)
			}
		})
	}
}

// TestSuggestRest: what was used rests longest first, behind what was never used, and memorable numbers come last.
func TestSuggestRest(t *testing.T) {
	t.Parallel()
	d, end := bareDesk(t)
	defer end()
	d.load("seattle", "+12065550100", 4)
	first := d.full(dana, "+12065550102")
	if _, err := d.Cancel(t.Context(), tenant, alice, first.Order.ID); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(d.offered(provision.Person{}, "seattle"), ", "); got != "0101 unused, 0102 unused, 0103 unused, 0100 unused" {
		t.Errorf("got %s", got)
	}
}

// TestTwoHundredOnFifty: two hundred requesters at once, on fifty numbers, each taking what they are offered until none is left:
// no number is promised twice, and none is left over.
func TestTwoHundredOnFifty(t *testing.T) {
	t.Parallel()
	d := quickDesk(t)
	d.load("seattle", "+12065550100", 50)
	for i := range 200 {
		d.ms.groups[user(1000+i)] = []string{"group"}
	}
	var mu sync.Mutex
	taken := map[provision.E164][]provision.OrderID{}
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			by := provision.Actor{ID: user(1000 + i)}
			s, err := d.Begin(t.Context(), provision.Request{Tenant: tenant, Requester: by, User: dana, Location: "seattle", Plan: "metered"})
			if err == nil && s.Order.Form == provision.FormReview {
				s, err = d.Answer(t.Context(), tenant, by, s.Order.ID, s.Order.Revision, another(formNumber))
			}
			for err == nil && s.Order.Form == provision.FormNumber && len(s.Best) > 0 {
				s, err = d.Answer(t.Context(), tenant, by, s.Order.ID, s.Order.Revision, provision.Answer{Number: s.Best[i%len(s.Best)].E164})
			}
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if s.Order.Number != "" {
				taken[s.Order.Number] = append(taken[s.Order.Number], s.Order.ID)
			}
		})
	}
	wg.Wait()
	if len(taken) != 50 {
		t.Errorf("%d numbers were taken", len(taken))
	}
	for n, orders := range taken {
		if v := d.record(n); len(orders) != 1 || v.State != provision.Held || v.Order != orders[0] {
			t.Errorf("%s is promised to %v, and its record says %+v", n, orders, v)
		}
	}
}
