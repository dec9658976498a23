package admin

import (
	"io"
	"path/filepath"
	"testing"

	"calltab/internal/provision"
)

// TestApplyWithLowStock: a location that has fewer numbers than its warning line is no obstacle where no program runs,
// and the next one warns of it.
func TestApplyWithLowStock(t *testing.T) {
	t.Parallel()
	a, end, err := openAdmin(filepath.Join(t.TempDir(), "calltab.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	const file = `
locations:
  - {id: seattle, name: Seattle, country: US, time_zone: America/Los_Angeles, low_stock: 3, numbers: ["+12065550100"]}
plans:
  - {id: metered, name: Metered, price: "$8"}
`
	if err := a.Apply(t.Context(), "tenant", []byte(file), false, io.Discard); err != nil {
		t.Fatal(err)
	}
	err = a.(Ops).store.View(t.Context(), func(tx provision.Tx) error {
		if _, there := tx.Get("jobs", provision.JobStock+"/tenant/seattle"); !there {
			t.Error("no job warns of it")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
