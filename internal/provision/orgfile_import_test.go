package provision_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/orgfile"
	"calltab/internal/provision/storetest"
)

// tables is everything that an import writes; the audit trail aside, which has times.
func (d *desk) tables() map[string]string {
	d.t.Helper()
	all := map[string]string{}
	err := d.store.View(context.Background(), func(tx provision.Tx) error {
		for _, table := range []string{"locations", "plans", "numbers", "free", "digits", "tails", "stock", "imported"} {
			for k, v := range tx.Scan(table, "", "") {
				all[table+" "+k] = string(v)
			}
		}
		return nil
	})
	if err != nil {
		d.fails("view", err)
	}
	return all
}

func wantTables(t *testing.T, got, want map[string]string) {
	t.Helper()
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if got[k] != want[k] {
			t.Errorf("%s is %q, want %q", k, got[k], want[k])
		}
	}
	for k, v := range got {
		if _, ok := want[k]; !ok {
			t.Errorf("%s is there: %q", k, v)
		}
	}
}

func TestImportAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.full(dana, "+12065550110")
	before := d.tables()
	d.load("seattle", "+12065550100", 30)
	wantTables(t, d.tables(), before)

	// With a fingerprint, nothing is even read.
	inv := block("seattle", "+12065550100", 30)
	inv.Fingerprint = "one"
	for range 2 {
		if err := files(d.Core).Import(t.Context(), tenant, inv); err != nil {
			t.Fatal(err)
		}
	}
	if n := d.events(provision.Imported); n != 4 {
		t.Errorf("%d imports are in the trail, want 4", n)
	}
	inv.Fingerprint = "two"
	if err := files(d.Core).Import(t.Context(), tenant, inv); err != nil || d.events(provision.Imported) != 5 {
		t.Errorf("a changed one: %v", err)
	}
}

// TestImportChanges: numbers keep their state, free ones follow their location, and what is no longer named stays.
func TestImportChanges(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.full(dana, "+12065550110").Order
	plan := order.Plan
	err := files(d.Core).Import(t.Context(), tenant, orgfile.OrgFile{
		Locations: []provision.Location{{ID: "tacoma", Name: "Tacoma", Country: "US"}, {ID: "seattle", Name: "Seattle HQ", Country: "US"}},
		Plans:     []provision.Plan{{ID: "unlimited", Name: "Unlimited+"}, {ID: "basic", Name: "Basic"}},
		Numbers: func(yield func(provision.E164, provision.LocationID) bool) {
			_ = yield("+12065550110", "tacoma") && yield("+12065550111", "tacoma") && yield("+12065550112", "seattle")
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[provision.E164]provision.Number{
		"+12065550110": {Location: "seattle", State: provision.Held, Order: order.ID},
		"+12065550111": {Location: "tacoma", State: provision.Free},
		"+12065550112": {Location: "seattle", State: provision.Free},
		"+12065550113": {Location: "seattle", State: provision.Free},
	} {
		if got := d.record(n); got.Location != want.Location || got.State != want.State || got.Order != want.Order {
			t.Errorf("%s is %+v", n, got)
		}
	}
	found, err := d.Free(t.Context(), tenant, alice, "tacoma", "", 5)
	if err != nil || len(found) != 1 || found[0].E164 != "+12065550111" {
		t.Errorf("Tacoma offers %v, %v", found, err)
	}
	if found, err = d.Free(t.Context(), tenant, alice, "seattle", "0111", 5); err != nil || len(found) > 0 {
		t.Errorf("Seattle still offers %v, %v", found, err)
	}
	stock, err := d.Stock(t.Context(), tenant, alice)
	var names []string
	for _, s := range stock {
		names = append(names, s.Name)
	}
	if err != nil || strings.Join(names, ", ") != "London, Seattle HQ, Tacoma" || stock[1].Numbers[provision.Free] != 28 || stock[1].Numbers[provision.Held] != 1 {
		t.Errorf("%v, %v", stock, err)
	}
	plans, err := d.Plans(t.Context(), tenant)
	names = nil
	for _, p := range plans {
		names = append(names, p.Name)
	}
	if err != nil || strings.Join(names, ", ") != "Unlimited+, Basic, Metered" {
		t.Errorf("plans %q, %v", names, err)
	}
	if s := d.sheet(order.ID); s.Plan.ID != plan || s.Location.Name != "Seattle HQ" {
		t.Errorf("the draft shows %+v at %+v", s.Plan, s.Location)
	}
}

// TestImportKilled cuts an import off after, and before, each of its commits and runs it again.
func TestImportKilled(t *testing.T) {
	t.Parallel()
	inv := block("seattle", "+12065550100", 60)
	inv.Fingerprint = "f"
	whole, end := bareDesk(t)
	defer end()
	if err := files(whole.Core).Import(t.Context(), tenant, inv); err != nil {
		t.Fatal(err)
	}
	want, links := whole.tables(), whole.events(provision.Imported)
	for name, crash := range map[string]func(provision.Store, int, func()) provision.Store{
		"after":  func(s provision.Store, n int, die func()) provision.Store { return storetest.CrashAfter(s, n, die) },
		"before": func(s provision.Store, n int, die func()) provision.Store { return storetest.CrashBefore(s, n, die) },
	} {
		n, died := 0, true
		for ; died; n++ {
			died = false
			d, end := bareDesk(t)
			err := files(d.open(crash(d.store, n, func() { died = true }))).Import(t.Context(), tenant, inv)
			if died != errors.Is(err, storetest.ErrCrashed) {
				t.Errorf("%s %d: %v", name, n, err)
			}
			if err := files(d.Core).Import(t.Context(), tenant, inv); err != nil {
				t.Errorf("%s %d, again: %v", name, n, err)
			}
			wantTables(t, d.tables(), want)
			if got := d.events(provision.Imported); got != links {
				t.Errorf("%s %d: %d links of the trail", name, n, got)
			}
			end()
		}
		if n < 5 {
			t.Errorf("%s: only %d crashes", name, n)
		}
	}
}

// TestImportBlocks: what an inventory blocks nobody is given; what is blocked stays so, no matter who wanted it.
func TestImportBlocks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.full(dana, "+12065550102")
	blocked := provision.E164("+12065550101")
	inv := block("seattle", "+12065550100", 31)
	inv.Blocked = func(n provision.E164) bool { return n == blocked || n == "+12065550102" || n == "+12065550130" }
	for range 2 {
		if err := files(d.Core).Import(t.Context(), tenant, inv); err != nil {
			t.Fatal(err)
		}
		for n, want := range map[provision.E164]provision.NumberState{
			"+12065550100": provision.Free, "+12065550101": provision.Blocked, "+12065550102": provision.Held, "+12065550130": provision.Blocked,
		} {
			if got := d.record(n).State; got != want {
				t.Errorf("%s is %s, want %s", n, got, want)
			}
		}
		inv.Blocked = nil
	}
}

// TestImportAfterOneCutOff: an inventory that another one was begun over is imported again, although it was the last to
// be imported whole.
func TestImportAfterOneCutOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	old, other := block("seattle", "+12065550100", 5), block("seattle", "+12065550100", 5)
	old.Fingerprint, other.Fingerprint = "old", "new"
	other.Locations = []provision.Location{{ID: "seattle", Name: "Seattle HQ", Country: "US", TimeZone: "America/Los_Angeles"}}
	if err := files(d.Core).Import(t.Context(), tenant, old); err != nil {
		t.Fatal(err)
	}
	dying := d.open(storetest.CrashAfter(d.store, 1, func() {}))
	if err := files(dying).Import(t.Context(), tenant, other); !errors.Is(err, storetest.ErrCrashed) {
		t.Fatal(err)
	}
	if err := files(d.Core).Import(t.Context(), tenant, old); err != nil {
		t.Fatal(err)
	}
	stock, err := d.Stock(t.Context(), tenant, alice)
	if err != nil || len(stock) != 2 || stock[1].Name != "Seattle" {
		t.Errorf("%+v, %v", stock, err)
	}
}
