package fulfil_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/orgfile"
)

// TestWatchAfterAClockThatWasAhead: a phone that is waited for since a time that is still to come is waited for since now, with its words
// and its end in their time; so is one that was reopened then.
func TestWatchAfterAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	const tooFar = 20 * 24 * time.Hour
	t.Run("accepted", func(t *testing.T) {
		t.Parallel()
		inWorld(t, func(w *world) {
			w.ahead.Store(int64(tooFar))
			w.ms.change(func(m *microsoft) { m.withheld["activated"] = true })
			w.live(w.store)
			time.Sleep(10 * time.Minute)
			w.ahead.Store(0)
			for _, step := range []struct {
				sleep time.Duration
				late  provision.Lateness
			}{{3 * time.Hour, provision.InTime}, {70 * time.Minute, provision.Late}, {20 * time.Hour, provision.Escalated}} {
				time.Sleep(step.sleep)
				synctest.Wait()
				if o := w.read(); o.State != provision.Waiting || o.Late != step.late {
					t.Errorf("%s, %q, want %q", o.State, o.Late, step.late)
				}
			}
			w.ms.change(func(m *microsoft) { m.withheld["activated"] = false })
			if o := w.end(2 * time.Hour); o.State != provision.Done {
				t.Errorf("%s", o.State)
			}
		})
	})
	t.Run("reopened", func(t *testing.T) {
		t.Parallel()
		inWorld(t, func(w *world) {
			w.ahead.Store(int64(tooFar))
			w.live(w.store)
			w.end(time.Hour)
			if _, err := w.svc.Seen(context.Background(), tenant, provision.Actor{ID: dana}, w.id, false); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			w.ahead.Store(0)
			time.Sleep(50 * time.Minute)
			if o := w.read(); o.State != provision.Waiting {
				t.Errorf("%s within the hour", o.State)
			}
			if o := w.end(20 * time.Minute); o.State != provision.Done {
				t.Errorf("%s after the hour", o.State)
			}
		})
	})
}

// TestStockAfterAClockThatWasAhead: admins who were warned by a clock that was ahead are warned again a day after it was set right.
func TestStockAfterAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		few := []provision.Location{{ID: "seattle", Name: "Seattle", Country: "US", TimeZone: "UTC", LowStock: 5}}
		if err := orgfile.New(w.svc.Store, w.svc).Import(t.Context(), tenant, orgfile.OrgFile{Locations: few, Numbers: func(func(provision.E164, provision.LocationID) bool) {}}); err != nil {
			t.Fatal(err)
		}
		w.ahead.Store(int64(20 * 24 * time.Hour))
		w.live(w.store)
		err := w.svc.Store.Update(context.Background(), func(tx provision.Tx) error {
			return w.svc.Queue.Add(tx, provision.JobStock, provision.JobKey(tenant, "seattle"), nil, w.time())
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		w.ahead.Store(0)
		for _, step := range []struct {
			sleep time.Duration
			want  int64
		}{{time.Minute, 1}, {23 * time.Hour, 1}, {2 * time.Hour, 2}} {
			time.Sleep(step.sleep)
			synctest.Wait()
			if n := w.carrier.warned.Load(); n != step.want {
				t.Errorf("%d warnings, want %d", n, step.want)
			}
		}
	})
}
