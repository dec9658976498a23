package provision_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/names"
	"calltab/internal/provision/roster"
)

// awaited writes so many orders that wait for the boss, each for a person of its own: of every three one is in the
// roster, one in the directory alone, and one in neither.
func (d *desk) awaited(count int) {
	d.t.Helper()
	for i := range count {
		d.advance(time.Minute)
		p := provision.Person{ID: user(1000 + i), UPN: fmt.Sprintf("w%d@example.com", i), DisplayName: fmt.Sprintf("Wait%03d Éric", i)}
		d.update(func(tx provision.Tx) error {
			o := provision.Order{ID: provision.OrderID(fmt.Sprintf("w%05d", i)), Tenant: tenant, Kind: provision.Add, State: provision.Pending, Requester: alice}
			o.Person = p
			o.Created = d.now()
			o.Submitted = d.now()
			o.Approval.Asked = []provision.Asked{{Actor: boss}}
			o.Approval.Since = d.now()
			if i%3 == 0 {
				if _, err := d.Relist(tx, tenant, p.ID, roster.PersonRecord{}, roster.PersonRecord{Person: p}); err != nil {
					return err
				}
			}
			return d.Write(tx, &o, provision.OrderProgress, alice.ID, "")
		})
		if i%3 == 1 {
			d.ms.people = append(d.ms.people, p)
		}
	}
}

// TestToApproveFor: of what waits for an approver, that for a person of a name is found in the roster, in the
// directory, and where that does not answer among the orders themselves; how many wait makes it read no more keys.
func TestToApproveFor(t *testing.T) {
	t.Parallel()
	keys := map[string][]int{}
	for _, count := range []int{9, 60, 300} {
		d := quickDesk(t)
		store := &reading{Store: d.store, counts: true}
		d.awaited(count)
		ask := d.open(store)
		all, err := d.ToApprove(t.Context(), tenant, boss, 1000)
		if err != nil || len(all) != count {
			t.Fatal(len(all), err)
		}
		for _, c := range []struct {
			name string
			want int // -1: as many as there are, or the limit
		}{{"Wait006 Éric", 1}, {"wait006", 1}, {"Wait007", 1}, {"eric wait007", 1}, {"Nobody", 0}, {"", 0}, {"Wait", -1}} {
			store.keys = 0
			found, err := ask.ToApproveFor(t.Context(), tenant, boss, c.name, 15)
			keys[c.name] = append(keys[c.name], store.keys)
			q := names.Read(c.name)
			if err != nil || c.want >= 0 && len(found) != c.want || len(found) == 0 && c.want < 0 || len(found) > 15 {
				t.Errorf("of %d, %q: %d, %v", count, c.name, len(found), err)
			}
			older := func(a, b provision.Order) int { return a.Approval.Since.Compare(b.Approval.Since) }
			if !slices.IsSortedFunc(found, older) || slices.ContainsFunc(found, func(o provision.Order) bool { return q.Match(o.Person) == names.NoMatch }) {
				t.Errorf("of %d, %q: %v", count, c.name, found)
			}
		}
		for _, p := range []provision.Person{{ID: user(1), DisplayName: "Eric Mueller"}, {ID: user(2), DisplayName: "Éric Müller"}, {ID: user(3), DisplayName: "Erik Muller"}} {
			d.update(func(tx provision.Tx) error {
				o := provision.Order{ID: provision.OrderID(p.DisplayName), Tenant: tenant, Kind: provision.Add, State: provision.Pending, Requester: alice}
				o.Person = p
				o.Created = d.now()
				o.Approval.Asked = []provision.Asked{{Actor: boss}}
				if _, err := d.Relist(tx, tenant, p.ID, roster.PersonRecord{}, roster.PersonRecord{Person: p}); err != nil {
					return err
				}
				return d.Write(tx, &o, provision.OrderProgress, alice.ID, "")
			})
		}
		for name, want := range map[string]int{"mueller": 2, "muller": 2, "Müller": 3, "eric mueller": 2, "éric muller": 1} {
			if found, err := ask.ToApproveFor(t.Context(), tenant, boss, name, 15); err != nil || len(found) != want {
				t.Errorf("of %d, %q: %d, want %d, %v", count, name, len(found), want, err)
			}
		}
		if found, err := ask.ToApproveFor(t.Context(), tenant, carol, "Wait006 Éric", 15); err != nil || len(found) > 0 {
			t.Errorf("another approver: %v, %v", found, err)
		}
		d.ms.err = errors.New("down")
		if found, err := ask.ToApproveFor(t.Context(), tenant, boss, "wait008 eric", 15); err != nil || len(found) != 1 || found[0].ID != "w00008" {
			t.Errorf("of %d, without a directory: %v, %v", count, found, err)
		}
	}
	for name, read := range keys {
		if read[2] > read[1]+5 && name != "Wait" {
			t.Errorf("%q reads %v keys", name, read)
		}
	}
}

// TestRarerWordLeads: a list of people by a common word and a rare one, or by a common word and a place where few work,
// reads no more where more people have the common word.
func TestRarerWordLeads(t *testing.T) {
	t.Parallel()
	keys := map[string][]int{}
	for _, count := range []int{200, 2000} {
		d, end := bareDesk(t)
		t.Cleanup(end)
		d.load("seattle", "+12065550100", 3)
		store := &reading{Store: d.store, counts: true}
		for from := 0; from < count; from += 100 {
			d.update(func(tx provision.Tx) error {
				for i := from; i < from+100; i++ {
					p := provision.Person{ID: user(1000 + i), UPN: fmt.Sprintf("u%06d@example.com", i), DisplayName: "Common Name", City: "Boston"}
					if i == 70 || i == 150 {
						p.City = "Seattle"
						p.DisplayName = "Common Zoe"
					}
					if _, err := d.Relist(tx, tenant, p.ID, roster.PersonRecord{}, roster.PersonRecord{Person: p}); err != nil {
						return err
					}
				}
				return nil
			})
		}
		ask := d.open(store)
		for name, q := range map[string]roster.CandidateQuery{
			"a rare word":  {Text: "common zoe"},
			"a rare place": {Text: "common", Location: "seattle"},
		} {
			q.Others = true
			q.Limit = 1
			store.keys = 0
			first, second := pages(t.Context(), t, ask.Candidates, q)
			keys[name] = append(keys[name], store.keys)
			if first != user(1070) || second != user(1150) {
				t.Errorf("of %d, %s: %s, %s", count, name, first, second)
			}
		}
	}
	for name, read := range keys {
		if read[1] > read[0] {
			t.Errorf("%s reads %v keys", name, read)
		}
	}
}

// pages are the people of two pages of one person each, behind which there are none.
func pages(ctx context.Context, t *testing.T, list func(context.Context, provision.TenantID, provision.Actor, roster.CandidateQuery) (roster.CandidatePage, error),
	q roster.CandidateQuery) (first, second provision.UserID) {
	t.Helper()
	one, err := list(ctx, tenant, alice, q)
	if err != nil || len(one.People) != 1 {
		t.Fatal(one, err)
	}
	q.From = one.Next
	other, err := list(ctx, tenant, alice, q)
	if err != nil || len(other.People) != 1 || other.Next != "" {
		t.Fatal(other, err)
	}
	return one.People[0].Person.ID, other.People[0].Person.ID
}
