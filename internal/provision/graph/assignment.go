package graph

import (
	"context"
	"strings"

	"calltab/internal/provision"

	"github.com/microsoftgraph/msgraph-sdk-go/admin"
	telephony "github.com/microsoftgraph/msgraph-sdk-go/models/teamsadministration"
)

var readAssignment = call{op: "read assignment", permission: writeNumbers}

// Assignment filters by the number, so that one bad record in the inventory cannot hide ours.
func (c *Client) Assignment(ctx context.Context, tenant provision.TenantID,
	number provision.E164) (provision.Assignment, error) {
	if !dialable(number) {
		return provision.Assignment{}, invalid(readAssignment, "number is not E.164")
	}
	type list = telephony.NumberAssignmentCollectionResponseable
	type builder = admin.TeamsTelephoneNumberManagementNumberAssignmentsRequestBuilder
	read := func(request func(*builder) (list, error)) (list, error) {
		return send(ctx, c, tenant, readAssignment, func(a api) (list, error) {
			return request(a.teams().TelephoneNumberManagement().NumberAssignments())
		})
	}
	first, err := read(func(b *builder) (list, error) {
		return b.Get(ctx, &admin.TeamsTelephoneNumberManagementNumberAssignmentsRequestBuilderGetRequestConfiguration{
			Headers: allMembers(),
			QueryParameters: &admin.TeamsTelephoneNumberManagementNumberAssignmentsRequestBuilderGetQueryParameters{
				Filter: ptr("telephoneNumber eq " + quote(string(number))),
			},
		})
	})
	if provision.KindOf(err) == provision.NotFound {
		return provision.Assignment{}, nil
	}
	if err != nil {
		return provision.Assignment{}, err
	}
	var found provision.Assignment
	err = pages(readAssignment, first, func(link string) (list, error) {
		return read(func(b *builder) (list, error) {
			return b.WithUrl(link).Get(ctx,
				&admin.TeamsTelephoneNumberManagementNumberAssignmentsRequestBuilderGetRequestConfiguration{
					Headers: allMembers(),
				})
		})
	}, func(p list) bool {
		found = pick(p.GetValue(), number)
		return found.Found
	})
	return found, err
}

// pick finds number among records; the service is not trusted to have filtered.
func pick(records []telephony.NumberAssignmentable, number provision.E164) provision.Assignment {
	for _, r := range records {
		if r == nil || e164(text(r.GetTelephoneNumber())) != number {
			continue
		}
		return assignment(r)
	}
	return provision.Assignment{}
}

// assignment converts a record that has a number.
func assignment(r telephony.NumberAssignmentable) provision.Assignment {
	return provision.Assignment{
		Found:      true,
		Number:     e164(text(r.GetTelephoneNumber())),
		Target:     provision.UserID(strings.ToLower(text(r.GetAssignmentTargetId()))),
		Type:       named(r.GetNumberType()),
		Source:     named(r.GetNumberSource()),
		Status:     named(r.GetAssignmentStatus()),
		Activation: named(r.GetActivationState()),
		Category:   named(r.GetAssignmentCategory()),
	}
}
