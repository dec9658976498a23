package span

import (
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/storetest"
)

// TestUsual: of fewer than ten only the count says anything, and what is said is never less than it was.
func TestUsual(t *testing.T) {
	t.Parallel()
	const m, h = 60, 3600
	nine := []int64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	for _, c := range []struct {
		name       string
		seconds    []int64
		half, most time.Duration
	}{
		{"none", nil, 0, 0},
		{"nine", nine, 0, 0},
		{"ten within seconds", append(nine, 10), time.Minute, time.Minute},
		{"in any order", []int64{10 * m, 9 * m, 8 * m, 7 * m, 6 * m, 5 * m, 4 * m, 3 * m, 2 * m, m}, 5 * time.Minute, 9 * time.Minute},
		{"a second over is a minute more", []int64{m, m, m, m, m + 1, 9 * m, 9 * m, 9 * m, 9*m + 1, 9 * h}, 2 * time.Minute, 10 * time.Minute},
		{"an hour", []int64{h, h, h, h, h, h, h, h, h + 1, h + 1}, time.Hour, 2 * time.Hour},
		{"days", []int64{m, m, m, m, 35 * h, 36 * h, 36 * h, 36 * h, 49 * h, 99 * h}, 35 * time.Hour, 72 * time.Hour},
		{"eleven: the middle one, and ten of them", []int64{m, m, m, m, m, 6 * m, 7 * m, 7 * m, 7 * m, 10 * m, h}, 6 * time.Minute, 10 * time.Minute},
	} {
		got := Spans{Seconds: c.seconds}.usual()
		if got.Half != c.half || got.Most != c.most || got.Count != len(c.seconds) {
			t.Errorf("%s: %+v, want %v and %v of %d", c.name, got, c.half, c.most, len(c.seconds))
		}
	}
}

// TestKeep: the newest are kept, by location, and what no clock can have measured is not.
func TestKeep(t *testing.T) {
	t.Parallel()
	store := storetest.Memory()
	err := store.Update(t.Context(), func(tx provision.Tx) error {
		for i := range Kept + 20 {
			if err := Keep(tx, "t", "seattle", time.Duration(i)*time.Second); err != nil {
				return err
			}
		}
		for _, odd := range []struct {
			at   provision.LocationID
			took time.Duration
		}{{"", time.Minute}, {"boston", -time.Second}} {
			if err := Keep(tx, "t", odd.at, odd.took); err != nil {
				return err
			}
		}
		all, _, err := record.Load[Spans](tx, record.TableSpans, "t/seattle")
		if err != nil || len(all.Seconds) != Kept || all.Seconds[0] != 20 || all.Seconds[Kept-1] != Kept+19 || !all.Sound() {
			t.Errorf("kept are %v, %v", all, err)
		}
		if (Spans{Seconds: []int64{-1}}).Sound() || (Spans{Seconds: make([]int64, Kept+1)}).Sound() {
			t.Error("what Keep never leaves is taken for sound")
		}
		for _, other := range []provision.LocationID{"boston", ""} {
			if u, err := In(tx, "t", other); u.Count != 0 || err != nil {
				t.Errorf("%q has %+v, %v", other, u, err)
			}
		}
		if u, err := In(tx, "other", "seattle"); u.Count != 0 || err != nil {
			t.Errorf("another tenant has %+v, %v", u, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
