// Package org is the invented organisation that the sandbox serves: Alder & Finch, some
// forty people in four sites, with at least one person for every licence and account
// case that a phone order can meet, and a second, foreign tenant.
//
// It is data only: what Microsoft Entra and Teams hold about these people when the
// sandbox starts. What happens to them later lives in the services that serve them.
//
// Tests read it to build their truth tables; an Org is never changed after Default.
package org

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
)

// Domain is the mail domain of everybody in the organisation. The top-level domain
// .example is reserved (RFC 2606), so that no mail ever leaves.
const Domain = "alderfinch.example"

// Tenant is one Microsoft Entra tenant.
type Tenant struct {
	ID     string // GUID
	Name   string
	Domain string
}

// Org is everything that is there when the sandbox starts.
type Org struct {
	Tenant  Tenant
	Foreign Tenant // another company, in which the app was never consented to

	Sites    []Site
	Plans    []Plan
	People   []Person // of Tenant, in the order in which the directory lists them
	Visitors []Person // of Foreign
	Groups   []Group
	Numbers  []Number // telephone numbers that Microsoft knows at the start
	Policies []Policy // Teams policies that exist

	byAlias map[string]Person // of both tenants
	byName  map[string]Person // of Tenant, by lower-case id and user principal name
}

// Group is a security group.
type Group struct {
	ID, Name string
	Members  []string // aliases
}

// Policy is a Teams policy that can be assigned to people.
type Policy struct{ Type, Name string }

// PhoneAdmins is the name of the group whose members may use the bot.
const PhoneAdmins = "Phone admins"

// LondonHelpdesk is the name of the group whose members operate the London site.
const LondonHelpdesk = "London helpdesk"

// GUID returns a stable made-up GUID for a name. It has the form of a version 8 UUID
// (RFC 9562), which no Microsoft service hands out.
func GUID(name string) string {
	h := sha256.Sum256([]byte("alderfinch/" + name))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// Default returns the organisation. The seed only shuffles the order of the directory,
// which real directories do not promise either; people, ids and numbers never change.
func Default(seed int64) *Org { return Crowded(seed, 0) }

// Crowded is Default with so many more people, made up by rule: the directory of a large company. None of them uses
// Teams chat.
func Crowded(seed int64, more int) *Org {
	o := &Org{
		Tenant:   Tenant{ID: GUID("tenant"), Name: "Alder & Finch", Domain: Domain},
		Foreign:  Tenant{ID: GUID("foreign tenant"), Name: "Contour Ltd", Domain: "contour.example"},
		Sites:    sites(),
		Plans:    plans(),
		People:   append(people(), crowd(more)...),
		Visitors: visitors(),
		Groups: []Group{
			{ID: GUID("group phone admins"), Name: PhoneAdmins, Members: []string{"alice", "bruno"}},
			{ID: GUID("group everyone"), Name: "Everyone", Members: nil},
			{ID: GUID("group london helpdesk"), Name: LondonHelpdesk, Members: []string{"ivy"}},
		},
		Numbers:  append(numbers(), crowdNumbers(more)...),
		Policies: policies(),
	}
	for _, p := range o.People {
		if !p.Crowd {
			o.Groups[1].Members = append(o.Groups[1].Members, p.Alias)
		}
	}
	o.index()
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	r.Shuffle(len(o.People), func(i, j int) { o.People[i], o.People[j] = o.People[j], o.People[i] })
	return o
}

// With adds people to an Org that nothing serves yet, and returns it.
func (o *Org) With(more []Person) *Org {
	o.People = append(o.People, more...)
	o.index()
	return o
}

// Named makes a person in Seattle who can have a phone, with the names that a directory may hold.
func Named(display, given, surname, upn, mail string) Person {
	p := person(given, surname, "seattle", "Clerk", "eligible; has a name of many", licensed(e5))
	p.Alias, p.ID = upn, GUID("person "+upn)
	p.DisplayName = display
	p.UPN = upn
	p.Mail = mail
	return p
}

func (o *Org) index() {
	o.byAlias, o.byName = make(map[string]Person, len(o.People)), make(map[string]Person, 2*len(o.People))
	for _, p := range o.Visitors {
		o.byAlias[p.Alias] = p
	}
	for _, p := range o.People {
		o.byAlias[p.Alias] = p
		o.byName[strings.ToLower(p.ID)], o.byName[strings.ToLower(p.UPN)] = p, p
	}
}

// Person returns the person with that alias in either tenant.
func (o *Org) Person(alias string) (Person, bool) {
	p, there := o.byAlias[alias]
	return p, there
}

// Find returns the person of the home tenant with that id or user principal name, as
// Graph accepts both in a path. Upper and lower case are the same.
func (o *Org) Find(idOrUPN string) (Person, bool) {
	p, there := o.byName[strings.ToLower(idOrUPN)]
	return p, there
}

// Group returns the group with that name.
func (o *Org) Group(name string) (Group, bool) {
	for _, g := range o.Groups {
		if g.Name == name {
			return g, true
		}
	}
	return Group{}, false
}

// Site returns the site with that id.
func (o *Org) Site(id string) (Site, bool) {
	for _, s := range o.Sites {
		if s.ID == id {
			return s, true
		}
	}
	return Site{}, false
}
