package provision_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/orgfile"
	"calltab/internal/provision/result"
)

var auditKey = []byte("a key of the test")

// exported is a tenant's trail as a file.
func (d *desk) exported(since time.Time) []byte {
	d.t.Helper()
	var file []byte
	for line, err := range d.Export(d.t.Context(), tenant, since, 0) {
		if err != nil {
			d.fails("export", err)
		}
		file = append(file, line...)
	}
	return file
}

// linesOf are the lines of a file, with their ends.
func linesOf(file []byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for line := range bytes.Lines(file) {
			if !yield(line, nil) {
				return
			}
		}
	}
}

// withTrail is a desk with a trail of some orders, on several days.
func withTrail(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	for i, who := range []provision.UserID{dana, erin, user(3)} {
		d.save(d.full(who, number("+12065550110", i)))
		d.advance(24 * time.Hour)
	}
	return d
}

func TestExportIsVerified(t *testing.T) {
	t.Parallel()
	d := withTrail(t)
	head, err := d.Verify(t.Context(), tenant, provision.Head{})
	if err != nil {
		t.Fatal(err)
	}
	for name, since := range map[string]time.Time{"all": {}, "since the second day": start.Add(20 * time.Hour), "nothing": start.Add(1000 * time.Hour)} {
		seal, err := audit.VerifyExport(auditKey, linesOf(d.exported(since)), nil)
		if err != nil || seal.Tenant != tenant || seal.Head.Count != head.Count || !bytes.Equal(seal.Head.MAC, head.MAC) {
			t.Errorf("%s: %+v, %v", name, seal, err)
		}
	}
	all, some := bytes.Count(d.exported(time.Time{}), []byte("\n")), bytes.Count(d.exported(start.Add(20*time.Hour)), []byte("\n"))
	if all != int(head.Count)+1 || some >= all || some < 5 {
		t.Errorf("%d and %d lines of %d links", all, some, head.Count)
	}
	if _, err := audit.VerifyExport([]byte("another key"), linesOf(d.exported(time.Time{})), nil); err == nil {
		t.Error("it verifies with another key")
	}
}

// TestEveryByteOfAnExportCounts: whichever byte of an exported trail is flipped, whichever line is dropped, doubled or
// put elsewhere, and wherever the file is cut off, it shows, and at the right line.
func TestEveryByteOfAnExportCounts(t *testing.T) {
	t.Parallel()
	d := withTrail(t)
	for _, since := range []time.Time{{}, start.Add(20 * time.Hour)} {
		file := d.exported(since)
		check := func(what string, tampered []byte, line int) {
			t.Helper()
			_, err := audit.VerifyExport(auditKey, linesOf(tampered), nil)
			if err == nil {
				t.Fatalf("%s is not seen", what)
			}
			if said := err.Error(); line > 0 && !strings.Contains(said, fmt.Sprintf("line %d", line)) && !strings.Contains(said, fmt.Sprintf("line %d", line+1)) {
				t.Fatalf("%s in line %d: %v", what, line, err)
			}
		}
		for i := 0; i < len(file); i += byteStride {
			for _, flip := range []byte{1, 0x20, 0x80} {
				file[i] ^= flip
				check(fmt.Sprintf("byte %d with bits %x flipped", i, flip), file, 1+bytes.Count(file[:i], []byte("\n")))
				file[i] ^= flip
			}
		}
		for cut := 0; cut < len(file); cut += byteStride {
			check(fmt.Sprintf("cut off after %d bytes", cut), file[:cut], 0)
		}
		lines := slices.Collect(bytes.Lines(file))
		for i := range lines {
			check(fmt.Sprintf("line %d dropped", i+1), bytes.Join(slices.Delete(slices.Clone(lines), i, i+1), nil), 0)
			check(fmt.Sprintf("line %d doubled", i+1), bytes.Join(slices.Insert(slices.Clone(lines), i, lines[i]), nil), 0)
			for j := range i {
				swapped := slices.Clone(lines)
				swapped[i], swapped[j] = swapped[j], swapped[i]
				check(fmt.Sprintf("lines %d and %d swapped", i+1, j+1), bytes.Join(swapped, nil), 0)
			}
		}
	}
}

func TestEarlierHead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.save(d.full(dana, "+12065550110"))
	early, err := d.Verify(t.Context(), tenant, provision.Head{})
	if err != nil {
		t.Fatal(err)
	}
	d.save(d.full(erin, "+12065550111"))
	late, err := d.Verify(t.Context(), tenant, early)
	if err != nil || late.Count <= early.Count {
		t.Fatalf("%d after %d, %v", late.Count, early.Count, err)
	}
	// An intruder with the store cuts the trail back and moves its head: only a head from outside shows it.
	d.update(func(tx provision.Tx) error {
		for n := early.Count + 1; n <= late.Count; n++ {
			tx.Delete("audit", string(tenant)+fmt.Sprintf("/%016d", n))
		}
		raw, _ := tx.Get("audit", string(tenant)+fmt.Sprintf("/%016d", early.Count))
		_, mac, _ := strings.Cut(string(raw), `"mac":"`)
		tx.Put("audit-heads", string(tenant), fmt.Appendf(nil, `1{"count":%d,"mac":"%s"}`, early.Count, mac[:strings.IndexByte(mac, '"')]))
		return nil
	})
	if _, err := d.Verify(t.Context(), tenant, provision.Head{}); err != nil {
		t.Errorf("the store alone shows it: %v", err)
	}
	if _, err := d.Verify(t.Context(), tenant, late); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("ends at link %d", early.Count)) {
		t.Errorf("cut off: %v", err)
	}
}

// inventory is what the store says of all numbers, as far as the trail has it.
func (d *desk) inventory() map[provision.E164]provision.Number {
	d.t.Helper()
	all := map[provision.E164]provision.Number{}
	for n, err := range d.EachNumber(d.t.Context(), tenant) {
		if err != nil {
			d.fails("read", err)
		}
		all[n.E164] = provision.Number{E164: n.E164, Location: n.Location, State: n.State, User: n.User, Order: n.Order}
	}
	return all
}

// TestReplay: whatever happens to the numbers, the inventory at any time can be worked out from the exported trail, and
// is what it was then.
func TestReplay(t *testing.T) {
	t.Parallel()
	for seed := range uint64(replays) {
		d := quickDesk(t)
		d.load("seattle", "+12065550100", 12)
		d.load("london", "+442079460000", 6)
		l := &life{desk: d, dice: rand.New(rand.NewPCG(seed, 7))}
		moments := map[time.Time]map[provision.E164]provision.Number{}
		for range 60 {
			l.step()
			moments[d.now()] = d.inventory()
			d.advance(time.Minute)
		}
		trail := func(yield func(provision.AuditEvent, error) bool) {
			all, err := d.Audit(t.Context(), tenant)
			for _, e := range all {
				if !yield(e, nil) {
					return
				}
			}
			if err != nil {
				yield(provision.AuditEvent{}, err)
			}
		}
		for at, want := range moments {
			got, err := audit.Replay(trail, at)
			if err != nil {
				t.Fatal(err)
			}
			for n := range maps.All(got) {
				if got[n] != want[n] {
					t.Errorf("seed %d at %s: the trail says %s at %q of %q, and it was %s at %q of %q", seed, at, got[n].State, got[n].Location, got[n].User, want[n].State, want[n].Location, want[n].User)
				}
			}
			if len(got) != len(want) {
				t.Errorf("seed %d at %s: %d numbers, not %d", seed, at, len(got), len(want))
			}
		}
	}
}

// TestTakeStock: the trail of a store that an older program began says nothing of numbers. From the next start on it
// does.
func TestTakeStock(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.save(d.full(dana, "+12065550110"))
	old, err := d.AuditHead(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	later := func() map[provision.E164]provision.Number {
		t.Helper()
		got, err := audit.Replay(d.Trail(t.Context(), tenant, old.Count+1), d.now())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	take := func() {
		t.Helper()
		if err := d.TakeStock(t.Context(), tenant); err != nil {
			t.Fatal(err)
		}
	}
	if take(); len(later()) != 0 {
		t.Error("stock was taken of a trail that says everything")
	}
	d.update(func(tx provision.Tx) error { tx.Delete("audit-by", string(tenant)+"/t"); return nil })
	if take(); !maps.Equal(later(), d.inventory()) {
		t.Errorf("%d numbers by the trail, %d in the stock", len(later()), len(d.inventory()))
	}
	take()
	if n := d.events(provision.StockTaken); n != 1 {
		t.Errorf("stock was taken %d times", n)
	}
	if err := d.TakeStock(t.Context(), "another tenant"); err != nil {
		t.Error(err)
	}
}

// TestWhoHadBeforeTheTrail: what is not on record is not said to have been otherwise.
func TestWhoHadBeforeTheTrail(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.save(d.full(dana, "+12065550110"))
	d.update(func(tx provision.Tx) error { // as an older program wrote it
		tx.Delete("audit-by", string(tenant)+"/t")
		old := map[string][]byte{}
		for k, raw := range tx.Scan("audit", string(tenant)+"/", "") {
			var link map[string]json.RawMessage
			if err := json.Unmarshal(raw[1:], &link); err != nil {
				return err
			}
			delete(link, "numbers")
			body, err := json.Marshal(link)
			if err != nil {
				return err
			}
			old[k] = append([]byte{raw[0]}, body...)
		}
		for k, raw := range old {
			tx.Put("audit", k, raw)
		}
		return nil
	})
	d.advance(time.Hour)
	if err := d.TakeStock(t.Context(), tenant); err != nil {
		t.Fatal(err)
	}
	h, err := d.WhoHad(t.Context(), tenant, alice, "+12065550110", start, d.now())
	if err != nil || len(h.All) != 2 || !h.All[0].Unknown || h.All[1].Unknown || h.All[1].State != provision.Held {
		t.Errorf("%+v, %v", h.All, err)
	}
}

// life does one thing after another to the numbers.
type life struct {
	*desk
	dice   *rand.Rand
	drafts []provision.Sheet
	serial int
}

func (l *life) anyNumber() provision.E164 {
	all := slices.Sorted(maps.Keys(l.inventory()))
	return all[l.dice.IntN(len(all))]
}

func (l *life) step() {
	ctx := l.t.Context()
	n := l.anyNumber()
	switch l.dice.IntN(11) {
	case 9: // a number is kept for a person
		who := provision.Person{ID: user(1 + l.dice.IntN(2))}
		_, _ = l.Reserve(ctx, tenant, alice, who, n, l.now().Add(time.Duration(1+l.dice.IntN(48))*time.Hour))
	case 10: // and released, or its time is over
		if l.dice.IntN(2) == 0 {
			_ = l.Unreserve(ctx, tenant, alice, n)
			return
		}
		l.update(func(tx provision.Tx) error {
			_, _, err := l.EndReservation(tx, tenant, n)
			return err
		})
	case 0, 1: // a user begins an order and may change the number, cancel or save
		who := user(1 + l.dice.IntN(2))
		s, err := l.Begin(ctx, provision.Request{Tenant: tenant, Requester: alice, User: who, Number: n, Plan: "metered"})
		if err == nil {
			l.drafts = append(l.drafts, s)
		}
	case 2:
		if len(l.drafts) > 0 {
			s := l.sheet(l.drafts[l.dice.IntN(len(l.drafts))].Order.ID)
			_, _ = l.Cancel(ctx, tenant, alice, s.Order.ID)
		}
	case 3:
		if len(l.drafts) > 0 {
			s := l.sheet(l.drafts[l.dice.IntN(len(l.drafts))].Order.ID)
			_, _ = l.Answer(ctx, tenant, alice, s.Order.ID, s.Order.Revision, provision.Answer{Number: n})
		}
	case 4: // what the saga does once Microsoft has the number, or has it no more
		for _, s := range l.drafts {
			s = l.sheet(s.Order.ID)
			if s.Order.State == provision.Draft && s.Order.Form == provision.FormReview {
				if s, err := l.Save(ctx, tenant, alice, s.Order.ID, s.Order.Revision, ""); err == nil && s.Order.State == provision.Approved {
					l.update(func(tx provision.Tx) error { return l.settleOrder(tx, s.Order) })
				}
				return
			}
		}
	case 5:
		if l.dice.IntN(2) == 0 {
			_ = l.Block(ctx, tenant, alice, n)
		} else {
			_ = l.Unblock(ctx, tenant, alice, n)
		}
	case 6:
		l.serial++
		some := []provision.E164{number("+12065550200", 3*l.serial), number("+12065550200", 3*l.serial+1), number("+12065550200", 5*l.serial+40)}
		if _, err := l.AddNumbers(ctx, tenant, alice, "seattle", some, false); err != nil {
			l.fails("add numbers", err)
		}
	case 7: // an organisation file with some of them, some blocked, some elsewhere
		keep := map[provision.E164]provision.LocationID{}
		for n, v := range l.inventory() {
			if keep[n] = v.Location; l.dice.IntN(6) == 0 {
				keep[n] = "london"
			}
			if l.dice.IntN(8) == 0 {
				delete(keep, n)
			}
		}
		blocked := l.anyNumber()
		err := files(l.Core).Apply(ctx, tenant, alice.ID, orgfile.OrgFile{
			Locations: sites, Plans: tariffs, Blocked: func(n provision.E164) bool { return n == blocked && keep[n] != "" },
			Has: func(n provision.E164) (provision.LocationID, bool) { at, ok := keep[n]; return at, ok },
			Numbers: func(yield func(provision.E164, provision.LocationID) bool) {
				for _, n := range slices.Sorted(maps.Keys(keep)) {
					if !yield(n, keep[n]) {
						return
					}
				}
			},
		}, false, func(orgfile.Diff) {})
		if err != nil {
			l.fails("apply", err)
		}
	case 8: // time passes: holds end, numbers are free again
		l.advance(time.Duration(l.dice.IntN(40)) * 24 * time.Hour)
		for _, s := range l.drafts {
			_, _, _ = l.Tick(ctx, tenant, s.Order.ID)
		}
		l.drafts = slices.DeleteFunc(l.drafts, func(s provision.Sheet) bool {
			_, err := l.Sheet(ctx, tenant, s.Order.ID)
			return provision.KindOf(err) == provision.NotFound // it was never saved, and is forgotten
		})
		l.update(func(tx provision.Tx) error {
			_, _, err := l.EndCooling(tx, tenant, n)
			return err
		})
	}
}

// settleOrder ends an approved order in one of the ways in which it can end.
func (l *life) settleOrder(tx provision.Tx, o provision.Order) error {
	if l.dice.IntN(3) == 0 {
		return l.Fail(tx, &o, provision.Say("went-wrong"), result.Loss{Number: l.dice.IntN(2) == 0})
	}
	if err := l.Assign(tx, &o); err != nil {
		return err
	}
	if l.dice.IntN(2) == 0 {
		return l.Rest(tx, &o, o.Number, l.dice.IntN(3) == 0)
	}
	return nil
}

// TestExportBegins: an export begins with the first event that is late enough, wherever that stands in a long trail, and
// its seal fits the event before it, also where that is in an archive.
func TestExportBegins(t *testing.T) {
	t.Parallel()
	d := quickDesk(t)
	const events = 1300 // several looks at the store
	began := d.now()
	for i := range events {
		d.update(func(tx provision.Tx) error { return d.Refused(tx, tenant, user(i), "look") })
		d.advance(time.Minute)
	}
	holds := func(first uint64) {
		t.Helper()
		for _, want := range []uint64{first, first + 1, 700, 788, 789, 1299, 1300, 1301} {
			since := began.Add(time.Duration(want-1) * time.Minute)
			seal, err := audit.VerifyExport(auditKey, linesOf(d.exported(since)), nil)
			if err != nil || seal.From != want {
				t.Errorf("since event %d: from %d, %v", want, seal.From, err)
			}
		}
	}
	holds(1)
	d.archived(began.Add(99*time.Minute+time.Second), "the first hundred")
	holds(101)
}
