package provision

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
)

//go:embed licences.json
var licenceFile []byte

// Meaning is what a service plan or product means for a phone. It is persisted: never rename one.
type Meaning string

// The meanings.
const (
	MeansPhone Meaning = "phone" // Teams Phone, for people
	MeansTeams Meaning = "teams" // Teams itself
	// Microsoft's own minutes, which stand against a number of Direct Routing
	MeansCalling  Meaning = "calling-plan"
	MeansResource Meaning = "resource-account" // Teams Phone, for auto attendants and queues
	MeansDevice   Meaning = "device"           // a room or a shared device, and no person
)

// Meanings are all of them.
func Meanings() []Meaning {
	return []Meaning{MeansPhone, MeansTeams, MeansCalling, MeansResource, MeansDevice}
}

// Licence is a service plan or product that the organisation file names, because the program does not know it yet.
type Licence struct {
	ID    string  `json:"id"` // lower-case GUID of a service plan or product
	Name  string  `json:"name,omitempty"`
	Means Meaning `json:"means"`
}

// LicenceTable says what service plans and products mean for a phone, by id and never by name: MCOEV_VIRTUALUSER begins
// with MCOEV but is for resource accounts, MCOPSTNC and MCOPSTN3 begin with MCOPSTN but are Communications Credits and
// no calling plan, and the calling plan of MCOPSTN5_US is called PSTN5_US. It is data, licences.json; a tenant's
// organisation file adds to it for that tenant.
type LicenceTable struct {
	phone, virtualUser, Teams, calling, room idSet // service plans
	device                                   idSet // products, which carry phone plans too
}

// idSet is a set of lower-case GUIDs.
type idSet map[string]bool

// Published reads the program's own table once. One that cannot be read is a programmer's mistake.
var Published = sync.OnceValue(func() *LicenceTable {
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
	return &LicenceTable{
		phone: ids(file.Plans["phone"]), virtualUser: ids(file.Plans["virtual-user"]),
		Teams: ids(file.Plans["teams"]), calling: ids(file.Plans["calling"]),
		room:   ids(file.Plans["device"]),
		device: ids(file.Products["device"]),
	}
})

// KnownLicence is what the program itself takes an id for; empty for one that it does not know.
func KnownLicence(id string) Meaning {
	t := Published()
	for _, known := range []struct {
		set   idSet
		means Meaning
	}{
		{t.phone, MeansPhone}, {t.Teams, MeansTeams}, {t.calling, MeansCalling},
		{t.virtualUser, MeansResource}, {t.room, MeansDevice}, {t.device, MeansDevice},
	} {
		if known.set[id] {
			return known.means
		}
	}
	return ""
}

// With is a copy of the table that knows more.
func (t *LicenceTable) With(all []Licence) *LicenceTable {
	more := *t
	for _, set := range []*idSet{&more.phone, &more.Teams, &more.calling, &more.virtualUser, &more.room, &more.device} {
		*set = maps.Clone(*set)
	}
	for _, l := range all {
		switch l.Means {
		case MeansPhone:
			more.phone[l.ID] = true
		case MeansTeams:
			more.Teams[l.ID] = true
		case MeansCalling:
			more.calling[l.ID] = true
		case MeansResource:
			more.virtualUser[l.ID] = true
		case MeansDevice:
			more.room[l.ID] = true
			more.device[l.ID] = true
		}
	}
	return &more
}

// Decisive leaves out the plans and products that mean nothing for a phone: of a hundred that a person can have, most.
func (p Person) Decisive(t *LicenceTable) Person {
	var plans []ServicePlan
	for _, sp := range p.Plans {
		if t.phone[sp.ID] || t.virtualUser[sp.ID] || t.Teams[sp.ID] || t.calling[sp.ID] || t.room[sp.ID] {
			plans = append(plans, sp)
		}
	}
	var products []string
	for _, id := range p.SKUs {
		if t.device[id] || t.phone[id] || t.virtualUser[id] || t.Teams[id] || t.calling[id] {
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

// Works reports whether the person can use one of the plans. Warning is a grace period in which a plan is "available
// for normal use and assignment" (learn.microsoft.com/graph/api/resources/assignedplan). A product of the organisation
// file counts like its plan.
func (p Person) Works(plans idSet) bool {
	return p.holds(plans, "Enabled", "Warning") || slices.ContainsFunc(p.SKUs, func(id string) bool {
		return plans[id]
	})
}

// PhoneLicensed reports whether a licence of the person's lets them have a phone.
func (p Person) PhoneLicensed(t *LicenceTable) bool { return p.Works(t.phone) }

// device reports whether the account is a shared device or a room: by its product, or by a plan that only rooms have.
func (p Person) device(t *LicenceTable) bool {
	return p.Works(t.room) || slices.ContainsFunc(p.SKUs, func(id string) bool { return t.device[id] })
}
