package fulfil_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/stock"
)

// carrier is a ledger that misbehaves as it is told. It keeps what it was told, and sees to it that a repeated notice repeats.
type carrier struct {
	warned atomic.Int64 // how often admins were told of a low stock
	stock.Ledger
	ms   *microsoft // whose fates it shares, under "tell"
	told map[string]provision.Notice
	list []string // every notice that had an effect: event and number
	link string   // what it has for the person who gets a line
	sent []string // the links that were handed on
}

// It hears, in the place of the bot, what becomes of its links.
func (c *carrier) OrderChanged(provision.Tx, provision.Order, provision.Event) error { return nil }
func (c *carrier) SyncChanged(provision.Tx, provision.TenantID, provision.SyncReport) error {
	return nil
}
func (c *carrier) NumbersCompared(provision.Tx, provision.TenantID, provision.NumberReport) error {
	return nil
}
func (c *carrier) OutageChanged(provision.Tx, provision.TenantID, provision.Outage, bool) error {
	return nil
}

func (c *carrier) BulkChanged(provision.Tx, provision.TenantID, provision.BulkID) error { return nil }
func (c *carrier) StockLow(provision.Tx, provision.TenantID, provision.Location, int) error {
	c.warned.Add(1)
	return nil
}
func (c *carrier) Undelivered(provision.Tx, provision.Order) (time.Time, error) {
	return time.Time{}, nil
}

func (c *carrier) LinkCame(_ provision.Tx, _ provision.Order, link string) error {
	c.sent = append(c.sent, link)
	return nil
}

func (c *carrier) Tell(ctx context.Context, n provision.Notice) (provision.Receipt, error) {
	c.ms.mu.Lock()
	f := c.ms.meets("tell")
	before, again := c.told[n.ID]
	if again && !reflect.DeepEqual(before, n) {
		c.ms.foreign = append(c.ms.foreign, fmt.Sprintf("tell of %+v as of %+v", n, before))
	}
	if f.err == nil || f.works {
		c.told[n.ID] = n
		if !again {
			c.list = append(c.list, string(n.Event)+" "+string(n.Number)+" "+string(n.Plan))
		}
	}
	c.ms.mu.Unlock()
	if f.err != nil && !f.works {
		return provision.Receipt{}, f.err
	}
	if _, err := c.Ledger.Tell(ctx, n); err != nil || f.err != nil {
		return provision.Receipt{}, errors.Join(err, f.err)
	}
	if n.Event != provision.LineActivate {
		return provision.Receipt{}, nil
	}
	return provision.Receipt{Link: c.link}, nil
}

// carried checks that the carrier knows the lines that are in use, and no others. While an order is parked its own line may be
// either way.
func (w *world) carried() error {
	if w.read().State == provision.Parked {
		return nil
	}
	lines, err := w.carrier.Lines(w.t.Context(), tenant, "", 0)
	if err != nil {
		return err
	}
	got := map[provision.E164]string{}
	for _, l := range lines {
		got[l.Number] = fmt.Sprint(l.User, l.Location, l.Plan)
	}
	want := map[provision.E164]string{}
	for _, n := range []provision.E164{ours, second} {
		if v := w.numberAt(n); v.State == provision.Assigned {
			sub, _ := w.subscriber()
			want[n] = fmt.Sprint(v.User, sub.Location, sub.Plan)
		}
	}
	if !maps.Equal(got, want) {
		return fmt.Errorf("the carrier knows %v, the records %v; it was told %q", got, want, w.carrier.list)
	}
	return nil
}

var badNumber = &provision.Error{Op: "tell the carrier", Kind: provision.Invalid, Say: provision.Say("carrier-refused", "said", "not ours")}

// TestCarrier: what a carrier is told, and what its answers come to.
func TestCarrier(t *testing.T) {
	t.Parallel()
	const link = "https://carrier.example/welcome/1"
	for name, c := range map[string]struct {
		kind    provision.OrderKind
		fates   []fate
		end     provision.OrderState
		problem string
		told    []string // after the first order
		links   int
	}{
		"a new phone":              {"", nil, provision.Done, "", []string{"activate +12065550101 metered"}, 1},
		"busy, lost, then done":    {"", []fate{{err: throttled}, {err: lost}, {err: lost, works: true}}, provision.Done, "", []string{"activate +12065550101 metered"}, 1},
		"a number that it refuses": {"", []fate{{err: badNumber}}, provision.Failed, "carrier-refused", nil, 0},
		"a stranger to it":         {"", []fate{{err: forbidden}}, provision.Parked, "graph-permission-missing", nil, 0},
		"silence":                  {"", []fate{{err: lost, forever: true}}, provision.Running, "", nil, 0},
		"another plan":             {provision.ChangePlan, nil, provision.Done, "", []string{"change +12065550101 unlimited"}, 1},
		"another number": {provision.ChangeNumber, nil, provision.Done, "",
			[]string{"activate +12065550102 metered", "release +12065550101 metered"}, 2},
		"back":                       {provision.Release, nil, provision.Done, "", []string{"release +12065550101 metered"}, 1},
		"unknown to it":              {provision.Remove, []fate{{err: unknown}}, provision.Done, "", nil, 1},
		"a release that it refuses":  {provision.Release, []fate{{err: badNumber}}, provision.Parked, "carrier-refused", nil, 1},
		"a plan that it refuses":     {provision.ChangePlan, []fate{{err: badNumber}}, provision.Failed, "carrier-refused", nil, 1},
		"an old one that it refuses": {provision.ChangeNumber, []fate{{}, {err: badNumber}}, provision.Parked, "carrier-refused", []string{"activate +12065550102 metered"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.carrier.link = link
				if c.kind != "" {
					w.phone(c.kind)
				}
				before := len(w.carrier.list)
				w.ms.change(func(m *microsoft) { m.fates["tell"] = c.fates })
				w.live(w.store)
				o := w.end(24 * time.Hour)
				if o.State != c.end || o.Problem.ID != c.problem {
					t.Errorf("%s: %v", o.State, o.Problem)
				}
				if told := w.carrier.list[before:]; !slices.Equal(told, c.told) {
					t.Errorf("told %q, want %q", told, c.told)
				}
				if c.end == provision.Parked {
					if c.problem == "carrier-refused" {
						w.rule(provision.LeaveAsIs)
						time.Sleep(time.Hour)
						synctest.Wait()
						if err := w.carried(); err != nil {
							t.Error(err)
						}
					}
				} else if err := w.proved(c.kind); name != "unknown to it" && c.end != provision.Running && err != nil {
					t.Error(err)
				}
				if len(w.carrier.sent) != c.links {
					t.Errorf("%d links were handed on", len(w.carrier.sent))
				}
			})
		})
	}
}
