package org

// Plan ids of the services that decide about a phone, from Microsoft's table "Product
// names and service plan identifiers for licensing"
// (https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference).
const (
	PlanTeams       = "57ff2da0-773e-42df-b2af-ffb7a2317929" // TEAMS1
	PlanPhone       = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7" // MCOEV
	PlanPhoneSMB    = "ed777b71-af04-42ca-9798-84344c66f7c6" // MCOEVSMB
	PlanPhoneGov    = "db23fce2-a974-42ef-9002-d78dd42a0f22" // MCOEV_GOV
	PlanPhoneVirt   = "f47330e9-c134-43b3-9993-e7f004506889" // MCOEV_VIRTUALUSER
	PlanConference  = "3e26ee1f-8a5f-4d52-aee2-b81ce45c8f40" // MCOMEETADV
	PlanCallingUS   = "1346d5e6-15a6-4b88-9693-806ff7296a7a" // PSTN5_US
	PlanCalling     = "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8" // MCOPSTN1
	PlanCredits     = "505e180f-f7e0-4b65-91d4-00d670bbd18c" // MCOPSTNC: credits, not a calling plan
	PlanExchange    = "efb87545-963c-4e0d-99df-69c6916d9eb0" // EXCHANGE_S_ENTERPRISE
	serviceTeams    = "TeamspaceAPI"
	servicePhone    = "MicrosoftCommunicationsOnline"
	serviceExchange = "exchange"
)

// Plan states of Microsoft Entra. Warning is a grace period in which the service still
// works (https://learn.microsoft.com/graph/api/resources/assignedplan).
const (
	Enabled   = "Enabled"
	Warning   = "Warning"
	Suspended = "Suspended"
	Deleted   = "Deleted"
)

// Licence is a product assigned to a person, with the plans of it that are switched off.
type Licence struct {
	SKU      string // GUID of the product
	Name     string // Microsoft's part number of it
	Disabled []string
}

// ServicePlan is one entry of a person's assignedPlans.
type ServicePlan struct {
	ID, Service string
	Status      string // capabilityStatus
}

// product is a product and the plans that it carries, cut down to those that matter here.
type product struct {
	sku, name string
	plans     []string
}

// The Business Voice products carry the same phone plan as Teams Phone Standard; with
// or without a calling plan is what tells them apart. The SKU id of MCOPSTN5_US is made
// up here, its plan id is real: plans are what counts.
var (
	e5 = product{"06ebc4ee-1bb5-47dd-8120-11324bc54e06",
		"SPE_E5", []string{PlanExchange, PlanTeams, PlanPhone, PlanConference}}
	e5NoTeams = product{"cf50bae9-29e8-4775-b07c-56ee10e3776d",
		"Office_365_w/o_Teams_Bundle_E5", []string{PlanExchange, PlanPhone, PlanConference}}
	e3        = product{"05e9a617-0261-4cee-bb44-138d3ef5d965", "SPE_E3", []string{PlanExchange, PlanTeams}}
	phone     = product{"e43b5b99-8dfb-405f-9987-dc307f34bcbd", "MCOEV", []string{PlanPhone}}
	phoneSMB  = product{"aa6791d3-bb09-4bc2-afed-c30c3fe26032", "MCOEVSMB_1", []string{PlanPhoneSMB}}
	phoneGov  = product{"a460366a-ade7-4791-b581-9fbff1bdaa85", "MCOEV_GOV", []string{PlanPhoneGov}}
	phonePlan = product{"ae2343d1-0999-43f6-ae18-d816516f6e78",
		"MCOTEAMS_ESSENTIALS", []string{PlanPhone, PlanCalling}}
	voice = product{"d52db95a-5ecb-46b6-beb0-190ab5cda4a8",
		"BUSINESS_VOICE_DIRECTROUTING", []string{PlanPhone, PlanConference}}
	voiceUS = product{"8330dae3-d349-44f7-9cad-1b23c64baabe",
		"BUSINESS_VOICE_DIRECTROUTING_MED", []string{PlanPhone, PlanConference}}
	virtualUser = product{"440eaaa8-b3e0-484b-a8be-62870b9ba70a", "PHONESYSTEM_VIRTUALUSER", []string{PlanPhoneVirt}}
	sharedPhone = product{"295a8eb0-f78d-45c7-8b5b-1eed5ed02dff", "MCOCAP", []string{PlanTeams, PlanPhone}}
	roomsPro    = product{"4cde982a-ede4-4409-9ae6-b003453c8ea6",
		"Microsoft_Teams_Rooms_Pro", []string{PlanTeams, PlanPhone}}
	credits   = product{"47794cd0-f0e5-45c5-9033-2eb6b5fc84e0", "MCOPSTNC", []string{PlanCredits}}
	callingUS = product{GUID("sku MCOPSTN5_US"), "MCOPSTN5_US", []string{PlanCallingUS}}
)

func service(plan string) string {
	switch plan {
	case PlanTeams:
		return serviceTeams
	case PlanExchange:
		return serviceExchange
	}
	return servicePhone
}

// Has reports whether the person's plan is there and works, Warning included.
func (p Person) Has(plan string) bool {
	s := p.Status(plan)
	return s == Enabled || s == Warning
}

// Status returns the state of the plan in the person's assignedPlans, "" when it is not
// there.
func (p Person) Status(plan string) string {
	for _, sp := range p.Plans {
		if sp.ID == plan {
			return sp.Status
		}
	}
	return ""
}

// HasPhone reports whether any plan of the phone family that suits a person works.
func (p Person) HasPhone() bool {
	return p.Has(PlanPhone) || p.Has(PlanPhoneSMB) || p.Has(PlanPhoneGov)
}

// HasCallingPlan reports whether a plan of Microsoft's own minutes works.
func (p Person) HasCallingPlan() bool {
	return p.Has(PlanCalling) || p.Has(PlanCallingUS)
}
