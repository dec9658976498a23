package record

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := Altered(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// TestRecallIsNeverOld: what is remembered holds only for the bytes that this transaction reads.
func TestRecallIsNeverOld(t *testing.T) {
	t.Parallel()
	one, other := storetest.Memory(), storetest.Memory()
	const table = "recalled"
	at := Key("never-old", "seattle")
	named := func(tx provision.Tx, want string) {
		t.Helper()
		l, ok, err := Recall[provision.Location](tx, table, at)
		all, errAll := RecallAll[provision.Location](tx, table, Key("never-old", ""))
		if err != nil || errAll != nil || ok != (want != "") || l.Name != want || ok != (len(all) == 1) {
			t.Errorf("%q: %+v, %v, %v; %+v, %v", want, l, ok, err, all, errAll)
		}
	}
	view := func(store provision.Store, want string) {
		t.Helper()
		err := store.View(t.Context(), func(tx provision.Tx) error {
			named(tx, want)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	nothing := errors.New("comes to nothing")
	write := func(store provision.Store, name string, end error) {
		t.Helper()
		err := store.Update(t.Context(), func(tx provision.Tx) error {
			Save(tx, table, at, provision.Location{Name: name})
			named(tx, name)
			return end
		})
		if !errors.Is(err, end) {
			t.Error(err)
		}
	}
	view(one, "")
	write(one, "Seattle", nil)
	view(one, "Seattle")
	view(other, "")
	write(other, "London", nil)
	view(one, "Seattle")
	write(one, "Paris", nothing)
	view(one, "Seattle")
	view(other, "London")
	err := one.Update(t.Context(), func(tx provision.Tx) error {
		tx.Delete(table, at)
		named(tx, "")
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	view(one, "")
}

// TestRecallBroken: what cannot be read stays an error, also where it could be read before.
func TestRecallBroken(t *testing.T) {
	t.Parallel()
	m := memory{known: map[place]decoded{}, most: mostRemembered}
	at := place{TablePlans, "tenant/000"}
	if p, err := recall[provision.Plan](&m, at, []byte(`1{"id":"basic"}`)); err != nil || p.ID != "basic" {
		t.Errorf("%+v, %v", p, err)
	}
	for range 2 {
		if _, err := recall[provision.Plan](&m, at, []byte(`9{"id":"basic"}`)); err == nil {
			t.Error("a record of a later version was read")
		}
	}
}

// TestMemoryIsBounded: it weighs what its entries weigh, and never more than it may.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m := memory{known: map[place]decoded{}, most: mostRemembered}
	most := 0
	for i := range 4 * mostRemembered / entryWeight {
		at := place{TablePlans, Key("tenant", fmt.Sprint(i%6000))}
		raw := fmt.Appendf(nil, `1{"name":"%s"}`, strings.Repeat("n", i%300))
		if p, err := recall[provision.Plan](&m, at, raw); err != nil || len(p.Name) != i%300 {
			t.Fatalf("%d: %+v, %v", i, p, err)
		}
		most = max(most, m.weight)
	}
	weighed := 0
	for at, d := range m.known {
		weighed += weight(at, d.raw)
	}
	if most > mostRemembered || most < mostRemembered/2 || weighed != m.weight {
		t.Errorf("weighed at most %d, says %d and weighs %d at the end", most, m.weight, weighed)
	}
	large := fmt.Appendf(nil, `1{"name":"%s"}`, strings.Repeat("n", mostRemembered))
	if p, err := recall[provision.Plan](&m, place{TablePlans, "large"}, large); err != nil || len(p.Name) != mostRemembered {
		t.Errorf("%d, %v", len(p.Name), err)
	}
	if m.weight != weighed {
		t.Error("a record that is larger than the memory is in it")
	}
}

// TestAltered: a reader may sort and append, but one who changes what is shared is found.
func TestAltered(t *testing.T) {
	t.Parallel()
	m := memory{known: map[place]decoded{}, most: mostRemembered}
	at := place{TableAccessPolicies, "tenant"}
	raw := []byte(`1{"grants":[{"role":"admin","who":["a","b","c"]},{"role":"auditor","who":["d"]},{"role":"auditor","who":["e"]}]}`)
	read := func() provision.AccessPolicy {
		c, err := recall[provision.AccessPolicy](&m, at, raw)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	read()
	one, two := read(), read()
	mine := append(one.Grants, provision.Grant{Role: "mine"})
	yours := append(two.Grants, provision.Grant{Role: "yours"})
	whose := append(one.Grants[0].Who, "mine")
	_ = append(two.Grants[0].Who, "yours")
	if mine[3].Role != "mine" || yours[3].Role != "yours" || whose[3] != "mine" {
		t.Error("two who append write into one list")
	}
	one.Fallback = []provision.UserID{"mine"}
	if err := m.altered(); err != nil {
		t.Error(err)
	}
	slices.Reverse(two.Grants[0].Who)
	if m.altered() == nil {
		t.Error("a shared list was changed, and nobody says so")
	}
}
