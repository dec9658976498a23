package view

import (
	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// shownFaults is how many faults of plans a form shows: there may be several of each plan, and a card has no room for
// all of them.
const shownFaults = 2

// planFaults says what is known to be wrong with the policies of plans, first of the one that is chosen.
func (w Writer) planFaults(s provision.Sheet, plans []provision.Plan) (all []card.Element) {
	var faults []string
	for _, p := range plans {
		var own []string
		for _, fault := range s.PlanFaults[p.ID] {
			own = append(own, w.Say("plan.fault", "plan", p.Name, "fault", w.Message(fault)))
		}
		if p.ID == s.Order.Plan {
			faults = append(own, faults...)
		} else {
			faults = append(faults, own...)
		}
	}
	for _, text := range faults[:min(len(faults), shownFaults)] {
		all = append(all, Box(card.WarningStyle, card.Text{Text: text}))
	}
	if len(faults) > shownFaults {
		all = append(all, card.Text{Text: w.Say("plan.fault.more"), Subtle: true})
	}
	return all
}
