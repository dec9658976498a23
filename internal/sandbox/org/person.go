package org

import (
	"cmp"
	"strings"
)

// Account types of teamsUserConfiguration.
const (
	AccountUser       = "user"
	AccountResource   = "resourceAccount"
	AccountGuest      = "guest"
	AccountOnPremises = "sfbOnPremUser"
	AccountIneligible = "ineligibleUser"
)

// Person is an account of the directory: mostly people, some devices and lines.
type Person struct {
	Alias string // lower-case first name; how scripts and tests name the person
	Case  string // what this person is here to show

	ID, UPN, Mail                   string
	DisplayName, GivenName, Surname string
	JobTitle, Department            string
	BusinessPhones                  []string
	Mobile                          string

	Site           string // Site.ID
	OfficeLocation string
	City, Country  string
	UsageLocation  string // empty for rosa
	Language       string

	AccountEnabled bool
	UserType       string // Member or Guest
	AccountType    string // in Teams
	Manager        string // alias, "" for none

	Licences []Licence
	Plans    []ServicePlan
	// Fresh: the licence was assigned as the sandbox started, and the Teams service
	// does not know it yet.
	Fresh bool

	Installed bool // the Calltab app is installed for this person
	Blocked   bool // the person has blocked the bot

	VoiceRouting string // voice routing policy held at the start, "" for none
	Crowd        bool   // made up by rule, see Crowded
}

// trait changes a person from the ordinary.
type trait func(*Person)

// person returns an ordinary enabled employee with the app not installed.
func person(first, last, site, job, why string, traits ...trait) Person {
	s := siteOf(site)
	alias := strings.ToLower(first)
	p := Person{
		Alias: alias, Case: why, ID: GUID("person " + alias),
		UPN:         strings.ToLower(first+"."+last) + "@" + Domain,
		DisplayName: strings.TrimSpace(first + " " + last), GivenName: first, Surname: last,
		JobTitle: job, Department: "Operations",
		Site: site, OfficeLocation: s.Name, City: s.City, Country: s.Country,
		UsageLocation: s.Country, Language: s.Language,
		AccountEnabled: true, UserType: "Member", AccountType: AccountUser,
	}
	for _, t := range traits {
		t(&p)
	}
	p.Mail = cmp.Or(p.Mail, p.UPN)
	return p
}

func siteOf(id string) Site {
	for _, s := range sites() {
		if s.ID == id {
			return s
		}
	}
	panic("org: no site " + id) // a mistake in the cast, seen at the first start
}

func licensed(products ...product) trait {
	return func(p *Person) {
		for _, pr := range products {
			p.Licences = append(p.Licences, Licence{SKU: pr.sku, Name: pr.name})
			for _, id := range pr.plans {
				if p.Status(id) == "" {
					p.Plans = append(p.Plans, ServicePlan{ID: id, Service: service(id), Status: Enabled})
				}
			}
		}
	}
}

// without switches a plan off inside the last licence. Graph then names it in that
// licence's disabledPlans (https://learn.microsoft.com/graph/api/resources/assignedlicense)
// and assignedPlans, which lists what is assigned, does not hold it.
func without(plan string) trait {
	return func(p *Person) {
		last := &p.Licences[len(p.Licences)-1]
		last.Disabled = append(last.Disabled, plan)
		p.Plans = drop(p.Plans, plan)
	}
}

func drop(plans []ServicePlan, id string) []ServicePlan {
	var kept []ServicePlan
	for _, sp := range plans {
		if sp.ID != id {
			kept = append(kept, sp)
		}
	}
	return kept
}

// planState leaves the plan in assignedPlans in another state, without changing licences.
func planState(plan, status string) trait {
	return func(p *Person) {
		p.Plans = append(drop(p.Plans, plan), ServicePlan{ID: plan, Service: service(plan), Status: status})
	}
}

func reportsTo(alias string) trait { return func(p *Person) { p.Manager = alias } }

func account(kind string) trait { return func(p *Person) { p.AccountType = kind } }

func installed(p *Person) { p.Installed = true }
