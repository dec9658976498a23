package graph

import (
	"context"

	"calltab/internal/provision"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	khttp "github.com/microsoft/kiota-http-go"
	"github.com/microsoftgraph/msgraph-sdk-go/admin"
	telephony "github.com/microsoftgraph/msgraph-sdk-go/models/teamsadministration"
)

const writeNumbers = "TeamsTelephoneNumber.ReadWrite.All"

var (
	assignNumber   = call{op: "assign number", service: ofPhoneChanges, permission: writeNumbers}
	unassignNumber = call{op: "unassign number", service: ofPhoneChanges, permission: writeNumbers}
)

// The SDK's names for what goes along with a request.
type (
	assignConfiguration   = admin.TeamsTelephoneNumberManagementNumberAssignmentsMicrosoftGraphTeamsAdministrationAssignNumberRequestBuilderPostRequestConfiguration
	unassignConfiguration = admin.TeamsTelephoneNumberManagementNumberAssignmentsMicrosoftGraphTeamsAdministrationUnassignNumberRequestBuilderPostRequestConfiguration
)

// AssignNumber sends the number with its plus: without it older services store a wrong line.
func (c *Client) AssignNumber(ctx context.Context, tenant provision.TenantID, number provision.E164,
	user provision.UserID, emergencyLocation string) (provision.Operation, error) {
	id, ok := guid(string(user))
	if !ok {
		return provision.Operation{}, invalid(assignNumber, "user is not an object id")
	}
	if !dialable(number) {
		return provision.Operation{}, invalid(assignNumber, "number is not E.164")
	}
	body := admin.NewTeamsTelephoneNumberManagementNumberAssignmentsMicrosoftGraphTeamsAdministrationAssignNumberAssignNumberPostRequestBody()
	body.SetTelephoneNumber(ptr(string(number)))
	body.SetAssignmentTargetId(&id)
	body.SetNumberType(ptr(telephony.DIRECTROUTING_NUMBERTYPE))
	body.SetAssignmentCategory(ptr(telephony.PRIMARY_ASSIGNMENTCATEGORY))
	if emergencyLocation != "" {
		body.SetLocationId(&emergencyLocation)
	}
	return c.start(ctx, tenant, assignNumber, func(a api, options []abstractions.RequestOption) error {
		return a.teams().TelephoneNumberManagement().NumberAssignments().
			MicrosoftGraphTeamsAdministrationAssignNumber().
			Post(ctx, body, &assignConfiguration{Options: options})
	})
}

// UnassignNumber names no person: the service takes the number from the user or account that has it.
func (c *Client) UnassignNumber(ctx context.Context, tenant provision.TenantID,
	number provision.E164) (provision.Operation, error) {
	if !dialable(number) {
		return provision.Operation{}, invalid(unassignNumber, "number is not E.164")
	}
	body := admin.NewTeamsTelephoneNumberManagementNumberAssignmentsMicrosoftGraphTeamsAdministrationUnassignNumberUnassignNumberPostRequestBody()
	body.SetTelephoneNumber(ptr(string(number)))
	body.SetNumberType(ptr(telephony.DIRECTROUTING_NUMBERTYPE))
	return c.start(ctx, tenant, unassignNumber, func(a api, options []abstractions.RequestOption) error {
		return a.teams().TelephoneNumberManagement().NumberAssignments().
			MicrosoftGraphTeamsAdministrationUnassignNumber().
			Post(ctx, body, &unassignConfiguration{Options: options})
	})
}

// start sends a request that Graph answers with 202 and the operation's address in Location, which the SDK shows only
// through an option; the option collects headers, so each request has its own. Of the address only the id is used:
// which host to ask is our configuration's business.
func (c *Client) start(ctx context.Context, tenant provision.TenantID, what call,
	post func(api, []abstractions.RequestOption) error) (provision.Operation, error) {
	return send(ctx, c, tenant, what, func(a api) (provision.Operation, error) {
		headers := khttp.NewHeadersInspectionOptions()
		headers.InspectResponseHeaders = true
		if err := post(a, []abstractions.RequestOption{headers}); err != nil {
			return provision.Operation{}, err
		}
		op := provision.Operation{State: provision.OperationRunning}
		if l := headers.ResponseHeaders.Get("Location"); len(l) > 0 {
			op.ID = operationID(l[0])
		}
		return op, nil
	})
}
