package record

import (
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

// TestBrokenRecord: what cannot be read is named, but a number never in full.
func TestBrokenRecord(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{"empty": "", "of a later version": "9{}", "cut off": `1{"e164":`} {
		err := Decode(TableNumbers, "tenant/+12065550144", []byte(raw), new(provision.Number))
		if err == nil || strings.Contains(err.Error(), "2065550144") || !strings.Contains(err.Error(), "tenant/+…44") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := logged("tenant/order001"); got != "tenant/order001" {
		t.Errorf("an order reads %q", got)
	}
}

// TestPage: pages are in order, whole, and go on where the one before ended.
func TestPage(t *testing.T) {
	t.Parallel()
	store := storetest.Memory()
	err := store.Update(t.Context(), func(tx provision.Tx) error {
		for _, n := range []string{"1", "2", "3", "4", "5"} {
			Save(tx, TablePlans, Key("tenant", n), provision.Plan{ID: provision.PlanID(n)})
		}
		Save(tx, TablePlans, Key("unant", "6"), provision.Plan{ID: "6"})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = store.View(t.Context(), func(tx provision.Tx) error {
		var pages []string
		for from, more := "", true; more; {
			rows, next, err := Page[provision.Plan](tx, TablePlans, Key("tenant", ""), from, 2)
			if err != nil {
				return err
			}
			page := ""
			for _, row := range rows {
				page += string(row.Value.ID)
			}
			pages = append(pages, page)
			from = next
			more = next != ""
		}
		if got := strings.Join(pages, " "); got != "12 34 5" {
			t.Errorf("pages %q", got)
		}
		all, err := All[provision.Plan](tx, TablePlans, Key("tenant", ""))
		if len(all) != 5 || all[4].ID != "5" {
			t.Errorf("all are %v", all)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
