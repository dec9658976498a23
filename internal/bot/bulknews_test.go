package bot

import (
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/rows"
)

// listed has Dana's order be a row of a list of Alice's that has ended.
func listed(t *testing.T) *world {
	t.Helper()
	w := ordered(t)
	w.put(func(tx provision.Tx) {
		rows.Write(tx, rows.Bulk{ID: "b1", Tenant: tenant, Requester: provision.Actor{ID: alice}, State: rows.Ended, Told: true,
			Revision: 1, Rows: 1, Created: w.clock(), Ended: w.clock()})
	})
	return w
}

func (w *world) put(f func(provision.Tx)) {
	w.Helper()
	err := w.store.Update(w.Context(), func(tx provision.Tx) error {
		f(tx)
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
}

// happens has an event happen to the row.
func (w *world) happens(e provision.Event) {
	w.Helper()
	w.change("o1", e, func(o *provision.Order) { o.Bulk = provision.BulkRow{ID: "b1", Row: 1} })
}

func (w *world) news() (n int) {
	w.Helper()
	for _, p := range w.teams.in(chat(alice).ID) {
		if strings.Contains(string(p.card), "of a list needs a look") {
			n++
		}
	}
	return n
}

// TestNewsBehindAnUnreadableRow: what cannot be read of a list keeps nothing else of it from being told.
func TestNewsBehindAnUnreadableRow(t *testing.T) {
	t.Parallel()
	w := listed(t)
	at := string(tenant) + "/b1/" + string(alice) + "/"
	w.put(func(tx provision.Tx) {
		tx.Put(chats.TableBulkNews, at+"a", []byte("1{"))
		tx.Put(chats.TableBulkNews, at+"gone", []byte(`1{"order":"gone","event":"order.escalated"}`))
	})
	w.happens(provision.OrderEscalated)
	w.advance(11 * time.Minute)
	if n := w.news(); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// TestNewsToldByAClockThatWasAhead: news that is told by such a clock holds back none that comes when it is right.
func TestNewsToldByAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	w := listed(t)
	set := func(by time.Duration) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.now = w.now.Add(by)
	}
	set(48 * time.Hour)
	w.happens(provision.OrderEscalated)
	w.advance(11 * time.Minute)
	if n := w.news(); n != 1 {
		t.Fatalf("%d messages", n)
	}
	set(-48 * time.Hour)
	w.settle()
	w.happens(provision.OrderLate)
	w.advance(11 * time.Minute)
	if n := w.news(); n != 2 {
		t.Errorf("%d messages", n)
	}
}

// TestListCutOffIsTold: the requester of a list that a crash left half stored, and whose card was never posted, is told.
func TestListCutOffIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say(alice, "plans") // she has a chat
	b := rows.Bulk{ID: "b1", Tenant: tenant, Requester: provision.Actor{ID: alice}, State: rows.Reading, Revision: 1, Rows: 9,
		Created: w.clock()}
	w.put(func(tx provision.Tx) {
		rows.Write(tx, b)
		rows.Put(tx, tenant, b.ID, rows.Row{}, rows.Row{N: 1, Line: "add dana", State: rows.New})
		if err := w.runner.Add(tx, provision.JobBulk, provision.JobKey(tenant, "b1"), nil, w.clock()); err != nil {
			t.Fatal(err)
		}
	})
	w.advance(time.Minute)
	p := w.newest(chat(alice))
	if !strings.Contains(string(p.card), "Calltab stopped while it took in this list") {
		t.Errorf("%s", p.card)
	}
	posted := len(w.teams.posts())
	w.advance(time.Hour)
	if n := len(w.teams.posts()); n != posted {
		t.Errorf("it is told %d times more: %s", n-posted, w.teams.posts()[posted].card)
	}
}
