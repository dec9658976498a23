package provision_test

import (
	"testing"

	"calltab/internal/provision"
)

func TestBatch(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var numbers []provision.NewNumber
	for i := range 40 {
		numbers = append(numbers,
			provision.NewNumber{Number: number("+12065550120", i), Location: "seattle", Note: "new"}, // ten of them are there
			provision.NewNumber{Number: number("+442079460005", i), Location: "london"})              // five
	}
	first, err := d.Stage(t.Context(), tenant, alice, "numbers.csv", numbers)
	if err != nil || first.New() != 65 || len(first.Sites) != 2 || first.Sites[0].Location.ID != "london" || first.Sites[0].Count != 40 {
		t.Fatalf("%+v, %v", first, err)
	}
	if v, err := d.Numbers(t.Context(), tenant, alice, "", "", "", 0); err != nil || len(v) != 40 {
		t.Errorf("%d numbers before the press, %v", len(v), err)
	}
	refused := func(by provision.Actor, id string) {
		t.Helper()
		if _, err := d.AddBatch(t.Context(), tenant, by, id); provision.KindOf(err) != provision.Conflict || err == nil {
			t.Errorf("%v", err)
		}
	}
	refused(bruno, first.ID) // it is Alice's
	refused(alice, "")
	for range 2 {
		if _, err := d.AddBatch(t.Context(), tenant, alice, first.ID); err != nil {
			t.Fatal(err)
		}
	}
	all, err := d.Numbers(t.Context(), tenant, alice, "", "", "", 0)
	if err != nil || len(all) != 105 {
		t.Errorf("%d numbers after it, %v", len(all), err)
	}
	if v := d.record("+12065550135"); v.State != provision.Free || v.Note != "new" {
		t.Errorf("%+v", v)
	}
	if v := d.record("+12065550125"); v.Note != "" {
		t.Errorf("one that was there was changed: %+v", v)
	}
	s := d.save(d.full(dana, "+12065550135"))
	if v := d.record("+12065550135"); v.Note != "new" || v.Order != s.Order.ID {
		t.Errorf("the note is lost when it is held: %+v", v)
	}
	if _, err := d.Stage(t.Context(), tenant, alice, "other.csv", numbers[:1]); err != nil {
		t.Fatal(err)
	}
	refused(alice, first.ID) // another file has taken its place
	for _, n := range []int{0, provision.MostBatch + 1} {
		if _, err := d.Stage(t.Context(), tenant, alice, "x", make([]provision.NewNumber, n)); provision.KindOf(err) != provision.Invalid {
			t.Errorf("%d numbers: %v", n, err)
		}
	}
	if _, err := d.Audit(t.Context(), tenant); err != nil {
		t.Error(err)
	}
}

// The first and the last number of a location are those that people count to, whatever extensions are among them.
func TestBatchEnds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var numbers []provision.NewNumber
	for _, n := range []provision.E164{"+12065550725;ext=9", "+12065550799", "+12065550701;ext=1000", "+12065550701;ext=99", "+12065550702"} {
		numbers = append(numbers, provision.NewNumber{Number: n, Location: "seattle"})
	}
	b, err := d.Stage(t.Context(), tenant, alice, "numbers.csv", numbers)
	if err != nil {
		t.Fatal(err)
	}
	if site := b.Sites[0]; site.First != "+12065550701;ext=99" || site.Last != "+12065550799" {
		t.Errorf("%s to %s", site.First, site.Last)
	}
}

// A file whose location is asked for is kept for the person who dropped it, once, and adds nothing by itself.
func TestStagedFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id, err := d.StageFile(t.Context(), tenant, alice, "numbers.csv", []byte("+12065550777"))
	if err != nil {
		t.Fatal(err)
	}
	name, file, err := d.StagedFile(t.Context(), tenant, alice, id)
	if err != nil || name != "numbers.csv" || string(file) != "+12065550777" {
		t.Errorf("%q %q %v", name, file, err)
	}
	if _, err := d.AddBatch(t.Context(), tenant, alice, id); err == nil || provision.KindOf(err) != provision.Conflict {
		t.Errorf("added without a location: %v", err)
	}
	if _, _, err := d.StagedFile(t.Context(), tenant, alice, "other"); err == nil || provision.KindOf(err) != provision.Conflict {
		t.Errorf("another file: %v", err)
	}
	placed, err := d.Stage(t.Context(), tenant, alice, name, []provision.NewNumber{{Number: "+12065550777", Location: "seattle"}})
	if err != nil {
		t.Fatal(err)
	}
	if site := placed.Sites[0]; site.First != "+12065550777" || site.Last != site.First {
		t.Errorf("from %s to %s", site.First, site.Last)
	}
	if _, _, err := d.StagedFile(t.Context(), tenant, alice, id); err == nil || provision.KindOf(err) != provision.Conflict {
		t.Errorf("placed twice: %v", err)
	}
	if _, err := d.StageFile(t.Context(), tenant, provision.Actor{ID: dana}, "numbers.csv", []byte("x")); err == nil || provision.KindOf(err) != provision.Denied {
		t.Errorf("by somebody without a role: %v", err)
	}
}
