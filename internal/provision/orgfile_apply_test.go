package provision_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/orgfile"
	"calltab/internal/provision/storetest"
)

// plan is an inventory as a test writes it: where each number is to be, and which are blocked.
type planned struct {
	sites   []provision.Location
	plans   []provision.Plan
	where   map[provision.E164]provision.LocationID
	blocked []provision.E164
}

func (p planned) inventory() orgfile.OrgFile {
	return orgfile.OrgFile{
		Locations: p.sites, Plans: p.plans, Fingerprint: fmt.Sprint(p),
		Numbers: func(yield func(provision.E164, provision.LocationID) bool) {
			for _, n := range slices.Sorted(maps.Keys(p.where)) {
				if !yield(n, p.where[n]) {
					return
				}
			}
		},
		Has:     func(n provision.E164) (provision.LocationID, bool) { loc, ok := p.where[n]; return loc, ok },
		Blocked: func(n provision.E164) bool { return slices.Contains(p.blocked, n) },
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
func (d *desk) apply(s *core.Core, p planned, dry bool) (told []string, err error) {
	err = files(s).Apply(d.t.Context(), tenant, alice.ID, p.inventory(), dry, func(x orgfile.Diff) {
		told = append(told, string(x.Verb)+" "+x.What())
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
	few := func(d *desk) provision.Store { return struct{ provision.Store }{d.store} } // which takes few keys at once
	if _, err := whole.apply(whole.open(few(whole)), to, false); err != nil {
		t.Fatal(err)
	}
	want, links := whole.tables(), whole.events(provision.InventoryChanged)
	for name, crash := range map[string]func(provision.Store, int, func()) provision.Store{
		"after":  func(s provision.Store, n int, die func()) provision.Store { return storetest.CrashAfter(s, n, die) },
		"before": func(s provision.Store, n int, die func()) provision.Store { return storetest.CrashBefore(s, n, die) },
	} {
		n, died := 0, true
		for ; died; n++ {
			died = false
			d, end := prepare()
			_, err := d.apply(d.open(crash(few(d), n, func() { died = true })), to, false)
			if died != errors.Is(err, storetest.ErrCrashed) {
				t.Errorf("%s %d: %v", name, n, err)
			}
			if _, err := d.apply(d.open(few(d)), to, false); err != nil {
				t.Errorf("%s %d, again: %v", name, n, err)
			}
			wantTables(t, d.tables(), want)
			if got := d.events(provision.InventoryChanged); got != links {
				t.Errorf("%s %d: %d changes are in the trail, want %d", name, n, got, links)
			}
			end()
		}
		if n < 8 {
			t.Errorf("%s: only %d crashes", name, n)
		}
	}
}

// fates are what becomes of a free number before it is applied to: it is held by a draft, assigned, cools down, or is
// blocked because Microsoft shows it on an account.
var fates = []provision.NumberState{provision.Held, provision.Assigned, provision.Cooling, provision.Blocked}

// befall lets a free number of Seattle come to a state, by way of an order for a person.
func (d *desk) befall(who provision.UserID, plan provision.PlanID, n provision.E164, state provision.NumberState) {
	d.t.Helper()
	s := d.begin(provision.Request{User: who, Plan: plan, Number: n})
	if state == provision.Held {
		return
	}
	o := d.done(d.save(s))
	if state == provision.Assigned {
		return
	}
	d.update(func(tx provision.Tx) error { return d.Rest(tx, &o, n, state == provision.Blocked) })
}

// drawPlan draws an inventory of two locations, two plans and 41 numbers at most.
func drawPlan(rt *rapid.T, name string) planned {
	p := planned{plans: tariffs[:rapid.IntRange(1, 2).Draw(rt, name+" plans")], where: map[provision.E164]provision.LocationID{}}
	p.sites = sites[:rapid.IntRange(1, 2).Draw(rt, name+" sites")]
	shift := rapid.IntRange(0, 1).Draw(rt, name+" shift")
	for _, i := range rapid.SliceOfN(rapid.IntRange(0, 40), 0, 40).Draw(rt, name+" numbers") {
		p.where[number("+12065550100", i)] = p.sites[(i+shift)%len(p.sites)].ID
	}
	for _, n := range slices.Sorted(maps.Keys(p.where)) {
		if rapid.IntRange(0, 5).Draw(rt, name+" blocked") == 0 {
			p.blocked = append(p.blocked, n)
		}
	}
	return p
}

// TestApplyAnything: whatever is there and whatever the inventory says, a dry run tells what the application then does,
// in the same words; a second application tells of nothing but what is refused; no number that a person has or had is
// touched, every other one is as the inventory says, and the counts are true.
func TestApplyAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d := quickDesk(t)
		from, to := drawPlan(rt, "from"), drawPlan(rt, "to")
		if _, err := d.apply(d.Core, from, false); err != nil {
			rt.Fatal(err)
		}
		people := []provision.UserID{dana, erin, sam1, sam2}
		for _, n := range slices.Sorted(maps.Keys(from.where)) {
			if from.where[n] == "seattle" && !slices.Contains(from.blocked, n) && len(people) > 0 && rapid.Bool().Draw(rt, "used") {
				d.befall(people[0], from.plans[0].ID, n, rapid.SampledFrom(fates).Draw(rt, "fate"))
				people = people[1:]
			}
		}
		before := d.numbers()
		promised, err := d.apply(d.Core, to, true)
		if err != nil || !maps.Equal(before, d.numbers()) {
			rt.Fatalf("a dry run: %v", err)
		}
		done, err := d.apply(d.Core, to, false)
		if err != nil || !slices.Equal(promised, done) {
			rt.Fatalf("promised %q, did %q, %v", promised, done, err)
		}
		links := len(d.trail())
		again, err := d.apply(d.Core, to, false)
		if err != nil || slices.ContainsFunc(again, func(told string) bool { return !strings.HasPrefix(told, "refused ") }) || len(d.trail()) != links {
			rt.Fatalf("applied again it says %q, %v, and leaves %d links more", again, err, len(d.trail())-links)
		}
		after := d.numbers()
		for _, problem := range to.against(before, after) {
			rt.Error(problem)
		}
		counts := map[string]int{}
		for _, v := range after {
			counts[string(v.Location)+" "+string(v.State)]++
		}
		stock, err := d.Stock(t.Context(), tenant, alice)
		for _, st := range stock {
			for state, n := range st.Numbers {
				if counts[string(st.ID)+" "+string(state)] != n {
					rt.Fatalf("%s counts %d %s, there are %v, %v", st.ID, n, state, counts, err)
				}
			}
		}
	})
}

// against lists where the numbers are not as they should be once an inventory was applied.
func (p planned) against(before, after map[provision.E164]provision.Number) (problems []string) {
	all := maps.Clone(p.where)
	for n := range before {
		all[n] = p.where[n]
	}
	for n, loc := range all {
		was, is := before[n], after[n]
		want := provision.Number{E164: n, Location: loc, State: provision.Free, Rested: was.Rested}
		switch {
		case slices.Contains([]provision.NumberState{provision.Held, provision.Assigned, provision.Cooling}, was.State):
			want = was
		case loc == "":
			want = provision.Number{}
		case was.Taken:
			want, want.Location = was, loc
		case slices.Contains(p.blocked, n):
			want.State = provision.Blocked
		}
		if is != want {
			problems = append(problems, fmt.Sprintf("%+v became %+v, should be %+v", was, is, want))
		}
	}
	return problems
}

func (d *desk) numbers() map[provision.E164]provision.Number {
	d.t.Helper()
	all := map[provision.E164]provision.Number{}
	for n, err := range d.EachNumber(d.t.Context(), tenant) {
		if err != nil {
			d.fails("numbers", err)
		}
		all[n.E164] = n
	}
	return all
}

func (d *desk) trail() []provision.AuditEvent {
	d.t.Helper()
	all, err := d.Audit(d.t.Context(), tenant)
	if err != nil {
		d.fails("audit", err)
	}
	return all
}

// TestApplyTouchesFewKeys: whatever changes, no transaction writes more keys than other stores allow, nor leaves out
// its link of the audit trail.
func TestApplyTouchesFewKeys(t *testing.T) {
	t.Parallel()
	d := quickDesk(t)
	many := planned{plans: tariffs}
	for i := range 60 {
		loc := provision.LocationID(fmt.Sprintf("site%02d", i))
		many.sites = append(many.sites, provision.Location{ID: loc, Name: string(loc), Country: "US", TimeZone: "UTC"})
		many = many.numbers(loc, fmt.Sprintf("+1206555%04d", 100*i), 2)
	}
	moved := many
	moved.where = maps.Clone(many.where)
	for n, loc := range many.where {
		if moved.where[n] = many.sites[59].ID; loc == "site59" {
			moved.where[n] = "site00"
		}
	}
	blocked := moved
	blocked.blocked = slices.Sorted(maps.Keys(moved.where))
	counting := &countingKeys{Store: d.store}
	s := d.open(counting)
	for _, p := range []planned{many, moved, blocked, moved, {sites: many.sites[:1], plans: tariffs}} {
		if told, err := d.apply(s, p, false); err != nil || len(told) == 0 {
			t.Fatalf("%q, %v", told, err)
		}
	}
	if counting.most > 128 || counting.most < 50 || len(counting.unlinked) > 0 {
		t.Errorf("a transaction writes %d keys; without a link: %v", counting.most, counting.unlinked)
	}
}

// countingKeys counts the keys that each transaction writes.
type countingKeys struct {
	provision.Store
	most     int
	unlinked []int
}

func (c *countingKeys) Update(ctx context.Context, f func(provision.Tx) error) error {
	return c.Store.Update(ctx, func(tx provision.Tx) error {
		k := &keys{Tx: tx, all: map[string]bool{}}
		err := f(k)
		if c.most = max(c.most, len(k.all)); len(k.all) > 0 && !k.all["audit-heads"] {
			c.unlinked = append(c.unlinked, len(k.all))
		}
		return err
	})
}

type keys struct {
	provision.Tx
	all map[string]bool
}

func (k *keys) Put(table, key string, v []byte) {
	k.all[table+" "+key] = true
	if table == "audit-heads" {
		k.all[table] = true
	}
	k.Tx.Put(table, key, v)
}

func (k *keys) Delete(table, key string) {
	k.all[table+" "+key] = true
	k.Tx.Delete(table, key)
}
