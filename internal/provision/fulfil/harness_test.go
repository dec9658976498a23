package fulfil_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/core"
	"calltab/internal/provision/fulfil"
	"calltab/internal/provision/job"
	"calltab/internal/provision/orgfile"
	"calltab/internal/provision/storetest"
)

// world is an order on a real store and runner, with Microsoft behind the ports, in a bubble whose clock is business time.
type world struct {
	t       *testing.T
	store   provision.Store
	ms      *microsoft
	carrier *carrier
	svc     *core.Core
	id      provision.OrderID
	ids     int
	stop    func()
	ahead   atomic.Int64 // how far the program's clock is ahead
	parks   parkPlace
}

var alice = provision.Actor{ID: "a11ce000-0000-4000-8000-000000000003"}

// inWorld runs a test with a saved order whose work has not begun.
func inWorld(t *testing.T, f func(w *world)) {
	t.Helper()
	inWorldOn(t, f, func(t *testing.T) provision.Store {
		db, err := boltstore.Open(filepath.Join(t.TempDir(), "db"), boltstore.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	})
}

func inWorldOn(t *testing.T, f func(w *world), open func(t *testing.T) provision.Store) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: open(t), ms: newMicrosoft(time.Now), stop: func() {}}
		t.Cleanup(func() { w.stop() })
		w.open(w.store)
		w.order()
		f(w)
	})
}

// open makes a service with a runner on a store; nothing runs yet.
func (w *world) open(store provision.Store) *job.Runner {
	runner := job.New(store, job.Options{Now: w.time, Rand: func() float64 { return 0 }})
	if w.carrier == nil {
		w.carrier = &carrier{ms: w.ms, told: map[string]provision.Notice{}}
	}
	w.carrier.Store = w.store
	w.svc = core.New(provision.Config{
		Store: runner.Store(), Directory: w.ms, Telephony: w.ms, Carrier: w.carrier, Queue: runner, Operator: runner, AuditKey: []byte("key"), Now: w.time, Admins: []string{string(alice.ID), string(bruno.ID)},
		NewID: func() string { w.ids++; return fmt.Sprint("order", w.ids) },
	})
	w.svc.Listen(w.carrier)
	for _, k := range fulfil.New(w.svc).Kinds() {
		runner.Register(w.parks.within(k))
	}
	return runner
}

func (w *world) time() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

// order fills in a draft and saves it.
func (w *world) order() {
	w.t.Helper()
	err := orgfile.New(w.svc.Store, w.svc).Import(w.t.Context(), tenant, orgfile.OrgFile{
		Locations: []provision.Location{{ID: "seattle", Name: "Seattle", Country: "US", TimeZone: "UTC"}},
		Plans: []provision.Plan{
			{ID: "metered", Name: "Metered", VoiceRoutingPolicy: "Metered Calls"},
			{ID: "unlimited", Name: "Unlimited", VoiceRoutingPolicy: "Unlimited Calls"},
		},
		Numbers: func(yield func(provision.E164, provision.LocationID) bool) {
			_ = yield(ours, "seattle") && yield("+12065550102", "seattle")
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	sheet, err := w.svc.Begin(w.t.Context(), provision.Request{Tenant: tenant, Requester: alice, User: dana, Plan: "metered", Number: ours})
	if err != nil {
		w.t.Fatal(err)
	}
	sheet, err = w.svc.Save(w.t.Context(), tenant, alice, sheet.Order.ID, sheet.Order.Revision, "")
	if err != nil || sheet.Order.State != provision.Approved {
		w.t.Fatalf("saved as %s at %s, %v", sheet.Order.State, sheet.Order.Form, err)
	}
	w.id = sheet.Order.ID
}

// live runs the program on a store until it dies or the test ends.
func (w *world) live(store provision.Store) {
	runner := w.open(store)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = runner.Run(ctx) }()
	w.stop = func() { cancel(); <-done }
	go w.elsewhere(ctx)
}

// elsewhere has calls about another person succeed, where they do.
func (w *world) elsewhere(ctx context.Context) {
	ctx = fulfil.StepOf(ctx, other)
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		on := false
		w.ms.change(func(m *microsoft) { on = m.elsewhere })
		if !on {
			continue
		}
		to := w.svc.Telephony
		_, err := to.AssignNumber(ctx, tenant, "+12065550188", other, "")
		_, errPolicy := to.PolicyID(ctx, tenant, routing, "other")
		_, errVoice := to.Voice(ctx, tenant, other)
		if err := errors.Join(err, errPolicy, errVoice, to.AssignPolicy(ctx, tenant, other, routing, "")); err != nil {
			w.t.Errorf("elsewhere: %v", err)
		}
	}
}

// lives runs the program; after each of the given numbers of commits it dies, and the next one starts.
func (w *world) lives(crashes []crash) {
	for _, c := range crashes {
		dead := make(chan struct{})
		kill := storetest.CrashAfter
		if c.before {
			kill = storetest.CrashBefore
		}
		w.live(kill(w.store, c.after, func() { close(dead) }))
		select {
		case <-dead:
		case <-time.After(c.patience()):
		}
		w.stop()
	}
	w.live(w.store)
}

type crash struct {
	after  int // commits
	before bool
}

// patience is how long a life lasts whose crash does not come.
func (c crash) patience() time.Duration { return time.Duration(c.after) * time.Hour }

func (w *world) read() provision.Order {
	w.t.Helper()
	var o provision.Order
	err := w.store.View(w.t.Context(), func(tx provision.Tx) (err error) {
		o, err = w.svc.OrderIn(tx, tenant, w.id)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

// end waits until the order is over, and a while more for whatever shows late.
func (w *world) end(limit time.Duration) provision.Order {
	w.t.Helper()
	for began := time.Now(); time.Since(began) < limit; time.Sleep(10 * time.Minute) {
		if synctest.Wait(); w.read().State.Over() {
			break
		}
	}
	time.Sleep(2 * time.Hour)
	synctest.Wait()
	return w.read()
}

func (w *world) number() provision.Number {
	w.t.Helper()
	return w.numberAt(ours)
}

func (w *world) numberAt(n provision.E164) provision.Number {
	w.t.Helper()
	all, err := w.svc.Numbers(w.t.Context(), tenant, alice, "", "", "", 10)
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(v provision.Number) bool { return v.E164 == n })
	return all[i]
}

// sound checks what holds whatever happened.
func (w *world) sound() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if len(w.ms.foreign) > 0 {
		bad("Microsoft was asked to %q", w.ms.foreign)
	}
	o, n, has, policy := w.read(), w.number(), w.ms.has(ours), w.ms.direct(routing)
	switch o.State {
	case provision.Done:
		if n.State != provision.Assigned || n.User != dana || n.Order != w.id || (has != dana || policy != "id of Metered Calls") && !w.ms.gone {
			bad("done, but the number is %+v, %q has it, with the policy %q", n, has, policy)
		}
	case provision.Failed:
		said := strings.HasPrefix(o.Problem.ID, "says-") // and the state shows nothing
		if has == dana || n.State != provision.Free && (n.State != provision.Blocked || has == "" && !said) || n.Order != "" || n.User != "" {
			bad("failed, but the number is %+v and %q has it", n, has)
		}
		for _, step := range o.Work {
			if step.State != provision.StepUndone && step.State != provision.StepWaiting {
				bad("failed, but the card says %v", o.Work)
			}
		}
	case provision.Parked:
		if n.Order != w.id {
			bad("parked, but the number is %+v", n)
		}
		if o.Problem.ID == "" {
			bad("parked without a word")
		}
	default:
		bad("it stands at %s: %+v", o.State, o.Work)
	}
	_, err := w.svc.Audit(context.Background(), tenant)
	return errors.Join(append(errs, err, w.carried())...)
}
