package fulfil_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

// ordeal is all that happens to one order: what Microsoft's side does, and when the program dies.
type ordeal struct {
	takes, delay time.Duration
	fates        map[string][]string // by method, the names of fates
	old          bool                // the person has a policy of their own
	missing      bool                // the plan's policy does not exist
	meanwhile    string              // what another user does, and when
	after        time.Duration
	crashes      []crash
}

var fateNames = map[string]fate{
	"ok":              {},
	"lost before":     {err: lost},
	"lost after":      {err: lost, works: true},
	"throttled":       {err: throttled},
	"unknown":         {err: unknown},
	"lie":             {err: onPremLie},
	"bad update":      {err: badUpdate},
	"try again":       {err: tryAgain},
	"forbidden":       {err: forbidden},
	"failed":          {op: "failed"},
	"failed but done": {op: "failed-but-done"},
	"forgotten":       {op: "forgotten"},
	"endless":         {op: "endless"},
	"nameless":        {op: "nameless"},
}

var meanwhiles = map[string]func(m *microsoft){
	"nothing":                       func(*microsoft) {},
	"licence gone":                  withoutLicence,
	"account deleted":               func(m *microsoft) { m.leaves(false) },
	"account deleted, number bound": func(m *microsoft) { m.leaves(true) },
	"voice hidden":                  func(m *microsoft) { m.withheld["voice"] = true },
	"voice shown":                   func(m *microsoft) { m.withheld["voice"] = false },
}

func draw(rt *rapid.T, what string, limit int, names ...string) []string {
	return rapid.SliceOfN(rapid.SampledFrom(names), 0, limit).Draw(rt, what)
}

var ordeals = rapid.Custom(func(rt *rapid.T) ordeal {
	return ordeal{
		// Together they stay within the half hour after which what nothing was heard of counts as not done.
		takes: time.Duration(rapid.IntRange(0, 15).Draw(rt, "minutes an operation takes")) * time.Minute,
		delay: time.Duration(rapid.IntRange(0, 10).Draw(rt, "minutes until it shows")) * time.Minute,
		fates: map[string][]string{
			"assign": draw(rt, "assign", 5, "ok", "lost before", "lost after", "throttled", "unknown", "lie", "bad update",
				"try again", "forbidden", "failed", "failed but done", "forgotten", "endless", "nameless"),
			"unassign":        draw(rt, "unassign", 4, "ok", "lost before", "lost after", "throttled", "bad update", "forgotten"),
			"operation":       draw(rt, "operation", 3, "ok", "lost before", "throttled"),
			"policy-id":       draw(rt, "policy-id", 2, "ok", "lost before", "throttled"),
			"assign-policy":   draw(rt, "assign-policy", 4, "ok", "lost before", "lost after", "throttled", "unknown", "bad update", "forbidden"),
			"unassign-policy": draw(rt, "unassign-policy", 3, "ok", "lost before", "lost after", "throttled", "unknown"),
			"person":          draw(rt, "person", 2, "ok", "lost before", "throttled"),
			"voice":           draw(rt, "voice", 2, "ok", "lost before", "throttled"),
			"assignment":      draw(rt, "assignment", 2, "ok", "lost before", "throttled"),
			"tell":            draw(rt, "tell", 4, "ok", "ok", "lost before", "lost after", "throttled", "forbidden", "bad update"),
		},
		old:       rapid.Bool().Draw(rt, "old policy"),
		missing:   rapid.IntRange(0, 3).Draw(rt, "policy missing") == 0,
		meanwhile: rapid.SampledFrom([]string{"nothing", "nothing", "licence gone", "account deleted", "account deleted, number bound", "voice hidden"}).Draw(rt, "meanwhile"),
		after:     time.Duration(rapid.IntRange(0, 40).Draw(rt, "after minutes")) * time.Minute,
		crashes: rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) crash {
			return crash{rapid.IntRange(0, 12).Draw(rt, "commits"), rapid.Bool().Draw(rt, "before")}
		}), 0, 3).Draw(rt, "crashes"),
	}
})

// TestAnyOrdeal: whatever Microsoft's side does and whenever the program dies, an order ends done, failed with everything as
// it was, or parked; the number is never asked for anybody else, and what the store says of it is so.
func TestAnyOrdeal(t *testing.T) {
	t.Parallel()
	ends := map[provision.OrderState]int{}
	rapid.Check(t, func(rt *rapid.T) {
		o := ordeals.Draw(rt, "ordeal")
		state, err := o.play(t)
		if err != nil {
			rt.Fatalf("%+v\n%v", o, err)
		}
		ends[state]++
	})
	t.Log(ends)
}

// befall has Microsoft's side do what the ordeal says from now on.
func (o ordeal) befall(w *world) {
	w.ms.change(func(m *microsoft) {
		m.takes, m.delay = o.takes, o.delay
		if slices.Contains(o.fates["assign"], "failed but done") {
			m.delay = min(m.delay, 2*time.Minute) // such a lie is seen through for three minutes only
		}
		m.missing["Metered Calls"], m.missing["Unlimited Calls"] = o.missing, o.missing
		for method, names := range o.fates {
			for _, name := range names {
				m.fates[method] = append(m.fates[method], fateNames[name])
			}
		}
		m.later(o.after, meanwhiles[o.meanwhile])
		m.later(o.after+20*time.Minute, meanwhiles["voice shown"])
	})
}

func (o ordeal) play(t *testing.T) (state provision.OrderState, err error) {
	inWorldOn(t, func(w *world) {
		before := ""
		if o.old {
			before = "id of Old Calls"
			w.ms.policies[routing] = []change{{time.Now().Add(-time.Hour), before}}
		}
		o.befall(w)
		w.lives(o.crashes)
		end := w.end(30 * 24 * time.Hour)
		state, err = end.State, w.sound()
		if policy := w.ms.direct(routing); err == nil && state == provision.Failed && policy != before && !w.ms.gone {
			err = fmt.Errorf("failed, and the policy is %q, was %q", policy, before)
		}
		if assigns := strings.Count(strings.Join(w.ms.writes, " "), "assign "); err == nil && assigns > 40 {
			err = fmt.Errorf("asked for %d times", assigns)
		}
	}, func(*testing.T) provision.Store { return storetest.Memory() })
	return state, err
}
