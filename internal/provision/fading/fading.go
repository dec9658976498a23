// Package fading says which of the policies that Microsoft shows on a person may be those of a while ago. A policy that
// an order took off shows for minutes more, and one that it gave shows minutes late: an order that follows within that
// time would take what shows for what is so, and neither give what is about to go nor take off what is about to come.
//
// What is so is worked out from the person's orders: each keeps what it found and what it set (Order.Before). Only a
// policy that an order is known to have changed is doubted. What an admin gave by hand is believed, unless it is the
// very policy that an order took off within that time; and so is what an operator left as it was, as nobody knows how
// far the work on it had come.
package fading

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
)

// Time is for how long Microsoft may show a person's policies as they were before a change.
const Time = 15 * time.Minute

// Policies are the policies of a person that orders have changed within that time, by type. The zero value doubts
// nothing.
type Policies map[string]changed

// changed is a policy that was changed, perhaps by several orders.
type changed struct {
	now provision.Policy // as the last of them left it; without a name they have none of their own
	was []string         // the names before; an empty one: none of their own
}

// Of works it out from the orders of a person, for one of them.
func Of(orders iter.Seq2[provision.Order, error], the provision.OrderID, now time.Time) (Policies, error) {
	var all []provision.Order
	var recent []change
	for o, err := range orders {
		if err != nil {
			return nil, err
		}
		if len(o.Before) == 0 {
			continue
		}
		all = append(all, o)
		c, known := lastChange(o)
		if known && o.ID != the && now.Sub(c.at).Abs() < Time {
			recent = append(recent, c)
		}
	}
	slices.SortStableFunc(recent, func(a, b change) int { return a.at.Compare(b.at) })
	p := Policies{}
	for _, c := range recent {
		for _, old := range c.order.Before {
			before, after := was(old), sets(c.order, old, all)
			if c.back {
				before, after = after, before
			}
			p[old.Type] = changed{now: after, was: append(p[old.Type].was, before.Name)}
		}
	}
	return p, nil
}

// change is what an order did with policies.
type change struct {
	order provision.Order
	at    time.Time
	back  bool // it put them back
}

// lastChange is when an order last changed policies. It is not known of one that is at work on them, and of one that
// was left as it is.
func lastChange(o provision.Order) (c change, known bool) {
	switch {
	case o.State == provision.Failed, o.State == provision.Cancelled:
		return change{o, o.Ended, true}, true
	case o.Withdrawn(), o.LeftAsIs():
		return c, false
	}
	at, done := given(o)
	return change{o, at, false}, done
}

// given is when an order was through with the person's policies.
func given(o provision.Order) (time.Time, bool) {
	for _, step := range o.Work {
		policies := step.Name == provision.StepPolicies || step.Name == provision.StepClear
		if policies && step.State == provision.StepDone {
			return step.Since, true
		}
	}
	return time.Time{}, false
}

// was is the policy that an order found.
func was(old provision.OldPolicy) provision.Policy {
	return provision.Policy{Name: old.Name, ID: old.ID, Direct: old.Name != ""}
}

// sets is what an order made of a policy that it found. One that takes another order back leaves the person what they
// had before that one.
func sets(o provision.Order, old provision.OldPolicy, all []provision.Order) provision.Policy {
	switch {
	case old.Set != "":
		return provision.Policy{Name: old.Set, Direct: true}
	case old.Name == "", old.Beside: // it takes off what a plan set, and no other
		return was(old)
	}
	for _, undone := range all {
		for _, own := range undone.Before {
			if o.Undoes != "" && undone.ID == o.Undoes && own.Type == old.Type {
				return was(own)
			}
		}
	}
	return provision.Policy{}
}

// Doubts reports that a policy which Microsoft shows may be one of before the last change.
func (p Policies) Doubts(kind string, shown provision.Policy) bool {
	c := p[kind]
	name := ""
	if shown.Direct {
		name = shown.Name
	}
	return !strings.EqualFold(name, c.now.Name) && c.had(name)
}

func (c changed) had(name string) bool {
	return slices.ContainsFunc(c.was, func(old string) bool { return strings.EqualFold(old, name) })
}

// Really is the policy that a person has where Microsoft shows one: what shows, unless that is doubted. The id of one
// that an order set is not known.
func (p Policies) Really(kind string, shown provision.Policy) provision.Policy {
	if p.Doubts(kind, shown) {
		return p[kind].now
	}
	return shown
}

// Covers reports that a policy which is given now may show before it is in effect: it is one of before.
func (p Policies) Covers(kind, name string) bool {
	c := p[kind]
	return c.had(name) && !strings.EqualFold(c.now.Name, name)
}

// Given is when an order was through with the person's policies; within is false where that was so long ago, or is not
// so yet, that what shows may be believed.
func Given(o provision.Order, now time.Time) (at time.Time, within bool) {
	at, done := given(o)
	return at, done && now.Sub(at).Abs() < Time
}

// Believed is what Microsoft shows of the person of an order, without the policies that the order gave and that may be
// those of before it.
func (p Policies) Believed(o provision.Order, v provision.Voice) provision.Voice {
	v.Policies = maps.Clone(v.Policies)
	for _, old := range o.Before {
		if old.Set != "" && p.Covers(old.Type, old.Set) {
			delete(v.Policies, old.Type)
		}
	}
	return v
}
