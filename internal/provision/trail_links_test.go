package provision_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/record"
	"calltab/internal/provision/storetest"
)

// trailSubjects are those of befallTrail's events, and some about which there is nothing.
func trailSubjects() (all []provision.Subject) {
	for i := range 8 {
		all = append(all, provision.Subject{User: user(i)}, provision.Subject{Order: provision.OrderID(fmt.Sprintf("o%d", i))})
	}
	for _, n := range trailNumbers() {
		all = append(all, provision.Subject{Number: n})
	}
	return append(all, provision.Subject{Number: "+1206"}, provision.Subject{Number: "+999999999999999"})
}

// trailNumbers are close together, far apart, of other lengths, and with extensions.
func trailNumbers() []provision.E164 {
	return []provision.E164{"+12065550000", "+12065550001", "+12065550099", "+12065550100", "+12065550199", "+12065559999",
		"+12065560000", "+12075550000", "+19995550000", "+4420794600", "+4420794699", "+442079460000", "+12065550001;ext=7",
		"+12065550001;ext=71", "+499", "+123456789012345"}
}

// befallTrail appends events as they come.
func (d *desk) befallTrail(random *rand.Rand, times int) {
	d.t.Helper()
	numbers := trailNumbers()
	pick := func() provision.E164 { return numbers[random.IntN(len(numbers))] }
	for range times {
		d.update(func(tx provision.Tx) error {
			e := provision.AuditEvent{Event: provision.StockTaken, Actor: user(random.IntN(8))}
			if random.IntN(2) == 0 {
				e.User = user(random.IntN(8))
			}
			if random.IntN(2) == 0 {
				e.Order = provision.OrderID(fmt.Sprintf("o%d", random.IntN(8)))
			}
			if random.IntN(2) == 0 {
				e.Number = pick()
				e.Numbers = append(e.Numbers, provision.NumberChange{First: e.Number, To: provision.Free})
			}
			for range random.IntN(4) * random.IntN(5) {
				c := provision.NumberChange{First: pick(), To: provision.Free}
				last := pick()
				if spans(c.First, last) && random.IntN(2) == 0 {
					c.Last = last
				}
				e.Numbers = append(e.Numbers, c)
			}
			return d.Append(tx, tenant, e)
		})
	}
}

// spans reports two numbers that a change can lead from and to, not so far apart that the check takes long to count them.
func spans(first, last provision.E164) bool {
	plain := !strings.Contains(string(first+last), ";")
	return plain && len(first) == len(last) && len(first) > 8 && first[:8] == last[:8] && first < last
}

// links are the events about every subject, in pages, so that they can be compared.
func (d *desk) links() (all []string) {
	d.t.Helper()
	for _, about := range trailSubjects() {
		for _, before := range []uint64{0, 1, 40, 77} {
			links, err := d.Links(d.t.Context(), tenant, about)
			if err != nil {
				d.fails("find links", err)
			}
			text := fmt.Sprint(about, before)
			d.update(func(tx provision.Tx) error {
				for seq := range links.Newest(tx, before) {
					e, err := audit.Link(tx, tenant, seq)
					if err != nil {
						return err
					}
					if about.About(e) {
						text += fmt.Sprint(" ", seq)
					}
				}
				return nil
			})
			all = append(all, text)
		}
	}
	return all
}

// scannedLinks is what links says, by a look at every event.
func (d *desk) scannedLinks() (all []string) {
	d.t.Helper()
	trail := d.trail()
	for _, about := range trailSubjects() {
		for _, before := range []uint64{0, 1, 40, 77} {
			text := fmt.Sprint(about, before)
			for _, e := range slices.Backward(trail) {
				if about.About(e) && (before == 0 || e.Seq < before) {
					text += fmt.Sprint(" ", e.Seq)
				}
			}
			all = append(all, text)
		}
	}
	return all
}

// asFormerly leaves the index as a program of schema version 7 wrote it, from one event on.
func (d *desk) asFormerly(first int) {
	d.t.Helper()
	trail := d.trail()
	d.update(func(tx provision.Tx) error {
		tx.Delete(record.TableIndexes, audit.TrailIndex.Name)
		tx.Put(record.TableTrail, record.Key(tenant, audit.Indexed), fmt.Append(nil, first))
		for _, e := range trail {
			former := audit.FormerEntries(tenant, e)
			for _, at := range audit.TrailEntries(tenant, e) {
				own := strings.Contains(at.Key, "/n/") && at.Key == record.Key(tenant, "n", string(e.Number), fmt.Sprintf("%016d", e.Seq))
				if e.Seq < uint64(first) || strings.Contains(at.Key, "/b/") || strings.Contains(at.Key, "/n/") && !own {
					tx.Delete(at.Table, at.Key)
				}
			}
			for _, at := range former {
				if e.Seq >= uint64(first) {
					tx.Put(at.Table, at.Key, nil)
				}
			}
		}
		return nil
	})
}

// TestTrailIndex: whatever an event is about, the index finds it as a look at every event does.
func TestTrailIndex(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		d := scopedDesk(t)
		random := rand.New(rand.NewPCG(seed, 5))
		for range 3 {
			d.befallTrail(random, 40)
			same(t, d.links(), d.scannedLinks())
			d.soundIndexes()
		}
	}
}

// TestTrailIndexCompleted: a trail of an older program, or one that is older than its index, gets it while events come,
// and cut off after any commit it goes on. The answers are the same before, meanwhile and afterwards.
func TestTrailIndexCompleted(t *testing.T) {
	t.Parallel()
	for _, first := range []int{1, 31} {
		commits := 0
		for cut := 1; ; cut++ {
			d := scopedDesk(t)
			random := rand.New(rand.NewPCG(uint64(cut), 6))
			d.befallTrail(random, 120)
			d.asFormerly(first)
			d.befallTrail(random, 20)
			d.soundIndexes()
			same(t, d.links(), d.scannedLinks())
			died := false
			dying := d.open(storetest.CrashAfter(d.store, cut, func() { died = true }))
			if err := dying.CompleteIndexes(t.Context()); died != errors.Is(err, storetest.ErrCrashed) {
				t.Fatalf("cut after %d commits: died is %t, %v", cut, died, err)
			}
			d.soundIndexes()
			d.befallTrail(random, 20)
			same(t, d.links(), d.scannedLinks())
			if err := d.CompleteIndexes(t.Context()); err != nil {
				t.Fatal(err)
			}
			d.soundIndexes()
			same(t, d.links(), d.scannedLinks())
			if !died {
				break
			}
			commits = cut
		}
		if commits < 3 {
			t.Errorf("from event %d on: cut after %d commits only", first, commits)
		}
	}
}

// TestWideSpans: an event is found by each number of a change, however many these are.
func TestWideSpans(t *testing.T) {
	t.Parallel()
	d := quickDesk(t)
	for _, c := range []provision.NumberChange{
		{First: "+12060000000", Last: "+19999999999"},
		{First: "+12065550098", Last: "+12065550101"},
		{First: "+12065550000", Last: "+12065550799"},
		{First: "+12065550000", Last: "+12065550800"},
		{First: "+100", Last: "+999"},
	} {
		d.update(func(tx provision.Tx) error {
			return d.Append(tx, tenant, provision.AuditEvent{Event: provision.StockTaken, Numbers: []provision.NumberChange{c}})
		})
		for _, n := range []provision.E164{c.First, c.Last, c.First[:len(c.First)-1] + "9"} {
			if n > c.Last {
				continue
			}
			links, err := d.Links(t.Context(), tenant, provision.Subject{Number: n})
			if err != nil {
				t.Fatal(err)
			}
			d.update(func(tx provision.Tx) error {
				for seq := range links.Newest(tx, 0) {
					end, err := audit.TrailEnd(tx, tenant)
					if err != nil || seq != end {
						t.Errorf("%s: %d is not the event about %s to %s: %v", n, seq, c.First, c.Last, err)
					}
					return nil
				}
				t.Errorf("nothing leads from %s to the event about %s to %s", n, c.First, c.Last)
				return nil
			})
		}
	}
}

// TestEventHasFewKeys: however many numbers an event is about, and wherever these are.
func TestEventHasFewKeys(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		var e provision.AuditEvent
		for range 1 + random.IntN(600) {
			digits := 3 + random.IntN(13)
			n := "+1"
			for range digits - 1 {
				n += string(rune('0' + random.IntN(10)))
			}
			e.Numbers = append(e.Numbers, provision.NumberChange{First: provision.E164(n)})
		}
		if n := len(audit.TrailEntries(tenant, e)); n > 13 { // one for each length, where they are that different
			t.Fatalf("%d keys for %d numbers", n, len(e.Numbers))
		}
	}
}
