package provision

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

//go:embed licences.json
var licenceFile []byte

// licenceTable says what service plans and products mean for a phone, by id and never by name: MCOEV_VIRTUALUSER begins with
// MCOEV but is for resource accounts, MCOPSTNC begins with MCOPSTN but is no calling plan, and the calling plan of
// MCOPSTN5_US is called PSTN5_US. It is data, licences.json, so that a new product needs no code.
type licenceTable struct {
	phone, virtualUser, teams, calling idSet // service plans
	device                             idSet // products, which carry phone plans too
}

// idSet is a set of lower-case GUIDs.
type idSet map[string]bool

// licences reads the table once. The file is part of the program: one that cannot be read is a programmer's mistake.
var licences = sync.OnceValue(func() licenceTable {
	type listed []struct{ Name, ID string }
	var file struct{ Plans, Products map[string]listed }
	if err := json.Unmarshal(licenceFile, &file); err != nil {
		panic(fmt.Sprintf("licences.json: %v", err))
	}
	ids := func(all listed) idSet {
		set := make(idSet, len(all))
		for _, l := range all {
			set[l.ID] = true
		}
		return set
	}
	return licenceTable{
		phone: ids(file.Plans["phone"]), virtualUser: ids(file.Plans["virtual-user"]),
		teams: ids(file.Plans["teams"]), calling: ids(file.Plans["calling"]),
		device: ids(file.Products["device"]),
	}
})

// decisive leaves out the plans and products that mean nothing for a phone: of a hundred that a person can have, most.
func (p Person) decisive() Person {
	t := licences()
	var plans []ServicePlan
	for _, sp := range p.Plans {
		if t.phone[sp.ID] || t.virtualUser[sp.ID] || t.teams[sp.ID] || t.calling[sp.ID] {
			plans = append(plans, sp)
		}
	}
	var products []string
	for _, id := range p.SKUs {
		if t.device[id] {
			products = append(products, id)
		}
	}
	p.Plans, p.SKUs = plans, products
	return p
}

// holds reports whether the person has one of the plans with one of the statuses.
func (p Person) holds(plans idSet, statuses ...string) bool {
	return slices.ContainsFunc(p.Plans, func(sp ServicePlan) bool {
		return plans[sp.ID] && slices.Contains(statuses, sp.Status)
	})
}

// works reports whether the person can use one of the plans. Warning is a grace period in which a plan is "available for
// normal use and assignment" (learn.microsoft.com/graph/api/resources/assignedplan).
func (p Person) works(plans idSet) bool { return p.holds(plans, "Enabled", "Warning") }

// PhoneLicensed reports whether the person can use a Phone System plan.
func (p Person) PhoneLicensed() bool { return p.works(licences().phone) }

// device reports whether the account is a shared device or a room.
func (p Person) device() bool {
	return slices.ContainsFunc(p.SKUs, func(id string) bool { return licences().device[id] })
}
