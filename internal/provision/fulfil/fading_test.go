package fulfil_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

// soon lets the order at hand be done, and not a moment more.
func (w *world) soon() provision.Order {
	w.t.Helper()
	w.live(w.store)
	for began := time.Now(); time.Since(began) < 24*time.Hour; time.Sleep(5 * time.Second) {
		if synctest.Wait(); w.read().State.Over() {
			break
		}
	}
	w.stop()
	w.open(w.store)
	return w.read()
}

// stocked adds numbers, as those that are taken back rest.
func (w *world) stocked() {
	w.t.Helper()
	rest := []provision.E164{"+12065550160", "+12065550161", "+12065550162", "+12065550163", "+12065550164"}
	if _, err := w.svc.AddNumbers(w.t.Context(), tenant, alice, "seattle", rest, false); err != nil {
		w.t.Fatal(err)
	}
}

// recall takes the order at hand back as soon as it waits for Microsoft.
func (w *world) recall() provision.Order {
	w.t.Helper()
	w.live(w.store)
	for began := time.Now(); time.Since(began) < time.Hour && w.read().State != provision.Waiting; time.Sleep(5 * time.Second) {
		synctest.Wait()
	}
	if _, err := w.svc.Withdraw(w.t.Context(), tenant, alice, w.id); err != nil {
		w.t.Fatal(err)
	}
	w.stop()
	return w.soon()
}

// TestInHaste: orders for one person that follow each other at once, while Microsoft shows their policies of before for
// minutes, come to the same as with hours between them.
func TestInHaste(t *testing.T) {
	t.Parallel()
	add := provision.Request{Tenant: tenant, Kind: provision.Add, Requester: alice, User: dana, Location: "seattle", Plan: "unlimited"}
	of := func(kind provision.OrderKind, plan provision.PlanID) provision.Request {
		return provision.Request{Tenant: tenant, Kind: kind, Requester: alice, User: dana, Plan: plan}
	}
	replan := func(plan provision.PlanID) provision.Request { return of(provision.ChangePlan, plan) }
	remove := of(provision.Remove, "")
	metered := add
	metered.Plan = "metered"
	const undo, withdrawn = true, true
	type turn struct {
		provision.Request
		undo, withdrawn bool // the order before is undone; the order is taken back while it waits
	}
	for name, turns := range map[string][]turn{
		"removed and added":               {{Request: remove}, {Request: metered}},
		"added with another plan":         {{Request: remove}, {Request: add}, {Request: remove}, {Request: metered}},
		"added and undone":                {{Request: remove}, {Request: add}, {undo: undo}, {Request: metered}, {undo: undo}},
		"undone at once":                  {{undo: undo}, {Request: metered}, {undo: undo}},
		"a plan and back":                 {{Request: replan("unlimited")}, {Request: replan("metered")}, {Request: replan("unlimited")}},
		"a plan undone, and again":        {{Request: replan("unlimited")}, {undo: undo}, {Request: replan("unlimited")}, {Request: remove}},
		"a plan taken back, and again":    {{Request: replan("unlimited"), withdrawn: withdrawn}, {Request: replan("unlimited")}},
		"a plan taken back, and removed":  {{Request: replan("unlimited"), withdrawn: withdrawn}, {Request: remove}},
		"taken back, and added":           {{Request: remove}, {Request: add, withdrawn: withdrawn}, {Request: add}},
		"taken back twice, with a policy": {{Request: remove}, {Request: metered, withdrawn: withdrawn}, {Request: metered, withdrawn: withdrawn}},
	} {
		for _, own := range []bool{false, true} {
			t.Run(fmt.Sprint(name, " ", own), func(t *testing.T) {
				t.Parallel()
				var calm string
				for _, pause := range []time.Duration{3 * time.Hour, time.Second} {
					inWorldOn(t, func(w *world) {
						if own {
							w.ms.policies[routing] = []change{{time.Now().Add(-time.Hour), "id of Old Calls"}}
							w.ms.policies[provision.DialPlanPolicy] = []change{{time.Now().Add(-time.Hour), "id of Old Dial"}}
						}
						w.organise(provision.ChangeNumber)
						w.stocked()
						w.soon()
						w.ms.change(func(m *microsoft) { m.delay, m.fade = time.Minute, 12*time.Minute })
						at := ""
						for _, next := range turns {
							time.Sleep(pause)
							var o provision.Order
							switch {
							case next.undo:
								w.save(w.svc.UndoLast(w.t.Context(), tenant, alice, dana))
								o = w.soon()
							case next.withdrawn:
								w.save(w.svc.Begin(w.t.Context(), next.Request))
								o = w.recall()
							default:
								w.save(w.svc.Begin(w.t.Context(), next.Request))
								o = w.soon()
							}
							at += fmt.Sprintln(o.Kind, o.State, w.ms.direct(routing), w.ms.direct(provision.DialPlanPolicy))
						}
						switch {
						case pause > time.Minute:
							calm = at
						case at != calm:
							t.Errorf("in haste\n%swith hours between them\n%s", at, calm)
						}
					}, func(*testing.T) provision.Store { return storetest.Memory() })
				}
			})
		}
	}
}
