package graph

import (
	"context"
	"strings"

	"calltab/internal/provision"

	"github.com/microsoftgraph/msgraph-sdk-go/admin"
	telephony "github.com/microsoftgraph/msgraph-sdk-go/models/teamsadministration"
)

// The SDK's names for what goes along with a request.
type (
	numbersConfiguration = admin.TeamsTelephoneNumberManagementNumberAssignmentsRequestBuilderGetRequestConfiguration
	numbersQuery         = admin.TeamsTelephoneNumberManagementNumberAssignmentsRequestBuilderGetQueryParameters
)

var readAssignment = call{op: "read assignment", service: ofPhones, permission: writeNumbers}

// Assignment filters by the number, so that one bad record in the inventory cannot hide ours.
func (c *Client) Assignment(ctx context.Context, tenant provision.TenantID,
	number provision.E164) (provision.Assignment, error) {
	if !dialable(number) {
		return provision.Assignment{}, invalid(readAssignment, "number is not E.164")
	}
	read := func(link string) (*list[numberRecord], error) {
		return send(ctx, c, tenant, readAssignment, func(a api) (*list[numberRecord], error) {
			request := &numbersConfiguration{Headers: allMembers()}
			if link == "" {
				request.QueryParameters = &numbersQuery{Filter: ptr("telephoneNumber eq " + quote(string(number)))}
			}
			return a.numbers(ctx, request, link)
		})
	}
	first, err := read("")
	if provision.KindOf(err) == provision.NotFound {
		return provision.Assignment{}, nil
	}
	if err != nil {
		return provision.Assignment{}, err
	}
	var found provision.Assignment
	err = pages(readAssignment, first, read, func(p *list[numberRecord]) bool {
		found = pick(p.Value, number)
		return found.Found
	})
	return found, err
}

// numbers reads a page of a tenant's numbers, by its link where there is one.
func (a api) numbers(ctx context.Context, request *numbersConfiguration, link string) (*list[numberRecord], error) {
	b := a.teams().TelephoneNumberManagement().NumberAssignments()
	if link != "" {
		b = b.WithUrl(link)
	}
	info, err := b.ToGetRequestInformation(ctx, request)
	return fetch[list[numberRecord]](ctx, a, info, err)
}

// pick finds number among records; the service is not trusted to have filtered.
func pick(records []*numberRecord, number provision.E164) provision.Assignment {
	for _, r := range records {
		if r != nil && e164(r.TelephoneNumber) == number {
			return r.assignment()
		}
	}
	return provision.Assignment{}
}

// assignment converts a record that has a number.
func (r *numberRecord) assignment() provision.Assignment {
	return provision.Assignment{
		Found:      true,
		Number:     e164(r.TelephoneNumber),
		Target:     provision.UserID(strings.ToLower(r.AssignmentTargetID)),
		Type:       known[*telephony.NumberType](telephony.ParseNumberType, r.NumberType),
		Source:     known[*telephony.NumberSource](telephony.ParseNumberSource, r.NumberSource),
		Status:     known[*telephony.AssignmentStatus](telephony.ParseAssignmentStatus, r.AssignmentStatus),
		Activation: known[*telephony.ActivationState](telephony.ParseActivationState, r.ActivationState),
		Category:   known[*telephony.AssignmentCategory](telephony.ParseAssignmentCategory, r.AssignmentCategory),
	}
}
