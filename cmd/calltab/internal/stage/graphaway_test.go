package stage

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision"
	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/graph"
)

// TestGraphAwayForHours: ten hours without Graph, without tokens, or without either and with a restart in the middle,
// while 12 orders wait for Microsoft's side, 12 or more of every kind are at work, at several steps, and 6 wait for
// approval. Nothing is parked, nobody presses anything but the approvers, and every order gets done.
func TestGraphAwayForHours(t *testing.T) {
	t.Parallel()
	const graphAway = "fault graph '' '' status=503 times=-1"
	const tokensAway = "fault login POST token status=503 times=-1"
	for name, outage := range map[string]struct {
		begins, middle []string
	}{
		"graph":             {begins: []string{graphAway}},
		"tokens":            {begins: []string{tokensAway, "restart"}}, // it had one for an hour of the wall's time
		"both, and restart": {begins: []string{graphAway, tokensAway}, middle: []string{"restart"}},
	} {
		if !everyOutage && name != "both, and restart" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAway(t)
			a.begin()
			a.must(t, outage.begins...)
			a.must(t, "advance 5h")
			if name == "graph" { // the connector takes tokens, too
				a.approve(1, 1, "toast", "Microsoft does not answer")
			}
			a.must(t, outage.middle...)
			a.must(t, "advance 5h")
			a.unharmed()
			a.must(t, "heal", "advance 1h")
			a.approve(4, 2, "card", "You have approved it")
			a.must(t, "advance 1h")
			a.count(map[provision.OrderState]int{provision.Done: 37})
			a.unharmed()
			if err := a.Agree(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// away is an organisation with many orders, in which an outage begins.
type away struct {
	*Script
	t      *testing.T
	people map[string][]string // of the crowd by site: who can have a phone and has no order yet
	given  map[string]int      // numbers by site
}

func newAway(t *testing.T) *away {
	s := newTestStageOn(t, cloud.Config{Crowd: 100, Unlimited: true, Delays: graph.Delays{Voice: 15 * time.Minute}})
	a := &away{Script: &Script{Stage: s, out: testlog.Writer{T: t}}, t: t, people: map[string][]string{}, given: map[string]int{}}
	for _, p := range s.cloud.Org().People {
		if p.Crowd && p.Case == "eligible" {
			a.people[p.Site] = append(a.people[p.Site], p.UPN)
		}
	}
	a.must(t, "site sydney approvers '[\"{bruno}\"]'")
	a.files = map[string][]byte{"rules": []byte("approvals:\n  - {by: site, location: sydney}\n")}
	if err := playRules(t.Context(), a.Script, []string{"rules"}); err != nil {
		t.Fatal(err)
	}
	return a
}

// order has Alice say something and press a button of what comes of it, if any.
func (a *away) order(line, button string) {
	a.t.Helper()
	a.must(a.t, "say alice '"+line+"'")
	if button != "" {
		a.must(a.t, "click alice "+button)
	}
}

// number is the next one of a site, none of which Calltab would pick by itself.
func (a *away) number(site string) string {
	a.t.Helper()
	s, ok := a.cloud.Org().Site(site)
	if !ok {
		a.t.Fatal(site)
	}
	a.given[site]++
	return fmt.Sprintf("%s%02d", s.First[:len(s.First)-2], 20+a.given[site])
}

// add orders a phone for the next one of the crowd at a site.
func (a *away) add(site, button string) (who string) {
	a.t.Helper()
	who = a.people[site][0]
	a.people[site] = a.people[site][1:]
	a.order(fmt.Sprintf("add %s %s metered %s", who, site, a.number(site)), button)
	return who
}

// begin has the orders made, and stops where the outage begins.
func (a *away) begin() {
	a.t.Helper()
	sites := []string{"seattle", "boston", "london"}
	var had []string
	for i := range 5 {
		had = append(had, a.add(sites[i%3], "Save"))
	}
	a.must(a.t, "advance 1h")
	a.count(map[provision.OrderState]int{provision.Done: 5})
	for i := range 12 {
		a.add(sites[i%3], "Save")
	}
	a.must(a.t, "advance 6m")
	for range 4 {
		a.add("sydney", "'Send for approval' why='please'")
	}
	for _, who := range []string{"dana", "erin"} {
		a.must(a.t, "open "+who, "say "+who+" 'I need a phone metered'", "click "+who+" 'Send for approval' why='please'")
	}
	a.count(map[provision.OrderState]int{provision.Done: 5, provision.Waiting: 12, provision.Pending: 6})
	for i := range 4 {
		a.add(sites[i%3], "Save")
	}
	a.order("change "+had[0]+" to "+a.number("seattle"), "Save")
	a.order("undo "+had[1], "Save")
	for i := range 3 {
		a.add(sites[i%3], "Save")
	}
	a.order("change "+had[2]+" to "+a.number("london"), "Save")
	a.order("release "+had[3], "Save")
	// Where steps take no time the outage comes to each call in turn, so that orders stand there, too.
	a.must(a.t, "fault graph POST userAssignments status=503 times=-1")
	a.order("change "+had[4]+" to unlimited", "Save")
	a.must(a.t, "fault graph POST assignNumber status=503 times=-1")
	a.add(sites[0], "Save")
	a.add(sites[1], "")
	a.must(a.t, "fault graph GET users status=503 times=-1", "click alice Save")
	a.spread()
}

// spread holds that what is at work is of every kind, and stands at several steps of each sort.
func (a *away) spread() {
	a.t.Helper()
	at := map[provision.StepName]int{}
	work := map[string]int{}
	for _, p := range a.cloud.Org().People {
		user := provision.UserID(p.ID)
		orders, err := a.app.Service.Orders(a.t.Context(), a.Tenant(), provision.Actor{ID: user}, provision.Filter{Person: user, Open: true})
		if err != nil {
			a.t.Fatal(err)
		}
		for _, o := range orders {
			if o.State != provision.Approved && o.State != provision.Running {
				continue
			}
			kind := string(o.Kind)
			if o.Undoes != "" {
				kind = "undo"
			}
			work[kind]++
			i := slices.IndexFunc(o.Work, func(s provision.StepState) bool { return s.State == provision.StepRunning })
			at[o.Work[max(i, 0)].Name]++
		}
	}
	a.t.Logf("at work: %v, at %v", work, at)
	for _, kind := range []string{"add", "change-plan", "change-number", "release", "undo"} {
		if work[kind] == 0 {
			a.t.Errorf("no %s is at work", kind)
		}
	}
	if len(at) < 5 {
		a.t.Errorf("orders stand at %v only", at)
	}
}

// count holds how many orders there are in each state.
func (a *away) count(want map[provision.OrderState]int) {
	a.t.Helper()
	got, err := a.app.Service.States(a.t.Context())
	if err != nil {
		a.t.Fatal(err)
	}
	maps.DeleteFunc(got, func(_ provision.OrderState, n int) bool { return n == 0 })
	if !maps.Equal(got, want) {
		a.t.Fatalf("got %v, want %v", got, want)
	}
}

// approve has each approver press on so many orders, after each of which a line of the script must hold for them.
func (a *away) approve(bruno, carol int, expect, text string) {
	a.t.Helper()
	for who, n := range map[string]int{"bruno": bruno, "carol": carol} {
		for range n {
			a.must(a.t, "say "+who+" approvals", "click "+who+" Open", "click "+who+" Approve")
			a.must(a.t, expect+" "+who+" '"+text+"'")
		}
	}
}

// unharmed holds that no order was ever parked, undone or given to a person.
func (a *away) unharmed() {
	a.t.Helper()
	all, err := a.app.Service.Audit(a.t.Context(), a.Tenant())
	if err != nil {
		a.t.Fatal(err)
	}
	for _, e := range all {
		if e.Event == provision.OrderParked || e.Event == provision.OrderFailed || e.Event == provision.OrderEscalated {
			a.t.Errorf("%s of %s: %s", e.Event, e.Order, e.Note)
		}
	}
}
