package graph

import (
	"strings"

	"calltab/internal/provision"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
)

// people converts a page; a record that is null or has no id is left out.
func people(us []models.Userable) []provision.Person {
	var ps []provision.Person
	for _, u := range us {
		if u == nil {
			continue
		}
		if p := person(u); p.ID != "" {
			ps = append(ps, p)
		}
	}
	return ps
}

// person converts a user. Its ID is empty where the answer was something else than a user.
func person(u models.Userable) provision.Person {
	id, _ := guid(text(u.GetId()))
	p := provision.Person{
		ID:            provision.UserID(id),
		UPN:           text(u.GetUserPrincipalName()),
		DisplayName:   text(u.GetDisplayName()),
		GivenName:     text(u.GetGivenName()),
		Surname:       text(u.GetSurname()),
		City:          text(u.GetCity()),
		Office:        text(u.GetOfficeLocation()),
		Mobile:        text(u.GetMobilePhone()),
		Phones:        u.GetBusinessPhones(),
		UsageLocation: strings.ToUpper(text(u.GetUsageLocation())),
		Guest:         strings.EqualFold(text(u.GetUserType()), "guest"),
	}
	if mail := text(u.GetMail()); !strings.EqualFold(mail, p.UPN) {
		p.Mail = mail
	}
	if on := u.GetAccountEnabled(); on != nil {
		p.Enabled = *on
	}
	for _, a := range u.GetAssignedPlans() {
		if a != nil && a.GetServicePlanId() != nil {
			p.Plans = append(p.Plans,
				provision.ServicePlan{ID: a.GetServicePlanId().String(), Status: text(a.GetCapabilityStatus())})
		}
	}
	for _, l := range u.GetAssignedLicenses() {
		if l != nil && l.GetSkuId() != nil {
			p.SKUs = append(p.SKUs, l.GetSkuId().String())
		}
	}
	return p
}
