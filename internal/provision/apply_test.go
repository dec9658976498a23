package provision_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

// plan is an inventory as a test writes it: where each number is to be, and which are blocked.
type planned struct {
	sites   []provision.Location
	plans   []provision.Plan
	where   map[provision.E164]provision.LocationID
	blocked []provision.E164
}

func (p planned) inventory() provision.Inventory {
	return provision.Inventory{
		Locations: p.sites, Plans: p.plans, Blocked: p.blocked, Fingerprint: fmt.Sprint(p),
		Numbers: func(yield func(provision.E164, provision.LocationID) bool) {
			for _, n := range slices.Sorted(maps.Keys(p.where)) {
				if !yield(n, p.where[n]) {
					return
				}
			}
		},
		Has: func(n provision.E164) (provision.LocationID, bool) { loc, ok := p.where[n]; return loc, ok },
	}
}

// numbers are some that follow one another.
func (p planned) numbers(loc provision.LocationID, first string, count int) planned {
	p.where = maps.Clone(p.where)
	if p.where == nil {
		p.where = map[provision.E164]provision.LocationID{}
	}
	for i := range count {
		p.where[number(first, i)] = loc
	}
	return p
}

// apply applies and returns what was told, as texts.
func (d *desk) apply(s *provision.Service, p planned, dry bool) (told []string, err error) {
	err = s.Apply(d.t.Context(), tenant, alice.ID, p.inventory(), dry, func(x provision.Difference) {
		told = append(told, fmt.Sprint(x.Verb, " ", x.Location, x.Plan, x.Number, " ", x.Why))
	})
	return told, err
}

// TestApplyKilled cuts an application off after, and before, each of its commits and runs it again.
func TestApplyKilled(t *testing.T) {
	t.Parallel()
	to := planned{sites: sites[1:], plans: tariffs[:1], blocked: []provision.E164{"+12065550125"}}.numbers("seattle", "+12065550120", 40)
	prepare := func() (*desk, func()) {
		d, end := bareDesk(t)
		d.load("seattle", "+12065550100", 30)
		d.load("london", "+442079460000", 20)
		d.full(dana, "+12065550105")
		return d, end
	}
	whole, end := prepare()
	defer end()
	if _, err := whole.apply(whole.Service, to, false); err != nil {
		t.Fatal(err)
	}
	want := whole.tables()
	for name, crash := range map[string]func(provision.Store, int, func()) provision.Store{
		"after":  func(s provision.Store, n int, die func()) provision.Store { return storetest.CrashAfter(s, n, die) },
		"before": func(s provision.Store, n int, die func()) provision.Store { return storetest.CrashBefore(s, n, die) },
	} {
		n, died := 0, true
		for ; died; n++ {
			died = false
			d, end := prepare()
			_, err := d.apply(d.open(crash(d.store, n, func() { died = true })), to, false)
			if died != errors.Is(err, storetest.ErrCrashed) {
				t.Errorf("%s %d: %v", name, n, err)
			}
			if _, err := d.apply(d.Service, to, false); err != nil {
				t.Errorf("%s %d, again: %v", name, n, err)
			}
			got := d.tables()
			delete(got, "imported "+string(tenant)) // cut off between the last change and the note of it, there is nothing left to note
			trimmed := maps.Clone(want)
			delete(trimmed, "imported "+string(tenant))
			wantTables(t, got, trimmed)
			end()
		}
		if n < 8 {
			t.Errorf("%s: only %d crashes", name, n)
		}
	}
}

// TestApplyAnything: whatever is there and whatever the inventory says, a dry run tells what the application then does; a
// second application tells of nothing but what is refused; no number that somebody has or had is lost, and the counts are true.
func TestApplyAnything(t *testing.T) {
	t.Parallel()
	drawPlan := func(rt *rapid.T, name string) planned {
		p := planned{plans: tariffs[:rapid.IntRange(1, 2).Draw(rt, name+" plans")]}
		p.sites = sites[:rapid.IntRange(1, 2).Draw(rt, name+" sites")]
		p.where = map[provision.E164]provision.LocationID{}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, 40), 0, 40).Draw(rt, name+" numbers") {
			p.where[number("+12065550100", i)] = p.sites[i%len(p.sites)].ID
		}
		for n := range p.where {
			if n[len(n)-1] == '7' {
				p.blocked = append(p.blocked, n)
			}
		}
		slices.Sort(p.blocked)
		return p
	}
	rapid.Check(t, func(rt *rapid.T) {
		d := quickDesk(t)
		from, to := drawPlan(rt, "from"), drawPlan(rt, "to")
		if _, err := d.apply(d.Service, from, false); err != nil {
			rt.Fatal(err)
		}
		held := map[provision.E164]bool{}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, 40), 0, 4).Draw(rt, "held") {
			n := number("+12065550100", i)
			if loc, ok := from.where[n]; ok && loc == "seattle" && !held[n] && !slices.Contains(from.blocked, n) {
				d.begin(provision.Request{Requester: alice, User: dana, Location: "seattle", Plan: from.plans[0].ID, Number: n})
				held[n] = true
			}
		}
		promised, err := d.apply(d.Service, to, true)
		if err != nil {
			rt.Fatal(err)
		}
		done, err := d.apply(d.Service, to, false)
		if err != nil || !slices.Equal(slices.Sorted(slices.Values(promised)), slices.Sorted(slices.Values(done))) {
			rt.Fatalf("promised %q, did %q, %v", promised, done, err)
		}
		again, err := d.apply(d.Service, to, false)
		for _, told := range again {
			if told[:7] != "refused" {
				rt.Fatalf("applied again it says %q, %v", again, err)
			}
		}
		counts := map[string]int{}
		for n, err := range d.EachNumber(t.Context(), tenant) {
			if err != nil {
				rt.Fatal(err)
			}
			counts[string(n.Location)+" "+string(n.State)]++
			if loc, named := to.where[n.E164]; n.State != provision.Held && (!named || loc != n.Location) {
				rt.Fatalf("%+v is there, and should be in %q", n, loc)
			}
			delete(held, n.E164)
			delete(to.where, n.E164)
		}
		if len(held) > 0 || len(to.where) > 0 {
			rt.Fatalf("lost %v, missing %v", held, to.where)
		}
		stock, err := d.Stock(t.Context(), tenant)
		for _, st := range stock {
			for state, n := range st.Numbers {
				if counts[string(st.ID)+" "+string(state)] != n {
					rt.Fatalf("%s counts %d %s, there are %v, %v", st.ID, n, state, counts, err)
				}
			}
		}
	})
}
