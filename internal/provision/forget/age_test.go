package forget_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/forget"
	"calltab/internal/provision/record"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/rows"
	"calltab/internal/provision/storetest"
)

const tenant = provision.TenantID("01803034-07cc-87d9-b39c-95218c3eaa51")

var today = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// mortal is a store that fails from some commit on.
type mortal struct {
	provision.Store
	left int // commits; negative: no end
}

var errDead = errors.New("dead")

func (m *mortal) Update(ctx context.Context, f func(provision.Tx) error) error {
	if m.left == 0 {
		return errDead
	}
	m.left--
	return m.Store.Update(ctx, f)
}

func serviceOn(store provision.Store) *core.Core {
	return core.New(provision.Config{Store: store, AuditKey: []byte("a key of the trail, long enough"),
		Now: func() time.Time { return today }})
}

func user(n string) provision.UserID {
	return provision.UserID("00000000-0000-4000-8000-00000000000" + n)
}

func person(n, name string) provision.Person {
	given, family, _ := strings.Cut(name, " ")
	return provision.Person{ID: user(n), UPN: strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@example.com",
		DisplayName: name, GivenName: given, Surname: family}
}

// passing is an order whose approver was passed over.
func passing(approver string, o provision.Order) provision.Order {
	o.Approval.Passed = []provision.Message{provision.Say("passed-away", "person", approver, "person_id", string(user("9")))}
	return o
}

// past is a store with orders that ended some days ago.
func past(t *testing.T) provision.Store {
	t.Helper()
	store := storetest.Memory()
	ben := person("1", "Ben Aoki")
	order := func(id string, state provision.OrderState, kind provision.OrderKind, days int, p provision.Person) provision.Order {
		o := provision.Order{ID: provision.OrderID(id), Tenant: tenant, State: state, Kind: kind,
			Requester: provision.Actor{ID: ben.ID, Name: ben.Name()}}
		o.Person, o.Why = p, "words of "+id
		o.Created = today.AddDate(0, 0, -days)
		o.Ended = o.Created
		return o
	}
	err := store.Update(t.Context(), func(tx provision.Tx) error {
		for _, o := range []provision.Order{
			passing("Carol Whitaker", order("old", provision.Done, provision.Add, 400, person("2", "Dana Reyes"))),
			order("new", provision.Done, provision.Add, 10, person("3", "Yuri Sokolov")),
			order("parked", provision.Parked, provision.Add, 400, person("4", "Erin Walsh")),
			order("there", provision.Done, provision.Release, 400, person("5", "Gita Rao")),
			order("removed", provision.Done, provision.Remove, 400, person("6", "Sven Lindqvist")),
		} {
			record.Save(tx, record.TableOrders, record.Key(tenant, string(o.ID)), o)
		}
		for _, p := range []provision.Person{ben, person("5", "Gita Rao")} {
			record.Save(tx, record.TableRoster, record.Key(tenant, string(p.ID)), roster.PersonRecord{Person: p})
		}
		for i, ended := range []time.Time{today.AddDate(0, 0, -400), today.AddDate(0, 0, -10)} {
			list := rows.Bulk{ID: provision.BulkID(fmt.Sprintf("list%d", i)), Tenant: tenant, State: rows.Ended, Created: ended, Ended: ended,
				Requester: provision.Actor{ID: ben.ID, Name: ben.Name()}}
			p := person(fmt.Sprint(7+i), []string{"Hugo Lang", "Theo Sands"}[i])
			rows.Write(tx, list)
			rows.Put(tx, tenant, list.ID, rows.Row{}, rows.Row{N: 1, Line: "(forgotten)", State: rows.Wrong, Name: p.Name(), User: p.ID})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func all(t *testing.T, store provision.Store) string {
	t.Helper()
	var b strings.Builder
	err := store.View(t.Context(), func(tx provision.Tx) error {
		for _, table := range []string{record.TableOrders, record.TableBulkRows, record.TableRoster, record.TableForgets} {
			for k, raw := range tx.Scan(table, "", "") {
				b.WriteString(table + " " + k + " " + string(raw) + "\n")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func synced(t *testing.T, store provision.Store, began time.Time) {
	t.Helper()
	err := store.Update(t.Context(), func(tx provision.Tx) error {
		record.Save(tx, record.TableSyncs, string(tenant), provision.Sync{State: provision.SyncDone, Round: 1, Began: began})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAge: words of what ended long ago go, and the names of people who have left; nothing else does.
func TestAge(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		synced      time.Time // zero: never
		gone, stays []string
	}{
		{"never read", time.Time{}, []string{"Sven", "lindqvist"}, []string{"Dana Reyes", "Gita Rao", "Hugo Lang", "Carol Whitaker"}},
		{"read before", today.AddDate(0, 0, -401), []string{"Sven"}, []string{"Dana Reyes"}},
		{"read since", today.AddDate(0, 0, -1), []string{"Sven", "Dana", "Reyes", "reyes", "Hugo", "Carol"}, []string{"Gita Rao", "Theo Sands"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			store := past(t)
			if !tt.synced.IsZero() {
				synced(t, store, tt.synced)
			}
			c := serviceOn(store)
			did, err := c.Forgets.Age(t.Context(), tenant, today.AddDate(0, 0, -365), "left long ago")
			if err != nil || did.Records != 3 || did.People == 0 || did.More {
				t.Errorf("%+v, %v", did, err)
			}
			left := all(t, store)
			for _, text := range append(tt.gone, "words of old", "words of there", "words of removed") {
				if strings.Contains(left, text) {
					t.Errorf("%q is left", text)
				}
			}
			for _, text := range append(tt.stays, "Ben Aoki", "Yuri Sokolov", "Erin Walsh", "words of new", "words of parked") {
				if !strings.Contains(left, text) {
					t.Errorf("%q is gone", text)
				}
			}
			events, err := c.Audit(t.Context(), tenant)
			if err != nil || len(events) != did.People || events[0].Event != forget.PersonForgotten || events[0].Note != "left long ago" {
				t.Errorf("the trail has %+v, %v", events, err)
			}
			if yes, err := c.Forgets.ToWipe(t.Context()); !yes || err != nil {
				t.Errorf("the file is not to be overwritten: %v", err)
			}
			again, err := c.Forgets.Age(t.Context(), tenant, today.AddDate(0, 0, -365), "")
			if err != nil || again != (forget.Aged{}) {
				t.Errorf("a second time: %+v, %v", again, err)
			}
		})
	}
}

// TestForgetDies: whichever commit is the last of a process, the next one ends what was begun, once.
func TestForgetDies(t *testing.T) {
	t.Parallel()
	whole := past(t)
	if err := serviceOn(whole).Forgets.Forget(t.Context(), tenant, user("5"), user("1"), "asked"); err != nil {
		t.Fatal(err)
	}
	want := all(t, whole)
	if strings.Contains(want, "Gita") || !strings.Contains(want, "forgets to-wipe") {
		t.Fatalf("left:\n%s", want)
	}
	for n := 0; ; n++ {
		store := &mortal{past(t), n}
		err := serviceOn(store).Forgets.Forget(t.Context(), tenant, user("5"), user("1"), "asked")
		died := err != nil
		store.left = -1
		c := serviceOn(store)
		if n == 0 { // nothing was begun
			if got := all(t, store); !errors.Is(err, errDead) || !strings.Contains(got, "Gita Rao") {
				t.Errorf("%v:\n%s", err, got)
			}
			continue
		}
		if err := c.Forgets.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := all(t, store); got != want {
			t.Errorf("cut off after %d commits it ends as\n%s\nand not as\n%s", n, got, want)
		}
		if events, err := c.Audit(t.Context(), tenant); err != nil || len(events) != 1 {
			t.Errorf("the trail has %d events, %v", len(events), err)
		}
		if !died {
			return
		}
	}
}

// TestForgetRefused: what is open or in use stands against it, and nothing changes.
func TestForgetRefused(t *testing.T) {
	t.Parallel()
	store := past(t)
	before := all(t, store)
	var refused *forget.NotForgotten
	err := serviceOn(store).Forgets.Forget(t.Context(), tenant, user("4"), "", "asked")
	if !errors.As(err, &refused) || len(refused.Against) != 1 || refused.Against[0].Order != "parked" || all(t, store) != before {
		t.Errorf("a parked order: %v", err)
	}
	err = serviceOn(store).Forgets.Forget(t.Context(), tenant, user("1"), "", "asked")
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "an order of theirs is parked") {
		t.Errorf("a requester of one: %v", err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	c := serviceOn(past(t))
	for text, want := range map[string]provision.UserID{
		"gita.rao@example.com": user("5"), "GITA RAO": user("5"), "Rao Gita": "", string(user("9")): user("9"), "gita": "", "": "",
	} {
		found, err := c.Forgets.Find(t.Context(), tenant, text)
		if err != nil || (want == "") != (len(found) == 0) || want != "" && found[0] != want {
			t.Errorf("%q: %v, %v", text, found, err)
		}
	}
}
