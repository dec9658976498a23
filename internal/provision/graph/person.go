package graph

import (
	"strings"

	"calltab/internal/provision"
)

// people converts a page; a record that is null or has no id is left out.
func people(us []*userRecord) []provision.Person {
	var ps []provision.Person
	for _, u := range us {
		if u == nil {
			continue
		}
		if p := u.person(); p.ID != "" {
			ps = append(ps, p)
		}
	}
	return ps
}

// person converts a user. Its ID is empty where the answer was something else than a user.
func (u *userRecord) person() provision.Person {
	id, _ := guid(u.ID)
	p := provision.Person{
		ID:            provision.UserID(id),
		UPN:           u.UserPrincipalName,
		DisplayName:   u.DisplayName,
		GivenName:     u.GivenName,
		Surname:       u.Surname,
		City:          u.City,
		Office:        u.OfficeLocation,
		Mobile:        u.MobilePhone,
		Phones:        u.BusinessPhones,
		UsageLocation: strings.ToUpper(u.UsageLocation),
		Enabled:       u.AccountEnabled,
		Guest:         strings.EqualFold(u.UserType, "guest"),
	}
	if !strings.EqualFold(u.Mail, p.UPN) {
		p.Mail = u.Mail
	}
	for _, a := range u.AssignedPlans {
		if plan, ok := guid(a.ServicePlanID); ok {
			p.Plans = append(p.Plans, provision.ServicePlan{ID: plan, Status: a.CapabilityStatus})
		}
	}
	for _, l := range u.AssignedLicenses {
		if product, ok := guid(l.SKUID); ok {
			p.SKUs = append(p.SKUs, product)
		}
	}
	return p
}
