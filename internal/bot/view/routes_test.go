package view_test

import (
	"encoding/json"
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
