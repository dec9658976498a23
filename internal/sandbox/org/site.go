package org

import (
	"fmt"
	"strings"
)

// Site is a place where people of the organisation work. Its block of Direct Routing numbers is only in the carrier's
// inventory: Microsoft sees a number of it once it is assigned to a person.
type Site struct {
	ID                string // seattle, boston, london, sydney
	Name, City        string
	Country           string // ISO 3166 code
	TimeZone          string
	Language          string
	EmergencyLocation string // GUID of the emergency address
	First, Last       string // E.164, the block's ends
}

// The numbers come only from ranges that regulators set aside for fiction:
//   - United States: 555-0100 to 555-0199 of each area code, NANPA
//     (https://www.nanpa.com/numbering/555-line-numbers);
//   - United Kingdom: 020 7946 0000 to 0999, Ofcom "Telephone numbers for use in TV and
//     radio drama programmes";
//   - Australia: (02) 5550 0000 to 0099 of 5550 xxxx, ACMA "Phone numbers for use in TV
//     shows, films and creative works".
//
// Some of them are possible but not valid numbers by the usual libraries' tables.
func sites() []Site {
	return []Site{
		site("seattle", "Seattle", "US", "America/Los_Angeles", "en-US", "+12065550100", "+12065550199"),
		site("boston", "Boston", "US", "America/New_York", "en-US", "+16175550100", "+16175550199"),
		site("london", "London", "GB", "Europe/London", "en-GB", "+442079460000", "+442079460999"),
		site("sydney", "Sydney", "AU", "Australia/Sydney", "en-AU", "+61255500000", "+61255500099"),
	}
}

func site(id, name, country, zone, language, first, last string) Site {
	return Site{ID: id, Name: name, City: name, Country: country, TimeZone: zone, Language: language,
		EmergencyLocation: GUID("emergency " + id), First: first, Last: last}
}

// Plan is what a person can choose, with the Teams policy that it needs.
type Plan struct{ ID, Name, Price, VoiceRoutingPolicy string }

func plans() []Plan {
	return []Plan{
		{"metered", "Metered", "$8 a month, calls at 1.4¢ a minute", "Metered Calls"},
		{"unlimited", "Unlimited", "$17 a month, calls in the country included", "Unlimited Calls"},
	}
}

// Policy types, spelled as in third-party code and in teamsUserConfiguration.
const (
	VoiceRouting = "OnlineVoiceRoutingPolicy"
	DialPlan     = "TenantDialPlan"
	Calling      = "TeamsCallingPolicy"
)

func policies() []Policy {
	return []Policy{
		{VoiceRouting, "Metered Calls"}, {VoiceRouting, "Unlimited Calls"},
		{DialPlan, "US-Seattle"}, {DialPlan, "US-Boston"}, {DialPlan, "GB-London"}, {DialPlan, "AU-Sydney"},
		{Calling, "AllowCalling"}, {Calling, "Bob's \"no calls\" policy"},
	}
}

// Number is a telephone number that Microsoft knows when the sandbox starts.
type Number struct {
	E164     string
	Type     string // directRouting, callingPlan or operatorConnect
	Source   string // online or onPremises
	Alias    string // whose it is; empty when unassigned or a phantom
	TargetID string // overrides Alias: a target that exists nowhere
}

// numbers lists the exceptions among the numbers. The phantom belongs to a target that is
// neither a user nor a resource account, which nobody can repair in chat
// (https://github.com/MicrosoftDocs/office-docs-powershell/issues/9432).
func numbers() []Number {
	return []Number{
		{E164: "+12065550150", Type: "directRouting", Source: "online", Alias: "quinn"},
		{E164: "+442079460150", Type: "directRouting", Source: "onPremises", Alias: "pavel"},
		{E164: "+442079460666", Type: "directRouting", Source: "online", TargetID: GUID("phantom")},
		{E164: "+14255550142", Type: "callingPlan", Source: "online"},
		{E164: "+18575550143", Type: "operatorConnect", Source: "online"},
	}
}

// YAML returns locations, plans and number blocks in the form of the bot's organisation
// file.
func (o *Org) YAML() []byte {
	var b strings.Builder
	b.WriteString("locations:\n")
	for _, s := range o.Sites {
		fmt.Fprintf(&b, "  - id: %s\n    name: %s\n    country: %s\n    time_zone: %s\n    emergency_location: %s\n "+
			"   numbers: [%q]\n",
			s.ID, s.Name, s.Country, s.TimeZone, s.EmergencyLocation, s.First+"-"+s.Last[len(s.Last)-4:])
	}
	b.WriteString("plans:\n")
	for _, p := range o.Plans {
		fmt.Fprintf(&b, "  - id: %s\n    name: %s\n    price: %q\n    voice_routing_policy: %s\n",
			p.ID, p.Name, p.Price, p.VoiceRoutingPolicy)
	}
	helpdesk, _ := o.Group(LondonHelpdesk)
	fmt.Fprintf(&b, "roles:\n  - {role: operator, who: [%s], locations: [london]}\n", helpdesk.ID)
	fmt.Fprintf(&b, "  - {role: admin, who: [%s], locations: [sydney]}\n", o.byAlias["oscar"].ID)
	fmt.Fprintf(&b, "  - {role: auditor, who: [%s]}\n", o.byAlias["gita"].ID)
	return []byte(b.String())
}
