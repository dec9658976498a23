package view_test

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/routes"
)

// faultsOf is everything that can be wrong with a plan's policies.
func faultsOf(plan provision.PlanID) map[provision.PlanID][]routes.Fault {
	all := []routes.Fault{{Kind: routes.IdleUsages, Policy: "Metered", Usages: []string{"Abroad", "Local"}}}
	for _, k := range []routes.FaultKind{routes.NoVoicePolicy, routes.NoUsages, routes.NoRoutes, routes.NoGateways, routes.NoDialPlan,
		routes.NoCallingPolicy, routes.NoCalls, routes.NoCallsByDefault} {
		all = append(all, routes.Fault{Kind: k, Policy: "Metered"})
	}
	return map[provision.PlanID][]routes.Fault{plan: all}
}

// sentencesOf are faults as a form says them.
func sentencesOf(faults map[provision.PlanID][]routes.Fault) map[provision.PlanID][]provision.Message {
	all := map[provision.PlanID][]provision.Message{}
	for plan, of := range faults {
		for _, f := range of {
			all[plan] = append(all[plan], f.Say())
		}
	}
	return all
}

// manyPlans is the form of an order with as many plans as there can be, each with every fault.
func manyPlans(w Writer) json.RawMessage {
	s := draft(provision.FormPlan, func(s *provision.Sheet) {
		s.Plans = nil
		s.PlanFaults = map[provision.PlanID][]provision.Message{}
		for i := range 50 { // as many as an organisation file may have
			p := provision.Plan{ID: provision.PlanID(strconv.Itoa(i)), Name: strings.Repeat("Calls everywhere ", 5) + strconv.Itoa(i), Price: "12.50 a month"}
			s.Plans = append(s.Plans, p)
			maps.Copy(s.PlanFaults, sentencesOf(faultsOf(p.ID)))
		}
	})
	raw, _ := w.Order(s)
	return raw
}

func routesChanged() routes.Changes {
	return routes.Changes{Since: ago(24 * time.Hour), Others: 2, Plans: []routes.PlanChange{
		{Plan: "metered", Name: "Metered", New: []routes.Fault{{Kind: routes.NoRoutes, Policy: "Metered"}}},
		{Plan: "flat", Name: "Flat", Gone: []routes.Fault{{Kind: routes.NoCalls, Policy: "Quiet"}}, Lost: []string{"sbc1.example", "sbc2.example"}},
	}}
}

func routeCards(w Writer) map[string]func() (json.RawMessage, string) {
	return map[string]func() (json.RawMessage, string){
		"plans-faults": func() (json.RawMessage, string) {
			return w.Plans([]provision.Plan{metered, flat}, faultsOf(metered.ID))
		},
		"routes-changed": func() (json.RawMessage, string) { return w.RoutesChanged(routesChanged(), now) },
	}
}
