package routes

import (
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
)

// Changes is what has changed at Microsoft between two snapshots.
type Changes struct {
	Since  time.Time    `json:"since"` // when the earlier one was read
	Plans  []PlanChange `json:"plans"`
	Others int          `json:"others,omitempty"` // policies and dial plans that no plan names
}

// PlanChange is what has changed for one plan. What a change of the plan itself makes is not in it.
type PlanChange struct {
	Plan provision.PlanID `json:"plan"`
	Name string           `json:"name"`
	New  []Fault          `json:"new,omitempty"`
	Gone []Fault          `json:"gone,omitempty"`
	// Lost are gateways that its voice routing policy does not lead to any more, where it still leads to others
	Lost []string `json:"lost,omitempty"`
}

// Compare tells what has changed. Where there is no earlier snapshot, and of what only one of the two has read, nothing
// has.
func Compare(before, after Snapshot, plans []provision.Plan) Changes {
	c := Changes{Since: before.At}
	if before.At.IsZero() {
		return c
	}
	if len(before.Dial) == 0 || len(after.Dial) == 0 {
		before.Dial, after.Dial = nil, nil
	}
	if len(before.Calling) == 0 || len(after.Calling) == 0 {
		before.Calling, after.Calling = nil, nil
	}
	plans = slices.Clone(plans)
	for i := range plans {
		plans[i] = plain(plans[i])
		p := plans[i]
		old, now := before.Faults(p), after.Faults(p)
		change := PlanChange{Plan: p.ID, Name: p.Name, New: without(now, old), Gone: mended(old, now),
			Lost: lost(before, after, p.VoiceRoutingPolicy)}
		if len(change.New)+len(change.Gone)+len(change.Lost) > 0 {
			c.Plans = append(c.Plans, change)
		}
	}
	c.Others = others(before, after, plans)
	return c
}

// without are faults that some do not have: of usages that lead nowhere, those.
func without(all, some []Fault) []Fault {
	var left []Fault
	for _, f := range all {
		i := slices.IndexFunc(some, func(g Fault) bool { return f.Kind == g.Kind && f.Policy == g.Policy })
		if i >= 0 {
			f.Usages = slices.DeleteFunc(slices.Clone(f.Usages), func(u string) bool { return holds(some[i].Usages, u) })
			if len(f.Usages) == 0 {
				continue
			}
		}
		left = append(left, f)
	}
	return left
}

// mended are the old faults that are no more. One that has given way to another fault of the same policies is not.
func mended(old, now []Fault) []Fault {
	return slices.DeleteFunc(without(old, now), func(f Fault) bool {
		return slices.ContainsFunc(now, func(g Fault) bool { return g.about() == f.about() && g.Kind != f.Kind })
	})
}

// lost are the gateways that a policy led to, and does not any more. Where it leads to none at all its fault says so.
func lost(before, after Snapshot, policy string) []string {
	old, _ := before.voice(policy)
	now, _ := after.voice(policy)
	if policy == "" || len(now.Gateways) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(old.Gateways), func(g string) bool { return holds(now.Gateways, g) })
}

// others counts the policies and dial plans that no plan names and that came, went or changed.
func others(before, after Snapshot, plans []provision.Plan) int {
	old, now := before.facts(plans), after.facts(plans)
	n := 0
	for key, fact := range now {
		was, there := old[key]
		if !there || was != fact {
			n++
		}
	}
	for key := range old {
		if _, there := now[key]; !there {
			n++
		}
	}
	return n
}

// facts is what is so about the policies and dial plans that no plan names.
func (s Snapshot) facts(plans []provision.Plan) map[string]string {
	named := func(of func(provision.Plan) string, name string) bool {
		return slices.ContainsFunc(plans, func(p provision.Plan) bool { return strings.EqualFold(of(p), name) })
	}
	all := map[string]string{}
	for _, v := range s.Voice {
		if !named(func(p provision.Plan) string { return p.VoiceRoutingPolicy }, v.Name) {
			all["voice/"+strings.ToLower(v.Name)] = strings.Join(slices.Concat(v.Usages, v.Idle, v.Gateways), "\n")
		}
	}
	for _, d := range s.Dial {
		if !named(func(p provision.Plan) string { return p.DialPlan }, d) {
			all["dial/"+strings.ToLower(d)] = ""
		}
	}
	for _, c := range s.Calling {
		used := func(p provision.Plan) string {
			if p.CallingPolicy == "" {
				return global
			}
			return p.CallingPolicy
		}
		if !named(used, c.Name) {
			all["calling/"+strings.ToLower(c.Name)] = map[bool]string{true: "off"}[c.Off]
		}
	}
	return all
}
