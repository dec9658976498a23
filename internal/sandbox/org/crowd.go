package org

import (
	"fmt"
	"slices"
	"strings"
)

// The crowd's names. Three lists of lengths without a common divisor make many thousand
// different ones.
var (
	crowdGiven = strings.Fields("Aaron Bella Carlos Deniz Elena Farid Grace Hannah Ivan Julia Kenji Lena Marco Nora " +
		"Omar Paula Rafael Sofia Tomas Ursula Viktor Wanda Yasmin")
	crowdSurname = strings.Fields("Abbott Becker Castro Duarte Eklund Ferrari Gruber Hansen Ibrahim Jansen Kowalski " +
		"Lambert Meyer Nakamura Olsen Park Quintero Rossi Schneider Tanaka Ulrich Vargas Wagner Xu Young Zimmer " +
		"Adler Brandt Cohen")
)

// crowdCases are what people of the crowd are like: the first case whose share, of a
// hundred, is not used up.
var crowdCases = []struct {
	share int
	why   string
	trait trait
}{
	{48, "eligible", crowdE5},
	{22, "has a Direct Routing number", crowdE5},
	{15, "no phone licence", crowdE3},
	{5, "account disabled", func(p *Person) { crowdE5(p); p.AccountEnabled = false }},
	{3, "guest", func(p *Person) { p.UserType, p.AccountType = "Guest", AccountGuest }},
	{2, "calling plan", func(p *Person) { crowdE5(p); licensed(callingUS)(p) }},
	{2, "no usage location", func(p *Person) { crowdE5(p); p.UsageLocation = "" }},
	{1, "shared device", func(p *Person) { licensed(sharedPhone)(p) }},
	{1, "resource account", func(p *Person) { licensed(virtualUser)(p); p.AccountType = AccountResource }},
	{1, "blank surname", func(p *Person) { crowdE5(p); p.Surname = "" }},
}

// A person with E5 has 86 service plans in Microsoft's table, one with E3 some sixty, and
// each of them is a record in every list of people.
var (
	crowdE5Plans = crowdPlans(82, PlanExchange, PlanTeams, PlanPhone, PlanConference)
	crowdE3Plans = crowdPlans(58, PlanExchange, PlanTeams)
)

func crowdPlans(others int, real ...string) []ServicePlan {
	var list []ServicePlan
	for i := range others {
		list = append(list,
			ServicePlan{ID: GUID(fmt.Sprint("some service plan ", i)), Service: "Adallom_S_O365", Status: Enabled})
	}
	for _, id := range real {
		list = append(list, ServicePlan{ID: id, Service: service(id), Status: Enabled})
	}
	return slices.Clip(list) // shared by many: clipped, so that an append copies it
}

func crowdE5(p *Person) { p.Licences, p.Plans = []Licence{{SKU: e5.sku, Name: e5.name}}, crowdE5Plans }
func crowdE3(p *Person) { p.Licences, p.Plans = []Licence{{SKU: e3.sku, Name: e3.name}}, crowdE3Plans }

func crowd(n int) []Person {
	list := make([]Person, 0, n)
	places := sites()
	for i := range n {
		given, surname := crowdGiven[i%len(crowdGiven)], crowdSurname[i%len(crowdSurname)]
		c := crowdCases[crowdCase(i)]
		p := person(given, surname, places[i%len(places)].ID, "Clerk", c.why, c.trait)
		p.Crowd, p.Alias = true, crowdAlias(i)
		p.ID = GUID("person " + p.Alias)
		p.UPN = strings.ToLower(fmt.Sprintf("%s.%s.%d@", given, surname, i)) + Domain
		p.Mail, p.DisplayName = p.UPN, strings.TrimSpace(given+" "+p.Surname)
		list = append(list, p)
	}
	return list
}

func crowdAlias(i int) string { return fmt.Sprintf("crowd-%06d", i) }

// crowdCase spreads the cases, so that they do not come in rows.
func crowdCase(i int) int {
	at := i * 37 % 100
	for n, c := range crowdCases {
		if at -= c.share; at < 0 {
			return n
		}
	}
	return 0
}

// crowdNumbers are those of the crowd who have one; every fiftieth is mastered on
// premises. The country code 999 is nobody's (ITU-T E.164, reserved).
func crowdNumbers(n int) []Number {
	var list []Number
	for i := range n {
		if crowdCase(i) != 1 {
			continue
		}
		source := "online"
		if len(list)%50 == 0 {
			source = "onPremises"
		}
		list = append(list,
			Number{E164: fmt.Sprintf("+999%08d", i), Type: "directRouting", Source: source, Alias: crowdAlias(i)})
	}
	return list
}
