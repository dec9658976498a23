package provision_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/stock"
	"calltab/internal/provision/storetest"
)

// forget leaves what a program of schema version 5 had: the records without the entries of an index and without its mark.
func (d *desk) forget(tables ...string) {
	d.t.Helper()
	d.update(func(tx provision.Tx) error {
		for _, table := range append(tables, record.TableIndexes) {
			var all []string
			for k := range tx.Scan(table, "", "") {
				all = append(all, k)
			}
			for _, k := range all {
				tx.Delete(table, k)
			}
		}
		return nil
	})
}

// numberLists are all answers that lists of numbers give to some readers, so that they can be compared.
func (d *desk) numberLists() (all []string) {
	d.t.Helper()
	scoped := provision.Actor{ID: erin}
	for _, by := range []provision.Actor{alice, scoped} {
		for _, loc := range []provision.LocationID{"", "london", "annex"} {
			for _, state := range []provision.NumberState{"", provision.Free, provision.Assigned} {
				for _, limit := range []int{3, 0} {
					var after provision.E164
					for range 2 {
						found, err := d.Numbers(d.t.Context(), tenant, by, loc, state, after, limit)
						all = append(all, fmt.Sprint(by.ID, loc, state, after, limit, short(found), err))
						if len(found) > 0 {
							after = found[len(found)-1].E164
						}
					}
				}
			}
		}
		for _, digits := range []string{"1", "12", "512", "+12065550012"} {
			for _, states := range [][]provision.NumberState{nil, {provision.Assigned, provision.Blocked}} {
				for _, limit := range []int{2, 100} {
					for _, at := range []provision.LocationID{"", "annex"} {
						found, err := d.Ending(d.t.Context(), tenant, by, digits, at, states, limit)
						all = append(all, fmt.Sprint(by.ID, digits, at, states, limit, short(found), err))
					}
				}
			}
		}
	}
	return all
}

// short are numbers as a few letters each.
func short(all []provision.Number) string {
	var text strings.Builder
	for _, n := range all {
		text.WriteString(string(n.E164) + "@" + string(n.Location) + ":" + string(n.State) + " ")
	}
	return text.String()
}

// befallNumbers adds, changes and removes numbers as it comes.
func befallNumbers(tx provision.Tx, random *rand.Rand, times int) error {
	places := []provision.LocationID{"seattle", "london", "annex"}
	states := []provision.NumberState{provision.Free, provision.Assigned, provision.Blocked, provision.Held}
	for range times {
		n := provision.E164(fmt.Sprintf("+120655500%02d", random.IntN(40)))
		if random.IntN(3) == 0 {
			n += provision.E164(fmt.Sprintf(";ext=%d", []int{12, 512, 7}[random.IntN(3)]))
		}
		before, there, err := stock.NumberIn(tx, tenant, n)
		if err != nil {
			return err
		}
		if there && random.IntN(4) == 0 {
			stock.RemoveNumber(tx, tenant, before)
			continue
		}
		after := before
		after.E164 = n
		after.Location = places[random.IntN(2+random.IntN(2))]
		after.State = states[random.IntN(len(states))]
		stock.PutNumber(tx, tenant, before, after)
	}
	return nil
}

// scopedDesk is one with a reader who may look at London alone.
func scopedDesk(t *testing.T) *desk {
	t.Helper()
	d, end := bareDesk(t) // it reads much, and a store in memory sorts all keys for each scan
	t.Cleanup(end)
	d.update(func(tx provision.Tx) error {
		record.Save(tx, record.TableAccessPolicies, string(tenant), provision.AccessPolicy{Grants: []provision.Grant{
			{Role: provision.RoleAuditor, Who: []string{string(erin)}, Sites: []provision.LocationID{"london"}},
		}})
		return nil
	})
	return d
}

// unindexed does something while an index, which was whole, is said not to be.
func (d *desk) unindexed(x record.Index, f func()) {
	d.t.Helper()
	whole := false
	d.update(func(tx provision.Tx) error {
		whole = x.Whole(tx)
		tx.Delete(record.TableIndexes, x.Name)
		return nil
	})
	if !whole {
		d.t.Fatalf("index %q began with the first record and is not whole", x.Name)
	}
	f()
	d.update(func(tx provision.Tx) error {
		tx.Put(record.TableIndexes, x.Name, nil)
		return nil
	})
}

// TestNumberIndex: whatever happens to numbers, the index answers as a look at every record does.
func TestNumberIndex(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		d := scopedDesk(t)
		random := rand.New(rand.NewPCG(seed, 1))
		for range 5 {
			d.update(func(tx provision.Tx) error { return befallNumbers(tx, random, 60) })
			indexed := d.numberLists()
			d.unindexed(stock.NumberIndex, func() { same(t, indexed, d.numberLists()) })
			d.soundIndexes()
		}
	}
}

// soundIndexes fails where the check finds anything in the tables of the indexes.
func (d *desk) soundIndexes() {
	d.t.Helper()
	for _, wrong := range d.indexFaults() {
		d.t.Error(wrong)
	}
}

// indexFaults is what the check finds in the tables of the indexes.
func (d *desk) indexFaults() (all []string) {
	d.t.Helper()
	tables := []string{record.TableNumbersAt, record.TableEndings, record.TableIndexes, record.TableOrdersAt, record.TableOrdersOf, record.TableOrdersOwn, record.TableParkedAt,
		record.TableTrail, record.TableSince, record.TableSubscribersBy, record.TablePhonesAt, record.TablePhonesAtSince}
	err := d.store.View(d.t.Context(), func(tx provision.Tx) error {
		_, err := d.Check(tx, func(provision.Tx, string, string) bool { return true }, func(table, key, what string) {
			if slices.Contains(tables, table) {
				all = append(all, table+" "+key+": "+what)
			}
		})
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d answers, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("got  %s\nwant %s", got[i], want[i])
		}
	}
}

// TestNumberIndexCompleted: a store of an older program gets its index while numbers change, and cut off after any
// commit it goes on. The answers are the same before, meanwhile and afterwards.
func TestNumberIndexCompleted(t *testing.T) {
	t.Parallel()
	const count = indexed
	commits := 0
	for cut := 1; ; cut++ {
		d := scopedDesk(t)
		d.update(func(tx provision.Tx) error {
			for i := range count {
				n := provision.Number{E164: provision.E164(fmt.Sprintf("+1206555%04d", i)), Location: "seattle", State: provision.Free}
				stock.PutNumber(tx, tenant, provision.Number{}, n)
			}
			return nil
		})
		d.forget(record.TableNumbersAt, record.TableEndings)
		old := d.numberLists()
		died := false
		dying := d.open(storetest.CrashAfter(d.store, cut, func() { died = true }))
		if err := dying.CompleteIndexes(t.Context()); died != errors.Is(err, storetest.ErrCrashed) {
			t.Fatalf("cut after %d commits: died is %t, %v", cut, died, err)
		}
		d.soundIndexes()
		same(t, d.numberLists(), old)
		random := rand.New(rand.NewPCG(uint64(cut), 2))
		d.update(func(tx provision.Tx) error { return befallNumbers(tx, random, 200) })
		d.soundIndexes()
		before := d.numberLists()
		if err := d.CompleteIndexes(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.soundIndexes()
		same(t, d.numberLists(), before)
		d.update(func(tx provision.Tx) error {
			if !stock.NumberIndex.Whole(tx) {
				t.Error("the index is not whole")
			}
			return nil
		})
		if !died {
			break
		}
		commits = cut
	}
	if commits < count/200 {
		t.Errorf("cut after %d commits only", commits)
	}
}

// TestIndexFaultsAreNamed: an entry that is missing, one that no record makes, and a mark of nothing are each found.
func TestIndexFaultsAreNamed(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]func(tx provision.Tx){
		"this entry is missing": func(tx provision.Tx) {
			tx.Delete(record.TableNumbersAt, record.Key(tenant, "seattle", "free", "+12065550001"))
		},
		"entries, and the records make": func(tx provision.Tx) {
			tx.Put(record.TableEndings, record.Key(tenant, "seattle", "assigned", "1005556021+"), nil)
		},
		"there is no such index": func(tx provision.Tx) {
			tx.Put(record.TableIndexes, "nothing", nil)
		},
	} {
		d := quickDesk(t)
		d.update(func(tx provision.Tx) error {
			n := provision.Number{E164: "+12065550001", Location: "seattle", State: provision.Free}
			stock.PutNumber(tx, tenant, provision.Number{}, n)
			spoil(tx)
			return nil
		})
		found := d.indexFaults()
		if !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, what) }) {
			t.Errorf("%s: found %q", what, found)
		}
	}
}

// TestEndingIsBounded: where very many numbers end in some digits, the lowest of those that are looked through come.
func TestEndingIsBounded(t *testing.T) {
	t.Parallel()
	d := quickDesk(t)
	d.update(func(tx provision.Tx) error {
		for i := range 2500 {
			n := provision.Number{E164: provision.E164(fmt.Sprintf("+1206%04d555", i)), Location: "seattle", State: provision.Free}
			stock.PutNumber(tx, tenant, provision.Number{}, n)
		}
		return nil
	})
	found, err := d.Ending(t.Context(), tenant, alice, "5", "", nil, 9)
	if err != nil || len(found) != 9 {
		t.Fatalf("%d, %v", len(found), err)
	}
	if !slices.IsSortedFunc(found, func(a, b provision.Number) int { return strings.Compare(string(a.E164), string(b.E164)) }) {
		t.Errorf("they are not in order: %v", found)
	}
	again, err := d.Ending(t.Context(), tenant, alice, "5", "", nil, 9)
	if err != nil || !reflect.DeepEqual(found, again) {
		t.Errorf("asked again they are %v, %v", again, err)
	}
}
