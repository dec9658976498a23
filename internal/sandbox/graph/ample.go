package graph

import (
	"sync"

	"calltab/internal/sandbox/org"
)

// What a record of a real tenant holds beside what matters here: Microsoft 365 E5 has some 86 service plans
// (https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference), and a user configuration names
// two dozen policies.
const (
	morePlans    = 82
	morePolicies = 22
)

// otherPlans are service plans that mean nothing to a telephone. They are the same for everybody, and made once:
// listing people made them anew for each, which took a third of all that Microsoft's side cost in a search.
var otherPlans = sync.OnceValue(func() []record {
	var all []record
	for i := range morePlans {
		all = append(all, record{"service": "exchange", "servicePlanId": org.GUID("other plan " + itoa(i)),
			"assignedDateTime": "2025-09-01T08:00:00Z", "capabilityStatus": org.Enabled})
	}
	return all
})

// otherPolicies are policies of other kinds, as everybody has them of the tenant.
var otherPolicies = sync.OnceValue(func() []record {
	var all []record
	for i := range morePolicies {
		kind := "TeamsPolicyNumber" + itoa(i)
		all = append(all, record{"policyType": kind, "policyAssignment": record{"displayName": "Global",
			"assignmentType": "direct", "policyId": policyID(kind, "Global"), "groupId": nil}})
	}
	return all
})
