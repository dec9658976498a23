package fulfil_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/orgfile"
	"calltab/internal/provision/storetest"
)

// undoKinds are those of which an order can be taken back: all of them.
var undoKinds = []provision.OrderKind{
	provision.Add, provision.Assign, provision.ChangePlan, provision.ChangeNumber, provision.Move, provision.Release, provision.Remove,
}

// The organisation of these tests: two locations with a number each, and plans of which one sets a policy that the other does not.
// Assign and Move go from one location to the other.
func (w *world) organise(kind provision.OrderKind) {
	w.t.Helper()
	at := provision.LocationID("seattle")
	if kind == provision.Move || kind == provision.Assign {
		at = "boston"
	}
	err := orgfile.New(w.svc.Store, w.svc).Import(w.t.Context(), tenant, orgfile.OrgFile{
		Locations: []provision.Location{
			{ID: "seattle", Name: "Seattle", Country: "US", TimeZone: "UTC"}, {ID: "boston", Name: "Boston", Country: "US", TimeZone: "UTC"},
		},
		Plans: []provision.Plan{
			{ID: "metered", Name: "Metered", VoiceRoutingPolicy: "Metered Calls"},
			{ID: "unlimited", Name: "Unlimited", VoiceRoutingPolicy: "Unlimited Calls", DialPlan: "Long Dial"},
		},
		Numbers: func(yield func(provision.E164, provision.LocationID) bool) {
			_ = yield(ours, "seattle") && yield(second, at)
		},
		Fingerprint: "of undo",
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// asks is what an order of a kind wants of the person.
func asks(kind provision.OrderKind) provision.Request {
	r := provision.Request{Tenant: tenant, Kind: kind, Requester: alice, User: dana}
	switch kind {
	case provision.Assign: // at another location than that of the import
		r.Plan, r.Number = "metered", second
	case provision.ChangePlan:
		r.Plan = "unlimited"
	case provision.ChangeNumber, provision.Move:
		r.Number = second
	}
	return r
}

// save begins an order, or takes one back, and saves it.
func (w *world) save(sheet provision.Sheet, err error) provision.Order {
	w.t.Helper()
	if err == nil {
		sheet, err = w.svc.Save(w.t.Context(), tenant, alice, sheet.Order.ID, sheet.Order.Revision, "")
	}
	if err != nil || sheet.Order.State != provision.Approved {
		w.t.Fatalf("saved as %s at %s: %v, %v", sheet.Order.State, sheet.Order.Form, sheet.Order.Reasons, err)
	}
	w.id = sheet.Order.ID
	return sheet.Order
}

// peace lets the order at hand be done, with nothing in its way.
func (w *world) peace() {
	w.t.Helper()
	w.live(w.store)
	if o := w.end(24 * time.Hour); o.State != provision.Done {
		w.t.Fatalf("%s is %s: %v", o.Kind, o.State, o.Problem)
	}
	w.stop()
	w.open(w.store)
}

// phase is everything that an order changes: the records, Microsoft's side and the carrier's.
type phase struct {
	Numbers    [2]string // state and person of each
	Subscriber string    // location, plan and number
	Has        string    // at Microsoft
	Policies   string
	Lines      string
}

func (w *world) now() phase {
	w.t.Helper()
	var p phase
	for i, n := range []provision.E164{ours, second} {
		v := w.numberAt(n)
		p.Numbers[i] = fmt.Sprint(v.State, " ", v.User)
		p.Has += fmt.Sprint(n, " ", w.ms.has(n), "; ")
	}
	if sub, there := w.subscriber(); there {
		p.Subscriber = fmt.Sprint(sub.Location, " ", sub.Plan, " ", sub.Number)
	}
	p.Policies = w.ms.direct(routing) + ", " + w.ms.direct(provision.DialPlanPolicy)
	lines, err := w.carrier.Lines(w.t.Context(), tenant, "", 0)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range lines {
		p.Lines += fmt.Sprint(l.Number, " ", l.User, " ", l.Location, " ", l.Plan, "; ")
	}
	return p
}

// takenBack is how everything stands once an order is taken back: as before it, but that a number which was free and that the order
// gave has been used, and so it rests.
func takenBack(before, after phase) phase {
	for i, n := range after.Numbers {
		if n == "assigned "+string(dana) && before.Numbers[i] == "free " {
			before.Numbers[i] = "cooling " + string(dana)
		}
	}
	return before
}

// history plays what comes before an order of a kind, and the order, and gives f how everything stood before and stands after it.
// own gives the person policies of their own first.
func (w *world) history(kind provision.OrderKind, own bool, f func(before, after phase, o provision.Order)) {
	w.t.Helper()
	if own {
		w.ms.change(func(m *microsoft) {
			m.policies[routing] = []change{{time.Now().Add(-time.Hour), "id of Old Calls"}}
			m.policies[provision.DialPlanPolicy] = []change{{time.Now().Add(-time.Hour), "id of Old Dial"}}
		})
	}
	w.organise(kind)
	before := w.now()
	before.Numbers[0] = "free " // until the order that is saved already
	if kind != provision.Add {
		w.peace()
		if kind == provision.Assign {
			w.save(w.svc.Begin(w.t.Context(), asks(provision.Release)))
			w.peace()
		}
		before = w.now()
		w.save(w.svc.Begin(w.t.Context(), asks(kind)))
	}
	w.peace()
	f(before, w.now(), w.read())
}

// TestUndoInPeace takes an order of every kind back, and that order again.
func TestUndoInPeace(t *testing.T) {
	t.Parallel()
	for _, kind := range undoKinds {
		for _, own := range []bool{false, true} {
			t.Run(fmt.Sprint(kind, " ", own), func(t *testing.T) {
				t.Parallel()
				inWorld(t, func(w *world) {
					w.ms.change(func(m *microsoft) { m.takes, m.delay = time.Minute, 2*time.Minute })
					w.history(kind, own, func(before, after phase, first provision.Order) {
						undo := w.save(w.svc.UndoLast(w.t.Context(), tenant, alice, dana))
						if undo.Undoes != first.ID {
							t.Fatalf("it takes back %q, want %q", undo.Undoes, first.ID)
						}
						w.peace()
						if got := w.now(); got != takenBack(before, after) {
							t.Errorf("taken back\n got %+v\nwant %+v", got, takenBack(before, after))
						}
						redo := w.save(w.svc.Undo(w.t.Context(), tenant, alice, undo.ID))
						if redo.Kind != first.Kind && !redo.Kind.Gives() {
							t.Errorf("%s is taken back by %s, and that by %s", first.Kind, undo.Kind, redo.Kind)
						}
						w.peace()
						if got := w.now(); got != after {
							t.Errorf("and taken back again\n got %+v\nwant %+v", got, after)
						}
						w.id = first.ID
						if got := w.read(); got.UndoneBy != undo.ID {
							t.Errorf("it was undone by %q, want %q", got.UndoneBy, undo.ID)
						}
					})
				})
			})
		}
	}
}

// TestUndoAnyOrdeal: whatever Microsoft's side does and whenever the program dies, an order that takes another one back ends done,
// with everything as it was before that one; failed, with everything as that one left it; or parked with a word.
func TestUndoAnyOrdeal(t *testing.T) {
	t.Parallel()
	ends := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom(undoKinds).Draw(rt, "kind")
		o := ordeals.Draw(rt, "ordeal")
		var end string
		var err error
		inWorldOn(t, func(w *world) {
			w.history(kind, o.old, func(before, after phase, first provision.Order) {
				end, err = w.undone(o, before, after, first)
			})
		}, func(*testing.T) provision.Store { return storetest.Memory() })
		if err != nil {
			rt.Fatalf("%s %+v\n%s: %v", kind, o, end, err)
		}
		ends[string(kind)+" "+end]++
	})
	for _, end := range slices.Sorted(maps.Keys(ends)) {
		t.Log(end, ends[end])
	}
}

// undone takes an order back through an ordeal and reports what is wrong afterwards.
func (w *world) undone(o ordeal, before, after phase, first provision.Order) (end string, err error) {
	undo := w.save(w.svc.UndoLast(w.t.Context(), tenant, alice, dana))
	o.befall(w)
	w.lives(o.crashes)
	got := w.end(30 * 24 * time.Hour)
	bad := func(format string, args ...any) { err = errors.Join(err, fmt.Errorf(format, args...)) }
	if len(w.ms.foreign) > 0 {
		bad("Microsoft was asked to %q", w.ms.foreign)
	}
	w.id = first.ID
	if old := w.read(); (old.UndoneBy == undo.ID) != (got.State == provision.Done) {
		bad("it is %s, and the order says %q of it", got.State, old.UndoneBy)
	}
	w.id = undo.ID
	now := w.now()
	switch got.State {
	case provision.Parked:
		if got.Problem.ID == "" {
			bad("parked without a word")
		}
	case provision.Done, provision.Failed:
		if w.ms.gone { // what is whose then, other tests ask
			break
		}
		want := takenBack(before, after)
		if got.State == provision.Failed {
			want = after
		}
		if lost := now.Has != want.Has; got.State == provision.Failed && lost { // taken meanwhile: the records follow, as after any order
			break
		}
		if now != want {
			bad("\n got %+v\nwant %+v", now, want)
		}
	default:
		bad("it stands at %s: %+v", got.State, got.Work)
	}
	_, failed := w.svc.Audit(w.t.Context(), tenant)
	return string(got.State), errors.Join(err, failed)
}

// TestUndoHolds: a number that comes out of its rest for a draft goes back into it, to the same end, whatever becomes of the draft.
func TestUndoHolds(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]func(w *world, s provision.Sheet){
		"cancelled": func(w *world, s provision.Sheet) {
			if _, err := w.svc.Cancel(w.t.Context(), tenant, alice, s.Order.ID); err != nil {
				w.t.Fatal(err)
			}
		},
		"left alone": func(w *world, _ provision.Sheet) {
			w.live(w.store)
			time.Sleep(16 * time.Minute)
			synctest.Wait()
		},
		"failed": func(w *world, s provision.Sheet) {
			w.save(s, nil)
			w.ms.change(func(m *microsoft) { m.fates["assign"] = always(badUpdate) })
			w.live(w.store)
			w.end(24 * time.Hour)
		},
		"failed late": func(w *world, s provision.Sheet) {
			w.save(s, nil)
			w.ms.change(func(m *microsoft) { m.missing["Metered Calls"] = true })
			w.live(w.store)
			w.end(24 * time.Hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.history(provision.Release, false, func(_, _ phase, first provision.Order) {
					rests := w.numberAt(ours)
					s, err := w.svc.Undo(w.t.Context(), tenant, alice, first.ID)
					if err != nil || s.Order.Form != provision.FormReview {
						t.Fatalf("at %s, %v", s.Order.Form, err)
					}
					if v := w.numberAt(ours); v.State != provision.Held || v.Order != s.Order.ID {
						t.Errorf("held it is %+v", v)
					}
					ends(w, s)
					if v := w.numberAt(ours); v != rests {
						t.Errorf("\n got %+v\nwant %+v", v, rests)
					}
					w.id = s.Order.ID
					if o := w.read(); !o.State.Over() || o.State == provision.Done {
						t.Errorf("the order is %s", o.State)
					}
					time.Sleep(time.Until(rests.Until) + time.Minute)
					synctest.Wait()
					if name == "cancelled" { // nobody is there to see to it
						w.live(w.store)
						synctest.Wait()
					}
					if v := w.numberAt(ours); v.State != provision.Free || v.Rest != (provision.Rest{}) {
						t.Errorf("after its rest it is %+v", v)
					}
				})
			})
		})
	}
}

// TestUndoOwnPolicy: where Microsoft will not give back the policy that the person had before, the plan's goes all the same.
func TestUndoOwnPolicy(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]error{"is there": nil, "is not known": unknown, "is refused": badUpdate} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.history(provision.Add, true, func(_, _ phase, first provision.Order) {
					w.save(w.svc.Undo(w.t.Context(), tenant, alice, first.ID))
					want := "id of Old Calls"
					if answer != nil {
						want = ""
						w.ms.change(func(m *microsoft) { m.fates["assign-policy"] = always(answer) })
					}
					w.peace()
					if got := w.ms.direct(routing); got != want {
						t.Errorf("the person has the policy %q, want %q", got, want)
					}
				})
			})
		})
	}
}

// TestUndoOfAPlanThatChanged: what an order gave is taken back, also where its plan sets other policies by now.
func TestUndoOfAPlanThatChanged(t *testing.T) {
	t.Parallel()
	for kind, want := range map[provision.OrderKind]string{
		provision.Add:        "id of Old Calls, id of Old Dial",
		provision.ChangePlan: "id of Budget Calls, id of Old Dial", // the plan that they get back sets the first
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.history(kind, true, func(_, _ phase, _ provision.Order) {
					err := orgfile.New(w.svc.Store, w.svc).Import(w.t.Context(), tenant, orgfile.OrgFile{
						Plans: []provision.Plan{
							{ID: "metered", Name: "Metered", VoiceRoutingPolicy: "Budget Calls"}, {ID: "unlimited", Name: "Unlimited", VoiceRoutingPolicy: "Budget Calls"},
						},
						Numbers:     func(func(provision.E164, provision.LocationID) bool) {},
						Fingerprint: "changed",
					})
					if err != nil {
						t.Fatal(err)
					}
					w.save(w.svc.UndoLast(w.t.Context(), tenant, alice, dana))
					w.peace()
					if got := w.now().Policies; got != want {
						t.Errorf("they have %s, want %s", got, want)
					}
				})
			})
		})
	}
}

// TestUndoOfAPolicyBesideThePlan: what the person had beside their plan cannot come back, as the plan sets its own, and so such an order
// is not taken back, or leaves them what they had.
func TestUndoOfAPolicyBesideThePlan(t *testing.T) {
	t.Parallel()
	for _, kind := range undoKinds {
		if kind.Gives() { // they had no plan before
			continue
		}
		for _, given := range []string{"id of Old Calls", ""} {
			t.Run(fmt.Sprint(kind, " ", given), func(t *testing.T) {
				t.Parallel()
				inWorld(t, func(w *world) {
					w.organise(kind)
					w.peace()
					w.ms.change(func(m *microsoft) {
						m.policies[routing] = append(m.policies[routing], change{time.Now().Add(-time.Minute), given})
					})
					before := w.now()
					first := w.save(w.svc.Begin(w.t.Context(), asks(kind)))
					w.peace()
					after := w.now()
					s, err := w.svc.UndoLast(w.t.Context(), tenant, alice, dana)
					if err != nil || s.Order.Undoes != first.ID {
						t.Fatal(s.Order.Undoes, err)
					}
					if s.Order.Form == provision.FormRefused {
						if len(s.Order.Reasons) != 1 || s.Order.Reasons[0].Rule != order.UndoPolicy {
							t.Errorf("refused for %v", s.Order.Reasons)
						}
						return
					}
					w.save(s, nil)
					w.peace()
					if got := w.now(); got != takenBack(before, after) {
						t.Errorf("taken back\n got %+v\nwant %+v", got, takenBack(before, after))
					}
				})
			})
		}
	}
}
