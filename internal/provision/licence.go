package provision

import "slices"

// Service plans and products by id, from Microsoft's "Product names and service plan identifiers for licensing"
// (learn.microsoft.com/entra/identity/users/licensing-service-plan-reference). Ids, never names: MCOEV_VIRTUALUSER
// begins with MCOEV but is for resource accounts, MCOPSTNC begins with MCOPSTN but is no calling plan, and the calling
// plan of MCOPSTN5_US is called PSTN5_US.
var (
	phonePlans = []string{
		"4828c8ec-dc2e-4779-b502-87ac9ce28ab7", // MCOEV
		"ed777b71-af04-42ca-9798-84344c66f7c6", // MCOEVSMB
		"db23fce2-a974-42ef-9002-d78dd42a0f22", // MCOEV_GOV
	}
	virtualUserPlans = []string{
		"f47330e9-c134-43b3-9993-e7f004506889", // MCOEV_VIRTUALUSER
		"0628a73f-3b4a-4989-bd7b-0f8823144313", // MCOEV_VIRTUALUSER_GOV
	}
	teamsPlans = []string{
		"57ff2da0-773e-42df-b2af-ffb7a2317929", // TEAMS1
		"304767db-7d23-49e8-a945-4a7eb65f9f28", // TEAMS_GOV
	}
	callingPlans = []string{
		"4ed3ff63-69d7-4fb7-b984-5aec7f605ca8", // MCOPSTN1
		"5a10155d-f5c1-411a-a8ec-e99aae125390", // MCOPSTN2
		"54a152dc-90de-4996-93d2-bc47e670fc06", // MCOPSTN5
		"1346d5e6-15a6-4b88-9693-806ff7296a7a", // PSTN5_US
	}
	deviceProducts = []string{
		"295a8eb0-f78d-45c7-8b5b-1eed5ed02dff", // MCOCAP, Teams Shared Devices
		"4cde982a-ede4-4409-9ae6-b003453c8ea6", // Microsoft Teams Rooms Pro
	}
)

// holds reports whether the person has one of the plans with one of the statuses.
func (p Person) holds(plans []string, statuses ...string) bool {
	return slices.ContainsFunc(p.Plans, func(sp ServicePlan) bool {
		return slices.Contains(statuses, sp.Status) && slices.Contains(plans, sp.ID)
	})
}

// works reports whether the person can use one of the plans. Warning is a grace period in which a plan is "available for
// normal use and assignment" (learn.microsoft.com/graph/api/resources/assignedplan).
func (p Person) works(plans []string) bool { return p.holds(plans, "Enabled", "Warning") }

// PhoneLicensed reports whether the person can use a Phone System plan.
func (p Person) PhoneLicensed() bool { return p.works(phonePlans) }

// device reports whether the account is a shared device or a room.
func (p Person) device() bool {
	return slices.ContainsFunc(p.SKUs, func(id string) bool { return slices.Contains(deviceProducts, id) })
}
